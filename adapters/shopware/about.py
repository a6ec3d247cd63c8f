"""What the shop says about itself: its sales channels with their addresses, and its currency."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from adapters.shopware import fields
from adapters.shopware.client import Client
from connector.errors import NotThere
from connector.port import JSON, ShopFacts

STOREFRONT = "8a243080f92e4c719546314b577cf82b"
"""The type of sales channels with pages, the same in every Shopware."""
CURRENCY = "b7d2554b0ce847cd82f3ac9bd1c0dfca"
"""The shop's own currency has the same id in every Shopware; its code differs (seen)."""

_CHANNELS: JSON = {
    "filter": [
        {"type": "equals", "field": "typeId", "value": STOREFRONT},
        {"type": "equals", "field": "active", "value": True},
    ],
    "associations": {"domains": {}},
    "sort": [{"field": "createdAt", "order": "ASC"}],
    "limit": 100,
    "includes": {
        "sales_channel": ["id", "name", "translated", "domains"],
        "sales_channel_domain": ["url"],
    },
}


def facts(client: Client, document: JSON, now: datetime) -> ShopFacts:
    """Raises as any call does; `preflight` says what to do about it."""
    found = channels(client)
    urls = [url for one in found for url in addresses(one)]
    home = next((url for url in urls if url.startswith(client.base)), urls[0] if urls else "")
    answer = client.get("/_info/version")
    version = fields.text(fields.record(answer.body, "its version"), "version", "its version")
    return ShopFacts(
        name=fields.named(found[0], "name", "a sales channel") if found else "",
        url=client.base,
        zone=document["zone"],
        currency=currency(client),
        gross=document["prices"] == "gross",
        origins=origins(client.base, *urls),
        clock=answer.at or now,
        version=version,
        account_url=f"{home or client.base}/account",
        referral_parameter="affiliateCode",  # Shopware itself keeps it until the order (seen)
    )


def channels(client: Client) -> list[JSON]:
    """Sales channels with a storefront, oldest first."""
    return client.search("sales-channel", _CHANNELS).items


def addresses(channel: JSON) -> list[str]:
    """Of a sales channel; one without pages has a made-up address such as default.headless0."""
    found = [
        fields.text(domain, "url", "a domain").rstrip("/")
        for domain in fields.list_of(channel, "domains", "a sales channel")
    ]
    return [url for url in found if url.startswith(("https://", "http://"))]


def currency(client: Client) -> str:
    found = client.search("currency", {"ids": [CURRENCY], "includes": {"currency": ["isoCode"]}})
    if not found.items:
        raise NotThere("The shop does not say which currency it uses.")
    return fields.text(found.items[0], "isoCode", "its currency")


def origins(*urls: str) -> tuple[str, ...]:
    """Where pages of the shop come from; each sales channel and language may have its own domain."""
    found = {f"{parts.scheme}://{parts.netloc}": None for parts in map(urlsplit, urls)}
    return tuple(found)
