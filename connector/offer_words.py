"""What rules and events give, in a sentence each: for the terms, where every condition must stand."""

from __future__ import annotations

from datetime import timedelta

from babel.dates import get_day_names

from connector import explain
from connector.programme import Event, Programme
from connector.rules import Extra, Limits, Rate, Rule, Times, When
from connector.values import Money

_TEXTS = {
    "de": {
        "times": "{n}-mal so viele Punkte", "rate": "{points} je {per} Warenwert",
        "none": "keine Punkte", "each": "{points} mehr für jedes Stück", "extra": "{points} mehr",
        "goods": "für bestimmte Artikel", "channels": "in bestimmten Verkaufskanälen",
        "groups": "für bestimmte Kundengruppen", "countries": "in bestimmten Ländern",
        "between": "vom {starts} bis zum {ends}", "from": "ab dem {starts}", "until": "bis zum {ends}",
        "weekdays": "am {days}", "minimum": "ab {amount} Warenwert",
        "first_order": "für die erste Bestellung", "away_days": "nach {n} Tagen ohne Bestellung",
        "budget": "solange das Budget reicht", "per_day": "begrenzt je Tag", "per_week": "begrenzt je Woche",
        "per_member": "höchstens {points} je Person", "uses_per_member": "je Person höchstens {n}-mal",
        "hold": "deine nach {n} Tagen", "after_first_order": "deine nach deiner ersten Bestellung",
        "event": "{points} für {title}", "excluded": "Auch {what} bringen keine Punkte.",
        "excluded.goods": "bestimmte Artikel", "excluded.orders": "bestimmte Bestellungen",
        "and": " und ", "or": " oder ",
    },
    "en": {
        "times": "{n} times the points", "rate": "{points} per {per} of goods",
        "none": "no points", "each": "{points} more for each piece", "extra": "{points} more",
        "goods": "for certain articles", "channels": "in certain sales channels",
        "groups": "for certain customer groups", "countries": "in certain countries",
        "between": "from {starts} to {ends}", "from": "from {starts} on", "until": "until {ends}",
        "weekdays": "on {days}", "minimum": "from {amount} of goods on",
        "first_order": "for the first order", "away_days": "after {n} days without an order",
        "budget": "while the budget lasts", "per_day": "limited per day", "per_week": "limited per week",
        "per_member": "at most {points} per person", "uses_per_member": "at most {n} times per person",
        "hold": "yours after {n} days", "after_first_order": "yours after your first order",
        "event": "{points} for {title}", "excluded": "Neither do {what} bring points.",
        "excluded.goods": "certain articles", "excluded.orders": "certain orders",
        "and": " and ", "or": " or ",
    },
}  # fmt: skip


def sentences(programme: Programme, currency: str, lang: str) -> str:
    """Everything that is earned beside the usual, and what earns nothing; "" where there is nothing."""
    said = [_excluded(programme, lang)]
    said += [f"{rule.title[lang]}: {_rule(rule, currency, lang)}." for rule in programme.rules]
    said += [_event(event, lang) for event in programme.events]
    return " ".join(one for one in said if one)


def _excluded(programme: Programme, lang: str) -> str:
    texts, without = _TEXTS[lang], programme.earn.exclude
    what = []
    if without.products or without.categories or without.tags:
        what.append(texts["excluded.goods"])
    if without.channels or without.groups:
        what.append(texts["excluded.orders"])
    return texts["excluded"].format(what=texts["and"].join(what)) if what else ""


def _rule(rule: Rule, currency: str, lang: str) -> str:
    gives = _gives(rule, currency, lang)
    return ", ".join([gives, *_when(rule.when, currency, lang), *_limits(rule.limits, lang)])


def _gives(rule: Rule, currency: str, lang: str) -> str:
    texts, gives = _TEXTS[lang], rule.gives
    if isinstance(gives, Times):
        return texts["times"].format(n=explain.decimal(gives.factor, lang))
    if isinstance(gives, Extra):
        key = "each" if rule.when.of_lines else "extra"
        return texts[key].format(points=explain.points(gives.points, lang))
    return _rate(gives, currency, lang)


def _rate(rate: Rate, currency: str, lang: str) -> str:
    if rate.points == 0:
        return _TEXTS[lang]["none"]
    per = explain.money(Money(rate.per, currency), lang)
    return _TEXTS[lang]["rate"].format(points=explain.points(rate.points, lang), per=per)


def _when(when: When, currency: str, lang: str) -> list[str]:
    texts = _TEXTS[lang]
    said = [texts["goods"]] if when.of_lines else []
    said += [texts[name] for name in ("channels", "groups", "countries") if getattr(when, name)]
    if when.first_order:
        said.append(texts["first_order"])
    if when.away_days is not None:
        said.append(texts["away_days"].format(n=when.away_days))
    if when.minimum:
        said.append(
            texts["minimum"].format(amount=explain.money(Money(when.minimum, currency), lang))
        )
    if when.weekdays:
        names = get_day_names("wide", locale=lang)
        said.append(
            texts["weekdays"].format(days=texts["or"].join(names[n] for n in when.weekdays))
        )
    return said + _days(when, lang)


def _days(when: When, lang: str) -> list[str]:
    """Days as people say them: the last one is the last on which it holds."""
    starts = when.starts and explain.day(when.starts.date(), lang)
    ends = when.ends and explain.day((when.ends - timedelta(microseconds=1)).date(), lang)
    if not starts and not ends:
        return []
    key = "between" if starts and ends else "from" if starts else "until"
    return [_TEXTS[lang][key].format(starts=starts, ends=ends)]


def _limits(limits: Limits, lang: str) -> list[str]:
    texts = _TEXTS[lang]
    said = [texts[name] for name in ("budget", "per_day", "per_week") if getattr(limits, name)]
    if limits.per_member is not None:
        said.append(texts["per_member"].format(points=explain.points(limits.per_member, lang)))
    if limits.uses_per_member is not None and limits.uses_per_member > 1:
        said.append(texts["uses_per_member"].format(n=limits.uses_per_member))
    return said


def _event(event: Event, lang: str) -> str:
    texts = _TEXTS[lang]
    said = [
        texts["event"].format(points=explain.points(event.points, lang), title=event.title[lang])
    ]
    if event.after_first_order:
        said.append(texts["after_first_order"])
    elif event.hold_days:
        said.append(texts["hold"].format(n=event.hold_days))
    return ", ".join(said + _limits(event.limits, lang)) + "."
