"""The environment, typed: a variable is NAME, or the file that NAME_FILE names; a bad one stops the start, named."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}


class EnvironmentVariableError(Exception):
    """A variable is missing or cannot be read; the message begins with its name."""


def _raw(name: str) -> str | None:
    """NAME, or the stripped content of the file that NAME_FILE names; empty counts as absent."""
    value, file = os.environ.get(name), os.environ.get(f"{name}_FILE")
    if value and file:
        message = f"{name}: set either {name} or {name}_FILE, not both"
        raise EnvironmentVariableError(message)
    if not file:
        return value or None
    try:
        return Path(file).read_text("utf-8").strip() or None
    except (OSError, UnicodeDecodeError) as error:
        message = f"{name}_FILE: cannot read {file}: {error}"
        raise EnvironmentVariableError(message) from error


def optional(name: str) -> str | None:
    """The variable's text, or None.

    Raises:
        EnvironmentVariableError: NAME and NAME_FILE are both set, or the file cannot be read.
    """
    return _raw(name)


def text(name: str, *, default: str | None = None) -> str:
    """The variable's text.

    Raises:
        EnvironmentVariableError: it is absent and has no default, or cannot be read.
    """
    value = _raw(name) or default
    if value is None:
        message = f"{name}: this variable must be set (or {name}_FILE, naming a file that holds it)"
        raise EnvironmentVariableError(message)
    return value


def boolean(name: str, *, default: bool) -> bool:
    """The variable as yes or no (1, true, yes, on; 0, false, no, off).

    Raises:
        EnvironmentVariableError: it is none of these words.
    """
    value = _raw(name)
    if value is None:
        return default
    if value.lower() not in _TRUE | _FALSE:
        message = f"{name}: {value!r} is neither yes nor no"
        raise EnvironmentVariableError(message)
    return value.lower() in _TRUE


def whole_number(name: str, *, default: int, lowest: int = 0) -> int:
    """The variable as a whole number, at least `lowest`.

    Raises:
        EnvironmentVariableError: it is no such number.
    """
    value = _raw(name)
    if value is None:
        return default
    try:
        number = int(value)
    except ValueError:
        number = lowest - 1
    if number < lowest:
        message = f"{name}: {value!r} is not a whole number from {lowest} on"
        raise EnvironmentVariableError(message)
    return number


def choice(name: str, choices: Sequence[str], *, default: str) -> str:
    """The variable as one of a few words.

    Raises:
        EnvironmentVariableError: it is none of them.
    """
    value = _raw(name) or default
    if value not in choices:
        message = f"{name}: {value!r} is none of {', '.join(choices)}"
        raise EnvironmentVariableError(message)
    return value


def words(name: str, *, default: list[str]) -> list[str]:
    """The variable as a list, separated by commas or spaces.

    Raises:
        EnvironmentVariableError: it cannot be read.
    """
    value = _raw(name)
    return default if value is None else value.replace(",", " ").split()


def data_folder() -> Path:
    """The folder that holds everything an installation keeps: RELANCE_DATA, or `var` where the command is run."""
    return Path(text("RELANCE_DATA", default="var")).absolute()


def secret_key(data: Path) -> str:
    """RELANCE_SECRET_KEY, or the key kept in the data folder, made at the first call.

    Raises:
        EnvironmentVariableError: the variable or the file cannot be read.
    """
    return _raw("RELANCE_SECRET_KEY") or kept_secret(data / "secret-key")


def kept_secret(file: Path) -> str:
    """The secret in a file of mode 0600, made at the first call; two processes that race agree on one.

    Raises:
        EnvironmentVariableError: the file cannot be read or made.
    """
    try:
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            fresh = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as handle:
                handle.write(secrets.token_urlsafe(48))
            try:
                os.link(fresh, file)
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return file.read_text("ascii").strip()
    except OSError as error:
        message = f"RELANCE_DATA: cannot keep a secret in {file}: {error}"
        raise EnvironmentVariableError(message) from error


def database_url(name: str) -> dict[str, Any] | None:
    """A `postgresql://user:password@host:port/name?option=value` variable as Django's connection parameters, or None.

    Raises:
        EnvironmentVariableError: it is no such address. The message never holds the password.
    """
    value = _raw(name)
    if value is None:
        return None
    try:
        parts = urlsplit(value)
        port, database = parts.port, unquote(parts.path.lstrip("/"))
    except ValueError as error:
        message = f"{name}: {error}"
        raise EnvironmentVariableError(message) from None
    if parts.scheme not in {"postgresql", "postgres"} or not database:
        message = f"{name}: expected postgresql://user:password@host:port/database"
        raise EnvironmentVariableError(message)
    options = dict(parse_qsl(parts.query))
    return {
        "NAME": database,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": str(port or ""),
        "OPTIONS": options,
    }
