"""What a person gives us to reach a shop, made into credentials; a secret is never repeated."""

from __future__ import annotations

import ipaddress
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from connector.errors import BadInput
from connector.port import JSON

_KEYS = {"key": ("--key", "ck_"), "secret": ("--secret", "cs_")}


def credentials(given: Mapping[str, str]) -> JSON:
    """The shop's address and keys, and the two secrets that are ours to make."""
    return {
        "url": shop_url(given.get("url", "")),
        "key": _api_key(given, "key"),
        "secret": _api_key(given, "secret"),
        "ca_file": _ca_file(given.get("ca_file", "")),
        "webhook_secret": _own_secret(given, "webhook_secret"),
        "identity_secret": _own_secret(given, "identity_secret"),
    }


def shop_url(given: str) -> str:
    """The address of WordPress, without a trailing slash and without `/wp-json`.

    A folder stays: WordPress may live in /shop. http is refused because keys would travel in the
    open, and WooCommerce refuses them there anyway; loopback is for tests and rehearsals.
    """
    text = given.strip()
    if not text:
        raise BadInput("--url is missing. Give the shop's address, such as https://shop.example.")
    parts = _split(text if "://" in text else f"https://{text}")
    if parts.scheme not in ("http", "https"):
        raise BadInput(f"--url starts with {parts.scheme}://. Give an address with https://.")
    if parts.username or parts.password:
        raise BadInput("--url contains a user name or password. Give the address without them.")
    if parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
        raise BadInput(
            f"--url is http://{parts.hostname}, where keys would travel in the open and WooCommerce"
            " does not accept them. Give the shop's https:// address."
        )
    return f"{parts.scheme}://{_host(parts)}{_folder(parts.path)}"


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        known = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        known = False
    if not known or re.search(r"[\s\\<>\"]", text):
        raise BadInput("--url is not an address. Give one such as https://shop.example.")
    return parts


def _host(parts: SplitResult) -> str:
    """Lower case, umlauts as the network spells them, the port only where it is unusual."""
    name = parts.hostname or ""
    try:
        name = name if name.isascii() else name.encode("idna").decode()
    except UnicodeError:
        raise BadInput("--url has a host name that cannot exist. Check its spelling.") from None
    name = f"[{name}]" if ":" in name else name
    usual = {"http": 80, "https": 443}[parts.scheme]
    return name if parts.port in (None, usual) else f"{name}:{parts.port}"


def _folder(path: str) -> str:
    """Drop what people paste along: the API's path, the login, the admin."""
    kept = re.split(r"/(?:wp-json|wp-admin|wp-login\.php|index\.php)(?:/|$)", path + "/")[0]
    return kept.rstrip("/")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


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


def _ca_file(given: str) -> str:
    if given and not Path(given).is_file():
        raise BadInput(f"--ca-file {given} is not a file. Give the path of a PEM file.")
    return given


def _own_secret(given: Mapping[str, str], name: str) -> str:
    """Kept when the shop is connected again; WooCommerce would otherwise invent one and hide it."""
    value = given.get(name, "")
    if value and len(value) < 32:
        option = "--" + name.replace("_", "-")
        raise BadInput(f"{option} has {len(value)} characters. Give at least 32, or leave it out.")
    return value or secrets.token_urlsafe(36)
