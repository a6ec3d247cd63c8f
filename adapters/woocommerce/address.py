"""What a person gives us to reach a shop, made into credentials; a secret is never repeated."""

from __future__ import annotations

import re
from collections.abc import Mapping

from adapters import address
from connector.errors import BadInput
from connector.port import JSON

PASTED = ("wp-json", "wp-admin", "wp-login.php", "index.php")

_KEYS = {"key": ("--key", "ck_"), "secret": ("--secret", "cs_")}


def credentials(given: Mapping[str, str]) -> JSON:
    """The shop's address and keys, and the two secrets that are ours to make."""
    url, ca_file = shop_url(given.get("url", "")), address.ca_file_of(given.get("ca_file", ""))
    address.within_reach(url, ca_file)
    return {
        "url": url,
        "key": _api_key(given, "key"),
        "secret": _api_key(given, "secret"),
        "ca_file": ca_file,
        "webhook_secret": address.own_secret(given, "webhook_secret"),
        "identity_secret": address.own_secret(given, "identity_secret"),
    }


def draft(url: str) -> JSON:
    """What a shop begins with whose keys come by WooCommerce's own dance: where it is."""
    found = shop_url(url)
    address.within_reach(found, "")
    return {"url": found}


def shop_url(given: str) -> str:
    """The address of WordPress."""
    return address.shop_url(given, PASTED)


def _api_key(given: Mapping[str, str], name: str) -> str:
    option, prefix = _KEYS[name]
    value = given.get(name, "").strip()
    if not value:
        raise BadInput(
            f"{option} is missing. Make a key with read and write rights under WooCommerce >"
            " Settings > Advanced > REST API."
        )
    if not re.fullmatch(prefix + r"[0-9A-Za-z]{8,120}", value):
        raise BadInput(
            f"{option} is not a WooCommerce key: {len(value)} characters came, and one that starts"
            f" with {prefix} is needed. Copy it again, without spaces."
        )
    return value
