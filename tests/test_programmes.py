"""Programmes as documents: presets are sound, what is wrong is named with its place, versions stay."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from connector import faqs, programmes, rulebook
from connector.errors import BadInput
from tests.make import NOW, Book, merged


@pytest.mark.parametrize("name", rulebook.PRESETS)
def test_a_preset_is_sound_and_complete(name: str) -> None:
    document = rulebook.preset(name)

    assert rulebook.checked(document) == document
    assert rulebook.parse(rulebook.preset_text(name)) == document


def test_a_preset_that_does_not_exist_is_named() -> None:
    with pytest.raises(BadInput, match="no preset 'gold'"):
        rulebook.preset("gold")


def test_what_a_document_leaves_out_comes_from_the_default() -> None:
    document = rulebook.parse("earn: {points: 7}")

    assert document == merged(rulebook.preset("dach"), {"earn": {"points": 7}})


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("nmae: x", "nmae: 'x' cannot be used"),
        ("name: ''", "name: '' cannot be used"),
        ("taking_part: all", "taking_part: 'all' cannot be used"),
        ("languages: [fr]", "languages.0: 'fr' cannot be used"),
        ("languages: []", r"languages: \[\] cannot be used"),
        ("earn: 5", "earn: 5 cannot be used"),
        ("earn:", "earn: None cannot be used"),
        ("earn: {points: '5'}", "earn.points: '5' cannot be used"),
        ("earn: {points: 2.5}", "earn.points: 2.5 cannot be used"),
        ("earn: {points: -1}", "earn.points: -1 cannot be used"),
        ("earn: {per: 1.0}", "earn.per: 1.0 cannot be used"),
        ("earn: {per: '1,00'}", "earn.per: '1,00' cannot be used.*in quotes"),
        ("earn: {per: '0.00'}", "earn.per: '0.00' cannot be used. It must be more than 0"),
        ("earn: {rounding: even}", "earn.rounding: 'even' cannot be used"),
        ("earn: {exclude: {products: [12]}}", "earn.exclude.products.0: 12 cannot be used"),
        ("earn: {exclude: {brands: []}}", "earn.exclude.brands"),
        ("hold: {paid_days: 366}", "hold.paid_days: 366 cannot be used"),
        ("start: {at_most: -1}", "start.at_most: -1 cannot be used"),
        ("life: {months: 0}", "life.months: 0 cannot be used"),
        ("life: {round_to: week}", "life.round_to: 'week' cannot be used"),
        ("worth: {redeem_from: 0}", "worth.redeem_from: 0 cannot be used"),
        ("[1, 2]", "must be keys with values"),
        ("name: [", "is not YAML"),
        ("name: 2026-13-45", "is not YAML"),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(text: str, place: str) -> None:
    with pytest.raises(BadInput, match=place):
        rulebook.parse(text)


def test_all_wrong_places_are_named_at_once() -> None:
    with pytest.raises(BadInput) as refused:
        rulebook.parse("earn: {points: -1}\nlife: {months: 0}\nname: 5")

    assert [said.partition(":")[0] for said in str(refused.value).splitlines()] == [
        "earn.points", "life.months", "name",
    ]  # fmt: skip


@pytest.mark.parametrize("change", [{"earn": {"per": "0.001"}}, {"worth": {"amount": "1.005"}}])
def test_an_amount_the_currency_cannot_pay_is_refused(demo: Book, change: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match="EUR has 2 decimal digits"):
        demo.programme(NOW, **change)


def test_a_difference_is_a_line() -> None:
    old = rulebook.preset("dach")
    new = merged(old, {"name": "Bohnen", "earn": {"points": 10, "exclude": {"tags": ["x"]}}})

    assert rulebook.diff(old, new) == [
        "earn.exclude.tags: [] -> ['x']", "earn.points: 5 -> 10", "name: Treuepunkte -> Bohnen",
    ]  # fmt: skip
    assert rulebook.diff(old, old) == []


def test_a_version_never_changes_an_older_one(demo: Book) -> None:
    m, currency = demo.shop.merchant_id, demo.shop.currency
    with demo.database.read() as tx:
        (before,) = programmes.versions(tx, m, currency)

    assert demo.programme(NOW, earn={"points": 10}) == 2
    assert demo.programme(NOW + timedelta(days=1), earn={"points": 10}) == 0
    assert demo.programme(NOW + timedelta(days=1), earn={"points": 5}) == 3

    with demo.database.read() as tx:
        versions = programmes.versions(tx, m, currency)
    assert versions[0] == before
    assert [one.earn.points for one in versions] == [5, 10, 5]
    assert versions[1].counts_from == NOW


@pytest.mark.parametrize("lang", ["de", "en"])
@pytest.mark.parametrize(
    "change",
    [
        {},
        {"taking_part": "ask", "life": {"months": None}, "hold": {"delivered_days": 0}},
        {"taking_part": "everyone", "life": {"months": 1, "at_least": None}, "hold": {"delivered_days": 1},
         "earn": {"tax": "net", "rounding": "up", "exclude": {"gift_cards": False}}},
    ],
)  # fmt: skip
def test_every_answer_is_filled_in_for_every_programme(
    demo: Book, change: dict[str, Any], lang: str
) -> None:
    demo.programme(NOW, **change)

    def start(tx: Any) -> None:
        faqs.start(tx, demo.shop.merchant_id)

    demo.database.write(start)
    with demo.database.read() as tx:
        programme = programmes.versions(tx, demo.shop.merchant_id, "EUR")[-1]
        entries = faqs.entries(tx, demo.shop, programme, lang)

    assert len(entries) == 12
    assert not [one for one in entries if set("{}") & set(one["question"] + one["answer"])]


def test_the_answers_follow_the_programme_not_the_shops_display(demo: Book) -> None:
    demo.programme(NOW, earn={"tax": "net", "exclude": {"gift_cards": False}})
    with demo.database.read() as tx:
        programme = programmes.versions(tx, demo.shop.merchant_id, "EUR")[-1]
    words = faqs.facts(demo.shop, programme, "de")

    assert words["tax"] == "ohne Mehrwertsteuer"
    assert words["nothing_for"] == "Versandkosten"
