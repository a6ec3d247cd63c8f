"""What a shop says of the app: it rests, it goes on, it is gone; and what then becomes of its customers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from connector import forgetting, jobs, looking, shops, tasks
from connector.installation import utc_now
from connector.port import Customer
from connector.tables import customer, merchant, programme, shop
from tests.adapters.shopware.standin import HOME, MOVED, OPEN, Caller, Lab
from tests.attacks.evidence import contents


def stopped(lab: Lab) -> str:
    return lab.inst.shop("demo").suspended


def asked(lab: Lab) -> list[str]:
    with lab.inst.database.read() as tx:
        return [one.kind for one in tasks.open_tasks(tx)]


def kept(lab: Lab) -> list[str]:
    found = contents(lab.inst)
    return [found[table.name] for table in (merchant, programme)]


def test_an_app_that_is_switched_off_rests_and_goes_on_when_it_is_on(lab: Lab) -> None:
    real = lab.connected()

    assert real.says("app.deactivated").status_code == 204
    assert "switched off" in stopped(lab)
    assert real.says("app.activated").status_code == 204
    assert stopped(lab) == ""


def test_an_update_ends_what_a_missing_right_began(lab: Lab) -> None:
    real = lab.connected()
    one = lab.inst.shop("demo")
    lab.inst.database.write(lambda tx: shops.suspend(tx, one, "A right is missing."))
    real.says("app.updated", {"appVersion": "1.1.0"})

    assert stopped(lab) == ""


def test_an_update_does_not_switch_on_what_is_off(lab: Lab) -> None:
    real = lab.connected()
    real.says("app.deactivated")
    real.says("app.updated", {"appVersion": "1.1.0"})

    assert "switched off" in stopped(lab)


@pytest.mark.parametrize("payload", [[], {}], ids=repr)
def test_an_app_that_was_removed_leaves_everything_and_a_task(lab: Lab, payload: Any) -> None:
    real = lab.connected()
    before = kept(lab)

    assert real.says("app.deleted", payload).status_code == 204
    assert "removed" in stopped(lab)
    assert asked(lab) == ["app_gone"]
    assert kept(lab) == before


def test_who_asked_to_keep_the_data_is_asked_nothing(lab: Lab) -> None:
    real = lab.connected()
    real.says("app.deleted", {"keepUserData": True})

    assert ("removed" in stopped(lab), asked(lab)) == (True, [])


def month(lab: Lab, days: int) -> None:
    """So many days pass, and a worker does what is due."""
    with time_machine.travel(utc_now() + timedelta(days=days), tick=True):
        jobs.run_due(lab.inst)


def names(lab: Lab) -> list[str]:
    with lab.inst.database.read() as tx:
        return sorted(tx.execute(select(customer.c.email)).scalars())


def with_customers(lab: Lab, count: int = 3) -> Caller:
    real = lab.connected()
    one = lab.inst.shop("demo")
    people = [Customer(f"{n:032x}", f"mia{n}@example.com", "Mia") for n in range(count)]
    looking.keep_customers(lab.inst, one, people)
    return real


def test_who_removes_it_with_all_data_has_a_month_to_think_again(lab: Lab) -> None:
    real = with_customers(lab)
    assert real.says("app.deleted", {"keepUserData": False}).status_code == 204
    assert asked(lab) == ["app_forgets"]

    month(lab, 29)
    assert names(lab) == [f"mia{n}@example.com" for n in range(3)]
    month(lab, 31)
    assert (names(lab), asked(lab)) == ([""] * 3, [])


def test_more_customers_than_fit_in_one_go_are_all_forgotten(lab: Lab) -> None:
    many = forgetting.AT_ONCE * 2 + 1
    with_customers(lab, many).says("app.deleted", {"keepUserData": False})
    month(lab, 31)

    assert names(lab) == [""] * many


def test_whoever_is_back_within_the_month_forgets_nobody(lab: Lab) -> None:
    real = with_customers(lab)
    real.says("app.deleted", {"keepUserData": False})
    again(lab, real)
    assert asked(lab) == []
    real.says("app.deactivated")  # in a month it rests, for another reason

    month(lab, 31)
    assert "" not in names(lab)


def test_a_shop_that_is_back_after_all_brings_its_customers_along(lab: Lab) -> None:
    real = with_customers(lab)
    real.says("app.deleted", {"keepUserData": False})
    month(lab, 31)
    again(lab, real)

    people = [Customer(f"{n:032x}", f"mia{n}@example.com", "Mia") for n in range(3)]
    looking.keep_customers(lab.inst, lab.inst.shop("demo"), people)
    assert "" not in names(lab)


def test_said_twice_the_month_does_not_begin_anew(lab: Lab) -> None:
    real = with_customers(lab)
    real.says("app.deleted", {"keepUserData": False})
    with time_machine.travel(utc_now() + timedelta(days=20), tick=True):
        real.says("app.deleted", {"keepUserData": False})
    month(lab, 31)

    assert names(lab) == [""] * 3


def test_a_shop_that_was_asked_again_in_another_way_keeps_everybody(lab: Lab) -> None:
    with_customers(lab).says("app.deleted", {"keepUserData": False})
    one = lab.inst.shop("demo")
    lab.inst.database.write(lambda tx: shops.suspend(tx, one, ""))
    month(lab, 31)

    assert "" not in names(lab)


def test_the_task_deletes_nothing_and_says_so(lab: Lab) -> None:
    lab.connected().says("app.deleted")
    with lab.inst.database.read() as tx:
        (task,) = tasks.open_tasks(tx)

    assert "Nothing was deleted" in task.sentence("en")
    assert "Gelöscht wurde nichts" in task.sentence("de")


@pytest.mark.parametrize(
    "payload", [None, 7, "gone", [1], {"keepUserData": "no"}, {"keepUserData": None}, {"keepUserData": 0}], ids=repr
)  # fmt: skip
def test_a_removal_that_cannot_be_understood_is_an_error_and_changes_nothing(
    lab: Lab, payload: Any
) -> None:
    real = lab.connected()
    before = contents(lab.inst)

    assert real.says("app.deleted", payload).status_code == 400
    assert contents(lab.inst) == before


@pytest.mark.parametrize("said", [{}, {"data": None}, {"data": {"event": 7}}], ids=repr)
def test_a_message_without_an_event_is_an_error(lab: Lab, said: dict[str, Any]) -> None:
    real = lab.connected()
    before = contents(lab.inst)
    message = real.message("app.deleted", []) | {"data": None} | said

    assert real.signed("/connect/shopware/demo/life", message).status_code == 400
    assert contents(lab.inst) == before


def test_what_is_not_about_the_app_changes_nothing(lab: Lab) -> None:
    real = lab.connected()
    before = contents(lab.inst)

    assert real.says("app.config.changed").status_code == 204
    assert contents(lab.inst) == before


def again(lab: Lab, real: Caller, proof: str = "") -> None:
    """Shopware's own order: registered while the app is off, and switched on after it."""
    OPEN.clear()
    real.pair = ("SWIAAGAIN", "again-key")
    assert real.install(proof=proof).status_code == 204
    real.says("app.installed", {"appVersion": "1.0.0"})
    OPEN.add((HOME, *real.pair))
    assert real.says("app.activated").status_code == 204


@pytest.mark.parametrize("payload", [[], {"keepUserData": True}], ids=repr)
def test_installing_it_again_brings_everything_back(lab: Lab, payload: Any) -> None:
    real = lab.connected()
    before = kept(lab)
    real.says("app.deactivated")
    real.says("app.deleted", payload)
    again(lab, real)

    assert (stopped(lab), asked(lab)) == ("", [])
    assert lab.credentials()["key"] == "SWIAAGAIN"
    assert kept(lab) == before
    assert real.ring("order.written", [{"primaryKey": "0" * 32}]).status_code == 200


def test_a_shop_that_proved_itself_before_may_come_back_without_the_secret(lab: Lab) -> None:
    """With the app a shop forgets the secret; who says with it that it goes need not have it later."""
    real = lab.connected()
    assert real.install(proof=real.secret).status_code == 204
    assert real.register().status_code == 401
    real.says("app.deleted")
    again(lab, real)

    assert lab.credentials()["key"] == "SWIAAGAIN"


def test_a_copy_that_removes_the_app_removes_nothing(lab: Lab) -> None:
    """A copy for tests has the shop's secrets; where it lives is what tells them apart."""
    real = lab.connected()
    real.url = MOVED

    assert real.says("app.deleted").status_code == 204
    assert (stopped(lab), asked(lab)) == ("", ["copied"])
    with lab.inst.database.read() as tx:
        (task,) = tasks.open_tasks(tx)
    lab.inst.database.write(lambda tx: tasks.close(tx, task.id, "mia", task.opened_at))
    assert real.ring("order.written", [{"primaryKey": "0" * 32}]).status_code == 200
    assert asked(lab) == []


def test_nobody_but_the_shop_says_what_becomes_of_the_app(lab: Lab) -> None:
    real = lab.connected()
    before = contents(lab.inst)

    for secret in ("", "x" * 96, real.app_secret):
        assert real.says("app.deleted", secret=secret).status_code == 401
    assert real.says("app.deleted", timestamp=1_700_000_000).status_code == 401
    assert contents(lab.inst) == before


def test_of_an_unknown_shop_nothing_is_said(lab: Lab) -> None:
    real = lab.connected()
    real.slug = "other"

    assert real.says("app.deleted").status_code == 404
    assert shop.name in contents(lab.inst)
