"""`stammkunde programme wind-down`: the end of a programme, announced in time."""

from __future__ import annotations

import getpass
from datetime import date
from typing import Any

import click

from connector import explain, programmes, winding_down
from connector.cli.common import answer, as_json, installation
from connector.errors import BadInput, Refused
from connector.installation import utc_now


@click.command("wind-down")
@click.argument("slug")
@click.option("--last-day", help="The day to which points can be redeemed at least, as 2029-12-31.")
@click.option("--undo", is_flag=True, help="Go on: orders from now on bring points again.")
@click.option("--by", default=getpass.getuser, help="Who decided it.")
@as_json
def wind_down(slug: str, last_day: str | None, undo: bool, by: str, as_json: bool) -> None:
    """Stop earning from now on; what everybody has stays redeemable to the last day at least."""
    if undo == (last_day is not None):
        raise click.UsageError("Give either --last-day DAY or --undo.")
    last = None if last_day is None else _day(last_day)
    with installation() as inst:
        merchant_id = inst.shop(slug).merchant_id

        def work(tx: Any) -> int:
            document = programmes.documents(tx, merchant_id)[-1]
            if last is None and document["ends_on"] is None:
                raise Refused(f"The programme of {slug} is not being wound down.")
            document["ends_on"] = last and last.isoformat()
            n = programmes.apply(tx, merchant_id, document, by, utc_now())
            winding_down.bring_forward(tx, merchant_id, last)
            return n

        n = inst.database.write(work)
    text = "Orders placed from now on bring points again."
    if last is not None:
        text = (
            "Orders placed from now on bring no points. "
            f"Points live to {explain.day(last, 'en')} at least."
        )
    answer({"version": n, "ends_on": last}, as_json, text if n else "Nothing changed.")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"--last-day: {text!r} is no day; write it as 2029-12-31.") from None
