"""A guest of the checkout shows a customer's token: he is told what guests are told, and collects nothing."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from connector import jobs
from connector.tables import inbox, member
from tests.adapters.shopware import standin
from tests.adapters.shopware.standin import Caller, Lab

GUEST, MIA = "01a200871f8371aca89c8c9499e183bc", "01a200848cd17023a8ec1826baf337be"


def state(real: Caller, customer: str) -> Any:
    answer = real.me(real.token(customer))
    assert answer.status_code == 200
    return answer.get_json()["state"]


def count(lab: Lab, table: Any) -> int:
    with lab.inst.database.read() as tx:
        return int(tx.execute(select(func.count()).select_from(table)).scalar_one())


def join(real: Caller, customer: str) -> int:
    headers = {"Authorization": f"Bearer {real.token(customer)}"}
    answer = real.client.post("/v1/demo/join", json={"terms_version": 1}, headers=headers)
    return answer.status_code


def test_a_guest_is_looked_up_once_and_is_a_guest_from_then_on(lab: Lab) -> None:
    real = lab.connected()

    assert state(real, GUEST) == "arriving"
    jobs.run_due(lab.inst)
    assert [state(real, GUEST) for _ in range(3)] == ["guest"] * 3
    assert count(lab, inbox) == 0


def test_a_guest_who_opens_an_account_is_a_customer(lab: Lab) -> None:
    real = lab.connected()
    state(real, GUEST)
    jobs.run_due(lab.inst)
    standin.ACCOUNTS.add(GUEST)
    real.ring("customer.written", [{"primaryKey": GUEST, "updatedFields": ["guest"]}])
    jobs.run_due(lab.inst)

    assert state(real, GUEST) in ("member", "not_joined")


def test_an_account_that_was_deleted_is_nobodys_any_more(lab: Lab) -> None:
    real = lab.connected()
    standin.ACCOUNTS.add(MIA)
    state(real, MIA)
    jobs.run_due(lab.inst)
    before = state(real, MIA)
    standin.ACCOUNTS.clear()
    real.ring("customer.deleted", [{"primaryKey": MIA}])
    jobs.run_due(lab.inst)

    assert before in ("member", "not_joined")
    assert state(real, MIA) == "guest"
    assert count(lab, inbox) == 0


@pytest.mark.parametrize("looked", [False, True])
def test_a_guest_takes_no_part_however_he_asks(lab: Lab, looked: bool) -> None:
    """Each checkout makes another guest: what joining brings would be there for the taking."""
    real = lab.connected()
    if looked:
        state(real, GUEST)
        jobs.run_due(lab.inst)

    assert join(real, GUEST) == 409
    assert count(lab, member) == 0


def test_whoever_has_an_account_takes_part(lab: Lab) -> None:
    """The control."""
    real = lab.connected()
    standin.ACCOUNTS.add(MIA)
    state(real, MIA)
    jobs.run_due(lab.inst)

    assert join(real, MIA) == 200
    assert count(lab, member) == 1


def test_a_visitor_without_a_customer_is_nobody(lab: Lab) -> None:
    real = lab.connected()
    answer = real.me(real.token(None))

    assert answer.get_json()["state"] == "nobody"
