"""Tokens of the simulated shop: who gets one, how long it is good, and who has to wait."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.adapters.shopware.test_simulator_world import JSON, VERSIONS, World

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def world() -> World:
    return World(now=NOW)


def grant(world: World, **more: Any) -> JSON:
    keys = {"client_id": world.key, "client_secret": world.secret}
    return keys | {"grant_type": "client_credentials"} | more


def ask(world: World, **more: Any) -> Any:
    return world.http.post("/api/oauth/token", json=grant(world, **more))


def advance(world: World, seconds: int) -> None:
    world.control("PUT", "/clock", {"advance_seconds": seconds})


def test_a_form_is_as_good_as_json(world: World) -> None:
    answer = world.http.post("/api/oauth/token", data=grant(world))

    assert answer.get_json()["expires_in"] == 600
    assert answer.headers["Cache-Control"] == "no-store, private"


def test_a_token_is_good_for_ten_minutes(world: World) -> None:
    advance(world, 599)
    assert world.ask("GET", "_info/version").status_code == 200

    advance(world, 1)

    assert world.error("GET", "_info/version")["code"] == "9"


@pytest.mark.parametrize(
    ("header", "detail"), [("", "Missing"), ("Basic abc", "Missing"), ("Bearer abc", "Base64Url")]
)
def test_without_a_good_token_nothing_opens(header: str, detail: str, world: World) -> None:
    answer = world.http.get("/api/_info/version", headers={"Authorization": header})

    assert answer.status_code == 401
    assert detail in answer.get_json()["errors"][0]["detail"]


@pytest.mark.parametrize(("failures", "seconds"), [(10, 10), (15, 30), (20, 60)])
def test_guessing_makes_everybody_at_this_address_wait(
    failures: int, seconds: int, world: World
) -> None:
    for _ in range(failures):
        advance(world, 61)
        assert ask(world, client_secret="wrong").status_code == 401

    throttled = ask(world)
    advance(world, seconds - 1)
    still = ask(world)
    advance(world, 1)

    error = throttled.get_json()["errors"][0]
    assert throttled.status_code == still.status_code == 429
    assert error["code"] == "FRAMEWORK__AUTH_THROTTLED"
    assert error["meta"]["parameters"] == {"seconds": seconds}
    assert "Retry-After" not in throttled.headers
    assert ask(world).status_code == 200


def test_a_success_forgets_the_failures(world: World) -> None:
    for _ in range(9):
        ask(world, client_secret="wrong")
    assert ask(world).status_code == 200
    ask(world, client_secret="wrong")

    assert ask(world).status_code == 200


@pytest.mark.parametrize(("version", "status"), list(zip(VERSIONS, (200, 200, 400), strict=True)))
def test_a_list_of_scopes_is_refused_since_6_7(version: str, status: int) -> None:
    world = World(version, now=NOW)

    assert ask(world, scope=["write"]).status_code == status
    assert ask(world, scope="write").status_code == 200


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"grant_type": "password"}, 400, "2"),
        ({"client_id": None}, 400, "3"),
        ({"client_id": "SWIANOBODY"}, 401, "4"),
    ],
)
def test_a_wrong_grant_is_refused(more: JSON, status: int, code: str, world: World) -> None:
    answer = ask(world, **more)

    assert (answer.status_code, answer.get_json()["errors"][0]["code"]) == (status, code)


def test_an_integration_that_is_gone_opens_nothing_with_the_token_it_had(world: World) -> None:
    token = world.allowed(["order:read"])
    assert world.ask("POST", "search/order", {}, token).status_code == 200
    mine = world.found("integration", sort=[{"field": "createdAt"}])[-1]

    world.api("DELETE", f"integration/{mine['id']}")

    assert world.error("POST", "search/order", {}, token)["code"] == "9"
