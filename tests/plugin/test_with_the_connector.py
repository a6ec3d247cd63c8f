"""Both halves together: what the real plugin says is what the real connector understands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect
from sqlalchemy import Connection

from adapters.woocommerce.settings import load_document
from connector import faqs, members, orders, programmes, rulebook, shops
from connector.installation import Installation, open_installation, utc_now
from connector.port import Account, Customer, Look, ShopFacts
from connector.web import serving
from tests.connected import config
from tests.make import order
from tests.plugin.shop import SECRET, Shop

MIA, MAX = "mia@example.com", "max@example.com"


@pytest.fixture(scope="module")
def connector(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    inst = open_installation(config(tmp_path_factory.mktemp("connector") / "data"))
    yield inst
    inst.close()


@pytest.fixture
def together(unconnected: Shop, connector: Installation) -> Iterator[tuple[Shop, str]]:
    """The shop as the connector knows it, with its plugin told where the connector is."""
    with serving.running(connector, "127.0.0.1", 0, work=False) as url:
        connector.database.write(lambda tx: known(tx, connector, unconnected))
        unconnected.connect(connector=url, url=unconnected.url)
        yield unconnected, url


def known(
    tx: Connection, inst: Installation, shop: Shop,
    key: str = "ck_" + "0" * 40, secret: str = "cs_" + "0" * 40,
) -> None:  # fmt: skip
    """Mia has an account and one order of 28.00 EUR, which is number 101 in the shop; Max an account."""
    if shops.find(tx, "demo") is not None:
        return
    now = utc_now()
    credentials = {"url": shop.url, "key": key, "secret": secret, "ca_file": "",
                   "webhook_secret": "w" * 40, "identity_secret": SECRET}  # fmt: skip
    facts = ShopFacts(name="Kaffeerad", url=shop.url, zone="Europe/Berlin", currency="EUR", gross=True,
                      origins=(shop.url,), clock=now)  # fmt: skip
    one = shops.add(tx, inst.keys, slug="demo", platform="woocommerce", facts=facts, now=now,
                    settings={"credentials": credentials, "document": load_document({})})  # fmt: skip
    programmes.apply(tx, one.merchant_id, rulebook.preset("dach"), "test", now)
    faqs.start(tx, one.merchant_id)
    mia = str(shop.ids["mia"])
    who = [Customer(mia, MIA, first_name="Mia"), Customer(str(shop.ids["max"]), MAX)]
    members.keep_customers(tx, one.merchant_id, one.shop_id, who, inst.keys, now)
    bought = order("101", buyer=Account(mia), placed_at=now, paid_at=now)
    orders.apply(tx, one, [Look("101", now, bought)], inst.keys, now)


def ask(url: str, path: str, token: str) -> Any:
    headers = {"Authorization": f"Bearer {token}"}
    return requests.get(f"{url}/v1/demo/{path}?lang=de", headers=headers, timeout=30).json()


def test_mia_is_mia_on_both_sides(together: tuple[Shop, str]) -> None:
    shop, url = together
    me = ask(url, "me", shop.token("mia"))

    assert (me["state"], me["first_name"], me["points"]["pending"]) == ("member", "Mia", 140)
    assert ask(url, "me", shop.token("max"))["state"] == "arriving"


def test_whoever_has_the_orders_key_reads_what_it_brings(together: tuple[Shop, str]) -> None:
    shop, url = together
    token = shop.order(101, "wc_order_mia").json()["token"]
    said = ask(url, "order", token)

    assert (said["state"], said["points"]) == ("coming", 140)
    assert ask(url, "me", token)["state"] == "guest"
    assert ask(url, "order", shop.token("mia"))["code"] == 401


def test_the_mail_has_the_line_that_the_page_has(together: tuple[Shop, str]) -> None:
    shop, url = together
    shop.everywhere()
    token = shop.order(101, "wc_order_mia").json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    page = requests.get(f"{url}/v1/demo/order?lang=en", headers=headers, timeout=30).json()

    assert page["sentence"].startswith("This order brings you 140 points, yours from ")
    assert page["sentence"] in shop.mail("customer_processing_order")


def test_the_account_shows_what_the_connector_knows(together: tuple[Shop, str], page: Page) -> None:
    shop, _ = together
    shop.everywhere()
    for cookie in shop.as_("mia").cookies:
        page.context.add_cookies(
            [{"name": cookie.name, "value": cookie.value or "", "url": shop.url}]
        )
    page.goto(f"{shop.url}/my-account/stammkunde/")

    expect(page.locator("stammkunde-balance")).to_contain_text("140", timeout=30_000)
    expect(page.locator("stammkunde-faq .question")).to_have_count(12)


def test_wordpress_exports_and_erases_what_is_kept(together: tuple[Shop, str]) -> None:
    shop, _ = together
    export = f"return \\Stammkunde\\export('{MAX}');"
    before = shop.php(export)
    erased = shop.php(f"return \\Stammkunde\\erase('{MAX}');")

    assert MAX in str(before["data"])
    assert MIA not in str(before["data"])
    assert erased["items_removed"] is True
    assert erased["items_retained"] is True
    assert MAX not in str(shop.php(export)["data"])
