"""Events as they stand in a programme's document: what is given when something happens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from connector.programme import Event
from connector.rules import Limits
from connector.rules_document import LimitsShape, Strict, TitleShape

MOST_EVENTS = 50
OURS = ("order", "purchase", "points", "voucher", "redeem", "merge", "correction", "import")
"""What we do ourselves: an event of such a name could bring points for points."""


class EventShape(Strict):
    """One event of the list `events`."""

    id = fields.String(required=True, validate=validate.Regexp(
        r"[a-z][a-z0-9-]{0,29}\Z", error="Use small letters, digits and hyphens, at most 30."))  # fmt: skip
    title = fields.Nested(TitleShape, required=True)
    points = fields.Integer(strict=True, required=True, validate=validate.Range(1, 100_000))
    hold_days = fields.Integer(strict=True, load_default=0, validate=validate.Range(0, 365))
    after_first_order = fields.Boolean(load_default=False)
    once = fields.Boolean(load_default=False)
    limits = fields.Nested(LimitsShape, load_default=lambda: LimitsShape().load({}))

    @validates_schema
    def no_loop(self, event: dict[str, Any], **_: Any) -> None:
        if event.get("id", "").partition("-")[0] in OURS:
            raise ValidationError(
                "This is something the programme does itself: points for it would bring points again"
                " and again. Choose the name of something a customer does.",
                "id",
            )
        if event.get("after_first_order") and event.get("hold_days"):
            raise ValidationError(
                "Points wait for an order or for days, not for both.", "hold_days"
            )


def contradictions(events: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """(path, sentence) of two events with one name."""
    ids = [event["id"] for event in events]
    for n, id_ in enumerate(ids):
        if id_ in ids[:n]:
            yield f"events.{n}.id", f"{id_!r} is the name of an earlier event; each has its own."


def value(document: Mapping[str, Any]) -> Event:
    """An event of a checked document. One joins once, and has one birthday a year by its reference."""
    return Event(
        id=document["id"],
        title=document["title"],
        points=document["points"],
        hold_days=document["hold_days"],
        after_first_order=document["after_first_order"],
        once=document["once"] or document["id"] == "signup",
        limits=Limits(**document["limits"]),
    )
