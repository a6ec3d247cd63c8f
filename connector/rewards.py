"""What points are exchanged for: how many points, for how much, from which basket on; pure.

A claim never takes more points than were asked for and never more than are there. Rounded once, down.
How rewards are written down and refused stands in `rewards_document`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from connector.declined import Declined
from connector.lots import last_day

CHOICES = 5
"""How many ways to use a slider a customer is shown."""
_MOST_BETWEEN = 1000


class Kind(StrEnum):
    AMOUNT = "amount"
    SLIDER = "slider"
    PERCENT = "percent"
    FREE_SHIPPING = "free_shipping"
    FREE_PRODUCT = "free_product"
    BY_HAND = "by_hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reward:
    """One thing to have for points. Amounts are minor units of the merchant's currency."""

    id: str
    title: Mapping[str, str]
    kind: Kind
    points: int
    """What it costs; of a slider: what `amount` costs."""
    amount: int = 0
    least: int = 0
    """Of a slider: the fewest points, a whole number of steps."""
    step: int = 1
    at_most: int | None = None
    """Of a slider: the most points at once."""
    percent: int | None = None
    cap: int | None = None
    """The most that a percentage takes off."""
    product: str = ""
    minimum: int = 0
    """The smallest basket."""
    share: int | None = None
    """The largest part of the basket that the code may pay, in percent."""
    combinable: bool = False
    bind: bool = True
    """Only for the customer's own address, where the platform can."""
    valid_days: int = 75
    round_to: str = "month"

    def titled(self, lang: str) -> str:
        return self.title.get(lang) or next(iter(self.title.values()))


@dataclass(frozen=True, slots=True)
class Claim:
    """What one redemption takes and brings. `value` is None where nothing says what it is worth."""

    points: int
    value: int | None
    minimum: int


def named(rewards: Sequence[Reward], id_: str) -> Reward:
    """The reward with this id; declined naming those there are."""
    if not rewards:
        raise Declined("closed")
    found = next((reward for reward in rewards if reward.id == id_), None)
    if found is None:
        there = ", ".join(reward.id for reward in rewards)
        raise Declined("unknown_reward", reward=id_[:80], there=there)
    return found


def claim(reward: Reward, available: int, wanted: int | None = None) -> Claim:
    """What `wanted` points bring (None: the fewest that are enough); declined where they do not."""
    found = priced(reward, _asked(reward, wanted))
    if found.points > available:
        raise Declined("too_few", points=found.points, available=available,
                       missing=found.points - available)  # fmt: skip
    return found


def _asked(reward: Reward, wanted: int | None) -> int:
    if reward.kind is not Kind.SLIDER:
        if wanted not in (None, reward.points):
            raise Declined("fixed_price", points=reward.points)
        return reward.points
    points = floor_to_step(reward, reward.least if wanted is None else wanted)
    if points < reward.least:
        raise Declined("below_least", least=reward.least)
    return points


def floor_to_step(reward: Reward, points: int) -> int:
    """As many whole steps as these points are enough for, and not more than allowed at once."""
    allowed = points if reward.at_most is None else min(points, reward.at_most)
    return max(allowed, 0) // reward.step * reward.step


def priced(reward: Reward, points: int) -> Claim:
    """The claim of so many points."""
    value: int | None = None
    if reward.kind is Kind.SLIDER:
        value = points * reward.amount // reward.points
    elif reward.kind is Kind.AMOUNT:
        value = reward.amount
    return Claim(points, value, smallest_basket(reward, value))


def smallest_basket(reward: Reward, value: int | None) -> int:
    """From which basket on the code works: 5.00 at most half of the basket is from 10.00 on."""
    if value is None or reward.share is None:
        return reward.minimum
    return max(reward.minimum, -(-value * 100 // reward.share))


def best(reward: Reward, available: int) -> int:
    """The most points that can be redeemed for it now; 0 where they are not enough."""
    if reward.kind is not Kind.SLIDER:
        return reward.points if reward.points <= available else 0
    points = floor_to_step(reward, available)
    return points if points >= reward.least else 0


def choices(reward: Reward, available: int) -> list[Claim]:
    """What a customer may choose from now, the least first; empty where his points are not enough.

    Of a slider the least, the most, and round numbers between them: 500, 1,000, 1,300 and not 900.
    """
    most = best(reward, available)
    if not most:
        return []
    if reward.kind is not Kind.SLIDER:
        return [priced(reward, most)]
    ends = {reward.least, most}
    rounds = (digit * 10**exponent for exponent in range(20) for digit in (1, 2, 5))
    coarse = (unit for unit in rounds if most - reward.least <= _MOST_BETWEEN * unit)
    between = (_between(reward, most, unit) for unit in coarse)
    found = next(some for some in between if len(some) <= CHOICES - len(ends))
    return [priced(reward, points) for points in sorted(ends | found)]


def _between(reward: Reward, most: int, unit: int) -> set[int]:
    """Multiples of the unit that the slider can be at, between its ends."""
    first = (reward.least // unit + 1) * unit
    return {points for points in range(first, most, unit)
            if (points - reward.least) % reward.step == 0}  # fmt: skip


def least(reward: Reward) -> int:
    """The fewest points it can be had for."""
    return reward.least if reward.kind is Kind.SLIDER else reward.points


def missing(reward: Reward, available: int) -> int:
    """Points that are still missing for it."""
    return max(least(reward) - available, 0)


def good_until(reward: Reward, today: date) -> date:
    """The last day of a code that is made today: at least `valid_days`, to the end of that month.

    A shop that keeps value and expiry in a promotion needs one promotion a month and not one a day.
    """
    return last_day(today + timedelta(days=reward.valid_days), 0, reward.round_to)
