"""`make setup`: everything that Relance needs in this checkout; seconds when nothing has changed since the last time.

Run by the system's Python and its standard library alone. Each step leaves a stamp with the hash of what it was made
from, and is passed over while that hash is the same.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
VENDOR = ROOT / "relance" / "web" / "static" / "vendor"
MODULES = ROOT / "node_modules"
OLDEST_NODE = 18

# What the pages load of each npm package: file in the package, file below static/vendor/.
SHIPPED = [
    ("sortablejs/Sortable.min.js", "sortablejs/sortable.min.js"),
    ("sortablejs/LICENSE", "sortablejs/LICENSE"),
    ("tom-select/LICENSE", "tom-select/LICENSE"),
    ("tom-select/dist/css/tom-select.min.css", "tom-select/tom-select.min.css"),
    ("tom-select/dist/js/tom-select.complete.min.js", "tom-select/tom-select.complete.min.js"),
]


def main(arguments: list[str]) -> None:
    """Set up the checkout; `--browser` adds what the browser tests need."""
    os.chdir(ROOT)
    checkout = os.open(ROOT, os.O_RDONLY)
    fcntl.flock(checkout, fcntl.LOCK_EX)
    install_python()
    install_browser_parts()
    run(PYTHON, "tools/strings.py", "compile")
    if "--browser" in arguments:
        install_browser()


def run(*command: str | Path) -> None:
    """Run a command; if it fails, so do we, with its name."""
    words = [str(word) for word in command]
    if subprocess.run(words, stdin=subprocess.DEVNULL, check=False).returncode:
        sys.exit(f"Set-up failed at: {' '.join(words)}")


def install_python() -> None:
    """The virtual environment with the pinned packages and Relance itself, editable."""
    if not (PYTHON.exists() and works(PYTHON, "-m", "pip", "--version")):
        make_environment()
    packages = ROOT / "requirements" / "dev.txt"
    if stale(VENV / "packages.stamp", digest(packages)):
        say("Installing the Python packages")
        run(PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes", "-r", packages)
        stamp(VENV / "packages.stamp", digest(packages))
    itself = f"{digest(ROOT / 'pyproject.toml', packages)} {ROOT}"
    if stale(VENV / "relance.stamp", itself):
        run(PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps", "--no-build-isolation",
            "-e", ROOT)  # fmt: skip
        stamp(VENV / "relance.stamp", itself)


def make_environment() -> None:
    """A virtual environment with pip, by whichever way this machine has."""
    say("Making the virtual environment")
    if importlib.util.find_spec("ensurepip") is None and not works(sys.executable, "-m", "pip", "--version"):
        system_package("python3-venv", "ensurepip, which Python's venv needs")
        importlib.invalidate_caches()
    if importlib.util.find_spec("ensurepip"):
        run(sys.executable, "-m", "venv", "--clear", VENV)
    else:
        run(sys.executable, "-m", "venv", "--clear", "--without-pip", VENV)
        run(sys.executable, "-m", "pip", "--python", PYTHON, "install", "-q", "pip")


def install_browser_parts() -> None:
    """The npm packages, and in static/vendor/ what the pages load of them."""
    wanted = digest(ROOT / "package-lock.json", Path(__file__))
    if not stale(VENDOR / ".stamp", wanted) and MODULES.exists():
        return
    say("Installing the browser parts")
    run(npm(), "ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund")
    shutil.rmtree(VENDOR, ignore_errors=True)
    for source, target in SHIPPED:
        file = VENDOR / target
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(without_map((MODULES / source).read_text("utf-8")), "utf-8")
    stamp(VENDOR / ".stamp", wanted)


def without_map(content: str) -> str:
    """The text without its pointer to a source map, which is not shipped."""
    return re.sub(r"(//# sourceMappingURL=.*|/\*# sourceMappingURL=.*?\*/)\s*$", "", content)


def npm() -> str:
    """The machine's npm, or the one of the pinned wheel."""
    found = shutil.which("npm")
    if found and new_enough(shutil.which("node")):
        return found
    own = VENV / "bin" / "npm"
    if not own.exists():
        say("Installing Node.js, which this machine does not have")
        run(PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes",
            "-r", ROOT / "requirements" / "node.txt")  # fmt: skip
    os.environ["PATH"] = f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return str(own)


def new_enough(node: str | None) -> bool:
    """Whether a node program is one that npm's lock file can be read with."""
    if node is None:
        return False
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.", answer)
    return found is not None and int(found[1]) >= OLDEST_NODE


def install_browser() -> None:
    """Debian's chromium, for the browser tests."""
    if not (shutil.which("chromium") or shutil.which("chromium-browser")):
        system_package("chromium", "a browser, which the tests drive")


def system_package(name: str, why: str) -> None:
    """Install a Debian package when root; else say what to install, and fail."""
    if os.geteuid() or not shutil.which("apt-get"):
        sys.exit(f"This machine lacks {why}. Install it and try again, on Debian: sudo apt-get install {name}")
    say(f"Installing {name}")
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    run("apt-get", "-qq", "update")
    run("apt-get", "-qq", "install", "-y", "--no-install-recommends", name)


def works(*command: str | Path) -> bool:
    """Whether a command can be run and succeeds."""
    return subprocess.run([str(word) for word in command], capture_output=True, check=False).returncode == 0


def digest(*files: Path) -> str:
    """One hash over files and the Python that runs."""
    content = b"".join(file.read_bytes() for file in files)
    return hashlib.sha256(content + sys.version.encode()).hexdigest()


def stale(file: Path, wanted: str) -> bool:
    """Whether a stamp is missing or other than wanted."""
    return not file.exists() or file.read_text("utf-8") != wanted


def stamp(file: Path, content: str) -> None:
    """Leave a stamp."""
    file.write_text(content, "utf-8")


def say(sentence: str) -> None:
    """Tell what takes its time."""
    print(f"{sentence}…", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
