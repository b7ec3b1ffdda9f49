"""The embedded server's settings, fitted to the machine that it finds. Durability is never among them."""

from __future__ import annotations

import os
from pathlib import Path

import psutil

MB = 1024 * 1024
GB = 1024 * MB

# Only for the clusters of test suites, which are thrown away: a crash of the machine may ruin them.
FOR_TESTS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "256MB",
    "maintenance_work_mem": "64MB",
    "max_wal_size": "2GB",
}


def usable_memory() -> int:
    """Bytes of memory that this machine or container has."""
    total = psutil.virtual_memory().total
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text("ascii").strip()
    except OSError:
        return total
    return min(total, int(limit)) if limit.isdigit() else total


def fitted(memory: int) -> dict[str, str]:
    """Settings for a machine with so many bytes of memory."""

    def share(divisor: int, lowest: int, highest: int) -> str:
        return f"{max(lowest, min(highest, memory // divisor)) // MB}MB"

    return {
        "shared_buffers": share(4, 128 * MB, 4 * GB),
        "effective_cache_size": share(2, 256 * MB, 64 * GB),
        "work_mem": share(512, 8 * MB, 64 * MB),
        "maintenance_work_mem": share(16, 64 * MB, 1 * GB),
        "max_wal_size": share(4, 1 * GB, 8 * GB),
        "min_wal_size": "256MB",
        "checkpoint_timeout": "15min",
        "wal_compression": "on",
        "random_page_cost": "1.1",
        "jit": "off",
        "autovacuum_vacuum_scale_factor": "0.05",
        "autovacuum_vacuum_insert_scale_factor": "0.05",
        "autovacuum_analyze_scale_factor": "0.02",
        "autovacuum_vacuum_cost_limit": "2000",
    }


def configuration(socket: Path, *, for_tests: bool) -> str:
    """The text of `relance.conf`, which the cluster's postgresql.conf includes."""
    chosen = {
        "listen_addresses": "",
        "unix_socket_directories": str(socket),
        "unix_socket_permissions": "0700",
        "max_connections": str(max(200, 50 * (os.cpu_count() or 1))),
        "timezone": "UTC",
        "log_timezone": "UTC",
        "lc_messages": "C",
        # The log holds no names and no bodies: neither statements nor the rows that an error would show.
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_line_prefix": "%m [%p] ",
        **fitted(usable_memory()),
        **(FOR_TESTS if for_tests else {}),
    }
    lines = [f"{name} = {_quoted(value)}" for name, value in chosen.items()]
    return "\n".join(["# Written at every start. Your own settings go into local.conf, beside this file.", *lines, ""])


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
