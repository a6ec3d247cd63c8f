"""Whatever stands in the way is named with a stable word and a sentence that says what to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import responses

from adapters import woocommerce
from adapters.woocommerce import about
from connector.port import Finding
from connector.values import zone_of
from tests.adapters.woocommerce import recorded
from tests.adapters.woocommerce.simulated import Kept, Shop

SHOP = "https://shop.example"
API = f"{SHOP}/wp-json/wc/v3"
INDEX = {"name": "Shop", "home": SHOP, "namespaces": ["wc/v3", "wp/v2"]}
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def codes(findings: Any) -> list[str]:
    return [finding.code for finding in findings]


def look(url: str = SHOP) -> list[Finding]:
    """A shop behind a mocked wire, for what the simulator cannot be made to do."""
    given = {"url": url, "key": "ck_" + "1" * 40, "secret": "cs_" + "2" * 40}
    document = woocommerce.load_document({"requests_per_second": 1000})
    value = {"credentials": woocommerce.credentials(given), "document": document}
    return list(woocommerce.open_shop(Kept(value)).preflight())


def refuse(
    wire: responses.RequestsMock, name: str, method: str = "GET", path: str = "/orders"
) -> None:
    answer = recorded.recording("errors", name)["response"]
    wire.add(
        method, API + path, json=answer["body"], status=answer["status"], headers=answer["headers"]
    )


def test_a_good_shop_has_no_findings(shop: Shop, old_shop: Shop) -> None:
    assert codes(old_shop.open().preflight()) == []
    shop_findings = shop.open().preflight()
    assert [finding for finding in shop_findings if finding.blocks] == []


@pytest.mark.parametrize(
    ("habit", "code", "blocks"),
    [
        ({"read_only_key": True}, "read_only_key", True),
        ({"lost_access": True}, "wrong_key", True),
        ({"is_ssl": False}, "wrong_key", True),
        ({"plain_permalinks": True}, "permalinks", True),
        ({"coupons_disabled": True}, "coupons_disabled", True),
        ({"review_request_emails": "yes"}, "review_request", False),
        ({"clock_offset_seconds": -3600}, "clock", True),
        ({"clock_offset_seconds": 90}, "clock", False),
        ({"decimals": 0}, "decimals", False),
        ({"busy": {"status": 503, "times": 99}}, "shop_down", True),
        ({"html": {"status": 503, "times": 99}}, "shop_down", True),
        ({"silent": {"times": 99, "seconds": 0}}, "shop_down", True),
    ],
    ids=str,
)
def test_a_habit_of_the_shop_is_named(
    shop: Shop, habit: dict[str, Any], code: str, blocks: bool
) -> None:
    shop.habits(**habit)

    found = {finding.code: finding for finding in shop.open().preflight()}
    assert code in found
    assert found[code].blocks is blocks
    assert len(found[code].fix) > 20


@pytest.mark.parametrize("state", ["off", "no"])
def test_review_requests_that_are_off_are_no_finding(shop: Shop, state: str) -> None:
    shop.habits(review_request_emails=state)

    assert "review_request" not in codes(shop.open().preflight())


def test_a_wrong_secret_is_told_from_a_wrong_key(shop: Shop) -> None:
    settings = shop.settings()
    settings.value["credentials"]["secret"] = "cs_" + "0" * 40

    (finding,) = woocommerce.open_shop(settings).preflight()
    assert finding.code == "wrong_secret"


def test_a_key_that_may_only_write_is_named() -> None:
    with responses.RequestsMock() as wire:
        wire.get(f"{SHOP}/wp-json/", json=INDEX)
        refuse(wire, "auth_write_key_read")
        refuse(wire, "coupon_missing_code", "POST", "/coupons")

        assert codes(look()) == ["write_only_key"]


def test_a_server_that_strips_the_header_is_named() -> None:
    def answer(request: Any) -> tuple[int, dict[str, str], str]:
        if "consumer_key=" in request.url:
            assert "Authorization" not in request.headers
            return 200, {}, "[]"
        return 401, {}, '{"code": "woocommerce_rest_cannot_view"}'

    with responses.RequestsMock() as wire:
        wire.get(f"{SHOP}/wp-json/", json=INDEX)
        wire.add_callback("GET", f"{API}/orders", answer)

        (finding,) = look()
    assert finding.code == "header_stripped"
    assert "CGIPassAuth" in finding.fix


def test_a_proxy_that_hides_https_is_named() -> None:
    link = {"Link": '<http://shop.example/wp-json/>; rel="https://api.w.org/"'}
    with responses.RequestsMock() as wire:
        wire.get(f"{SHOP}/wp-json/", json=INDEX)
        wire.get(
            f"{API}/orders", json={"code": "woocommerce_rest_cannot_view"}, status=401, headers=link
        )

        (finding,) = look()
    assert finding.code == "http_or_proxy"


def test_a_user_who_lost_his_role_is_named() -> None:
    with responses.RequestsMock() as wire:
        wire.get(f"{SHOP}/wp-json/", json=INDEX)
        wire.get(f"{API}/orders", json={"code": "woocommerce_rest_cannot_view"}, status=403)

        assert codes(look()) == ["user_without_rights"]


def test_wordpress_without_woocommerce_is_named() -> None:
    with responses.RequestsMock() as wire:
        wire.get(f"{SHOP}/wp-json/", json=INDEX | {"namespaces": ["wp/v2"]})

        assert codes(look()) == ["no_woocommerce"]


def test_an_address_without_wordpress_is_named() -> None:
    with responses.RequestsMock() as wire:
        wire.get(f"{SHOP}/wp-json/", body="<h1>Hello</h1>", status=404)
        wire.get(f"{SHOP}/?rest_route=/", body="<h1>Hello</h1>")

        assert codes(look()) == ["not_wordpress"]


def test_an_address_that_redirects_elsewhere_is_named() -> None:
    with responses.RequestsMock() as wire:
        away = {"Location": "https://www.shop.example/wp-json/"}
        wire.get(f"{SHOP}/wp-json/", status=301, headers=away)

        (finding,) = look()
    assert finding.code == "redirect"
    assert "www.shop.example" in finding.what


def test_an_old_woocommerce_is_named() -> None:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as wire:
        wire.get(f"{SHOP}/wp-json/", json=INDEX)
        wire.get(f"{API}/orders", json=[])
        refuse(wire, "coupon_missing_code", "POST", "/coupons")
        wire.get(f"{API}/settings/general", json=recorded.body("shop", "settings_general"))
        wire.get(f"{API}/system_status", json={"environment": {"version": "7.9.0"}})
        refuse(wire, "order_not_found", path="/settings/email_customer_review_request")
        wire.get(f"{API}/webhooks", json=[])

        assert codes(look()) == ["too_old"]


def test_a_private_callback_is_named(shop: Shop) -> None:
    platform = shop.open()
    platform.ensure_webhooks("http://10.1.2.3/hooks/private")

    assert "private_callback" in codes(platform.preflight())


def test_the_recorded_settings_say_currency_and_tax() -> None:
    general, tax = (
        {item["id"]: str(item["value"]) for item in recorded.body("shop", f"settings_{name}")}
        for name in ("general", "tax")
    )
    assert general["woocommerce_currency"] == "EUR"
    assert about.shows_tax(general, tax)
    assert not about.shows_tax(general, tax | {"woocommerce_tax_display_shop": "excl"})
    assert about.shows_tax(general | {"woocommerce_calc_taxes": "no"}, {})


@pytest.mark.parametrize(
    ("index", "zone"),
    [
        ({"timezone_string": "Europe/Berlin", "gmt_offset": "1"}, "Europe/Berlin"),
        ({"timezone_string": "", "gmt_offset": "2"}, "+02:00"),
        ({"timezone_string": "", "gmt_offset": -5}, "-05:00"),
        ({"timezone_string": "", "gmt_offset": "5.5"}, "+05:30"),
        ({"gmt_offset": 0}, "UTC"),
        ({}, "UTC"),
    ],
)
def test_every_shop_has_a_zone_with_days(index: dict[str, Any], zone: str) -> None:
    assert about.zone(index) == zone
    assert zone_of(zone).utcoffset(NOW) is not None


def test_the_shops_clock_comes_with_its_facts(shop: Shop) -> None:
    shop.habits(clock_offset_seconds=-3600)

    facts = shop.open().facts()
    assert datetime.now(UTC) - facts.clock > timedelta(minutes=59)
    assert (facts.zone, facts.gross, facts.version) == ("Europe/Berlin", True, "11.0.1")
