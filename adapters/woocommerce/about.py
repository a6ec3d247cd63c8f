"""What the shop says about itself: WordPress's index and WooCommerce's settings."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from adapters.woocommerce import fields
from adapters.woocommerce.client import Client, listed
from connector.errors import NotThere
from connector.port import JSON, ShopFacts


def facts(client: Client, now: datetime) -> ShopFacts:
    """Raises as any call does; `preflight` says what to do about it."""
    answer = client.index()
    index = fields.record(answer.body, "the API's index")
    general, tax = settings(client, "general"), settings(client, "tax")
    home = fields.text(index, "home", "the API's index") or client.base
    return ShopFacts(
        name=fields.text(index, "name", "the API's index"),
        url=client.base,
        zone=zone(index),
        currency=general.get("woocommerce_currency", ""),
        gross=shows_tax(general, tax),
        origins=origins(client.base, home),
        clock=answer.at or now,
        version=version(client),
        account_url=f"{client.base}/my-account/",  # WooCommerce's own default; the API names no page
    )


def settings(client: Client, group: str) -> dict[str, str]:
    """A group of WooCommerce's settings by id."""
    return {
        str(item.get("id")): str(item.get("value"))
        for item in listed(client.get(f"/settings/{group}"))
        if isinstance(item, dict)
    }


def shows_tax(general: dict[str, str], tax: dict[str, str]) -> bool:
    """Without taxes every price is what is paid."""
    if general.get("woocommerce_calc_taxes") != "yes":
        return True
    return tax.get("woocommerce_tax_display_shop") == "incl"


def zone(index: JSON) -> str:
    """WordPress keeps a city, or an offset in hours for those who chose "UTC+2"."""
    named = fields.text(index, "timezone_string", "the API's index")
    if named:
        return named
    try:
        hours = float(index.get("gmt_offset") or 0)
    except (TypeError, ValueError):
        fields.broken("the API's index", "gmt_offset", "a number of hours")
    minutes = round(abs(hours) * 60)
    return f"{'-' if hours < 0 else '+'}{minutes // 60:02}:{minutes % 60:02}" if minutes else "UTC"


def origins(*urls: str) -> tuple[str, ...]:
    """Where pages of the shop come from; WordPress may show itself elsewhere than its API."""
    found = {f"{parts.scheme}://{parts.netloc}": None for parts in map(urlsplit, urls)}
    return tuple(found)


def version(client: Client) -> str:
    """WooCommerce's version; "" where the shop does not tell."""
    try:
        status = fields.record(
            client.get("/system_status", _fields="environment").body, "its status"
        )
    except NotThere:
        return ""
    return fields.text(fields.section(status, "environment", "its status"), "version", "its status")
