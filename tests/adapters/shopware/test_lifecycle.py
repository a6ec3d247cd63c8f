"""What a shop says of the app: it rests, it goes on, it is gone; and nothing is deleted for it."""

from __future__ import annotations

from typing import Any

import pytest

from connector import shops, tasks
from connector.tables import merchant, programme, shop
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


@pytest.mark.parametrize("payload", [[], {}, {"keepUserData": False}], ids=repr)
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
