"""The sentence of every movement, for the customer and for the merchant, in German and English."""

from __future__ import annotations

from typing import Any

import pytest

from connector import explain
from connector.ledger import Reason
from connector.values import Money

STATES = ("withdrawn", "cancelled", "refunded", "gone", "unpaid", "paid", "settled")


def basis(**more: Any) -> dict[str, Any]:
    return {
        "order": "1001", "state": "paid", "currency": "EUR", "gross": True, "base": 125000,
        "rate": [5, 100], "exact": "6250/1", "rounding": "down", "limit": None, "deserved": 6250,
        "lines": [["1", "10", 1, 125000, 0, ""]], "loose": 0, "release_on": "2027-01-12",
    } | more  # fmt: skip


def transfer(reason: str, points: int = 1250, **more: Any) -> dict[str, Any]:
    return {"reason": reason, "points": points, "lots": [["2029-12-31", points]],
            "basis": basis(), "programme": 2} | more  # fmt: skip


@pytest.mark.parametrize("lang", explain.LANGUAGES)
@pytest.mark.parametrize("points", [1, 1250])
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("reason", list(Reason))
def test_every_movement_has_a_whole_sentence(
    reason: Reason, state: str, points: int, lang: str
) -> None:
    said = explain.sentence(transfer(reason.value, points, basis=basis(state=state)), lang)

    number = {("de", 1): "1 Punkt ", ("de", 1250): "1.250 Punkte ", ("en", 1): "1 point ",
              ("en", 1250): "1,250 points "}[lang, points]  # fmt: skip
    assert said.startswith(number)
    assert said.endswith(".")
    assert not set("{}") & set(said)
    assert "  " not in said
    assert ": ." not in said


@pytest.mark.parametrize("lang", explain.LANGUAGES)
@pytest.mark.parametrize("reason", ["hold", "release", "redeem", "give back", "expire"])
def test_movements_without_an_order_have_a_sentence_too(reason: str, lang: str) -> None:
    said = explain.sentence(transfer(reason, basis={}, programme=None), lang)

    assert said.endswith(".")
    assert explain.reckoning(transfer(reason, basis={}, programme=None), lang) == said


@pytest.mark.parametrize(
    ("row", "lang", "expected"),
    [
        (transfer("earn"), "de", "1.250 Punkte für Bestellung 1001, deine ab 12. Januar 2027."),
        (transfer("earn"), "en", "1,250 points for order 1001, yours from 12 January 2027."),
        (transfer("earn", basis=basis(release_on=None)), "de",
         "1.250 Punkte für Bestellung 1001, deine nach der Rückgabefrist."),
        (transfer("confirm", 1), "de", "1 Punkt aus Bestellung 1001 gehört jetzt dir."),
        (transfer("confirm", 2), "en", "2 points from order 1001 are now yours."),
        (transfer("unearn", basis=basis(state="cancelled")), "de",
         "1.250 Punkte weniger vorgemerkt: Bestellung 1001 wurde storniert."),
        (transfer("claw back", basis=basis(state="refunded")), "en",
         "1,250 points taken back: something of order 1001 was refunded."),
        (transfer("claw back", 1, basis={"state": "settled", "order": "1001"}), "de",
         "1 Punkt verrechnet: Für Bestellung 1001 gab es zu viel."),
        (transfer("expire"), "de", "1.250 Punkte mit Ablauf des 31. Dezember 2029 verfallen."),
    ],
)  # fmt: skip
def test_the_sentences_read_well(row: dict[str, Any], lang: str, expected: str) -> None:
    assert explain.sentence(row, lang) == expected


def test_the_merchant_sees_the_whole_sum() -> None:
    lines = [["1", "10", 1, 9900, 2000, ""], ["2", "11", 1, 5000, 0, "gift_card"]]
    row = transfer("earn", 30, basis=basis(
        base=7900, exact="79/2", deserved=30, rate=[1, 200], lines=lines, limit=30, loose=50,
    ))  # fmt: skip

    assert explain.reckoning(row, "de").replace("\xa0", " ") == (
        "30 Punkte für Bestellung 1001, deine ab 12. Januar 2027. "
        "1 Punkt je 2,00 € auf 79,00 € Waren (mit Steuer, 2 Positionen) ergibt 39,5, abgerundet: "
        "30 Punkte. Davon ausgenommen: 1 Position. Erstattet: 20,50 €. "
        "Vom Höchstmaß für Bestellungen vor dem Start war noch so viel übrig: 30 Punkte. Programm, Version 2."
    )
    assert explain.reckoning(row, "en").endswith(
        "Excluded of these: 1 line. Refunded: €20.50. "
        "Of the most that orders from before the start may bring, 30 points were left. Programme version 2."
    )


def test_every_language_has_every_text() -> None:
    german, english = (explain._TEXTS[lang] for lang in explain.LANGUAGES)

    assert german.keys() == english.keys()


def test_numbers_days_and_money_follow_the_language() -> None:
    assert explain.points(1, "de") == "1 Punkt"
    assert explain.points(1234567, "de") == "1.234.567 Punkte"
    assert explain.points(0, "en") == "0 points"
    assert explain.day("2027-03-01", "de") == "1. März 2027"
    assert explain.money(Money(123456, "EUR"), "de").replace("\xa0", " ") == "1.234,56 €"


OFFER = {"de": "Doppelte Punkte", "en": "Double points"}


@pytest.mark.parametrize(
    ("added", "lang", "expected"),
    [
        ([[OFFER, "625/1", ""]], "de", "Darin 625 Punkte durch „Doppelte Punkte“."),
        ([[OFFER, "625/1", ""]], "en", "625 points of them by “Double points”."),
        ([[OFFER, "-5/1", ""]], "en", "5 points less by “Double points”."),
    ],
)
def test_a_customer_reads_what_an_offer_brought(added: Any, lang: str, expected: str) -> None:
    said = explain.sentence(transfer("earn", basis=basis(added=added)), lang)

    assert said.endswith(expected)


@pytest.mark.parametrize("lang", explain.LANGUAGES)
@pytest.mark.parametrize(
    "short", ["budget", "per_day", "per_week", "per_member", "uses_per_member"]
)
def test_a_merchant_reads_what_limit_cut_an_offer(short: str, lang: str) -> None:
    row = transfer("earn", basis=basis(added=[[OFFER, "0/1", short]]))

    assert OFFER[lang] in explain.reckoning(row, lang)
    assert OFFER[lang] not in explain.sentence(row, lang)


def test_a_merchant_reads_how_a_foreign_order_was_converted() -> None:
    own = {"currency": "ZAR", "base": 170_000, "exchange": [1, 17], "own": "EUR", "exact": "100/1"}

    said = explain.reckoning(transfer("earn", 100, basis=basis(**own)), "en")

    assert "R1,700.00" in said or "ZAR" in said
    assert "€100.00" in said
