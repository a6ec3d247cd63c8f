"""The address of a shop as a person gives it, and what belongs to it, whatever its platform."""

from __future__ import annotations

import ipaddress
import re
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from adapters.reach import HERE, reach_of
from connector.errors import BadInput


def shop_url(given: str, pasted: Sequence[str]) -> str:
    """The address of the shop, without a trailing slash and without what people paste along, such as the
    API's path, the login or the admin: `pasted` are the first folders of those.

    Another folder stays: a shop may live in /shop. http is refused because keys would travel in the
    open; this very machine is for tests and rehearsals.
    """
    text = given.strip()
    if not text:
        raise BadInput("--url is missing. Give the shop's address, such as https://shop.example.")
    parts = _split(text if "://" in text else f"https://{text}")
    if parts.scheme not in ("http", "https"):
        raise BadInput(f"--url starts with {parts.scheme}://. Give an address with https://.")
    if parts.username or parts.password:
        raise BadInput("--url contains a user name or password. Give the address without them.")
    if parts.scheme == "http" and parts.hostname not in HERE:
        raise BadInput(
            f"--url is http://{parts.hostname}, where keys would travel in the open."
            " Give the shop's https:// address."
        )
    return f"{parts.scheme}://{_host(parts)}{_folder(parts.path, pasted)}"


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        known = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        known = False
    if not known or re.search(r"[\x00-\x20\x7f\s\\<>\"]", text):
        raise BadInput("--url is not an address. Give one such as https://shop.example.")
    return parts


def _host(parts: SplitResult) -> str:
    """Lower case, umlauts as the network spells them, the port only where it is unusual."""
    name = parts.hostname or ""
    if ":" in name:
        name = f"[{_number(name)}]"
    else:
        name = name if name.isascii() else _spelled(name)
        _plain(name)
    usual = {"http": 80, "https": 443}[parts.scheme]
    return name if parts.port in (None, usual) else f"{name}:{parts.port}"


def _spelled(name: str) -> str:
    """An umlaut domain as the network spells it. Letters that only look like plain ones are refused:
    they make `127。0。0。1` of a name, and nobody types them by chance."""
    try:
        spelled = name.encode("idna").decode().lower()
    except UnicodeError:
        spelled = ""
    if "xn--" not in spelled:
        raise BadInput("--url has a host name that cannot exist. Check its spelling.")
    return spelled


def _plain(name: str) -> None:
    """A name, or an address of four numbers; other ways to write a number (0x7f.1) are refused,
    because no two programs read them alike."""
    labels = name.split(".")
    named = all(re.fullmatch(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", each) for each in labels)
    if not named or len(name) > 253:
        raise BadInput("--url has a host name that cannot exist. Check its spelling.")
    if re.fullmatch(r"[0-9]+|0x[0-9a-f]*", labels[-1]):
        _number(name)


def _number(text: str) -> str:
    """An address given as numbers, in its one spelling."""
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise BadInput("--url has a number for a host. Give the shop's name.") from None


def within_reach(url: str, ca_file: str) -> None:
    """Say at once what connecting would refuse; what a name leads to is known only then."""
    host = urlsplit(url).hostname or ""
    try:
        allowed = reach_of(url, ca_file).allows(host)
    except ValueError:
        return
    if not allowed:
        raise BadInput(
            f"--url is {url}, an address in a private network. Give the shop's public address; a"
            " shop in your own network is connected with --ca-file."
        )


def _folder(path: str, pasted: Sequence[str]) -> str:
    first = "|".join(re.escape(each) for each in pasted)
    return re.split(rf"/(?:{first})(?:/|$)", path + "/")[0].rstrip("/")


def ca_file_of(given: str) -> str:
    if given and not Path(given).is_file():
        raise BadInput(f"--ca-file {given} is not a file. Give the path of a PEM file.")
    return given


def own_secret(given: Mapping[str, str], name: str) -> str:
    """Kept when the shop is connected again; WooCommerce would otherwise invent one and hide it."""
    value = given.get(name, "")
    if value and len(value) < 32:
        option = "--" + name.replace("_", "-")
        raise BadInput(f"{option} has {len(value)} characters. Give at least 32, or leave it out.")
    return value or secrets.token_urlsafe(36)
