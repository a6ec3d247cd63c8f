"""What points bring: rounded down once, never more than asked for, never more than there is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector import rewards
from connector.declined import SENTENCES, Declined
from connector.explain import LANGUAGES
from connector.rewards import Claim, Kind, Reward

SLIDER = Reward(
    id="discount", title={"de": "Rabatt", "en": "Money off"}, kind=Kind.SLIDER, points=100,
    amount=100, least=500, step=100, share=50,
)  # fmt: skip
FIVE = Reward(id="five", title={"en": "Five off"}, kind=Kind.AMOUNT, points=500, amount=500)


@pytest.mark.parametrize(
    ("asked", "points", "value", "minimum"),
    [
        (None, 500, 500, 1000),  # 5.00 is at most half of 10.00
        (500, 500, 500, 1000),
        (599, 500, 500, 1000),  # only whole steps, and never more than asked for
        (600, 600, 600, 1200),
        (1999, 1900, 1900, 3800),
    ],
)
def test_a_slider_gives_whole_steps(
    asked: int | None, points: int, value: int, minimum: int
) -> None:
    assert rewards.claim(SLIDER, 2000, asked) == Claim(points, value, minimum)


def test_a_sliders_value_is_rounded_down() -> None:
    odd = replace(SLIDER, points=7, amount=10, least=7, step=1)

    assert [rewards.claim(odd, 100, points).value for points in (7, 8, 9, 20)] == [10, 11, 12, 28]


@pytest.mark.parametrize(
    ("share", "minimum", "basket"),
    [(50, 0, 1000), (30, 0, 1667), (100, 0, 500), (50, 4000, 4000), (None, 0, 0), (None, 900, 900)],
)
def test_a_share_of_the_basket_becomes_a_smallest_basket(
    share: int | None, minimum: int, basket: int
) -> None:
    assert rewards.claim(replace(FIVE, share=share, minimum=minimum), 500).minimum == basket


def test_too_few_points_are_named_and_so_are_those_that_are_missing() -> None:
    with pytest.raises(Declined) as no:
        rewards.claim(SLIDER, 420)

    assert (
        no.value.sentence("de")
        == "Dafür brauchst du 500 Punkte, du hast 420 Punkte. Es fehlen noch 80 Punkte."
    )
    assert str(no.value) == "This takes 500 points, you have 420 points. 80 points are missing."


@pytest.mark.parametrize(
    ("reward", "wanted", "why"),
    [(SLIDER, 499, "below_least"), (SLIDER, 0, "below_least"), (SLIDER, -500, "below_least"),
     (FIVE, 400, "fixed_price"), (FIVE, 600, "fixed_price")],
)  # fmt: skip
def test_points_that_do_not_fit_a_reward_are_declined(
    reward: Reward, wanted: int, why: str
) -> None:
    with pytest.raises(Declined) as no:
        rewards.claim(reward, 10_000, wanted)

    assert no.value.why == why


def test_an_unknown_reward_is_declined_with_those_there_are() -> None:
    with pytest.raises(Declined, match=r"There is no reward gold\. There are: discount, five\."):
        rewards.named([SLIDER, FIVE], "gold")


def test_a_programme_without_rewards_is_closed() -> None:
    with pytest.raises(Declined) as no:
        rewards.named([], "discount")

    assert no.value.why == "closed"


@given(
    points=st.integers(1, 500), amount=st.integers(1, 500), step=st.integers(1, 300),
    steps=st.integers(1, 20), at_most=st.none() | st.integers(1, 20_000),
    available=st.integers(0, 50_000), share=st.none() | st.integers(1, 100),
)  # fmt: skip
def test_whatever_a_slider_offers_can_be_had_and_pays_no_more_than_its_share(
    points: int, amount: int, step: int, steps: int, at_most: int | None, available: int,
    share: int | None,
) -> None:  # fmt: skip
    slider = replace(SLIDER, points=points, amount=amount, step=step, least=step * steps,
                     at_most=at_most, share=share)  # fmt: skip
    offered = rewards.choices(slider, available)

    assert len(offered) <= rewards.CHOICES
    assert (offered == []) == (rewards.best(slider, available) == 0)
    for one in offered:
        assert rewards.claim(slider, available, one.points) == one
        assert one.points % step == 0
        assert slider.least <= one.points <= min(available, at_most or available)
        assert one.value is not None
        assert one.value * points <= one.points * amount
        assert share is None or one.value * 100 <= one.minimum * share


def test_a_slider_shows_the_least_the_most_and_round_numbers_between() -> None:
    shown = {
        available: [one.points for one in rewards.choices(SLIDER, available)]
        for available in (640, 1320, 2370, 12_050)
    }

    assert shown[640] == [500, 600]
    assert shown[1320] == [500, 1000, 1300]
    assert shown[2370] == [500, 1000, 1500, 2000, 2300]
    assert shown[12_050] == [500, 5000, 10_000, 12_000]
    assert rewards.missing(SLIDER, 420) == 80


@pytest.mark.parametrize(
    ("today", "until"),
    [
        (date(2026, 11, 22), date(2027, 2, 28)),  # 5 February, to the end of its month
        (date(2026, 12, 16), date(2027, 3, 31)),
        (date(2027, 12, 17), date(2028, 3, 31)),
    ],
)
def test_a_code_is_good_to_the_end_of_a_month_about_ninety_days_later(
    today: date, until: date
) -> None:
    assert rewards.good_until(SLIDER, today) == until
    assert 75 <= (until - today).days <= 106


def test_a_code_may_end_to_the_day() -> None:
    daily = replace(SLIDER, valid_days=30, round_to="day")

    assert rewards.good_until(daily, date(2026, 11, 22)) == date(2026, 12, 22)


def test_every_no_is_said_in_every_language_and_names_the_same_facts() -> None:
    facts = dict.fromkeys(("points", "available", "missing", "least"), 5)
    for why, texts in SENTENCES.items():
        assert set(texts) == set(LANGUAGES)
        declined = Declined(why, reward="gold", there="five", **facts)
        assert "{" not in declined.sentence("de") + declined.sentence("en")
