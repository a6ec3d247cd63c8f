"""Points for what is not an order: joining, a birthday, and whatever a shop's own programs report.

Each is an award of its own, given once: its subject names the member, the event and what it refers to,
so that a report that comes twice changes nothing. What limits it is counted as for campaigns.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, exists, select

from connector import awards, campaigns, members, merchants, programmes, statements
from connector.amounts import Terms
from connector.awards import EVENT, Award
from connector.earning import RULE as PURCHASE
from connector.errors import Refused
from connector.ledger import Posting, Reason
from connector.members import CUSTOMER
from connector.programme import Event, Programme, in_force
from connector.tables import award, identity
from connector.tables import member as member_table
from connector.values import MemberId, MerchantId, ShopId, day_in, end_of_day

SIGNUP, BIRTHDAY = "signup", "birthday"


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happened to a member. `reference` tells two of one name apart."""

    member_id: MemberId
    name: str
    reference: str
    at: datetime


def give(tx: Connection, merchant_id: MerchantId, happened: Happened, now: datetime) -> int:
    """The points it brought, and 0 where it was reported before or a limit is used up.

    Raises Refused where the programme knows no such event, or the member left.
    """
    home = merchants.get(tx, merchant_id)
    versions = programmes.versions(tx, merchant_id, home.currency)
    programme = in_force(versions, happened.at)
    if programme is None or happened.at < home.live_since or programme.ends_on is not None:
        return 0  # before the start, or while the programme is wound down, nothing is earned
    event = _event(programme, happened.name)
    # Locked before anything is looked for: the same report may come twice at the same time.
    statements.LOCK_MEMBERS.rows(tx, {"merchant_id": merchant_id, "members": [happened.member_id]})
    if members.departed(tx, merchant_id, [happened.member_id]):
        raise Refused("This customer has left the programme and collects no points.")
    about = subject(event, happened)
    if (about, EVENT) in awards.load(tx, merchant_id, [about]):
        return 0
    day = day_in(happened.at, home.zone)
    points = _granted(tx, merchant_id, event, happened.member_id, day)
    if points == 0:
        return 0
    given = Award(
        about, EVENT, happened.member_id, _terms(event, programme, happened, home.zone, points)
    )
    given.deserved = points
    if not event.after_first_order or _has_bought(tx, merchant_id, happened.member_id):
        last = day_in(happened.at, home.zone) + timedelta(days=event.hold_days)
        given.release_at = happened.at if event.hold_days == 0 else end_of_day(last, home.zone)
    posting = _posting(given, points, programme, home.live_since, now)
    awards.post(tx, merchant_id, [(given, posting)], now)
    return points


def newcomers(
    tx: Connection, merchant_id: MerchantId, shop_id: ShopId, accounts: Iterable[str]
) -> set[str]:
    """Those of these accounts whose holder was never another member: who left and joined anew is not new."""
    asked = {"m": merchant_id, "s": shop_id, "ids": sorted(set(accounts))}
    return set(tx.execute(_NEWCOMERS, asked).scalars())


_NEWCOMERS = (
    select(identity.c.value)
    .join(member_table, (member_table.c.merchant_id == identity.c.merchant_id)
          & (member_table.c.member_id == identity.c.member_id))
    .where(
        identity.c.merchant_id == bindparam("m"),
        identity.c.shop_id == bindparam("s"),
        identity.c.kind == CUSTOMER,
        identity.c.value.in_(bindparam("ids", expanding=True)),
        identity.c.since >= member_table.c.joined_at,
    )
)  # fmt: skip


def subject(event: Event, happened: Happened) -> str:
    """The award's name; it holds our ids and the reporter's reference, never a person's data."""
    about = f"member/{happened.member_id}/{event.id}"
    return about if event.once else f"{about}/{happened.reference}"


def _event(programme: Programme, name: str) -> Event:
    event = programme.event(name)
    if event is None:
        names = ", ".join(sorted(one.id for one in programme.events)) or "none"
        raise Refused(f"event: the programme knows no {name!r}. It knows: {names}.")
    return event


def _campaign(event: Event) -> str:
    """Events are counted beside rules, and may bear the same names."""
    return f"event/{event.id}"


def _granted(
    tx: Connection, merchant_id: MerchantId, event: Event, member_id: MemberId, day: date
) -> int:
    if not event.limited:
        return event.points
    campaign_id = _campaign(event)
    left = campaigns.open_to(tx, merchant_id, campaign_id, event.limits, member_id, day)
    points = event.points if left.points is None else min(event.points, left.points)
    if points > 0:
        campaigns.take(tx, merchant_id, campaign_id, member_id, day, points)
    return points


def _terms(event: Event, programme: Programme, happened: Happened, zone: str, points: int) -> Terms:
    return {
        "version": 1, "programme": programme.n, "zone": zone, "number": "",
        "event": event.id, "title": dict(event.title), "at": happened.at.isoformat(),
        "rules": {_campaign(event): {"granted": points}} if event.limited else {},
    }  # fmt: skip


def _posting(
    given: Award, points: int, programme: Programme, live_since: datetime, now: datetime
) -> Posting:
    released = given.release_at is not None and given.release_at <= now
    expires_on = None
    if released and given.release_at is not None:
        expires_on = awards.expiry(given.terms, programme.life, given.release_at, live_since, now)
    return Posting(
        member_id=given.member_id, reason=Reason.CREDIT if released else Reason.EARN,
        points=points, subject=given.subject, rule=EVENT, key=f"{given.subject}/{EVENT}",
        occurred_at=datetime.fromisoformat(given.terms["at"]), expires_on=expires_on,
        basis=basis(given),
        programme=programme.n,
    )  # fmt: skip


def basis(given: Award) -> dict[str, Any]:
    """What a movement for an event remembers to explain itself."""
    on = given.release_at and day_in(given.release_at, given.terms["zone"]).isoformat()
    return {"event": given.terms["event"], "title": given.terms["title"], "release_on": on}


def _has_bought(tx: Connection, merchant_id: MerchantId, member_id: MemberId) -> bool:
    return bool(tx.execute(_BOUGHT, {"m": merchant_id, "id": member_id}).scalar())


_BOUGHT = select(
    exists().where(
        award.c.merchant_id == bindparam("m"),
        award.c.member_id == bindparam("id"),
        award.c.rule == PURCHASE,
        award.c.deserved > 0,
        award.c.given > award.c.pending,
    )
)
