"""`python -m relance.config.cli` is `relance`."""

from __future__ import annotations

from relance.config.cli import main

main()
