"""The end of a programme: announced in time, so that everybody can still spend what he has.

It is a version of the programme with a last day. Orders placed under it earn nothing; points live at
least to that day, and those without an end have it as theirs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, update

from connector import lasting_rules
from connector.errors import BadInput
from connector.lasting import fair_end
from connector.tables import lot
from connector.values import NEVER, MerchantId


def fair(document: Mapping[str, Any], known: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Refuse a last day that is too soon; a later one is always allowed, and none again too."""
    last = lasting_rules.last_day_value(document)
    before = lasting_rules.last_day_value(known[-1]) if known else None
    if last is None or last == before:
        return
    promises = [lasting_rules.life_value(one["life"]) for one in [document, *known[-1:]]]
    earliest = max(fair_end(life, now.astimezone(UTC).date()) for life in promises)
    if last < earliest and (before is None or last < before):
        raise BadInput(
            f"ends_on: {last} is too soon. Who has points must be able to spend them; "
            f"announced today, the earliest last day is {earliest}."
        )


def bring_forward(tx: Connection, merchant_id: MerchantId, last: date | None) -> None:
    """Let points without an end have the programme's last day, or (None) no end again."""
    tx.execute(
        update(lot)
        .where(lot.c.merchant_id == merchant_id, lot.c.expires_on == NEVER, lot.c.remaining > 0,
               lot.c.due_on != (last or NEVER))
        .values(due_on=last or NEVER, warned_at=None)
    )  # fmt: skip
