"""`stammkunde programme …`: a merchant's rules as a file."""

from __future__ import annotations

import getpass
from pathlib import Path

import click
import yaml

from connector import explain, programmes, rulebook, simulating
from connector.cli.common import answer, as_json, installation
from connector.cli.shop import file_argument
from connector.errors import BadInput
from connector.installation import utc_now


@click.group()
def programme() -> None:
    """The rules of a merchant's programme."""


@programme.command()
@click.argument("slug")
@as_json
def show(slug: str, as_json: bool) -> None:
    """Print the programme in force."""
    with installation() as inst, inst.database.read() as tx:
        document = programmes.documents(tx, inst.shop(slug).merchant_id)[-1]
    answer(
        document, as_json, yaml.safe_dump(document, allow_unicode=True, sort_keys=False).rstrip()
    )


@programme.command()
@click.argument("name", type=click.Choice(rulebook.EXAMPLES))
def example(name: str) -> None:
    """Print an example to begin from; it says only what differs from `dach`."""
    click.echo(rulebook.example(name).rstrip())


@programme.command()
@click.argument("slug")
@file_argument
@as_json
@click.pass_context
def lint(context: click.Context, slug: str, file: Path, as_json: bool) -> None:
    """Check a file without applying it."""
    with installation() as inst:
        inst.shop(slug)
    try:
        rulebook.parse(file.read_text("utf-8"))
    except BadInput as wrong:
        answer({"ok": False, "findings": str(wrong).splitlines()}, as_json, str(wrong))
        context.exit(1)
    answer({"ok": True, "findings": []}, as_json, f"{file} is sound.")


@programme.command()
@click.argument("slug")
@file_argument
@as_json
def diff(slug: str, file: Path, as_json: bool) -> None:
    """Show what applying the file would change."""
    new = rulebook.parse(file.read_text("utf-8"))
    with installation() as inst, inst.database.read() as tx:
        old = programmes.documents(tx, inst.shop(slug).merchant_id)[-1]
    lines = rulebook.diff(old, new)
    answer({"changes": lines}, as_json, "\n".join(lines) or "Nothing would change.")


@programme.command()
@click.argument("slug")
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False
)
@as_json
def simulate(slug: str, file: Path | None, as_json: bool) -> None:
    """Say what past orders would bring if this programme went live now; nothing is written.

    Without FILE it is the programme in force.
    """
    with installation() as inst:
        one = inst.shop(slug)
        with inst.database.read() as tx:
            if file is None:
                document = programmes.documents(tx, one.merchant_id)[-1]
            else:
                document = rulebook.parse(file.read_text("utf-8"))
            found, rules = simulating.run(tx, one, document, utc_now())
    worth = found.worth(rules, one.currency)
    value = {"orders": found.orders, "members": len(found.people), "points": found.points,
             "worth": {"minor": worth.minor, "currency": worth.currency}}  # fmt: skip
    answer(value, as_json, f"{found.orders:,} past orders would bring {len(found.people):,} members "
           f"{found.points:,} points, worth {explain.money(worth, 'en')} when they are redeemed.")  # fmt: skip


@programme.command()
@click.argument("slug")
@file_argument
@click.option(
    "--by", default=getpass.getuser, help="Who decided it; your user name unless you say so."
)
@as_json
def apply(slug: str, file: Path, by: str, as_json: bool) -> None:
    """Put the file in force from now on; what was earned before stays as it is."""
    document = rulebook.parse(file.read_text("utf-8"))
    with installation() as inst:
        merchant_id = inst.shop(slug).merchant_id
        n = inst.database.write(
            lambda tx: programmes.apply(tx, merchant_id, document, by, utc_now())
        )
    answer({"version": n}, as_json, f"Version {n} is in force." if n else "Nothing changed.")
