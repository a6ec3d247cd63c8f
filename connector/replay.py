"""One member's transfers read again from the first, each held against the rules of the ledger; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from connector import chain
from connector.errors import InsufficientPoints
from connector.ledger import FLOW, OWN, Pot, Reason
from connector.lots import take

Found = Callable[[str, str, str], None]
"""Called with (what, where, detail) for every contradiction."""


@dataclass(slots=True)
class Replay:
    """What one member's transfers add up to."""

    pots: dict[str, int] = field(default_factory=lambda: {pot.value: 0 for pot in OWN})
    lots: dict[date, int] = field(default_factory=dict)
    given: dict[tuple[str, str], int] = field(default_factory=dict)
    pending: dict[tuple[str, str], int] = field(default_factory=dict)
    undone: dict[int, int] = field(default_factory=dict)
    moved: dict[tuple[str, str], int] = field(default_factory=dict)
    """Points that came from (or below nothing went to) another member, by merge and lot date."""
    points: dict[int, int] = field(default_factory=dict)
    heads: list[tuple[datetime, int, str]] = field(default_factory=list)
    notes: dict[int, str] = field(default_factory=dict)
    n: int = 0
    head: str = ""


def step(replay: Replay, row: Mapping[str, Any], key: bytes, found: Found) -> None:
    """One transfer: does it follow, does it keep the rules, what does it add."""
    where = f"{row['member_id']}/{row['n']}"
    if row["n"] != replay.n + 1:
        found("gap", where, f"follows transfer {replay.n}")
    try:
        expected = chain.link(key, replay.head, row)
    except (TypeError, ValueError):
        expected = "unreadable"
    if expected != row["hash"]:
        found("chain", where, "was changed after it was written")
    replay.n, replay.head = row["n"], row["hash"]
    replay.heads.append((row["recorded_at"], row["n"], row["hash"]))
    if isinstance(row["basis"], dict) and "note" in row["basis"]:
        replay.notes[row["n"]] = row["basis"]["note"]
    try:
        _add(replay, row)
    except (KeyError, ValueError, TypeError, InsufficientPoints) as impossible:
        found("replay", where, f"could not have happened: {impossible}")


def _add(replay: Replay, row: Mapping[str, Any]) -> None:
    reason, points = Reason(row["reason"]), row["points"]
    if FLOW[reason] != (row["from_pot"], row["to_pot"]):
        raise ValueError(f"{reason} moves from {FLOW[reason][0]} to {FLOW[reason][1]}")
    for pot, sign in ((row["from_pot"], -1), (row["to_pot"], 1)):
        if pot in replay.pots:
            replay.pots[pot] += sign * points
    replay.points[row["n"]] = points
    if row["undoes"] is not None:
        replay.undone[row["undoes"]] = replay.undone.get(row["undoes"], 0) + points
        if replay.undone[row["undoes"]] > replay.points[row["undoes"]]:
            raise ValueError(f"takes back more than transfer {row['undoes']} moved")
    _add_lots(replay, reason, row)
    _add_moved(replay, reason, row)
    about = (row["subject"], row["rule"])
    given = {Reason.EARN: 1, Reason.CREDIT: 1, Reason.UNEARN: -1, Reason.CLAW_BACK: -1}.get(
        reason, 0
    )
    pending = {Reason.EARN: 1, Reason.CONFIRM: -1, Reason.UNEARN: -1}.get(reason, 0)
    if given or pending:
        replay.given[about] = replay.given.get(about, 0) + given * points
        replay.pending[about] = replay.pending.get(about, 0) + pending * points


def _add_moved(replay: Replay, reason: Reason, row: Mapping[str, Any]) -> None:
    sign = {FLOW[reason][0]: -1, FLOW[reason][1]: 1}.get(Pot.MERGED, 0)
    if not sign:
        return
    for day, part in row["lots"] or [["pending", row["points"]]]:
        about = (row["subject"], day)
        replay.moved[about] = replay.moved.get(about, 0) + sign * part


def _add_lots(replay: Replay, reason: Reason, row: Mapping[str, Any]) -> None:
    recorded = [(date.fromisoformat(day), part) for day, part in row["lots"]]
    from_pot, to_pot = FLOW[reason]
    sign = {from_pot: -1, to_pot: 1}.get(Pot.AVAILABLE, 0)
    if sign and sum(part for _, part in recorded) != row["points"]:
        raise ValueError("its lots do not add up to its points")
    if reason is Reason.HOLD and recorded != take(replay.lots, row["points"]):
        raise ValueError("it did not take the points that expire soonest")
    for day, part in recorded if sign else []:
        replay.lots[day] = replay.lots.get(day, 0) + sign * part
        if replay.lots[day] < 0:
            raise ValueError(f"the lot of {day} would be {replay.lots[day]}")
