"""The table of commands. Loaded after Django, since the commands reach the database's models."""

from __future__ import annotations

import typer

from relance.config.cli import person, role, user
from relance.config.cli.demo import demo
from relance.config.cli.doctor import doctor
from relance.config.cli.import_ import import_
from relance.config.cli.list_ import list_
from relance.config.cli.manage import manage
from relance.config.cli.postgres import postgres
from relance.config.cli.serve import serve
from relance.config.cli.why import why

PASSED_ON = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}

application = typer.Typer(
    name="relance", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    help="Relance: everything you owe your customers, planned, done and closed.",
)  # fmt: skip
application.command()(serve)
application.command()(demo)
application.command("import")(import_)
application.add_typer(user.application, name="user")
application.add_typer(role.application, name="role")
application.add_typer(person.application, name="person")
application.command("list")(list_)
application.command()(why)
application.command()(doctor)
application.command(context_settings=PASSED_ON)(manage)
application.command(context_settings=PASSED_ON)(postgres)
