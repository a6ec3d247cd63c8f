"""Programmes as documents: presets are sound, what is wrong is named with its place, versions stay."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import yaml

from connector import faqs, programmes, rulebook
from connector.errors import BadInput
from tests.make import NOW, Book, merged, order


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

    assert [said.split(": ")[:2] for said in str(refused.value).splitlines()] == [
        ["line 1", "earn.points"], ["line 2", "life.months"], ["line 3", "name"],
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


RULE = {"id": "wine", "title": {"de": "Wein", "en": "Wine"}}


def ruled(*rules: Any) -> str:
    return str(yaml.safe_dump({"rules": list(rules)}, sort_keys=False))


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        (RULE, "rules.0.times: None cannot be used. Say one of"),
        (RULE | {"times": "2", "extra": 5}, "Say one of: times"),
        (RULE | {"times": "-1"}, r"rules.0.times: '-1' cannot be used"),
        (RULE | {"extra": -5}, "rules.0.extra: -5 cannot be used"),
        (RULE | {"points": -3, "per": "1.00"}, "rules.0.points: -3 cannot be used"),
        (RULE | {"points": 3}, "rules.0.per: None cannot be used. A rate has both"),
        (RULE | {"points": 3, "per": "0.00"}, "A rate has both"),
        (RULE | {"points": 3, "per": "1", "limits": {"budget": 5}}, "A rate has no limits"),
        (RULE | {"points": 3, "per": "1", "when": {"minimum": "5"}}, "A rate asks for no minimum"),
        (RULE | {"times": "2", "when": {"from": "soon"}}, "Write a day as 2026-11-27"),
        (RULE | {"times": "2", "when": {"from": "2026-11-31"}}, "Write a day as 2026-11-27"),
        (RULE | {"times": "2", "when": {"from": "2026-11-27", "until": "2026-11-26"}},
         "rules.0.when.until: '2026-11-26' cannot be used. It ends before it begins"),
        (RULE | {"times": "2", "when": {"weekdays": ["Fr"]}}, "rules.0.when.weekdays.0: 'Fr'"),
        (RULE | {"times": "2", "when": {"first_order": True, "away_days": 5}}, "Nobody comes back"),
        (RULE | {"times": "2", "limits": {"budget": 0}}, "rules.0.limits.budget: 0 cannot be used"),
        (RULE | {"times": "2", "when": {"colour": "red"}}, "rules.0.when.colour: 'red' cannot"),
        (RULE | {"id": "Wine!", "times": "2"}, "Use small letters"),
        ({"id": "x", "times": "2"}, "rules.0.title: None cannot be used"),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_meant_is_refused(rule: dict[str, Any], place: str) -> None:
    with pytest.raises(BadInput, match=place):
        rulebook.parse(ruled(rule))


def rule(id_: str, **more: Any) -> dict[str, Any]:
    return RULE | {"id": id_, "times": "2"} | more


NOVEMBER = {"from": "2026-11-01", "until": "2026-11-30"}
DECEMBER = {"from": "2026-12-01", "until": "2026-12-31"}


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (rule("a"), rule("b")),
        (rule("a", when=NOVEMBER), rule("b")),
        (rule("a", when=NOVEMBER), rule("b", when=NOVEMBER | {"from": "2026-11-30"})),
        (rule("a", when={"channels": ["app", "till"]}), rule("b", when={"channels": ["till"]})),
        (rule("a", when={"products": ["1"]}), rule("b", when={"categories": ["2"]})),
        (rule("a", times=None, extra=5), rule("b", times=None, extra=7)),
    ],
)
def test_offers_that_overlap_need_a_priority(a: dict[str, Any], b: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match=r"rules\.1\.priority: 'a' and 'b' can meet on one order"):
        rulebook.parse(ruled(a, b))

    rulebook.parse(ruled(a | {"priority": 1}, b))
    rulebook.parse(ruled(a | {"combines": True}, b))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (rule("a", when=NOVEMBER), rule("b", when=DECEMBER)),
        (rule("a", when={"channels": ["app"]}), rule("b", when={"channels": ["till"]})),
        (rule("a", when={"weekdays": ["mon"]}), rule("b", when={"weekdays": ["tue"]})),
        (rule("a", when={"first_order": True}), rule("b", when={"away_days": 90})),
        (rule("a"), rule("b", times=None, points=3, per="1.00")),
        (rule("a"), rule("b", times=None, extra=5)),
    ],
)
def test_offers_that_never_meet_need_none(a: dict[str, Any], b: dict[str, Any]) -> None:
    assert len(rulebook.parse(ruled(a, b))["rules"]) == 2


def test_two_rules_of_one_name_are_refused() -> None:
    with pytest.raises(BadInput, match=r"rules\.1\.id: 'a' is the name of an earlier rule"):
        rulebook.parse(ruled(rule("a"), rule("a", priority=1)))


def test_an_error_names_the_line_of_the_text() -> None:
    text = "name: Punkte\n\nrules:\n  - id: wine\n    title: {de: Wein, en: Wine}\n    times: two\n"

    with pytest.raises(BadInput, match=r"^line 6: rules\.0\.times: 'two' cannot be used"):
        rulebook.parse(text)


def test_an_error_about_what_is_missing_names_the_line_around_it() -> None:
    with pytest.raises(BadInput, match=r"^line 2: rules\.0\.title: None"):
        rulebook.parse('rules:\n  - id: wine\n    times: "2"\n')


def test_text_that_is_not_yaml_names_line_and_column() -> None:
    with pytest.raises(BadInput, match=r"^line 3, column \d+: the programme is not YAML"):
        rulebook.parse("name: Punkte\nearn: {points: 5\nhold: 3\n")


def test_a_day_may_be_written_without_quotes() -> None:
    text = "rules:\n- {id: a, title: {de: A, en: A}, times: '2', when: {until: 2026-11-30}}\n"

    assert rulebook.parse(text)["rules"][0]["when"]["until"] == "2026-11-30"


def test_a_version_from_before_a_key_means_what_it_meant_then() -> None:
    old = {key: value for key, value in rulebook.preset("dach").items() if key != "rules"}
    old["earn"] = {key: value for key, value in old["earn"].items() if key != "steps"}

    assert rulebook.complete(old) == rulebook.preset("dach")


@pytest.mark.parametrize("name", rulebook.EXAMPLES)
def test_every_example_can_be_put_in_force(demo: Book, name: str) -> None:
    document = rulebook.parse(rulebook.example(name))
    apply = partial(programmes.apply, merchant_id=demo.shop.merchant_id, document=document,
                    by="test", now=NOW)  # fmt: skip

    assert demo.database.write(lambda tx: apply(tx)) == 2
    assert demo.see(order()).transfers <= 1


def test_an_example_nobody_ships_is_refused_with_those_there_are() -> None:
    with pytest.raises(BadInput, match="use fashion or food or b2b"):
        rulebook.example("gold")


def test_a_difference_in_a_list_is_told_by_name() -> None:
    old = rulebook.parse(ruled(rule("a"), rule("b", priority=1)))
    new = rulebook.parse(ruled(rule("b", priority=2), rule("c", when={"tags": ["x"]})))

    assert rulebook.diff(old, new) == [
        "rules.a: gone",
        "rules.b.priority: 1 -> 2",
        "rules.c: new: {title: {de: Wein, en: Wine}, when: {tags: ['x']}, times: 2}",
    ]
