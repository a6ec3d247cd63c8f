"""`stammkunde customer …`: one search, one sentence per movement."""

from __future__ import annotations

import getpass
from typing import Any

import click
from sqlalchemy import select

from connector import explain, joining, leaving, members, standing
from connector.cli.common import answer, as_json, installation
from connector.errors import Refused
from connector.installation import Installation, utc_now
from connector.port import Visitor, VisitorKind
from connector.shops import Shop
from connector.tables import note
from connector.values import MemberId


@click.group()
def customer() -> None:
    """Look up customers."""


@customer.command()
@click.argument("email")
@click.option("--shop", "slug", required=True)
@click.option("--most", default=20, show_default=True, help="How many movements to show.")
@click.option(
    "--before", default=1 << 62, help="Only movements below this number, for the next page."
)
@as_json
def show(email: str, slug: str, most: int, before: int, as_json: bool) -> None:
    """What a customer has, and why."""
    with installation() as inst:
        one = inst.shop(slug)
        value = _shown(inst, one, email, most, before)
    answer(value, as_json, lambda: _text(value))


def _shown(inst: Installation, shop: Shop, email: str, most: int, before: int) -> dict[str, Any]:
    with inst.database.read() as tx:
        found = members.by_email(tx, shop.merchant_id, shop.shop_id, email, inst.keys)
        member_id = found_member(tx, shop, email, inst)
        has = standing.of(tx, shop.merchant_id, member_id, shop.zone)
        return {
            "customer": next(key for key, id_ in found.items() if id_ == member_id),
            "others": [key for key, id_ in found.items() if id_ not in (None, member_id)],
            "joined": has.joined_at,
            "left": leaving.left_at(tx, shop.merchant_id, member_id),
            "available": has.available,
            "pending": has.pending,
            "shortfall": has.shortfall,
            "lifetime": standing.lifetime(tx, shop.merchant_id, member_id, has),
            "tier": has.tier or None,
            "next_expiry": _dated(has.next_expiry),
            "pending_next": _dated(has.pending_next),
            "movements": _with_notes(
                tx,
                shop,
                member_id,
                standing.movements(tx, shop.merchant_id, member_id, most, before),
            ),
        }


def _with_notes(
    tx: Any, shop: Shop, member_id: MemberId, movements: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The texts that people wrote beside movements, where they were not erased."""
    asked = select(note.c.n, note.c.text).where(
        note.c.merchant_id == shop.merchant_id,
        note.c.member_id == member_id,
        note.c.n.in_([one["n"] for one in movements]),
    )
    texts = {row.n: row.text for row in tx.execute(asked)}
    return [one | ({"note": texts[one["n"]]} if texts.get(one["n"]) else {}) for one in movements]


def _nobody(found: Any, email: str) -> str:
    accounts = [key for key in found if key.startswith(members.CUSTOMER)]
    if accounts:
        return f"{email} has an account and has not joined."
    return f"The shop has no customer with the address {email}, and no order under it counts."


def _dated(value: tuple[int, Any] | None) -> dict[str, Any] | None:
    return None if value is None else {"points": value[0], "on": value[1]}


def _text(value: dict[str, Any]) -> str:
    lines = [
        f"{value['available']} available, {value['pending']} pending, {value['shortfall']} short"
    ]
    if value["left"]:
        lines.append(f"left on {value['left']:%Y-%m-%d}")
    if value["pending_next"]:
        on = explain.day(value["pending_next"]["on"], "en")
        lines.append(f"next: {value['pending_next']['points']} on {on}")
    lines += [
        f"{row['at']:%Y-%m-%d}  {row['reckoning']['en']}"
        + (f" ({row['note']})" if "note" in row else "")
        for row in value["movements"]
    ]
    return "\n".join(lines)


@customer.command()
@click.argument("email")
@click.option("--shop", "slug", required=True)
@as_json
def join(email: str, slug: str, as_json: bool) -> None:
    """Let an account holder take part who asked for it; his counting orders follow at once."""
    with installation() as inst:
        one = inst.shop(slug)

        def work(tx: Any) -> joining.Joined:
            found = members.by_email(tx, one.merchant_id, one.shop_id, email, inst.keys)
            accounts = [key for key in found if key.startswith(members.CUSTOMER)]
            if not accounts:
                raise Refused(f"{email} has no account in {slug}.")
            who = Visitor(VisitorKind.CUSTOMER, accounts[0].partition(":")[2])
            return joining.join(tx, one, who, "asked", "command line", inst.keys, utc_now())

        joined = inst.database.write(work)
    answer({"member": joined.member_id, "transfers": joined.transfers, "again": joined.again},
           as_json, f"{email} takes part.")  # fmt: skip


@customer.command()
@click.argument("email")
@click.option("--shop", "slug", required=True)
@click.option("--yes", is_flag=True, help="Do it; without this it is only said what would be lost.")
@click.option("--by", default=getpass.getuser, help="Who does it.")
@as_json
def leave(email: str, slug: str, yes: bool, by: str, as_json: bool) -> None:
    """Let a customer take no part any more who asked for it; says what he loses."""
    with installation() as inst:
        one = inst.shop(slug)
        with inst.database.read() as tx:
            member_id = found_member(tx, one, email, inst)
            lost = leaving.preview(tx, one.merchant_id, member_id)
        if yes:
            lost = inst.database.write(
                lambda tx: leaving.leave(tx, one.merchant_id, member_id, by, utc_now())
            )
    value = {
        "left": yes or lost.again,
        "again": lost.again,
        "points": lost.points,
        "pending": lost.pending,
    }
    said = f"{email} has left before." if lost.again else f"{email} has left."
    answer(value, as_json, said if value["left"] else
           f"{lost.points} points and {lost.pending} pending would be lost. Repeat with --yes to do it.")  # fmt: skip


def found_member(tx: Any, shop: Shop, email: str, inst: Installation) -> MemberId:
    """The member behind an address, his account first; Refused with what is known of him."""
    found = members.by_email(tx, shop.merchant_id, shop.shop_id, email, inst.keys)
    member_id = members.first(found)
    if member_id is None:
        raise Refused(_nobody(found, email))
    return member_id
