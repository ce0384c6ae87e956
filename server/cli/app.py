"""`datumline server`: its sub-commands, each imported when the server's command is used."""

import typer

from server.cli.audit import app as audit
from server.cli.backup import backup, restore
from server.cli.init import init
from server.cli.serve import serve
from server.cli.user import app as user

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)
app.command("init")(init)
app.command("serve")(serve)
app.command("backup")(backup)
app.command("restore")(restore)
app.add_typer(user, name="user", help="Add, list, deactivate people, or give them a new way in.")
app.add_typer(audit, name="audit", help="Verify or export the audit log.")
