"""What a person gives us to reach a shop, made into credentials; a secret is never repeated."""

from __future__ import annotations

import re
from collections.abc import Mapping

from adapters import address
from connector.errors import BadInput
from connector.port import JSON

PASTED = ("admin", "api", "store-api", "account", "index.php")


def credentials(given: Mapping[str, str]) -> JSON:
    """The shop's address, the client of an integration, and the secret that is ours to make.

    `app_secret` is there from the start, so that the app can be installed later.
    """
    url, ca_file = shop_url(given.get("url", "")), address.ca_file_of(given.get("ca_file", ""))
    address.within_reach(url, ca_file)
    return {
        "url": url,
        "key": _given(given, "client_id", r"SWIA[0-9A-Z]{8,60}", "starts with SWIA"),
        "key_secret": _given(given, "client_secret", r"[!-~]{16,200}", "is shown once"),
        "ca_file": ca_file,
        "app_secret": address.own_secret(given, "app_secret"),
        "registration": None,
    }


def draft(url: str) -> JSON:
    """What a shop begins with that is going to register by itself, once it has the app."""
    found = shop_url(url)
    address.within_reach(found, "")
    secret = address.own_secret({}, "app_secret")
    return {"url": found, "key": "", "key_secret": "", "ca_file": "", "app_secret": secret,
            "registration": None}  # fmt: skip


def shop_url(given: str) -> str:
    """The address of the shop's start page."""
    return address.shop_url(given, PASTED)


def _given(given: Mapping[str, str], name: str, form: str, hint: str) -> str:
    option, value = "--" + name.replace("_", "-"), given.get(name, "").strip()
    if not value:
        raise BadInput(
            f"{option} is missing. Make an access key under Settings > System > Integrations; it {hint}."
        )
    if not re.fullmatch(form, value):
        raise BadInput(
            f"{option} is not Shopware's: {len(value)} characters came, and one that {hint} is"
            " needed. Copy it again, without spaces."
        )
    return value
