"""Programs of a shop report what customers did: proven by a token, once each, and never for others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from connector import members, programmes, tokens
from connector.installation import utc_now
from connector.tables import token as table
from connector.web import create_app
from tests.connected import Connected, connected
from tests.make import merged

REVIEW = {"id": "review", "title": {"de": "deine Bewertung", "en": "your review"}, "points": 50}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connected]:
    with connected(tmp_path_factory.mktemp("reporting")) as one:
        yield one


@pytest.fixture(scope="module")
def told(shop: Connected) -> str:
    """A token; and customer 7 takes part in a programme that knows reviews."""
    one, now = shop.shop, utc_now()

    def work(tx: Any) -> str:
        document = programmes.documents(tx, one.merchant_id)[-1]
        document = merged(document, {"events": [REVIEW]})
        programmes.apply(tx, one.merchant_id, document, "test", one.live_since)
        members.join(tx, one.merchant_id, one.shop_id, ["customer:7"], "asked", now)
        return tokens.make(tx, one, "reviews", now)

    return shop.inst.database.write(work)


@pytest.fixture
def client(shop: Connected) -> FlaskClient:
    return create_app(shop.inst).test_client()


def report(client: FlaskClient, token: str, slug: str = "demo", **more: Any) -> Any:
    body = {"event": "review", "customer": "7", "reference": "r1"} | more
    headers = {"Authorization": f"Bearer {token}"}
    return client.post(f"/v1/{slug}/events", json=body, headers=headers)


def test_a_report_brings_points_and_the_same_again_none(client: FlaskClient, told: str) -> None:
    answers = [report(client, told, reference=about) for about in ("a", "a", "b")]

    assert [one.status_code for one in answers] == [200] * 3
    assert [one.json["points"] for one in answers] == [50, 0, 50]


@pytest.mark.parametrize("wrong", ["", "stk_wrong", "eyJhbGciOiJIUzI1NiJ9.e30.x"])
def test_without_its_token_nothing_is_believed(client: FlaskClient, told: str, wrong: str) -> None:
    answer = report(client, wrong)

    assert answer.status_code == 401
    assert "token" in answer.json["message"]


def test_a_token_that_was_ended_is_good_no_longer(
    client: FlaskClient, shop: Connected, told: str
) -> None:
    one = shop.shop
    mine = shop.inst.database.write(lambda tx: tokens.make(tx, one, "old", utc_now()))
    with shop.inst.database.read() as tx:
        (id_,) = [each.id for each in tokens.known(tx, one) if each.name == "old"]
    shop.inst.database.write(lambda tx: tokens.end(tx, one.merchant_id, id_, utc_now()))

    assert report(client, mine, reference="c").status_code == 401


def test_only_the_digest_of_a_token_is_kept(shop: Connected, told: str) -> None:
    with shop.inst.database.read() as tx:
        rows = [str(tuple(row)) for row in tx.execute(table.select())]

    assert rows
    assert not any(told in row for row in rows)


@pytest.mark.parametrize(
    ("more", "status", "said"),
    [
        ({"event": "dance"}, 409, "knows no 'dance'"),
        ({"event": "signup"}, 409, "found out by the connector itself"),
        ({"customer": "8"}, 409, "nobody of this id takes part"),
        ({"slug": "nowhere"}, 404, "no such shop"),
        ({"reference": "a b"}, 422, ""),
        ({"reference": ""}, 422, ""),
        ({"at": "yesterday"}, 422, ""),
        ({"more": 1}, 422, ""),
    ],
)
def test_a_report_that_cannot_be_meant_is_refused_with_a_sentence(
    client: FlaskClient, told: str, more: dict[str, Any], status: int, said: str
) -> None:
    answer = report(client, told, **more)

    assert answer.status_code == status
    assert said in answer.json.get("message", "")


def test_a_report_from_the_future_happens_now(client: FlaskClient, told: str) -> None:
    assert report(client, told, reference="f", at="2999-01-01T00:00:00Z").json == {"points": 50}
