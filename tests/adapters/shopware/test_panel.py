"""What Shopware's administration shows of us: to that one shop, without a cookie, in two languages."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import UTC, datetime

import pytest

from adapters.shopware import panel, signatures
from connector import members
from tests.adapters.shopware.standin import EVIL, HOME, MOVED, Caller, Lab
from tests.attacks.evidence import contents

ID = "01a200848cd17023a8ec1826baf337be"


@pytest.mark.parametrize(
    ("lang", "says"), [("de-DE", "Dein Shop ist mit Stammkunde verbunden."), ("en-GB", "Your shop is connected")]
)  # fmt: skip
def test_the_module_says_that_the_shop_is_connected(lab: Lab, lang: str, says: str) -> None:
    answer = lab.connected().looks(**{"sw-user-language": lang})

    assert answer.status_code == 200
    assert says in answer.text
    assert f'<html lang="{lang[:2]}">' in answer.text
    merchant = lab.inst.shop("demo").merchant_id
    assert f'href="https://points.example/admin/{merchant}/shops"' in answer.text


def test_it_says_when_the_shop_last_rang(lab: Lab) -> None:
    real = lab.connected()
    before = real.looks().text
    real.ring("order.written", [{"primaryKey": ID}])

    assert "Aus dem Shop kam noch keine Nachricht." in before
    assert f"Letzte Nachricht aus dem Shop: {datetime.now(UTC):%d.%m.%Y}" in real.looks().text


def test_it_says_that_the_connection_rests(lab: Lab) -> None:
    real = lab.connected()
    real.says("app.deactivated")

    assert "Die Verbindung ruht." in real.looks().text


def test_it_is_framed_by_that_shop_only_and_runs_its_own_word_only(lab: Lab) -> None:
    answer = lab.connected().looks()
    policy = answer.headers["Content-Security-Policy"]
    (script,) = re.findall(r"<script>(.*?)</script>", answer.text)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()

    assert "frame-ancestors https://shop.example" in policy.split("; ")
    assert f"script-src 'sha256-{digest}'" in policy.split("; ")
    assert script == "window.parent.postMessage('sw-app-loaded','*');"
    assert "default-src 'none'" in policy
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "url", ["", "https://", "https://x; script-src *", "https://x y", "javascript:alert(1)", "https://x,y"]
)  # fmt: skip
def test_an_address_adds_no_word_to_the_policy(url: str) -> None:
    policy = panel.headers(url)["Content-Security-Policy"]

    assert policy.endswith("frame-ancestors 'none'")


def pages(real: Caller) -> dict[str, str]:
    good = real.query()
    head, _, signature = good.rpartition("=")
    return {
        "nothing": "",
        "no signature": good.partition("&shopware-shop-signature")[0],
        "another secret": real.query("x" * 96),
        "the app's secret": real.query(real.app_secret),
        "no secret": real.query(""),
        "more behind it": f"{good}&shop-url={EVIL}",
        "another address in it": good.replace("shop.example", "evil.example"),
        "one digit changed": f"{head}={'0' if signature[0] != '0' else '1'}{signature[1:]}",
        "long ago": real.query(timestamp="1700000000"),
        "without a time": real.query(timestamp=""),
        "a time that is none": real.query(timestamp="１７９５"),
        "signed twice": f"{good}&{signatures.SHOP}={signature}",
    }


def test_whoever_is_not_the_shop_sees_nothing(lab: Lab) -> None:
    real = lab.connected()
    before = contents(lab.inst)

    for how, query in pages(real).items():
        answer = lab.client.get(f"/connect/shopware/demo/panel?{query}")
        assert answer.status_code == 401, how
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"], how
        assert "/admin/" not in answer.text, how
    assert contents(lab.inst) == before


def test_a_copy_of_the_shop_is_told_that_it_is_one(lab: Lab) -> None:
    real = lab.connected()
    real.url = MOVED
    answer = real.looks()

    assert "Das ist eine Kopie des Shops." in answer.text
    assert "frame-ancestors https://new.example" in answer.headers["Content-Security-Policy"]
    assert "/admin/" not in answer.text


def test_an_unknown_shop_is_told_so(lab: Lab) -> None:
    real = lab.connected()
    real.slug = "other"

    assert real.looks().status_code == 404


# ------------------------------------------------------------------ the button at a customer


def test_the_button_leads_to_the_customers_points(lab: Lab) -> None:
    real = lab.connected()
    one = lab.inst.shop("demo")
    joined = lab.inst.database.write(
        lambda tx: members.join(tx, one.merchant_id, one.shop_id, [f"customer:{ID}"], "asked",
                                datetime.now(UTC))
    )  # fmt: skip
    answer = real.presses([ID])

    assert answer.get_json() == {
        "actionType": "openNewTab",
        "payload": {
            "redirectUrl": f"https://points.example/admin/{one.merchant_id}/customers/{joined[f'customer:{ID}']}"
        },
    }
    assert answer.headers[signatures.APP] == signatures.sign(real.secret, answer.data)


@pytest.mark.parametrize(
    ("lang", "says"), [("de-DE", "nimmt noch nicht"), ("en-GB", "does not take part")]
)
@pytest.mark.parametrize("ids", [[ID], [], ["x"], [7], [None]], ids=repr)
def test_a_customer_without_points_is_a_sentence(
    lab: Lab, ids: list[object], lang: str, says: str
) -> None:
    real = lab.connected()
    answer = real.presses(ids, lang=lang)

    assert answer.get_json()["actionType"] == "notification"
    assert says in answer.get_json()["payload"]["message"]
    assert answer.headers[signatures.APP] == signatures.sign(real.secret, answer.data)


def test_whoever_is_not_the_shop_presses_nothing(lab: Lab) -> None:
    real = lab.connected()
    mine, real.secret = real.secret, "x" * 96
    forged = real.presses([ID])
    real.secret = mine
    stale = real.presses([ID], meta={"timestamp": 1_700_000_000})

    for answer in (forged, stale):
        assert answer.status_code == 401
        assert "/admin/" not in answer.text
    assert lab.credentials()["url"] == HOME
