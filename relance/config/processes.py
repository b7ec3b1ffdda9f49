"""Other processes: whether they still live, and ending them."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Sequence

import psutil


def is_alive(process: psutil.Process) -> bool:
    """Whether a process still works; a dead one that nobody has taken note of (a container's first process may never
    do so) does not.
    """
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_for_end(processes: Iterable[psutil.Process], *, patience_s: float) -> list[psutil.Process]:
    """Wait until processes have ended; those that have not are returned."""
    give_up_at = time.monotonic() + patience_s
    left = list(processes)
    while (left := [process for process in left if is_alive(process)]) and time.monotonic() < give_up_at:
        time.sleep(0.02)
    return left


def end(processes: Iterable[psutil.Process], *, signals: Sequence[int], patience_s: float) -> list[psutil.Process]:
    """Send the signals one after the other, waiting so long after each; those that outlive them all are returned."""
    left = list(processes)
    for number in signals:
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(number)
        left = wait_for_end(left, patience_s=patience_s)
    return left
