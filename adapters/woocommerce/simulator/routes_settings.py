"""REST v3: the settings a preflight asks for, the current currency, and the index of the API."""

from __future__ import annotations

from typing import Any

from adapters.woocommerce.simulator.errors import RestError
from adapters.woocommerce.simulator.money import ENTITIES, NAMES
from adapters.woocommerce.simulator.rest import Answer, Call, Handler, Route
from adapters.woocommerce.simulator.shop import JSON, Shop

# Seen on 11.0.1: id, label, type, default; the value is the shop's.
GENERAL = [
    ("woocommerce_default_country", "Country / State", "select", "US:CA"),
    ("woocommerce_calc_taxes", "Enable taxes", "checkbox", "no"),
    ("woocommerce_enable_coupons", "Enable coupons", "checkbox", "yes"),
    ("woocommerce_currency", "Currency", "select", "USD"),
    ("woocommerce_price_num_decimals", "Number of decimals", "number", "2"),
]
TAX = [
    ("woocommerce_prices_include_tax", "Prices entered with tax", "radio", "no"),
    ("woocommerce_tax_based_on", "Calculate tax based on", "select", "shipping"),
    ("woocommerce_tax_round_at_subtotal", "Rounding", "checkbox", "no"),
    ("woocommerce_tax_display_shop", "Display prices in the shop", "select", "excl"),
    ("woocommerce_tax_display_cart", "Display prices during cart and checkout", "select", "excl"),
]
REVIEW = [
    ("enabled", "Enable/Disable", "checkbox", "no"),
    ("delay_days", "Delay (days)", "number", "7"),
]


def values(shop: Shop) -> dict[str, str]:
    gross = bool(shop.habits["prices_include_tax"])
    return {
        "woocommerce_default_country": "DE:DE-BE",
        "woocommerce_calc_taxes": "yes",
        "woocommerce_enable_coupons": "no" if shop.habits["coupons_disabled"] else "yes",
        "woocommerce_currency": str(shop.habits["currency"]),
        "woocommerce_price_num_decimals": str(shop.decimals),
        "woocommerce_prices_include_tax": "yes" if gross else "no",
        "woocommerce_tax_based_on": "shipping",
        "woocommerce_tax_round_at_subtotal": "no",
        "woocommerce_tax_display_shop": "incl" if gross else "excl",
        "woocommerce_tax_display_cart": "incl" if gross else "excl",
        "enabled": str(shop.habits["review_request_emails"]),
        "delay_days": "7",
    }


def _group(shop: Shop, name: str) -> list[tuple[str, str, str, str]]:
    """Seen on 11.0.1: the group of the review request is absent while its feature is off."""
    groups = {"general": GENERAL, "tax": TAX}
    if shop.habits["review_request_emails"] != "off" and shop.modern:
        groups["email_customer_review_request"] = REVIEW
    if name not in groups:
        raise RestError("rest_setting_setting_group_invalid", "Invalid setting group.", 404)
    return groups[name]


def _setting(shop: Shop, group: str, entry: tuple[str, str, str, str]) -> JSON:
    sid, label, kind, default = entry
    body: JSON = {"id": sid, "label": label, "description": "", "type": kind}
    body |= {"default": default, "value": values(shop)[sid]}
    body["_links"] = shop.links(f"settings/{group}/{sid}", "GET POST PUT PATCH")
    return body


def list_settings(call: Call) -> Answer:
    group = str(call.ids["group"])
    return Answer([_setting(call.shop, group, entry) for entry in _group(call.shop, group)])


def get_setting(call: Call) -> Answer:
    group = str(call.ids["group"])
    for entry in _group(call.shop, group):
        if entry[0] == call.ids["setting"]:
            return Answer(_setting(call.shop, group, entry))
    raise RestError("rest_setting_setting_invalid", "Invalid setting.", 404)


def current_currency(call: Call) -> Answer:
    code = str(call.shop.habits["currency"])
    body: JSON = {"code": code, "name": NAMES.get(code, code), "symbol": ENTITIES.get(code, code)}
    me: JSON = {"href": call.shop.rest(f"data/currencies/{code}")}
    if call.shop.modern:
        me["targetHints"] = {"allow": ["GET"]}
    body["_links"] = {
        "self": [me],
        "collection": [{"href": call.shop.rest("data/currencies")}],
    }
    return Answer(body)


def index(shop: Shop, patterns: list[str]) -> JSON:
    """GET /wp-json/: what WordPress tells anybody about itself."""
    zone = str(shop.clock.zone)
    offset = shop.clock.now().astimezone(shop.clock.zone).utcoffset()
    hours = offset.total_seconds() / 3600 if offset else 0
    namespaces = [
        "oembed/1.0",
        "wc/v3",
        "wc/v2",
        "wc/v1",
        "wc/store",
        "wc/store/v1",
        "wc-analytics",
    ]
    return {
        "name": shop.brand.name,
        "description": shop.brand.tagline.get("de", ""),
        "url": shop.url,
        "home": shop.url,
        "gmt_offset": str(int(hours)) if hours == int(hours) else str(hours),
        "timezone_string": zone,
        "page_for_posts": 0,
        "page_on_front": 0,
        "show_on_front": "posts",
        "namespaces": [*namespaces, "wp/v2", "wp-site-health/v1", "wp-block-editor/v1"],
        "authentication": [],
        "routes": {f"/{p}": {"namespace": "wc/v3"} for p in patterns},
        "site_logo": 0,
        "site_icon": 0,
        "site_icon_url": "",
        "_links": {"help": [{"href": "https://developer.wordpress.org/rest-api/"}]},
    }


def system_status(call: Call) -> Answer:
    """Only what tells versions and the environment apart; the real one is far longer."""
    shop = call.shop
    environment: dict[str, Any] = {
        "home_url": shop.url,
        "site_url": shop.url,
        "version": shop.version,
        "wp_version": shop.wordpress,
        "wp_multisite": False,
        "wp_cron": True,
        "language": "de_DE",
    }
    settings: dict[str, Any] = {
        "api_enabled": False,
        "force_ssl": False,
        "currency": shop.habits["currency"],
        "number_of_decimals": shop.decimals,
        "HPOS_enabled": True,
    }
    return Answer({"environment": environment, "settings": settings})


ROUTES = [
    Route(r"wc/v3/settings/(?P<group>[\w-]+)", {"GET": Handler(list_settings)}),
    Route(r"wc/v3/settings/(?P<group>[\w-]+)/(?P<setting>[\w-]+)", {"GET": Handler(get_setting)}),
    Route("wc/v3/data/currencies/current", {"GET": Handler(current_currency)}),
    Route("wc/v3/system_status", {"GET": Handler(system_status)}),
]
