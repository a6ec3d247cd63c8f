"""A shop registers: by a package or beside an integration, active at once or later, moved, or installed again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.shopware import signatures, taking
from connector import connecting, jobs, moving, shops, tasks
from connector.errors import BadInput, Refused
from tests.adapters.shopware import standin
from tests.adapters.shopware.standin import EVIL, HOME, MOVED, OPEN, SHOP_ID, Lab
from tests.attacks.evidence import contents


def slugs(lab: Lab) -> list[str]:
    with lab.inst.database.read() as tx:
        return [one.slug for one in shops.every(tx)]


def open_tasks(lab: Lab) -> list[str]:
    with lab.inst.database.read() as tx:
        return [one.kind for one in tasks.open_tasks(tx)]


# ------------------------------------------------------------------ the first time


def test_a_package_connects_its_shop(lab: Lab) -> None:
    shop = lab.packaged()
    OPEN.add((HOME, *shop.pair))

    answer = shop.register().get_json()
    proof = signatures.sign(shop.app_secret, f"{SHOP_ID}{HOME}Stammkunde".encode())
    assert answer["proof"] == proof
    assert 64 <= len(answer["secret"]) <= 255
    assert answer["confirmation_url"].startswith("https://points.example/connect/shopware/demo/")
    assert len(answer["confirmation_url"]) < 4096
    assert shop.confirm(answer["secret"]).status_code == 204
    kept = lab.credentials()
    assert (kept["url"], kept["key"], kept["key_secret"]) == (HOME, *shop.pair)
    assert kept["registration"]["live"]["secret"] == answer["secret"]


def test_nothing_is_stored_before_a_shop_has_proven_itself(lab: Lab) -> None:
    shop = lab.packaged()
    before = contents(lab.inst)
    answer = shop.register()

    assert answer.status_code == 200
    assert contents(lab.inst) == before


def test_an_app_that_is_not_switched_on_yet_connects_when_it_is(lab: Lab) -> None:
    shop = lab.packaged()

    assert shop.install().status_code == 204
    assert slugs(lab) == []
    assert shop.says("app.installed", {"appVersion": "1.0.0"}).status_code == 204
    assert slugs(lab) == []
    OPEN.add((HOME, *shop.pair))
    assert shop.says("app.activated").status_code == 204
    assert slugs(lab) == ["demo"]
    assert shop.ring("order.written", [{"primaryKey": "0" * 32}]).status_code == 200


def test_whoever_opens_the_apps_page_connects_it_as_well(lab: Lab) -> None:
    shop = lab.packaged()
    shop.install()
    waiting = shop.looks()
    OPEN.add((HOME, *shop.pair))
    connected = shop.looks()

    assert "Ist die App eingeschaltet?" in waiting.text
    assert "Dein Shop ist mit Stammkunde verbunden." in connected.text
    assert slugs(lab) == ["demo"]


def test_what_else_stands_in_the_way_is_said_to_the_merchant(lab: Lab) -> None:
    shop = lab.packaged()
    shop.install()
    OPEN.add((HOME, *shop.pair))
    standin.CURRENCY.append("€uro")
    shown = shop.looks()
    standin.CURRENCY.clear()

    assert "The shop says its currency is &#x27;€uro&#x27;" in shown.text
    assert slugs(lab) == []
    assert "Dein Shop ist mit Stammkunde verbunden." in shop.looks().text


def test_a_stranger_does_not_make_a_waiting_shop_connect(lab: Lab) -> None:
    shop = lab.packaged()
    shop.install()
    OPEN.add((HOME, *shop.pair))
    before = contents(lab.inst)

    assert shop.says("app.activated", secret="another").status_code == 401
    assert shop.looks(secret="another").status_code == 401
    assert contents(lab.inst) == before


def test_another_shop_cannot_use_the_package(lab: Lab) -> None:
    shop = lab.packaged()
    shop.url = EVIL
    OPEN.add((EVIL, *shop.pair))
    before = contents(lab.inst)
    answer = shop.register()

    assert answer.status_code == 409
    assert "This package was made for https://shop.example/de" in answer.get_json()["error"]
    assert contents(lab.inst) == before


def test_the_same_address_may_end_in_a_slash(lab: Lab) -> None:
    shop = lab.packaged()
    shop.url = f"{HOME}/"
    OPEN.add((HOME, *shop.pair))
    answer = shop.register()

    proof = signatures.sign(shop.app_secret, f"{SHOP_ID}{HOME}/Stammkunde".encode())
    assert answer.get_json()["proof"] == proof
    assert shop.confirm(answer.get_json()["secret"]).status_code == 204
    assert lab.credentials()["url"] == HOME


@pytest.mark.parametrize(
    ("lang", "says"),
    [("de-DE", "Lade das Paket"), ("en-GB", "Download the app's package"), ("fr-FR", "Download")],
)
def test_a_refusal_is_a_sentence_in_the_merchants_language(lab: Lab, lang: str, says: str) -> None:
    shop = lab.packaged()
    answer = lab.client.get(
        f"{shop.base}/{shop.link}/register?shop-id=x", headers={"sw-user-language": lang}
    )

    assert answer.status_code == 401
    assert says in answer.get_json()["error"]


def test_a_package_is_made_only_where_keys_travel_in_secret(lab: Lab) -> None:
    lab.inst.config = replace(lab.inst.config, url="http://127.0.0.1:8710")

    with pytest.raises(BadInput, match="over https only"):
        lab.packaged()
    assert lab.packaged(url="http://127.0.0.1:8000").link


# ------------------------------------------------------------------ a shop that we know


def test_a_shop_of_an_integration_installs_the_app_at_its_own_address(lab: Lab) -> None:
    shop = lab.integrated()
    OPEN.add((HOME, *shop.pair))

    assert shop.install().status_code == 204
    assert lab.credentials()["key"] == shop.pair[0]
    assert shop.ring("order.written", []).status_code == 200


def test_until_its_app_is_switched_on_the_integration_goes_on(lab: Lab) -> None:
    shop = lab.integrated()
    shop.install()

    assert lab.credentials()["key"] == "SWIAINTEGRATION"
    OPEN.add((HOME, *shop.pair))
    assert shop.says("app.activated").status_code == 204
    assert lab.credentials()["key"] == shop.pair[0]


def test_another_address_of_an_integration_is_the_merchants_decision(lab: Lab) -> None:
    shop = lab.integrated()
    shop.url = MOVED
    OPEN.add((MOVED, *shop.pair))

    assert shop.install().status_code == 204
    assert (lab.credentials()["url"], open_tasks(lab)) == (HOME, ["moved"])


def test_a_shop_with_its_old_secret_may_move_and_change_its_key(lab: Lab) -> None:
    shop = lab.connected()
    old = shop.secret
    shop.url, shop.pair = MOVED, ("SWIASECOND", "second-key")

    assert shop.install(proof=old).status_code == 204
    kept = lab.credentials()
    assert (kept["url"], kept["key"]) == (MOVED, "SWIASECOND")
    assert shop.ring("order.written", []).status_code == 200


def test_an_older_shop_at_its_address_needs_a_key_that_opens_it(lab: Lab) -> None:
    shop = lab.connected()
    first = lab.credentials()
    shop.pair = ("SWIASECOND", "second-key")
    shop.install()

    assert lab.credentials()["key"] == first["key"]
    OPEN.add((HOME, *shop.pair))
    assert shop.install().status_code == 204
    assert lab.credentials()["key"] == "SWIASECOND"


def test_a_shop_that_was_too_busy_to_be_asked_is_asked_again(lab: Lab) -> None:
    """Its only process may be the one that waits for our answer."""
    shop = lab.connected()
    jobs.run_due(lab.inst)
    shop.pair = ("SWIASECOND", "second-key")
    OPEN.add((HOME, *shop.pair))
    standin.BUSY.append("yes")
    assert shop.install().status_code == 204
    assert lab.credentials()["key"] == "SWIAFIRST"
    standin.BUSY.clear()
    jobs.run_due(lab.inst)

    assert lab.credentials()["key"] == "SWIASECOND"
    assert shop.ring("order.written", []).status_code == 200


def test_whether_the_app_is_in_the_shop_can_be_told(lab: Lab) -> None:
    shop = lab.integrated()
    before = connecting.check(lab.inst, lab.inst.shop("demo"))["companion"]
    OPEN.add((HOME, *shop.pair))
    shop.install()

    assert before is False
    assert connecting.check(lab.inst, lab.inst.shop("demo"))["companion"] is True


def moved(lab: Lab) -> None:
    shop = lab.connected()
    shop.url, shop.pair = MOVED, ("SWIASECOND", "second-key")
    assert shop.install().status_code == 204


def test_a_new_address_without_proof_waits_and_the_merchant_is_asked(lab: Lab) -> None:
    moved(lab)

    assert (lab.credentials()["url"], open_tasks(lab)) == (HOME, ["moved"])
    with lab.inst.database.read() as tx:
        (task,) = tasks.open_tasks(tx)
    assert MOVED in task.sentence("de")
    assert HOME in task.sentence("en")


def test_what_the_merchant_confirms_is_the_shop(lab: Lab) -> None:
    moved(lab)
    OPEN.add((MOVED, "SWIASECOND", "second-key"))
    moving.decide(lab.inst, lab.inst.shop("demo"), agreed=True)

    assert (lab.credentials()["url"], open_tasks(lab)) == (MOVED, [])


def test_what_he_declines_is_forgotten(lab: Lab) -> None:
    moved(lab)
    moving.decide(lab.inst, lab.inst.shop("demo"), agreed=False)

    assert (lab.credentials()["url"], open_tasks(lab)) == (HOME, [])
    with pytest.raises(Refused):
        moving.decide(lab.inst, lab.inst.shop("demo"), agreed=True)


def test_a_confirmed_address_whose_key_opens_nothing_changes_nothing(lab: Lab) -> None:
    moved(lab)
    before = contents(lab.inst)

    with pytest.raises(Exception, match="does not know the key"):
        moving.decide(lab.inst, lab.inst.shop("demo"), agreed=True)
    assert contents(lab.inst) == before


def test_a_lost_race_is_run_again_once(lab: Lab) -> None:
    lab.connected()
    door = connecting.StoredHandshake(lab.inst, "shopware").shop("demo")
    others = iter([1, 2])

    def meanwhile(credentials: dict[str, object]) -> tuple[dict[str, object], None]:
        if (n := next(others, 0)) == 1:
            lab.change(last=n)
        return credentials | {"ca_file": "x"}, None

    taking.change(door.settings, meanwhile)
    assert lab.credentials()["ca_file"] == "x"
    assert lab.credentials()["registration"]["last"] == 1


def test_whoever_loses_twice_is_told_to_come_back(lab: Lab) -> None:
    lab.connected()
    door = connecting.StoredHandshake(lab.inst, "shopware").shop("demo")
    counted = iter(range(1, 9))

    def meanwhile(credentials: dict[str, object]) -> tuple[dict[str, object], None]:
        lab.change(last=next(counted))
        return credentials | {"ca_file": "x"}, None

    with pytest.raises(taking.Busy):
        taking.change(door.settings, meanwhile)
    assert lab.credentials()["ca_file"] == ""
