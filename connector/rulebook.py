"""A programme as a document: YAML that is read, completed, compared, and refused with the place named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

import yaml
from marshmallow import ValidationError, fields, validate

from connector import events_document, lasting_rules, places, rewards_document, rules_document
from connector.errors import BadInput, Mistake, Unsound
from connector.events_document import MOST_EVENTS, EventShape
from connector.programme import Rounding, TakingPart, Tax, Trigger
from connector.rules_document import MONEY, MOST_RULES, RuleShape, Strict

PRESETS = ("dach", "open")
EXAMPLES = ("fashion", "food", "b2b")


def _choice(kind: type[Any]) -> fields.String:
    return fields.String(validate=validate.OneOf([item.value for item in kind]), required=True)


def _days() -> fields.Integer:
    return fields.Integer(strict=True, required=True, validate=validate.Range(0, 365))


def _more_than_nothing(amount: str) -> None:
    if not amount.strip("0."):
        raise ValidationError("It must be more than 0.")


def _ids() -> fields.List[str]:
    return fields.List(fields.String(), required=True)


class _Exclude(Strict):
    gift_cards = fields.Boolean(required=True)
    products = _ids()
    categories = _ids()
    tags = _ids()
    channels = _ids()
    groups = _ids()


class _Earn(Strict):
    points = fields.Integer(strict=True, required=True, validate=validate.Range(0, 100_000))
    per = fields.String(required=True, validate=[MONEY, _more_than_nothing])
    steps = fields.Boolean(required=True)
    shipping = fields.Boolean(required=True)
    tax = _choice(Tax)
    rounding = _choice(Rounding)
    trigger = _choice(Trigger)
    exclude = fields.Nested(_Exclude, required=True)  # type: ignore[assignment]


class _Hold(Strict):
    delivered_days = _days()
    shipped_days = _days()
    paid_days = _days()
    elsewhere = lasting_rules.elsewhere()


class _Start(Strict):
    past_months = fields.Integer(strict=True, required=True, validate=validate.Range(0, 1200))
    at_most = fields.Integer(
        strict=True, required=True, allow_none=True, validate=validate.Range(0)
    )


class _Worth(Strict):
    points = fields.Integer(strict=True, required=True, validate=validate.Range(1))
    amount = fields.String(required=True, validate=MONEY)
    redeem_from = fields.Integer(strict=True, required=True, validate=validate.Range(1))


class _Document(Strict):
    name = fields.String(required=True, validate=validate.Length(1, 60))
    languages = fields.List(
        fields.String(validate=validate.OneOf(["de", "en"])),
        required=True,
        validate=validate.Length(1),
    )
    taking_part = _choice(TakingPart)
    earn = fields.Nested(_Earn, required=True)
    hold = fields.Nested(_Hold, required=True)
    start = fields.Nested(_Start, required=True)
    life = fields.Nested(lasting_rules.LifeRules, required=True)
    worth = fields.Nested(_Worth, required=True)
    rules = fields.List(
        fields.Nested(RuleShape), required=True, validate=validate.Length(max=MOST_RULES)
    )
    events = fields.List(
        fields.Nested(EventShape), required=True, validate=validate.Length(max=MOST_EVENTS)
    )
    rewards = rewards_document.section()
    texts = fields.Dict(
        keys=fields.String(validate=validate.Length(1, 80)),
        values=fields.String(validate=validate.Length(0, 500)),
        load_default=dict,
    )
    ends_on = lasting_rules.last_day()


_SCHEMA = _Document()

_BEFORE: dict[str, Any] = {
    "earn": {"steps": False, "shipping": False, "exclude": {"channels": [], "groups": []}},
    "rules": [],
    "events": [],
    "rewards": [],
    "texts": {},
    **lasting_rules.BEFORE,
}
"""What a stored document means that is older than a key: exactly what held before there was the key."""


def complete(document: Mapping[str, Any]) -> dict[str, Any]:
    """A stored document with every key there is now."""
    merged: dict[str, Any] = _merged(_BEFORE, dict(document))
    return merged


def preset(name: str) -> dict[str, Any]:
    """A preset's document. Raises BadInput for a name we do not ship."""
    if name not in PRESETS:
        raise BadInput(f"--preset: there is no preset {name!r}; use {' or '.join(PRESETS)}.")
    return dict(yaml.safe_load(preset_text(name)))


def preset_text(name: str) -> str:
    return resources.files("connector").joinpath("presets", f"{name}.yaml").read_text("utf-8")


def example(name: str) -> str:
    """An example's text, to begin from. Raises BadInput for one we do not ship."""
    if name not in EXAMPLES:
        raise BadInput(f"There is no example {name!r}; use {' or '.join(EXAMPLES)}.")
    file = resources.files("connector").joinpath("presets", "examples", f"{name}.yaml")
    return file.read_text("utf-8")


def parse(text: str) -> dict[str, Any]:
    """A complete document from YAML; what it leaves out comes from `dach`.

    Raises Unsound with a mistake for every place that is wrong.
    """
    try:
        known, given = places.lines(text), yaml.safe_load(text) or {}
    except yaml.MarkedYAMLError as unreadable:
        raise Unsound([_unreadable(unreadable)]) from None
    except (yaml.YAMLError, ValueError) as unreadable:  # ValueError: 2026-13-45 looks like a date
        raise Unsound([Mistake(f"The programme is not YAML: {unreadable}")]) from None
    if not isinstance(given, dict):
        raise Unsound([_NO_KEYS])
    document = _merged(preset("dach"), given)
    loaded, wrong = _loaded(document)
    if wrong:
        wrong.sort(key=lambda one: (places.line_of(one[0], known) or 0, one[0]))
        raise Unsound([Mistake(f"{at}: {why}", places.line_of(at, known)) for at, why in wrong])
    return loaded


_NO_KEYS = Mistake("The programme is a list or a text; it must be keys with values.")


def _unreadable(error: yaml.MarkedYAMLError) -> Mistake:
    said, mark = f"the programme is not YAML: {error.problem or error}", error.problem_mark
    return Mistake(said, mark.line + 1, mark.column + 1) if mark else Mistake(said)


def checked(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document if it is sound; raises BadInput naming every wrong place."""
    loaded, wrong = _loaded(document)
    if wrong:
        raise BadInput("\n".join(f"{path}: {why}" for path, why in wrong))
    return loaded


def _loaded(document: Mapping[str, Any]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """The document with every key, and the (path, sentence) of each place that is wrong."""
    try:
        loaded = dict(_SCHEMA.load(document))
    except ValidationError as wrong:
        messages = wrong.normalized_messages()  # type: ignore[no-untyped-call]
        return {}, sorted(_places(messages, document))
    return loaded, [
        *rules_document.contradictions(loaded["rules"]),
        *events_document.contradictions(loaded["events"]),
    ]


def _places(messages: Mapping[Any, Any], given: Any, path: str = "") -> Iterator[tuple[str, str]]:
    for key, below in messages.items():
        whole = key == "_schema"  # marshmallow's word for: the thing itself, not one of its fields
        where = path if whole else f"{path}.{key}" if path else str(key)
        value = given if whole else _at(given, key)
        if isinstance(below, Mapping):
            yield from _places(below, value, where)
        else:
            yield where, f"{value!r} cannot be used. {' '.join(below)}"


def _at(given: Any, key: Any) -> Any:
    if isinstance(given, list) and isinstance(key, int):
        return given[key]
    return given.get(key) if isinstance(given, Mapping) else None


def _merged(defaults: Any, given: Any) -> Any:
    if isinstance(defaults, dict) and isinstance(given, dict):
        return defaults | {key: _merged(defaults.get(key), value) for key, value in given.items()}
    return given


def diff(old: Mapping[str, Any], new: Mapping[str, Any], path: str = "") -> list[str]:
    """One line per value that differs: `earn.points: 5 -> 10`; lists of named things by their names."""
    lines: list[str] = []
    for key in sorted(old.keys() | new.keys()):
        before, after, where = old.get(key), new.get(key), f"{path}{key}"
        if _named(before) or _named(after):
            before, after = _by_name(before), _by_name(after)
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            lines += diff(before, after, where + ".")
        elif isinstance(after, Mapping) and before is None:
            lines.append(f"{where}: new: {_short(after)}")
        elif isinstance(before, Mapping) and after is None:
            lines.append(f"{where}: gone")
        elif before != after:
            lines.append(f"{where}: {before} -> {after}")
    return lines


def _named(value: Any) -> bool:
    return isinstance(value, list) and any(
        isinstance(one, Mapping) and "id" in one for one in value
    )


def _by_name(value: Any) -> Any:
    """A list of things with an `id` as a mapping, so that an inserted one does not shift the others."""
    return {one["id"]: {k: v for k, v in one.items() if k != "id"} for one in value or ()}


def _short(thing: Mapping[str, Any]) -> str:
    """What it says, without what it leaves open."""
    said = {k: _short(v) if isinstance(v, Mapping) else v for k, v in thing.items()}
    kept = [f"{k}: {v}" for k, v in said.items() if v not in (None, [], "", "0", 0, False, "{}")]
    return "{" + ", ".join(kept) + "}"
