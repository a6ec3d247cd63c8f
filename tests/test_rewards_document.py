"""The section `rewards`: what is missing or wrong is named with its place, what is left out has a meaning."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from connector import programmes, rulebook
from connector.errors import BadInput
from connector.rewards import Kind, Reward
from tests.make import NOW, Book, merged

TITLE = {"de": "Prämie", "en": "Reward"}


def document(*rewards: dict[str, Any], **changes: Any) -> dict[str, Any]:
    given = [{"id": f"r{n}", "title": TITLE} | one for n, one in enumerate(rewards)]
    return merged(rulebook.preset("dach"), changes) | {"rewards": given}


def values(*rewards: dict[str, Any], **changes: Any) -> tuple[Reward, ...]:
    return programmes.as_if_live(document(*rewards, **changes), "EUR", NOW).rewards


@pytest.mark.parametrize("name", rulebook.PRESETS)
def test_a_preset_lets_points_be_redeemed_as_its_worth_says(name: str) -> None:
    (reward,) = programmes.as_if_live(rulebook.preset(name), "EUR", NOW).rewards

    assert (reward.kind, reward.points, reward.amount) == (Kind.SLIDER, 100, 100)
    assert (reward.least, reward.share, reward.valid_days) == (500, 50, 75)


def test_a_slider_follows_the_worth_of_the_same_document() -> None:
    (reward,) = values(
        {"kind": "slider"}, worth={"points": 50, "amount": "2.00", "redeem_from": 120}
    )

    assert (reward.points, reward.amount, reward.step, reward.least) == (50, 200, 50, 150)


def test_every_kind_can_be_written_down() -> None:
    found = values(
        {"kind": "amount", "points": 500, "amount": "5.00", "share": 50},
        {"kind": "slider", "points": 200, "amount": "1.00", "step": 400, "redeem_from": 400, "at_most": 4000},
        {"kind": "percent", "points": 300, "percent": 10, "cap": "20.00"},
        {"kind": "free_shipping", "points": 400, "minimum": "20.00", "combinable": True},
        {"kind": "free_product", "points": 900, "product": "37", "bind": False},
        {"kind": "by_hand", "points": 5000},
    )  # fmt: skip

    assert [one.kind for one in found] == list(Kind)
    assert (found[2].cap, found[3].minimum, found[3].combinable, found[4].bind) == (
        2000, 2000, True, False)  # fmt: skip


@pytest.mark.parametrize(
    ("reward", "said"),
    [
        ({"kind": "gold"}, "rewards.0.kind: 'gold' cannot be used."),
        ({"kind": "amount", "points": 5}, "rewards.0.amount: None cannot be used. A reward of the kind amount needs it."),
        ({"kind": "by_hand", "points": 5, "percent": 3}, "rewards.0.percent: 3 cannot be used. A reward of the kind by_hand has none"),
        ({"kind": "percent", "points": 5, "percent": 101}, "rewards.0.percent: 101 cannot be used."),
        ({"kind": "amount", "points": 5, "amount": 5.0}, "rewards.0.amount: 5.0 cannot be used."),
        ({"kind": "amount", "points": 5, "amount": "0.00"}, "rewards.0.amount: '0.00' cannot be used. It must be more than 0"),
        ({"kind": "slider", "points": 5}, "rewards.0.amount: None cannot be used. Give points and amount, or neither"),
        ({"kind": "by_hand", "points": 0}, "rewards.0.points: 0 cannot be used."),
        ({"kind": "by_hand", "points": 5, "id": "Two Words"}, "rewards.0.id: 'Two Words' cannot be used."),
        ({"kind": "by_hand", "points": 5, "title": {"fr": "Prix"}}, "rewards.0.title"),
        ({"kind": "by_hand", "points": 5, "prise": 1}, "rewards.0.prise: 1 cannot be used. Unknown field."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place(reward: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput) as no:
        rulebook.checked(document(reward))

    assert said in str(no.value)


def test_two_rewards_with_one_id_are_refused() -> None:
    twice = {"kind": "by_hand", "points": 5, "id": "gift"}
    with pytest.raises(BadInput, match="Two rewards are called gift"):
        rulebook.checked(document(twice, twice))


@pytest.mark.parametrize(
    ("reward", "said"),
    [
        ({"kind": "amount", "points": 5, "amount": "5.001"}, "rewards.0.amount: '5.001' cannot be used. EUR has 2"),
        ({"kind": "slider", "points": 1000, "amount": "0.01", "step": 10}, "rewards.0.step: 10 cannot be used."),
        ({"kind": "slider", "at_most": 400}, "rewards.0.at_most: 400 cannot be used."),
    ],
)  # fmt: skip
def test_what_nobody_could_ever_have_is_refused_when_it_is_applied(
    demo: Book, reward: dict[str, Any], said: str
) -> None:
    with pytest.raises(BadInput) as no:
        demo.programme(NOW, rewards=document(reward)["rewards"])

    assert said in str(no.value)


def test_in_a_document_older_than_rewards_nothing_can_be_redeemed() -> None:
    old = {key: value for key, value in rulebook.preset("dach").items() if key != "rewards"}

    assert rulebook.complete(old)["rewards"] == []


def test_a_file_that_says_nothing_of_rewards_gets_those_of_the_preset() -> None:
    assert rulebook.parse("name: Herzen")["rewards"] == rulebook.preset("dach")["rewards"]


def test_an_applied_document_can_be_applied_again(demo: Book) -> None:
    n = demo.programme(NOW, rewards=document({"kind": "slider"})["rewards"])

    assert demo.programme(NOW + timedelta(days=1)) == 0
    assert n == 2
