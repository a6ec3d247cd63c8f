"""How long points live, in a customer's words."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date

from connector.lasting import Activity, Life

_WORDS = {
    "de": {
        "never": "Deine Punkte verfallen nicht.",
        "months": "Deine Punkte gelten {months} Monate ab dem Tag, an dem sie dir gehören{round}.",
        "months.1": "Deine Punkte gelten einen Monat ab dem Tag, an dem sie dir gehören{round}.",
        "day": "", "month": ", und dann noch bis zum Monatsende",
        "quarter": ", und dann noch bis zum Quartalsende",
        "half": ", und dann noch bis zum Ende des Halbjahres",
        "year": ", und dann noch bis zum Jahresende", "sweep": ", und dann noch bis zum nächsten {day}",
        "warned": "In deinem Kundenkonto siehst du, welche als Nächstes verfallen.",
        "inactive": "Alle Punkte enden, wenn du {months} Monate lang {nothing}.",
        "order": "nichts bestellst", "earn": "nichts sammelst", "redeem": "nichts einlöst",
        "and": "{first} und {last}",
    },
    "en": {
        "never": "Your points do not expire.",
        "months": "Your points are valid for {months} months from the day they are yours{round}.",
        "months.1": "Your points are valid for a month from the day they are yours{round}.",
        "day": "", "month": ", and then until the end of that month",
        "quarter": ", and then until the end of that quarter",
        "half": ", and then until the end of that half-year",
        "year": ", and then until the end of that year", "sweep": ", and then until the next {day}",
        "warned": "Your account shows which of them expire next.",
        "inactive": "All points end if for {months} months you {nothing}.",
        "order": "order nothing", "earn": "collect nothing", "redeem": "redeem nothing",
        "and": "{first} and {last}",
    },
}  # fmt: skip


def sentences(life: Life, lang: str) -> str:
    words, said = _WORDS[lang], []
    if life.months is None:
        said.append(words["never"])
    else:
        key = "months.1" if life.months == 1 else "months"
        said.append(words[key].format(months=life.months, round=_round(life, lang)))
    if life.inactive_months is not None:
        nothing = _joined([words[one.value] for one in Activity if one in life.activity], lang)
        said.append(words["inactive"].format(months=life.inactive_months, nothing=nothing))
    if life.months is not None or life.inactive_months is not None:
        said.append(words["warned"])
    return " ".join(said)


def _round(life: Life, lang: str) -> str:
    if life.sweep is None:
        return _WORDS[lang][life.round_to]
    day = date.fromisoformat(f"2027-{life.sweep}")
    pattern = "d. MMMM" if lang == "de" else "d MMMM"
    return _WORDS[lang]["sweep"].format(day=format_date(day, format=pattern, locale=lang))


def _joined(parts: list[str], lang: str) -> str:
    if len(parts) == 1:
        return parts[0]
    return _WORDS[lang]["and"].format(first=", ".join(parts[:-1]), last=parts[-1])
