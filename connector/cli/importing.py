"""`stammkunde import …`: points from elsewhere, first as a report, then as awards."""

from __future__ import annotations

import csv
import getpass
from functools import partial
from pathlib import Path
from typing import Any

import click

from connector import importing
from connector.cli.common import answer, as_json, installation
from connector.cli.shop import file_argument
from connector.errors import BadInput, Refused
from connector.importing import Report
from connector.installation import Installation, utc_now
from connector.safe_csv import cell
from connector.shops import Shop

SHOWN = 20


@click.group("import")
def import_() -> None:
    """Take points over from elsewhere."""


_shop = click.option("--shop", "slug", required=True)
_map = click.option(
    "--map",
    "pairs",
    multiple=True,
    help="Our field and your column, as points=Balance; repeatable.",
)
_encoding = click.option("--encoding", default="utf-8", show_default=True)


@import_.command()
@file_argument
@_shop
@_map
@_encoding
@click.option("--report", "to", type=click.Path(dir_okay=False, path_type=Path),
              help="Write every row that is left out into this CSV file.")  # fmt: skip
@as_json
def preview(
    file: Path, slug: str, pairs: tuple[str, ...], encoding: str, to: Path | None, as_json: bool
) -> None:
    """Say what a file would bring; nothing is written."""
    with installation() as inst:
        found = _report(inst, inst.shop(slug), file, pairs, encoding)
    if to is not None:
        _write(found, to)
    answer(_value(found), as_json, lambda: _text(found))


@import_.command()
@file_argument
@_shop
@_map
@_encoding
@click.option("--digest", required=True, help="The digest that the preview printed.")
@click.option("--by", default=getpass.getuser, help="Who decided it.")
@as_json
def apply(
    file: Path,
    slug: str,
    pairs: tuple[str, ...],
    encoding: str,
    digest: str,
    by: str,
    as_json: bool,
) -> None:
    """Give the points that the preview with this digest named. The same file again brings nothing."""
    with installation() as inst:
        one = inst.shop(slug)
        found = _report(inst, one, file, pairs, encoding)
        if digest != found.digest:
            raise Refused(
                "What this file would do is not what the digest stands for; look at a new preview."
            )
        written = 0
        for start in range(0, len(found.matched), importing.AT_ONCE):
            some = found.matched[start : start + importing.AT_ONCE]
            unit = partial(
                importing.write, shop=one, batch=found.batch, some=some, by=by, now=utc_now()
            )
            written += inst.database.write(unit, batch=True)
    answer(_value(found) | {"written": written}, as_json,
           f"{written} rows were imported, {found.points} points.")  # fmt: skip


def _report(
    inst: Installation, one: Shop, file: Path, pairs: tuple[str, ...], encoding: str
) -> Report:
    mapping = dict(_pair(pair) for pair in pairs)
    table = importing.read(file.read_bytes(), mapping, encoding)
    with inst.database.read() as tx:
        return importing.report(tx, one, table, inst.keys)


def _pair(pair: str) -> tuple[str, str]:
    ours, equals, theirs = pair.partition("=")
    if not equals or not theirs:
        raise BadInput(f"--map: {pair!r} cannot be used; write points=Balance.")
    return ours.strip(), theirs.strip()


def _value(found: Report) -> dict[str, Any]:
    """Without a person's data: lines and columns, no addresses."""
    return {
        "batch": found.batch, "digest": found.digest, "rows": len(found.matched),
        "points": found.points, "before": found.before,
        "nobody": [row.line for row in found.nobody],
        "bad": [{"line": one.line, "column": one.column, "why": one.why} for one in found.bad],
    }  # fmt: skip


def _text(found: Report) -> str:
    said = [
        f"{len(found.matched)} rows would bring {found.points} points; {found.before} were imported before.",
        f"{len(found.nobody)} rows match nobody who takes part, {len(found.bad)} cannot be used.",
    ]
    said += [f"line {one.line}: {one.column or 'row'} {one.why}." for one in found.bad[:SHOWN]]
    said += [
        f"line {row.line}: nobody who takes part has this address." for row in found.nobody[:SHOWN]
    ]
    left = max(len(found.bad) - SHOWN, 0) + max(len(found.nobody) - SHOWN, 0)
    said += [f"… and {left} more; --report FILE writes them all."] if left else []
    return "\n".join([*said, f"digest: {found.digest}"])


def _write(found: Report, to: Path) -> None:
    """Everything that is left out, with the addresses: a file of its own, for its owner only."""
    to.touch(mode=0o600, exist_ok=False)
    with to.open("w", encoding="utf-8", newline="") as opened:
        rows = csv.writer(opened)
        rows.writerow(["line", "column", "email", "points", "why"])
        for bad in found.bad:
            rows.writerow([bad.line, bad.column, "", "", bad.why])
        for row in found.nobody:
            rows.writerow([row.line, "email", cell(row.email), row.points,
                           "nobody who takes part has this address"])  # fmt: skip
