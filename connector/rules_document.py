"""Rules as they stand in a programme's document: the schema, what cannot be meant, and their values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import combinations
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, pre_load, validate, validates_schema

from connector.rules import Extra, Limits, Rate, Rule, Times, When
from connector.values import minor

MOST_RULES = 50
"""More than a person can oversee, and each order asks every one of them."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_DAY = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d)?\Z")
MONEY = validate.Regexp(r"[0-9]{1,9}(\.[0-9]{1,4})?\Z", error='Write an amount in quotes: "1.00".')
"""An amount is text, because 0.1 in YAML is a float and no float is money."""


class Strict(Schema):
    """A misspelt key must not be silently without effect."""

    class Meta:
        unknown = RAISE


def _moment(text: str) -> None:
    try:
        known = _DAY.match(text) and datetime.fromisoformat(text)
    except ValueError:
        known = None
    if not known:
        raise ValidationError("Write a day as 2026-11-27, or a moment as 2026-11-27T18:00.")


def _factor(text: str) -> None:
    if not re.fullmatch(r"\d{1,2}(\.\d{1,2})?", text):
        raise ValidationError('Write a number from 0 to 99.99 in quotes: "2" or "1.5".')


def _ids() -> fields.List[str]:
    return fields.List(fields.String(), load_default=list)


def _count(least: int = 1) -> fields.Integer:
    return fields.Integer(
        strict=True, load_default=None, allow_none=True,
        validate=validate.Range(least, 1_000_000_000),
    )  # fmt: skip


class _When(Strict):
    products = _ids()
    categories = _ids()
    tags = _ids()
    channels = _ids()
    groups = _ids()
    countries = _ids()
    from_ = fields.String(
        data_key="from", attribute="from", load_default=None, allow_none=True, validate=_moment
    )
    until = fields.String(load_default=None, allow_none=True, validate=_moment)
    weekdays = fields.List(fields.String(validate=validate.OneOf(WEEKDAYS)), load_default=list)
    minimum = fields.String(load_default="0", validate=MONEY)
    first_order = fields.Boolean(load_default=False)
    away_days = _count()

    @pre_load
    def days_as_text(self, given: Any, **_: Any) -> Any:
        """YAML reads an unquoted 2026-11-27 as a date."""
        if not isinstance(given, Mapping):
            return given
        return {key: value.isoformat() if isinstance(value, date) else value
                for key, value in given.items()}  # fmt: skip

    @validates_schema
    def possible(self, when: dict[str, Any], **_: Any) -> None:
        starts, ends = _starts(when), _ends(when)
        if starts and ends and ends <= starts:
            raise ValidationError("It ends before it begins.", "until")
        if when.get("first_order") and when.get("away_days"):
            raise ValidationError(
                "Nobody comes back with a first order; take one of the two.", "away_days"
            )


class LimitsShape(Strict):
    budget = _count()
    per_day = _count()
    per_week = _count()
    per_member = _count()
    uses_per_member = _count()


class TitleShape(Strict):
    de = fields.String(required=True, validate=validate.Length(1, 80))
    en = fields.String(required=True, validate=validate.Length(1, 80))


class RuleShape(Strict):
    """One rule of the list `rules`."""

    id = fields.String(required=True, validate=validate.Regexp(
        r"[a-z0-9][a-z0-9-]{0,39}\Z", error="Use small letters, digits and hyphens, at most 40."))  # fmt: skip
    title = fields.Nested(TitleShape, required=True)
    priority = fields.Integer(strict=True, load_default=0, validate=validate.Range(-1000, 1000))
    combines = fields.Boolean(load_default=False)
    when = fields.Nested(_When, load_default=lambda: _When().load({}))
    times = fields.String(load_default=None, allow_none=True, validate=_factor)
    points = _count(0)
    per = fields.String(load_default=None, allow_none=True, validate=MONEY)
    extra = _count()
    limits = fields.Nested(LimitsShape, load_default=lambda: LimitsShape().load({}))

    @validates_schema
    def one_effect(self, rule: dict[str, Any], **_: Any) -> None:
        rate = rule.get("points") is not None or rule.get("per") is not None
        if [rate, rule.get("times") is not None, rule.get("extra") is not None].count(True) != 1:
            raise ValidationError(
                "Say one of: times (a multiplier), points with per (another rate), extra (points more).",
                "times",
            )
        if not rate:
            return
        if rule.get("points") is None or not (rule.get("per") or "").strip("0."):
            raise ValidationError('A rate has both: points: 3 and per: "1.00".', "per")
        if any(value is not None for value in rule.get("limits", {}).values()):
            raise ValidationError("A rate has no limits; use times or extra.", "limits")
        if (rule.get("when", {}).get("minimum") or "0").strip("0."):
            raise ValidationError("A rate asks for no minimum; use times or extra.", "when")


def _starts(when: Mapping[str, Any]) -> datetime | None:
    text = when.get("from")
    return datetime.fromisoformat(text) if text else None


def _ends(when: Mapping[str, Any]) -> datetime | None:
    """The first moment that is too late: a day counts through its end."""
    text = when.get("until")
    if not text:
        return None
    if "T" in text:
        return datetime.fromisoformat(text)
    return datetime.combine(date.fromisoformat(text) + timedelta(days=1), time())


def contradictions(rules: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """(path, sentence) of what each rule may say alone and not all together."""
    ids = [rule["id"] for rule in rules]
    for n, id_ in enumerate(ids):
        if id_ in ids[:n]:
            yield f"rules.{n}.id", f"{id_!r} is the name of an earlier rule; each has its own."
    for (_, a), (n, b) in combinations(enumerate(rules), 2):
        if _clash(a, b):
            yield (
                f"rules.{n}.priority",
                f"{a['id']!r} and {b['id']!r} can meet on one order with the same priority, and"
                " neither combines. Give one a higher priority, or let one combine.",
            )


def _clash(a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
    return (
        a["priority"] == b["priority"]
        and not (a["combines"] or b["combines"])
        and _kind(a) == _kind(b)
        and all(_meet(a["when"][name], b["when"][name])
                for name in ("channels", "groups", "countries", "weekdays"))
        and _overlap(a["when"], b["when"])
        and not _opposed(a["when"], b["when"])
    )  # fmt: skip


def _kind(rule: Mapping[str, Any]) -> str:
    """Rules of one kind compete: rates, extras of a whole order, and what adds to a line."""
    if rule["points"] is not None:
        return "rate"
    when = rule["when"]
    of_lines = when["products"] or when["categories"] or when["tags"]
    return "order" if rule["extra"] is not None and not of_lines else "line"


def _meet(a: Sequence[str], b: Sequence[str]) -> bool:
    return not a or not b or bool(set(a) & set(b))


def _overlap(a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
    before = (end := _ends(a)) and (start := _starts(b)) and end <= start
    after = (end := _ends(b)) and (start := _starts(a)) and end <= start
    return not before and not after


def _opposed(a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
    """A first order is never a welcome back."""
    return bool((a["first_order"] and b["away_days"]) or (b["first_order"] and a["away_days"]))


def value(document: Mapping[str, Any], currency: str) -> Rule:
    """A rule of a checked document."""
    when, limits = document["when"], dict(document["limits"])
    if when["first_order"]:
        limits["uses_per_member"] = 1  # an earlier order may be seen later, and would be first too
    gives: Rate | Times | Extra
    if document["times"] is not None:
        gives = Times(Fraction(document["times"]))
    elif document["extra"] is not None:
        gives = Extra(document["extra"])
    else:
        gives = Rate(document["points"], minor(document["per"], currency))
    names = ("products", "categories", "tags", "channels", "groups", "countries")
    return Rule(
        id=document["id"],
        title=document["title"],
        gives=gives,
        priority=document["priority"],
        combines=document["combines"],
        when=When(
            **{name: tuple(when[name]) for name in names},
            starts=_starts(when),
            ends=_ends(when),
            weekdays=tuple(WEEKDAYS.index(day) for day in when["weekdays"]),
            minimum=minor(when["minimum"], currency),
            first_order=when["first_order"],
            away_days=when["away_days"],
        ),
        limits=Limits(**limits),
    )


def amounts(rules: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """(path, amount) of every amount of money, to be held against the currency's digits."""
    for n, rule in enumerate(rules):
        if rule["per"] is not None:
            yield f"rules.{n}.per", rule["per"]
        yield f"rules.{n}.when.minimum", rule["when"]["minimum"]
