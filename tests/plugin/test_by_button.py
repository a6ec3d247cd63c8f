"""From an empty settings page to a connected shop by buttons alone, with the real connector, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from connector import connecting, jobs, rulebook, shops
from connector.installation import Installation, open_installation
from connector.web import serving
from tests.connected import Connected, config, connected
from tests.plugin.shop import KEY, Shop
from tests.plugin.test_browser import log_in
from tests.plugin.test_with_the_connector import known

pytestmark = pytest.mark.browser


@pytest.fixture
def inst(tmp_path: Path) -> Iterator[Installation]:
    opened = open_installation(config(tmp_path / "data"))
    yield opened
    opened.close()


@pytest.fixture
def url(inst: Installation, unconnected: Shop) -> Iterator[str]:
    """The connector knows the shop, and has its key; the plugin in it knows nothing."""
    inst.database.write(lambda tx: known(tx, inst, unconnected, key=KEY, secret="cs"))
    with serving.running(inst, "127.0.0.1", 0, work=False) as at:
        inst.config = replace(inst.config, url=at)
        yield at


def test_a_button_leads_to_the_connector_and_back_to_a_connected_shop(
    unconnected: Shop, inst: Installation, url: str, page: Page
) -> None:
    unconnected.php("return update_option('imitated_tls', '1');")
    log_in(page, unconnected, "boss")
    page.goto(f"{unconnected.url}/wp-admin/admin.php?page=stammkunde")
    page.get_by_label("Address of the connector").fill(url)
    page.get_by_label("Short name of this shop there").fill("demo")
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(page.get_by_text("Your connector has been asked")).to_be_visible()
    jobs.run_due(inst)
    page.get_by_role("link", name="Look again").click()

    expect(page.get_by_text(f"Your shop is connected to {url}")).to_be_visible()
    expect(page.get_by_text("Your connector has been asked")).to_have_count(0)
    assert unconnected.option("stammkunde_connection")["connector"] == url


def test_a_shop_that_is_connected_is_not_told_of_an_answer_that_has_not_come(
    shop: Shop, page: Page
) -> None:
    log_in(page, shop, "boss")
    page.goto(f"{shop.url}/wp-admin/admin.php?page=stammkunde&told=asked")

    expect(page.locator(".notice p")).to_have_text(
        "Your connector has been asked and answers within a minute. Look again"
    )
    expect(page.locator(".notice-success")).to_have_count(0)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Connected]:
    with connected(tmp_path / "other") as opened:
        yield opened


@pytest.mark.parametrize("agrees", [True, False])
def test_the_shops_own_question_connects_it_or_does_not(
    empty: Connected, page: Page, agrees: bool
) -> None:
    """WooCommerce's key dance: link, the shop's page that asks, the key behind the browser's back, our page."""
    with serving.running(empty.inst, "127.0.0.1", 0, work=False) as at:
        empty.inst.config = replace(empty.inst.config, url="https://points.example")
        link = connecting.begin(
            empty.inst, "woocommerce", "second", empty.real.url, rulebook.preset("dach")
        )
        empty.inst.config = replace(empty.inst.config, url=at)
        page.goto(link.replace("https://points.example", at))
        if agrees:
            page.get_by_role("button", name="Erlauben").click()
        else:
            page.get_by_role("link", name="Ablehnen").click()
        words = "Connected" if agrees else "Not connected"
        expect(page.get_by_role("heading", name=words, exact=True)).to_be_visible()

    with empty.inst.database.read() as tx:
        assert (shops.find(tx, "second") is not None) is agrees
