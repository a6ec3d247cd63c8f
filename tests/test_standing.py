"""The one sentence that says what a member has, for every combination."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from connector import standing
from connector.standing import Standing, sentence

SOON = date(2027, 1, 12)


def has(**more: Any) -> Standing:
    nothing: dict[str, Any] = {
        "available": 0, "pending": 0, "held": 0, "shortfall": 0, "tier": "", "joined_at": None,
        "pending_next": None, "next_expiry": None,
    }  # fmt: skip
    return Standing(**nothing | more)


@pytest.mark.parametrize(
    ("member", "german", "english"),
    [
        (has(),
         "Du hast gerade keine Punkte. Mit deiner nächsten Bestellung sammelst du neue.",
         "You have no points right now. Your next order brings new ones."),
        (has(available=1), "1 Punkt gehört dir.", "1 point is yours."),
        (has(available=1250), "1.250 Punkte gehören dir.", "1,250 points are yours."),
        (has(pending=142, pending_next=(142, SOON)),
         "142 Punkte, deine ab 12. Januar 2027.", "142 points, yours from 12 January 2027."),
        (has(pending=1, pending_next=(1, SOON)),
         "1 Punkt, deine ab 12. Januar 2027.", "1 point, yours from 12 January 2027."),
        (has(available=1250, pending=142, pending_next=(142, SOON)),
         "1.250 Punkte gehören dir. 142 weitere ab 12. Januar 2027.",
         "1,250 points are yours. 142 more from 12 January 2027."),
        (has(pending=200, pending_next=(142, SOON)),
         "142 Punkte, deine ab 12. Januar 2027. Insgesamt sind 200 Punkte unterwegs.",
         "142 points, yours from 12 January 2027. 200 points are on the way altogether."),
        (has(pending=140), "140 Punkte sind unterwegs.", "140 points are on the way."),
        (has(pending=1), "1 Punkt ist unterwegs.", "1 point is on the way."),
        (has(available=5, pending=140), "5 Punkte gehören dir. 140 Punkte sind unterwegs.",
         "5 points are yours. 140 points are on the way."),
        (has(shortfall=1), "1 Punkt wird mit deinen nächsten Punkten verrechnet.",
         "1 point will be settled with your next points."),
        (has(pending=142, pending_next=(142, SOON), shortfall=30),
         "142 Punkte, deine ab 12. Januar 2027. "
         "30 Punkte werden mit deinen nächsten Punkten verrechnet.",
         "142 points, yours from 12 January 2027. 30 points will be settled with your next points."),
    ],
)  # fmt: skip
def test_the_sentence_says_what_there_is(member: Standing, german: str, english: str) -> None:
    assert sentence(member, "de") == german
    assert sentence(member, "en") == english


def test_every_language_has_every_text() -> None:
    assert standing._SENTENCES["de"].keys() == standing._SENTENCES["en"].keys()
