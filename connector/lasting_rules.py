"""The sections `life`, `hold.elsewhere` and `ends_on` of a programme's document: what may stand there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from connector.holding import Elsewhere
from connector.lasting import Activity, Life
from connector.programme import Hold

BEFORE: dict[str, Any] = {
    "life": {"sweep": None, "inactive_months": None, "activity": [a.value for a in Activity],
             "at_least": None},
    "hold": {"elsewhere": []},
    "ends_on": None,
}  # fmt: skip
"""What a document means that is older than these keys."""


class _Strict(Schema):
    class Meta:
        unknown = RAISE


def _months() -> fields.Integer:
    return fields.Integer(
        strict=True, required=True, allow_none=True, validate=validate.Range(1, 1200)
    )


def _every_year(text: str) -> None:
    try:
        date.fromisoformat(f"2027-{text}")  # not a leap year: a day that every year has
    except ValueError:
        raise ValidationError('Write month and day in quotes, such as "09-30".') from None


class LifeRules(_Strict):
    """`life`: how long points live."""

    months = _months()
    round_to = fields.String(
        required=True, validate=validate.OneOf(["day", "month", "quarter", "half", "year"])
    )
    sweep = fields.String(required=True, allow_none=True, validate=_every_year)
    inactive_months = _months()
    activity = fields.List(
        fields.String(validate=validate.OneOf([one.value for one in Activity])),
        required=True, validate=validate.Length(1),
    )  # fmt: skip
    at_least = _months()

    @validates_schema
    def fits(self, life: dict[str, Any], **_: Any) -> None:
        floor = life.get("at_least")
        said = (
            f"Points live at least {floor} months under these rules (life.at_least). "
            "A shorter time was held to be void in Germany and Austria."
        )
        if wrong := life_value(life).too_short():
            raise ValidationError({key: [said] for key in wrong})
        if life["sweep"] and life["months"] is None:
            raise ValidationError({"sweep": ["It needs life.months, after which the day comes."]})


def life_value(life: Mapping[str, Any]) -> Life:
    return Life(**{**life, "activity": tuple(Activity(one) for one in life["activity"])})


def _days() -> fields.Integer:
    return fields.Integer(strict=True, validate=validate.Range(0, 365))


class ElsewhereRules(_Strict):
    """Days that differ for a country, a sales channel, or both."""

    country = fields.String(validate=validate.Regexp(r"[A-Z]{2}\Z", error="Write it as CH."))
    channel = fields.String(validate=validate.Length(1, 40))
    delivered_days = _days()
    shipped_days = _days()
    paid_days = _days()

    @validates_schema
    def names_a_place(self, one: dict[str, Any], **_: Any) -> None:
        if not {"country", "channel"} & one.keys():
            raise ValidationError("Say for which country or channel.")


def elsewhere() -> fields.List[Any]:
    return fields.List(fields.Nested(ElsewhereRules), required=True)


def hold_value(hold: Mapping[str, Any]) -> Hold:
    return Hold(**{**hold, "elsewhere": tuple(Elsewhere(**one) for one in hold["elsewhere"])})


class LastDay(fields.String):
    """A date as text; YAML makes a date of 2029-12-31, which is meant just so."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> str:
        text = value.isoformat() if type(value) is date else value
        said: str = super()._deserialize(text, attr, data, **more)
        try:
            return date.fromisoformat(said).isoformat()
        except ValueError:
            raise ValidationError("Write a day, such as 2029-12-31.") from None


def last_day() -> LastDay:
    return LastDay(required=True, allow_none=True)


def last_day_value(document: Mapping[str, Any]) -> date | None:
    text = document["ends_on"]
    return None if text is None else date.fromisoformat(text)
