"""Who has birthday today: points once a year, for whoever told us the day early enough.

A day that was entered or changed less than a month ahead counts from next year, and a change never
brings points a second time: the award's name is the member and the year.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, bindparam, select

from connector import events, members, merchants, programmes
from connector.events import BIRTHDAY, Happened
from connector.programme import Programme, in_force
from connector.tables import customer, identity
from connector.tables import member as member_table
from connector.values import MemberId, MerchantId, day_in, end_of_day

KNOWN_BEFORE = timedelta(days=30)
LATE = 7
"""Days that are made up for when nothing ran."""
AT_ONCE = 50

_BORN = (
    select(member_table.c.member_id)
    .join(
        identity,
        (identity.c.merchant_id == member_table.c.merchant_id)
        & (identity.c.member_id == member_table.c.member_id),
    )
    .join(
        customer,
        (customer.c.merchant_id == identity.c.merchant_id)
        & (customer.c.shop_id == identity.c.shop_id)
        & (customer.c.external_id == identity.c.value),
    )
    .where(
        customer.c.merchant_id == bindparam("m"),
        customer.c.birthday.in_(bindparam("days", expanding=True)),
        customer.c.birthday_at <= bindparam("known"),
        identity.c.kind == members.CUSTOMER,
        identity.c.until.is_(None),
        member_table.c.left_at.is_(None),
        member_table.c.member_id > bindparam("after"),
    )
    .distinct()
    .order_by(member_table.c.member_id)
    .limit(AT_ONCE)
)


def recent(tx: Connection, merchant_id: MerchantId, now: datetime) -> Sequence[date]:
    """Today and the days before it that may have been missed; none where nothing is given."""
    home = merchants.get(tx, merchant_id)
    versions = programmes.versions(tx, merchant_id, home.currency)
    today, live = day_in(now, home.zone), day_in(home.live_since, home.zone)
    days = [today - timedelta(days=back) for back in reversed(range(LATE))]
    return [day for day in days if day > live and _gives(versions, _begins(day, home.zone))]


def _gives(versions: tuple[Programme, ...], moment: datetime) -> bool:
    programme = in_force(versions, moment)
    return programme is not None and programme.event(BIRTHDAY) is not None


def _begins(day: date, zone: str) -> datetime:
    return end_of_day(day - timedelta(days=1), zone)


def give(
    tx: Connection, merchant_id: MerchantId, day: date, after: str, now: datetime
) -> tuple[int, str]:
    """Give some members who have birthday on that day their points: how many got any, and the last
    member looked at ("" when that was all)."""
    zone = merchants.get(tx, merchant_id).zone
    begins = _begins(day, zone)
    asked = {
        "m": merchant_id,
        "days": _spelled(day),
        "known": begins - KNOWN_BEFORE,
        "after": after,
    }
    born = [MemberId(id_) for id_ in tx.execute(_BORN, asked).scalars()]
    given = 0
    for member_id in born:
        happened = Happened(member_id, BIRTHDAY, str(day.year), begins)
        given += events.give(tx, merchant_id, happened, now) > 0
    return given, born[-1] if len(born) == AT_ONCE else ""


def _spelled(day: date) -> list[str]:
    """Whoever was born on a 29 February has birthday on the 28th in other years."""
    days = [f"{day:%m-%d}"]
    if days == ["02-28"] and (day + timedelta(days=1)).month == 3:
        days.append("02-29")
    return days
