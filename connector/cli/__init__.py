"""The command line: progress on standard error, answers on standard output, exit codes for scripts.

0 done · 1 refused, or findings · 2 wrong usage · 3 the shop cannot be reached or refuses us.
"""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

import click
from sqlalchemy.exc import DBAPIError

from connector import __version__
from connector.cli.correcting import correct, merge, unmerge
from connector.cli.customer import customer
from connector.cli.demo import demo
from connector.cli.ending import wind_down
from connector.cli.exporting import export_customer, export_merchant
from connector.cli.importing import import_
from connector.cli.programme import programme
from connector.cli.redeem import redeem, voucher
from connector.cli.run import migrate, reconcile, run_due, serve, sync, verify
from connector.cli.scale import scheduler, show_jobs, web, worker
from connector.cli.shop import shop
from connector.cli.task import task
from connector.cli.terms import terms
from connector.cli.token import token
from connector.cli.user import user
from connector.errors import (
    AccessLost,
    BadInput,
    ConfigError,
    NotThere,
    Refused,
    StammkundeError,
    TryLater,
    Unreadable,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="stammkunde")
def stammkunde() -> None:
    """Points that bring customers back, beside your own shop."""


for command in (shop, sync, reconcile, run_due, programme, customer, redeem, voucher, task, token, user,
                verify, demo,
                serve, migrate, web, worker, scheduler, show_jobs):  # fmt: skip
    stammkunde.add_command(command)

for command in export_merchant, import_:
    stammkunde.add_command(command)
for command in correct, merge, unmerge, export_customer:
    customer.add_command(command)
programme.add_command(wind_down)
programme.add_command(terms)

_EXITS: tuple[tuple[tuple[type[StammkundeError], ...], int], ...] = (
    ((BadInput, ConfigError), 2),
    ((Refused,), 1),
    ((TryLater, AccessLost, NotThere, Unreadable), 3),
)


def exit_code(error: StammkundeError) -> int:
    """What a script sees of an error; a broken ledger is a finding."""
    return next((code for kinds, code in _EXITS if isinstance(error, kinds)), 1)


def main() -> None:
    """Run a command; what we raise on purpose becomes a sentence, everything else is our bug."""
    try:
        code = stammkunde.main(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        sys.exit(1)
    except StammkundeError as error:
        click.echo(str(error), err=True)
        sys.exit(exit_code(error))
    except DBAPIError as failed:
        click.echo(f"The database cannot be used: {failed.orig}", err=True)
        sys.exit(1)
    except Exception as unforeseen:
        click.echo(_place(unforeseen), err=True)
        sys.exit(1)


def _place(unforeseen: Exception) -> str:
    """What happened and where, for a report; its words may name a person and are not repeated."""
    frames = traceback.extract_tb(unforeseen.__traceback__)
    places = ", ".join(f"{Path(one.filename).name}:{one.lineno}" for one in frames[-6:])
    return (
        f"Something unforeseen happened: {type(unforeseen).__name__} at {places}. Please report it."
    )
