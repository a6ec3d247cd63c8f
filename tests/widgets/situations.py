"""Named situations of a shop and its connector; the name is the shop's slug on the pretend shop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tests.widgets import answers

LONG = (
    "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverleihungsurkunde und "
    "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"
)
TEXTS = {
    "balance.title": "Deine Herzen",
    "balance.point": "Herz",
    "balance.points": "Herzen",
    "faq.title": "Gut zu wissen",
    "referral.title": "Erzähl es weiter",
}


@dataclass(frozen=True)
class Answer:
    """What one request gets. Status 0: the line goes dead. A body may depend on the language."""

    body: Any = None
    status: int = 200
    delay: float = 0

    def json(self, lang: str) -> Any:
        return self.body(lang) if callable(self.body) else self.body


TOKEN = Answer()
GUEST = Answer({"guest": True})


@dataclass(frozen=True)
class Situation:
    """Answers in the order they are given; the last one is given for ever."""

    me: tuple[Answer, ...] = (Answer(answers.member),)
    config: tuple[Answer, ...] = (Answer(answers.config),)
    identity: tuple[Answer, ...] = field(default=(TOKEN,))
    seen: tuple[Answer, ...] = (Answer({"seen": 1}),)
    join: tuple[Answer, ...] = (Answer({"state": "member", "again": False, "back": False}),)
    leave: tuple[Answer, ...] = (Answer({"state": "left", "again": False}),)
    preview: tuple[Answer, ...] = (Answer({"points": 99}),)
    ask: tuple[Answer, ...] = (Answer({"asked": True}),)
    redeem: tuple[Answer, ...] = (Answer({"id": "v1", "state": "wanted"}),)
    proof: tuple[Answer, ...] = field(default=(TOKEN,))
    """The shop's proof whose order it is."""
    order: tuple[Answer, ...] = (Answer(lambda lang: answers.placed("coming", lang)),)


def _me(**changes: Any) -> Situation:
    return Situation(me=(Answer(lambda lang: answers.member(lang, **changes)),))


def _outsider(state: str) -> Situation:
    return Situation(me=(Answer(lambda lang: answers.outsider(state, lang)),))


def placed(*states: str, **more: Any) -> Situation:
    """A thank-you page, and what the connector says of the order, one answer after the other."""
    said = tuple(Answer(partial(answers.placed, state)) for state in states)
    return Situation(order=said, **more)


def _unpriced(lang: str) -> answers.JSON:
    return answers.config(lang, preview=None)


def _warned(lang: str) -> answers.JSON:
    return answers.member(lang, warnings=answers.warnings(lang))


def _ending(lang: str) -> answers.JSON:
    return answers.member(lang, **answers.ending(lang))


def _everywhere(make: Callable[[str], answers.JSON], text: str) -> Answer:
    return Answer(lambda lang: answers.everywhere(make(lang), text))


def saying(text: str) -> Situation:
    """Every text of every answer is `text`."""
    return Situation(
        me=(_everywhere(answers.member, text),),
        config=(_everywhere(lambda lang: answers.config(lang, preview=None), text),),
        order=(_everywhere(partial(answers.placed, "waiting"), text),),
    )


SITUATIONS: dict[str, Situation] = {
    "member": Situation(),
    "zero": Situation(me=(Answer(answers.newcomer),)),
    "shortfall": _me(
        points=answers.points(0, pending=442, shortfall=58), sentence="", next_expiry=None
    ),
    "guest": Situation(identity=(GUEST,)),
    "nobody": _outsider("nobody"),
    "not_joined": _outsider("not_joined"),
    "waiting": Situation(me=(Answer(answers.waiting),)),
    "left": _outsider("left"),
    "warned": Situation(me=(Answer(_warned),)),
    "ending": Situation(me=(Answer(_ending),), config=(Answer(answers.closing),)),
    "ending-guest": Situation(identity=(GUEST,), config=(Answer(answers.closing),)),
    "arriving": _outsider("arriving"),
    "slow": Situation(me=(Answer(answers.member, delay=30),)),
    "error": Situation(me=(Answer({"code": 500}, status=500),)),
    "unauthorised": Situation(me=(Answer({"code": 401}, status=401),)),
    "cut-off": Situation(me=(Answer(status=0),)),
    "config-error": Situation(config=(Answer({"code": 500}, status=500),)),
    "config-cut-off": Situation(config=(Answer(status=0),)),
    "config-slow": Situation(config=(Answer(answers.config, delay=30),)),
    "nonsense": Situation(
        me=(Answer([1, "x", None]),), config=(Answer({"programme": {}, "faq": 7}),)
    ),
    "no-faq": Situation(config=(Answer(lambda lang: answers.config(lang, faq=[])),)),
    "own-words": Situation(config=(Answer(lambda lang: answers.config(lang, texts=TEXTS)),)),
    "long": saying(LONG),
    "unpriced": Situation(config=(Answer(_unpriced),)),
    "unpriced-slow": Situation(
        config=(Answer(_unpriced),),
        preview=(Answer({"points": 99}, delay=30),),
        order=(Answer({}, delay=30),),
    ),
    "unpriced-error": placed(
        "later", config=(Answer(_unpriced),), preview=(Answer({"code": 500}, status=500),)
    ),
    "order-given": placed("given"),
    "order-waiting": placed("waiting"),
    "order-nothing": placed("nothing"),
    "order-later": placed("later"),
    "order-foreign": Situation(proof=(Answer({"guest": True}, status=403),)),
    "order-slow": Situation(order=(Answer({}, delay=30),)),
    "order-error": Situation(order=(Answer({"code": 500}, status=500),)),
}
