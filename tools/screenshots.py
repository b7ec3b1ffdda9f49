"""`make screenshots`: pictures of the main pages, from the demo company, into screenshots/.

The demo runs on a data folder of its own, which is kept: the second time takes seconds.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "var" / "screenshots"
OUTPUT = ROOT / "screenshots"
PATIENCE_S = 180

WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 740}

# name, address, window, colour scheme
PICTURES: list[tuple[str, str, ViewportSize, str]] = [
    ("my-activities", "/activities/", WIDE, "light"),
    ("my-activities-dark", "/activities/", WIDE, "dark"),
    ("my-activities-phone", "/activities/", PHONE, "light"),
    ("all-open", "/activities/?filter=open", WIDE, "light"),
    ("overdue", "/activities/?filter=overdue", WIDE, "light"),
    ("deals", "/crm/deals/", WIDE, "light"),
    ("companies", "/crm/companies/", WIDE, "light"),
    ("profile", "/profile/", WIDE, "light"),
]


def main() -> None:
    """Run the demo, sign in as the head of a team, take the pictures."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        sys.exit("No chromium on this machine: `make test` installs it, or says how.")
    OUTPUT.mkdir(exist_ok=True)
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with running_demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        take_all(browser, address)
        browser.close()


def take_all(browser: Browser, address: str) -> None:
    """Every picture, each in a window of its own."""
    email, password = third_sign_in()
    for name, path, window, scheme in PICTURES:
        dark = scheme == "dark"
        context = browser.new_context(viewport=window, color_scheme="dark" if dark else "light", locale="fr-FR")
        page = context.new_page()
        page.goto(f"{address}/accounts/login/")
        if name == PICTURES[0][0]:
            save(page, "sign-in")
        page.fill("input[name=login]", email)
        page.fill("input[name=password]", password)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/accounts/login" not in url)
        page.goto(address + path)
        page.wait_for_load_state("networkidle")
        save(page, name)
        context.close()


def save(page: Page, name: str) -> None:
    """One picture."""
    page.screenshot(path=OUTPUT / f"{name}.png")
    print(f"screenshots/{name}.png")


def third_sign_in() -> tuple[str, str]:
    """The demo's third person heads a team: his pages show the most."""
    line = (DATA / "demo-sign-ins.txt").read_text("utf-8").splitlines()[2]
    email, password = re.split(r"\s+", line)[:2]
    return email, password


@contextmanager
def running_demo() -> Iterator[str]:
    """The demo on a free port; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "relance.config.cli", "demo", "--port", str(port), "--data", str(DATA)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as demo:
        try:
            wait_until_ready(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            demo.terminate()


def wait_until_ready(port: int) -> None:
    """Wait for /readyz."""
    give_up_at = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up_at:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.3)
    sys.exit("The demo does not get ready.")


if __name__ == "__main__":
    main()
