"""What a product page says a purchase brings is what the connector will post: the same vectors for both."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import widgets
from connector import amounts, earning
from connector.earning import Standing
from connector.programme import (
    Earn,
    Exclusions,
    Hold,
    Life,
    Programme,
    Rounding,
    Start,
    TakingPart,
    Tax,
    Worth,
)
from tests.make import PAID, line, order

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(widgets.__file__).parent / "src" / "earn" / "vectors.json").read_text(encoding="utf-8")
)
STANDING = Standing(
    zone="Europe/Berlin", currency="EUR", gross=True, live_since=PAID - timedelta(days=365),
    products={},
)  # fmt: skip


def programme(table: dict[str, Any]) -> Programme:
    earn = Earn(
        points=table["points"],
        per=table["per"],
        tax=Tax(table["basis"]),
        rounding=Rounding(table["rounding"]),
        steps=table["steps"],
        exclude=Exclusions(products=tuple(table["except"])),
    )
    return Programme(
        n=1, valid_from=PAID, counts_from=PAID, name="Punkte", languages=("de",),
        taking_part=TakingPart.ACCOUNT, earn=earn, hold=Hold(), start=Start(), life=Life(),
        worth=Worth(),
    )  # fmt: skip


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_the_connector_gives_an_order_of_one_line_what_the_vectors_say(
    vector: dict[str, Any],
) -> None:
    bought = vector["purchase"]
    net, gross = (bought[each] * bought["quantity"] for each in ("net", "gross"))
    seen = order(lines=(line(net, gross - net, product=bought["product"]),))
    terms = earning.decide(seen, programme(vector["table"]), STANDING)

    assert (amounts.worth(seen, terms).points if terms else 0) == vector["points"]


def test_the_vectors_cover_each_rounding_both_prices_steps_and_what_brings_nothing() -> None:
    tables = [vector["table"] for vector in VECTORS]

    assert len({vector["name"] for vector in VECTORS}) == len(VECTORS) >= 40
    assert {(each["rounding"], each["basis"]) for each in tables} == {
        (rounding, basis) for rounding in ("down", "half_up", "up") for basis in ("gross", "net")
    }
    assert {each["rounding"] for each in tables if each["steps"]} == {"down", "half_up", "up"}
    assert any(vector["purchase"]["product"] in vector["table"]["except"] for vector in VECTORS)
    assert any(vector["purchase"]["quantity"] > 1 for vector in VECTORS)
