"""What waits, lane by lane: the figures behind `stammkunde jobs`, read from the rows themselves."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    Table,
    bindparam,
    case,
    func,
    select,
)

from connector.runners.election import Elected, elected
from connector.tables import address, inbox, outbox

_NOW: BindParameter[datetime] = bindparam("now")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A lane. `due`: could be done now; `running`: claimed; `later`: not yet its time; `failed`: of
    all these, tried without success."""

    merchant_id: str
    lane: str
    due: int
    running: int
    later: int
    failed: int
    oldest_due: datetime | None


@dataclass(frozen=True, slots=True)
class Overview:
    at: datetime
    lanes: list[Waiting]
    scheduler: Elected | None

    @property
    def oldest_due_seconds(self) -> float:
        """How long the one that waits longest has been waiting."""
        ages = [(self.at - one.oldest_due).total_seconds() for one in self.lanes if one.oldest_due]
        return round(max(ages, default=0.0), 1)


def _count(of: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((of, 1), else_=0)), 0)


def _figures(rows: Table) -> tuple[ColumnElement[Any], ...]:
    running = rows.c.lease_until.is_not(None) & (rows.c.lease_until >= _NOW)
    due = ~func.coalesce(running, False) & (rows.c.due_at <= _NOW)
    return (
        _count(due).label("due"),
        _count(running).label("running"),
        _count(~func.coalesce(running, False) & (rows.c.due_at > _NOW)).label("later"),
        _count(rows.c.error != "").label("failed"),
        func.min(case((due, rows.c.due_at))).label("oldest_due"),
    )


_BELLS: Select[Any] = select(
    inbox.c.merchant_id, inbox.c.shop_id.label("of"), *_figures(inbox)
).group_by(inbox.c.merchant_id, inbox.c.shop_id)
_WORKS: Select[Any] = (
    select(outbox.c.merchant_id, outbox.c.lane.label("of"), *_figures(outbox))
    .where(outbox.c.done_at.is_(None))
    .group_by(outbox.c.merchant_id, outbox.c.lane)
)
_SLUGS = select(address.c.shop_id, address.c.value).where(address.c.kind == "slug")


def of(tx: Connection, now: datetime) -> Overview:
    """Every lane that has something to do, now or later, the one that waits longest first."""
    lanes: dict[tuple[str, str], Waiting] = {}
    for row in tx.execute(_BELLS, {"now": now}):
        lane = f"shop/{row.of}/api"
        lanes[row.merchant_id, lane] = _waiting(row, lane)
    for row in tx.execute(_WORKS, {"now": now}):
        known = lanes.get((row.merchant_id, row.of))
        lanes[row.merchant_id, row.of] = _waiting(row, row.of, known)
    slugs = {row.shop_id: row.value for row in tx.execute(_SLUGS)}
    named = [replace(one, lane=_with_slug(one.lane, slugs)) for one in lanes.values()]
    return Overview(
        now, sorted(named, key=lambda one: (one.oldest_due or now, one.lane)), elected(tx)
    )


def _waiting(row: Any, lane: str, also: Waiting | None = None) -> Waiting:
    oldest = [at for at in (row.oldest_due, also.oldest_due if also else None) if at]
    return Waiting(
        merchant_id=row.merchant_id, lane=lane,
        due=row.due + (also.due if also else 0),
        running=row.running + (also.running if also else 0),
        later=row.later + (also.later if also else 0),
        failed=row.failed + (also.failed if also else 0),
        oldest_due=min(oldest, default=None),
    )  # fmt: skip


def _with_slug(lane: str, slugs: dict[str, str]) -> str:
    """A shop's name in place of its id: people read this."""
    return "/".join(slugs.get(part, part) for part in lane.split("/"))


def plain(found: Overview) -> dict[str, Any]:
    return {
        "scheduler": asdict(found.scheduler) if found.scheduler else None,
        "oldest_due_seconds": found.oldest_due_seconds,
        "lanes": [asdict(one) for one in found.lanes],
    }


def table(found: Overview) -> str:
    lines = [
        f"{one.lane:<40} {one.due:>7} {one.running:>8} {one.later:>7} {one.failed:>7}  "
        + (one.oldest_due.strftime("%d.%m. %H:%M:%S") if one.oldest_due else "")
        for one in found.lanes
    ]
    head = f"{'lane':<40} {'due':>7} {'running':>8} {'later':>7} {'failed':>7}  oldest due (UTC)"
    who = (
        found.scheduler.name
        if found.scheduler
        else "nobody (on SQLite `stammkunde serve` is its own)"
    )
    return "\n".join([*([head, *lines] if lines else ["Nothing waits."]), f"Scheduler: {who}."])
