"""The table of commands. Loaded after Django, since the commands reach the database's models."""

from __future__ import annotations

import typer

from relance.config.cli.manage import manage
from relance.config.cli.serve import serve

application = typer.Typer(
    name="relance", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    help="Relance: everything you owe your customers, planned, done and closed.",
)  # fmt: skip
application.command()(serve)
application.command(
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}
)(manage)
