"""The nasty habits of the simulated shop, one by one, and that they end."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pytest

from tests.adapters.shopware.test_simulator_world import JSON, World

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def world() -> World:
    return World(now=NOW)


def test_a_busy_shop_says_so_as_often_as_it_was_told(world: World) -> None:
    world.control("PUT", "/habits", {"busy": {"status": 503, "retry_after": 7, "times": 2}})

    answers = [world.ask("POST", "search/order", {}) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [503, 503, 200]
    assert answers[0].headers["Retry-After"] == "7"
    assert answers[0].mimetype == "text/html"


def test_a_proxy_answers_html(world: World) -> None:
    world.control("PUT", "/habits", {"html": {"status": 200}})

    assert world.ask("POST", "search/order", {}).text.startswith("<!DOCTYPE html>")
    assert world.ask("POST", "search/order", {}).is_json


def test_an_answer_may_be_cut_in_half(world: World) -> None:
    world.control("PUT", "/habits", {"truncated": {"times": 1}})

    with pytest.raises(ValueError, match=r"delimiter|Unterminated|Expecting"):
        json.loads(world.ask("POST", "search/order", {}).text)


def test_access_may_be_lost_and_found_again(world: World) -> None:
    world.control("PUT", "/habits", {"lost_access": True})
    assert world.error("POST", "search/order", {})["http"] == 401

    world.control("DELETE", "/habits")

    assert world.ask("POST", "search/order", {}).status_code == 200


def test_a_right_may_be_taken_away_from_everybody(world: World) -> None:
    world.control("PUT", "/habits", {"missing_privileges": ["order:read"]})

    assert "order:read" in world.error("POST", "search/order", {})["detail"]
    assert world.ask("POST", "search/customer", {}).status_code == 200


def test_the_token_route_may_be_throttled_without_a_failure(world: World) -> None:
    world.control("PUT", "/habits", {"throttle": {"times": 1, "seconds": 30}})

    answer = world.http.post("/api/oauth/token", json={})

    assert answer.status_code == 429
    assert answer.get_json()["errors"][0]["meta"]["parameters"]["seconds"] == 30


def test_the_shops_clock_may_be_wrong(world: World) -> None:
    world.control("PUT", "/habits", {"clock_offset_seconds": -3600})

    answer = world.ask("GET", "_info/version")

    assert parsedate_to_datetime(answer.headers["Date"]) == datetime(2026, 11, 22, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    "wanted", [{"nonsense": True}, {"webhooks": {"nonsense": 1}}, {"busy": True}]
)
def test_a_habit_that_does_not_exist_is_refused(wanted: JSON, world: World) -> None:
    assert world.http.put("/_simulator/habits", json=wanted).status_code == 400
    assert world.control("GET", "/habits")["busy"] is None
