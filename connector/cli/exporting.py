"""`stammkunde export` and `customer export`: what is taken along, into files and nowhere else."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

import click

from connector import explain, exporting, members
from connector.cli.common import answer, as_json, installation
from connector.errors import BadInput, Refused


@click.command("export")
@click.argument("slug")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The zip file to make.")
@as_json
def export_merchant(slug: str, out: Path, as_json: bool) -> None:
    """Write all books of a shop's merchant into a zip: members, ledger, lots, vouchers, programmes."""
    with installation() as inst:
        merchant_id = inst.shop(slug).merchant_id
        with _new(out) as file, inst.database.read() as tx:
            counts = exporting.merchant(tx, merchant_id, file)
    answer({"file": str(out), "rows": counts}, as_json,
           f"{sum(counts.values())} rows were written to {out}.")  # fmt: skip


@click.command("export")
@click.argument("email")
@click.option("--shop", "slug", required=True)
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path),
              help="A folder for the files; it is made.")  # fmt: skip
@click.option("--lang", type=click.Choice(explain.LANGUAGES), default="de", show_default=True)
@as_json
def export_customer(email: str, slug: str, out: Path, lang: str, as_json: bool) -> None:
    """Write everything about a person: JSON for machines, a page and a table for people."""
    with installation() as inst:
        one = inst.shop(slug)
        with inst.database.read() as tx:
            found = members.by_email(tx, one.merchant_id, one.shop_id, email, inst.keys)
            member_id = members.first(found)
            person = exporting.person(tx, one, list(found), member_id)
    if not any(person.values()):
        raise Refused(f"Nothing is stored under {email}.")
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    files = {
        "person.json": exporting.as_json(person),
        "person.html": exporting.as_html(person, lang),
        "movements.csv": exporting.as_csv(person["movements"], lang),
    }
    for name, text in files.items():
        with _new(out / name) as file:
            file.write(text.encode())
    answer({"folder": str(out), "files": sorted(files)}, as_json,
           f"Written to {out}: {', '.join(sorted(files))}.")  # fmt: skip


def _new(path: Path) -> BinaryIO:
    """A file that is not there yet, for its owner only: it holds people's data."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BadInput(f"--out: {path} is there already; nothing is overwritten.") from None
    except OSError as failed:
        raise BadInput(f"--out: {path} cannot be written ({failed.strerror}).") from None
    return os.fdopen(handle, "wb")
