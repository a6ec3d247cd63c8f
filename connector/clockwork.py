"""What the clock does to points, a merchant at a time; what fails alone is put aside and a task.

Put aside is a row of the outbox: tried again later and later, and nothing else waits for it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import Connection
from sqlalchemy.exc import InterfaceError, OperationalError

from connector import (
    forewarning,
    inactivity,
    lanes,
    life,
    merchants,
    outbox,
    programmes,
    tasks,
    winding_down,
)
from connector.errors import LedgerBroken, TryLater, said_of
from connector.installation import Installation, utc_now
from connector.outbox import Work
from connector.values import MemberId, MerchantId

AT_ONCE = 50
ASIDE = timedelta(hours=1)
Args = dict[str, str]
"""Which award (`subject`) or which lot (`member`, `day`), as a row of the outbox keeps it."""

log = logging.getLogger("stammkunde")


def release_some(inst: Installation, merchant_id: MerchantId) -> tuple[int, int]:
    """Make due pending points available: transfers written, and subjects put aside."""
    with inst.database.read() as tx:
        subjects = lanes.ripe(tx, merchant_id, utc_now(), AT_ONCE)
    due = [{"subject": subject} for subject in subjects]
    try:
        return _do(inst, merchant_id, "release", due), 0
    except Exception as failed:  # one of them is broken; alone, each shows whether it is it
        _stop_for(failed)
    return _one_by_one(inst, merchant_id, "release", due)


def expire_some(inst: Installation, merchant_id: MerchantId) -> tuple[int, int]:
    """Let lots expire whose day is over: how many did, and how many were put aside."""
    with inst.database.read() as tx:
        lots = lanes.over(tx, merchant_id, utc_now(), AT_ONCE)
    due = [{"member": member_id, "day": day.isoformat()} for member_id, day in lots]
    return _one_by_one(inst, merchant_id, "expire", due)


def foresee(inst: Installation, merchant_id: MerchantId) -> int:
    """The night's look ahead: warn of what ends soon, and end what inactivity ends; put aside."""
    inst.database.write(partial(_bring_forward, merchant_id=merchant_id), batch=True)
    after = forewarning.FIRST
    while lots := _warn_some(inst, merchant_id, after):
        after = lots[-1]
    aside, member_id = 0, ""
    with inst.database.read() as tx:
        matters = inactivity.matters(tx, merchant_id)
    while matters and (some := _inactive_some(inst, merchant_id, member_id)):
        due = [{"member": one, "day": "inactive"} for one in some]
        aside += _one_by_one(inst, merchant_id, "inactive", due)[1]
        member_id = some[-1]
    return aside


def _bring_forward(tx: Connection, merchant_id: MerchantId) -> None:
    winding_down.bring_forward(tx, merchant_id, programmes.last_day(tx, merchant_id))


def _warn_some(
    inst: Installation, merchant_id: MerchantId, after: forewarning.Ending
) -> list[forewarning.Ending]:
    now = utc_now()
    with inst.database.read() as tx:
        zone = merchants.get(tx, merchant_id).zone
        lots = forewarning.due(tx, merchant_id, zone, now, after)
    make = partial(forewarning.make, merchant_id=merchant_id, lots=lots, zone=zone, now=now)
    if lots:
        inst.database.write(make, batch=True)
    return lots


def _inactive_some(inst: Installation, merchant_id: MerchantId, after: str) -> list[MemberId]:
    with inst.database.read() as tx:
        return inactivity.members(tx, merchant_id, utc_now(), after, AT_ONCE)


def again(inst: Installation, work: Work) -> None:
    """Try what was put aside; it closes its own task."""

    def unit(tx: Connection) -> None:
        now = utc_now()
        _KINDS[work.kind](tx, work.merchant_id, [work.args], now)
        tasks.settle_all(tx, work.merchant_id, [("stuck", _name(work.kind, work.args))], now)

    inst.database.write(unit, batch=True)


def _do(inst: Installation, merchant_id: MerchantId, kind: str, some: Sequence[Args]) -> int:
    def unit(tx: Connection) -> int:
        return _KINDS[kind](tx, merchant_id, some, utc_now())

    return inst.database.write(unit, batch=True) if some else 0


def _one_by_one(
    inst: Installation, merchant_id: MerchantId, kind: str, due: Sequence[Args]
) -> tuple[int, int]:
    moved = aside = 0
    for args in due:
        try:
            moved += _do(inst, merchant_id, kind, [args])
        except Exception as failed:  # a broken award or lot must not hold up the rest
            _stop_for(failed)
            inst.database.write(
                partial(_put_aside, merchant_id=merchant_id, kind=kind, args=args, failed=failed)
            )
            aside += 1
    return moved, aside


def _stop_for(failed: Exception) -> None:
    """Broken books are never caught, and a database that is away is nobody's own fault."""
    if isinstance(failed, LedgerBroken | TryLater | OperationalError | InterfaceError):
        raise failed


def _put_aside(
    tx: Connection, *, merchant_id: MerchantId, kind: str, args: Args, failed: Exception
) -> None:
    name, said, now = _name(kind, args), said_of(failed), utc_now()
    log.error("%s: %s", name, said)
    outbox.add(  # `lanes` leaves out whatever has a row of this key
        tx, merchant_id, key=name, lane=lanes.POINTS, kind=kind, args=args, due_at=now + ASIDE,
        anew=True,
    )  # fmt: skip
    tasks.open_task(tx, merchant_id, "stuck", name, {"what": name, "error": said}, now)


def _name(kind: str, args: Args) -> str:
    what = args["subject"] if kind == "release" else f"{args['member']}/{args['day']}"
    return f"{kind}/{what}"


def _release(tx: Connection, merchant_id: MerchantId, some: Sequence[Args], now: datetime) -> int:
    return life.release(tx, merchant_id, [args["subject"] for args in some], now)


def _expire(tx: Connection, merchant_id: MerchantId, some: Sequence[Args], now: datetime) -> int:
    return sum(
        life.expire(tx, merchant_id, MemberId(args["member"]), date.fromisoformat(args["day"]), now)
        for args in some
    )


def _inactive(tx: Connection, merchant_id: MerchantId, some: Sequence[Args], now: datetime) -> int:
    return sum(inactivity.pass_day(tx, merchant_id, MemberId(args["member"]), now) for args in some)


_KINDS = {"release": _release, "expire": _expire, "inactive": _inactive}
