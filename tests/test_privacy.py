"""What a shop asks on behalf of a person: everything about him, or that he is forgotten."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from connector import jobs, sync, verify
from connector.tables import customer, suppression, transfer
from connector.web import create_app
from tests.connected import Connected, connected
from tests.test_web import token

ERIKA = "erika@example.com"


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Connected]:
    """Erika has bought with an account and once as a guest; Max is somebody else."""
    with connected(tmp_path / "data", taking_part="everyone") as opened:
        opened.erika = opened.real.customer(ERIKA)  # type: ignore[attr-defined]
        opened.real.order(customer_id=int(opened.erika), paid=True)  # type: ignore[attr-defined]
        opened.real.order(billing={"email": ERIKA}, paid=True)
        opened.real.order(customer_id=int(opened.real.customer("max@example.com")), paid=True)
        sync.run(opened.inst, opened.shop)
        jobs.run_due(opened.inst)
        yield opened


@pytest.fixture
def client(street: Connected) -> FlaskClient:
    return create_app(street.inst).test_client()


def asked(client: FlaskClient, street: Connected, what: str, email: str = ERIKA) -> Any:
    proof = token(street, aud="stammkunde-server", email=email)
    return client.post(f"/v1/demo/privacy/{what}?lang=en", headers=proof)


def test_everything_about_her_is_told_and_nothing_of_anybody_else(
    client: FlaskClient, street: Connected
) -> None:
    answer = asked(client, street, "export")
    groups = answer.get_json()["groups"]
    kinds = {group["name"] for group in groups}

    assert answer.headers["Cache-Control"] == "private, no-store"
    assert kinds >= {"Accounts", "Orders", "Movements", "How we recognise you"}
    assert len([group for group in groups if group["name"] == "Orders"]) == 2
    assert ERIKA in answer.text
    assert "max@example.com" not in answer.text


def test_she_is_forgotten_and_the_books_are_sound(client: FlaskClient, street: Connected) -> None:
    before = street.count(transfer)
    answer = asked(client, street, "erase").get_json()

    assert answer["erased"] == 2
    assert len(answer["kept"]) == 1
    assert ERIKA not in json.dumps(asked(client, street, "export").get_json())
    assert street.count(transfer) == before
    with street.inst.database.read() as tx:
        assert verify.run(tx, full=True).findings == []
        known = tx.execute(select(func.count()).where(customer.c.email == ERIKA)).scalar()
    assert known == 0


def test_asking_twice_is_asking_once(client: FlaskClient, street: Connected) -> None:
    asked(client, street, "erase")
    again = asked(client, street, "erase").get_json()

    assert again == {"erased": 0, "kept": []}


def test_who_was_forgotten_stays_so_when_the_shop_is_read_again(
    client: FlaskClient, street: Connected
) -> None:
    asked(client, street, "erase")
    sync.run(street.inst, street.shop, full=True)
    jobs.run_due(street.inst)

    assert ERIKA not in json.dumps(asked(client, street, "export").get_json())


def test_a_stranger_is_not_put_on_a_list_for_asking(client: FlaskClient, street: Connected) -> None:
    assert asked(client, street, "export", "nobody@example.com").get_json() == {"groups": []}
    assert asked(client, street, "erase", "nobody@example.com").get_json()["erased"] == 0
    assert street.count(suppression) == 0


@pytest.mark.parametrize("what", ["export", "erase"])
def test_her_own_token_from_the_page_opens_neither(
    client: FlaskClient, street: Connected, what: str
) -> None:
    answer = client.post(f"/v1/demo/privacy/{what}", headers=token(street))

    assert answer.status_code == 401
    assert client.post(f"/v1/demo/privacy/{what}").status_code == 401
    assert street.points(street.erika) > 0  # type: ignore[attr-defined]
