"""`stammkunde customer correct|merge|unmerge`: what a person decides about somebody's points."""

from __future__ import annotations

import getpass
from typing import Any
from uuid import uuid4

import click

from connector import corrections, members, merging
from connector.cli.common import answer, as_json, installation
from connector.cli.customer import found_member
from connector.errors import Refused
from connector.installation import utc_now
from connector.values import MemberId

_by = click.option("--by", default=getpass.getuser, help="Who decided it.")
_shop = click.option("--shop", "slug", required=True)


@click.command()
@click.argument("email")
@_shop
@click.option("--give", type=click.IntRange(1), help="Points to give.")
@click.option("--take", type=click.IntRange(1), help="Points to take.")
@click.option("--reason", required=True, help="Why; kept where it can be erased.")
@click.option("--key", help="A name that makes it happen once, however often it is run.")
@click.option(
    "--shortfall", is_flag=True, help="Take what is there, the next points settle the rest."
)
@_by
@as_json
def correct(
    email: str,
    slug: str,
    give: int | None,
    take: int | None,
    reason: str,
    key: str | None,
    shortfall: bool,
    by: str,
    as_json: bool,
) -> None:
    """Give or take points by hand."""
    if (give is None) == (take is None):
        raise click.UsageError("Give either --give N or --take N.")
    points = give if give is not None else -(take or 0)
    with installation() as inst:
        one = inst.shop(slug)

        def work(tx: Any) -> corrections.Corrected:
            member_id = found_member(tx, one, email, inst)
            return corrections.correct(
                tx,
                one.merchant_id,
                member_id,
                points,
                reason,
                by,
                name,
                utc_now(),
                shortfall=shortfall,
            )

        name = key or f"cli/{uuid4()}"
        done = inst.database.write(work)
    said = (
        "This was done before."
        if done.again
        else f"{abs(done.points)} points were {_verb(done.points)}."
    )
    owed = f" {done.shortfall} are settled with the next points." if done.shortfall else ""
    value = {"points": done.points, "shortfall": done.shortfall, "again": done.again, "key": name}
    answer(value, as_json, said + owed)


def _verb(points: int) -> str:
    return "given" if points > 0 else "taken"


@click.command()
@click.argument("email")
@click.argument("into")
@_shop
@click.option("--into-shop", help="Where the second address is known, if that is another shop.")
@_by
@as_json
def merge(email: str, into: str, slug: str, into_shop: str | None, by: str, as_json: bool) -> None:
    """Let a customer (first address) become one with another (second address)."""
    with installation() as inst:
        one, other = inst.shop(slug), inst.shop(into_shop or slug)
        if one.merchant_id != other.merchant_id:
            raise Refused(f"{slug} and {into_shop} belong to different merchants.")

        def work(tx: Any) -> merging.Merged:
            gone, kept = found_member(tx, one, email, inst), found_member(tx, other, into, inst)
            return merging.merge(tx, one.merchant_id, gone, kept, by, utc_now())

        done = inst.database.write(work)
    value = {"points": done.points, "pending": done.pending, "again": done.again}
    answer(value, as_json, f"{done.points} points and {done.pending} pending went over.")


@click.command()
@click.argument("email")
@_shop
@_by
@as_json
def unmerge(email: str, slug: str, by: str, as_json: bool) -> None:
    """Undo a merge: give the address of the customer who was merged into the other."""
    with installation() as inst:
        one = inst.shop(slug)

        def work(tx: Any) -> merging.Unmerged:
            found = members.by_email(tx, one.merchant_id, one.shop_id, email, inst.keys)
            ours = [(one.shop_id, *key.split(":", 1)) for key in found]
            survivors = {id_ for id_ in found.values() if id_ is not None}
            merged: list[MemberId | None] = [
                merging.merged_as(tx, one.merchant_id, id_, ours) for id_ in sorted(survivors)
            ]
            gone = next((id_ for id_ in merged if id_ is not None), None)
            if gone is None:
                raise Refused(f"{email} was not merged into anybody.")
            return merging.unmerge(tx, one.merchant_id, gone, by, utc_now())

        done = inst.database.write(work)
    value = {
        "points": done.points,
        "pending": done.pending,
        "spent": done.spent,
        "again": done.again,
    }
    answer(value, as_json, f"{done.points} points and {done.pending} pending went back, "
           f"{done.spent} of his had been spent.")  # fmt: skip
