"""`stammkunde redeem` and `stammkunde voucher …`: points for codes, and codes for points again."""

from __future__ import annotations

import getpass
import time
from typing import Any
from uuid import uuid4

import click
from sqlalchemy import Connection, bindparam, select

from connector import codes, explain, jobs, lanes, vouchers
from connector.cli.common import answer, as_json, installation
from connector.cli.customer import found_member
from connector.errors import Refused, TryLater
from connector.installation import Installation, utc_now
from connector.offers import sentence
from connector.shops import Shop
from connector.tables import member
from connector.tables import voucher as table
from connector.vouchers import Asked, State, Voucher

PATIENCE = 20.0
"""Seconds to wait for the shop; what it owes is done later by itself."""
_BY_CODE = select(table.c.voucher_id).where(
    table.c.merchant_id == bindparam("m"),
    table.c.shop_id == bindparam("s"),
    table.c.code == bindparam("code"),
)
_AVAILABLE = select(member.c.available).where(
    member.c.merchant_id == bindparam("m"), member.c.member_id == bindparam("member")
)
by_option = click.option(
    "--by", default=getpass.getuser, help="Who does it; your user name unless you say so."
)


@click.command()
@click.argument("email")
@click.argument("reward")
@click.option("--shop", "slug", required=True)
@click.option("--points", type=int, help="How many, where the reward lets you choose.")
@click.option("--key", help="The same key is the same redemption, however often it is asked for.")
@by_option
@as_json
def redeem(
    email: str, reward: str, slug: str, points: int | None, key: str | None, by: str, as_json: bool
) -> None:
    """Exchange a customer's points for a voucher in the shop."""
    asked = Asked(reward, key or str(uuid4()), points)
    with installation() as inst:
        shop = inst.shop(slug)

        def work(tx: Connection) -> Voucher:
            member_id = found_member(tx, shop, email, inst)
            return vouchers.redeem(tx, shop, member_id, asked, inst.keys, utc_now(), by)

        one = _settled(inst, shop, inst.database.write(work), State.WANTED)
        if one.state is State.ENDED and not one.given_back:
            raise Refused(f"{one.error} The points are the customer's again.")
        value = _shown(inst, one)
    answer(value, as_json, f"{value['code']}  {value['text']['en']}")


@click.group()
def voucher() -> None:
    """Look at vouchers, and take them back."""


@voucher.command("list")
@click.argument("email")
@click.option("--shop", "slug", required=True)
@as_json
def list_vouchers(email: str, slug: str, as_json: bool) -> None:
    """A customer's vouchers, the newest first."""
    with installation() as inst:
        shop = inst.shop(slug)
        with inst.database.read() as tx:
            member_id = found_member(tx, shop, email, inst)
            found = vouchers.of_member(tx, shop.merchant_id, member_id)
        rows = [_shown(inst, one) for one in found]
    lines = [f"{row['code']}  {row['state']:<8}  {row['text']['en']}" for row in rows]
    answer(rows, as_json, "\n".join(lines) or "There are no vouchers.")


@voucher.command()
@click.argument("code")
@click.option("--shop", "slug", required=True)
@by_option
@as_json
def revoke(code: str, slug: str, by: str, as_json: bool) -> None:
    """Take an unused voucher out of the shop and give its points back."""
    with installation() as inst:
        shop = inst.shop(slug)

        def work(tx: Connection) -> Voucher:
            id_ = _of_code(tx, shop, code)
            return vouchers.take_back(tx, shop.merchant_id, id_, utc_now(), by=by)

        one = _settled(inst, shop, inst.database.write(work), State.REVOKING)
        if one.state is State.USED:
            raise Refused(f"{one.code} was used in order {one.used_in}; no points come back.")
        value = _shown(inst, one)
    answer(value, as_json, f"{explain.points(value['given_back'], 'en')} came back.")


@voucher.command()
@click.argument("code")
@click.option("--shop", "slug", required=True)
@as_json
def done(code: str, slug: str, as_json: bool) -> None:
    """Say that a reward by hand was handed over."""
    with installation() as inst:
        shop = inst.shop(slug)

        def work(tx: Connection) -> Voucher:
            id_ = _of_code(tx, shop, code)
            return vouchers.done_by_hand(tx, shop.merchant_id, id_, utc_now())

        value = _shown(inst, inst.database.write(work))
    answer(value, as_json, "Done.")


def _of_code(tx: Connection, shop: Shop, code: str) -> str:
    asked = {"m": shop.merchant_id, "s": shop.shop_id, "code": codes.same(code)}
    id_ = tx.execute(_BY_CODE, asked).scalar()
    if id_ is None:
        raise Refused(
            f"{shop.slug} has no voucher {code!r} of ours; see `stammkunde voucher list`."
        )
    return str(id_)


def _settled(inst: Installation, shop: Shop, one: Voucher, waiting: State) -> Voucher:
    """Do what the shop owes now, or wait while another process does it."""
    until = time.monotonic() + PATIENCE
    while one.state is waiting:
        if time.monotonic() > until:
            raise TryLater(
                f"{shop.slug} does not answer. It goes on by itself, and nothing is lost;"
                " `stammkunde voucher list` shows how far it is."
            )
        done, _ = jobs.run_lane(inst, lanes.of_shop(shop))
        if not done.works:
            time.sleep(0.2)
        with inst.database.read() as tx:
            one = vouchers.get(tx, one.merchant_id, one.voucher_id) or one
    return one


def _shown(inst: Installation, one: Voucher) -> dict[str, Any]:
    with inst.database.read() as tx:
        available = tx.execute(
            _AVAILABLE, {"m": one.merchant_id, "member": one.member_id}
        ).scalar_one()
    currency = one.offer["currency"]
    return {
        "code": one.code,
        "value": None if one.value is None else {"minor": one.value, "currency": currency},
        "expires_on": None if one.by_hand else one.expires_on,
        "available": available,
        "state": one.state.value,
        "reward": one.reward,
        "points": one.points,
        "given_back": one.given_back,
        "used_in": one.used_in or None,
        "text": {lang: sentence(one, lang) for lang in explain.LANGUAGES},
    }
