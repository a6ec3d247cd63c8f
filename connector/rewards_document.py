"""The section `rewards` of a programme's document: read, completed, and refused with the place named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from connector.rewards import Kind, Reward
from connector.values import Money, digits, minor

_NEEDS = {
    Kind.AMOUNT: ("points", "amount"),
    Kind.SLIDER: (),
    Kind.PERCENT: ("points", "percent"),
    Kind.FREE_SHIPPING: ("points",),
    Kind.FREE_PRODUCT: ("points", "product"),
    Kind.BY_HAND: ("points",),
}
_TAKES = {
    Kind.AMOUNT: ("share",),
    Kind.SLIDER: ("points", "amount", "redeem_from", "step", "at_most", "share"),
    Kind.PERCENT: ("cap",),
}
_OWN = ("points", "amount", "redeem_from", "step", "at_most", "percent", "cap", "product", "share")
"""Keys that only some kinds have."""


def _amount() -> fields.String:
    """An amount is text, because 0.1 in YAML is a float and no float is money."""
    written = validate.Regexp(r"[0-9]{1,9}(\.[0-9]{1,4})?\Z", error='Write it in quotes: "5.00".')
    return fields.String(allow_none=True, validate=[written, _more_than_nothing])


def _more_than_nothing(amount: str) -> None:
    if not amount.strip("0."):
        raise ValidationError("It must be more than 0; null: none.")


def _count(at_most: int = 100_000_000) -> fields.Integer:
    return fields.Integer(strict=True, allow_none=True, validate=validate.Range(1, at_most))


class _Reward(Schema):
    class Meta:
        unknown = RAISE

    id = fields.String(
        required=True,
        validate=validate.Regexp(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?\Z",
                                 error="Take 1 to 40 small letters, digits and hyphens."),
    )  # fmt: skip
    title = fields.Dict(
        keys=fields.String(validate=validate.OneOf(["de", "en"])),
        values=fields.String(validate=validate.Length(1, 80)),
        required=True,
        validate=validate.Length(1),
    )
    kind = fields.String(required=True, validate=validate.OneOf([kind.value for kind in Kind]))
    points = _count()
    amount = _amount()
    redeem_from = _count()
    step = _count()
    at_most = _count()
    percent = _count(100)
    cap = _amount()
    product = fields.String(allow_none=True, validate=validate.Regexp(r"[^\s,]{1,64}\Z"))
    minimum = _amount()
    share = _count(100)
    combinable = fields.Boolean()
    bind = fields.Boolean()
    valid_days = fields.Integer(strict=True, validate=validate.Range(1, 3650))
    round_to = fields.String(validate=validate.OneOf(["day", "month"]))

    @validates_schema(skip_on_field_errors=False)
    def of_its_kind(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("kind") not in list(Kind):
            return
        kind = Kind(data["kind"])
        allowed = (*_NEEDS[kind], *_TAKES.get(kind, ()))
        wrong = {
            name: [f"A reward of the kind {kind} needs it."]
            for name in _NEEDS[kind] if data.get(name) is None
        }  # fmt: skip
        for name in _OWN:
            if name not in allowed and data.get(name) is not None:
                wrong[name] = [f"A reward of the kind {kind} has none; leave it out."]
        if kind is Kind.SLIDER and (data.get("points") is None) != (data.get("amount") is None):
            wrong["amount"] = ["Give points and amount, or neither: then `worth` says it."]
        if wrong:
            raise ValidationError(wrong)


def _unlike(rewards: Sequence[Mapping[str, Any]]) -> None:
    ids = [reward.get("id") for reward in rewards]
    twice = sorted({str(id_) for id_ in ids if ids.count(id_) > 1})
    if twice:
        raise ValidationError(f"Two rewards are called {', '.join(twice)}; give each its own id.")


def section() -> fields.List[Any]:
    """The field of the document."""
    return fields.List(fields.Nested(_Reward), required=True, validate=_unlike)


# ------------------------------------------------------------------ values


def rewards(document: Mapping[str, Any], currency: str) -> tuple[Reward, ...]:
    """The document's rewards as values."""
    return tuple(_value(given, document["worth"], currency) for given in document["rewards"])


def _value(given: Mapping[str, Any], worth: Mapping[str, Any], currency: str) -> Reward:
    """What is left out is as the value says."""
    money = {
        name: minor(given[name], currency)
        for name in ("amount", "cap", "minimum") if given.get(name)
    }  # fmt: skip
    plain = {name: given[name] for name in _PLAIN if given.get(name) is not None}
    found = {"id": given["id"], "title": given["title"], "kind": Kind(given["kind"])}
    slides = _slider(given, worth, money, currency) if found["kind"] is Kind.SLIDER else {}
    return Reward(**found | plain | money | slides)


_PLAIN = ("points", "at_most", "percent", "product", "share", "combinable", "bind", "valid_days",
          "round_to")  # fmt: skip


def _slider(
    given: Mapping[str, Any], worth: Mapping[str, Any], money: Mapping[str, int], currency: str
) -> dict[str, int]:
    """Its rate, its steps and where it starts; what it does not say, `worth` does."""
    points, amount = worth["points"], minor(worth["amount"], currency)
    if given.get("points"):
        points, amount = given["points"], money["amount"]
    step = given.get("step") or points
    least = -(-(given.get("redeem_from") or worth["redeem_from"]) // step) * step
    return {"points": points, "amount": amount, "step": step, "least": least}


def misfits(document: Mapping[str, Any], currency: str) -> Iterator[str]:
    """A line for every reward that the currency cannot pay, or that nobody could ever have."""
    for number, given in enumerate(document["rewards"]):
        where = f"rewards.{number}"
        for name in ("amount", "cap", "minimum"):
            text = given.get(name)
            if text and Money(minor(text, currency), currency).decimal() != Decimal(text):
                yield (f"{where}.{name}: {text!r} cannot be used. {currency} has "
                       f"{digits(currency)} decimal digits.")  # fmt: skip
        if given["kind"] == Kind.SLIDER:
            yield from _never(where, _value(given, document["worth"], currency))


def _never(where: str, slider: Reward) -> Iterator[str]:
    if slider.step * slider.amount // slider.points < 1:
        yield (f"{where}.step: {slider.step} cannot be used. So many points are worth nothing; "
               "take a larger step, or raise the amount (here or in `worth`).")  # fmt: skip
    if slider.at_most is not None and slider.at_most < slider.least:
        yield (f"{where}.at_most: {slider.at_most} cannot be used. "
               f"Redeeming starts at {slider.least} points.")  # fmt: skip
