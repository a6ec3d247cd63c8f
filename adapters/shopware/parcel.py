"""The app as the ZIP that Shopware installs: our files, with this connector's address and one app secret in them."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from pathlib import Path
from string import Template
from urllib.parse import urlsplit
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from adapters.reach import HERE
from adapters.shopware import icon
from connector.errors import BadInput
from connector.port import JSON

APP = Path(__file__).parent / "app"
NAME = "Stammkunde"
"""Shopware takes the app only where the folder in the ZIP is called as the manifest says."""
FILLED = ("manifest.xml", "Resources/views/storefront/base.html.twig")
"""The files with places for what is this installation's own; no other is touched."""
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(?:/[A-Za-z0-9._~-]+)*")
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_LINK = re.compile(r"[A-Za-z0-9._~=-]*")
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The first moment a ZIP knows: the same app is the same file, whenever it was packed."""


def package(connection: JSON, credentials: JSON) -> bytes:
    """`connection`: connector, shop (the slug), link ("" where the shop is connected already).

    Of the credentials only `app_secret` is read: whoever opens the file finds no key to the shop in it.
    """
    values = _values(connection, str(credentials["app_secret"]))
    files = {
        str(path.relative_to(APP)): path.read_bytes()
        for path in sorted(APP.rglob("*")) if path.is_file()
    }  # fmt: skip
    files |= {name: _filled(files[name], values) for name in FILLED}
    files["icon.png"] = icon.png()
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = ZipInfo(f"{NAME}/{name}", _LONG_AGO)
            entry.compress_type, entry.external_attr = ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, files[name])
    return packed.getvalue()


def _values(connection: JSON, secret: str) -> Mapping[str, str]:
    connector, shop = str(connection["connector"]), str(connection["shop"])
    link = str(connection.get("link") or "")
    _proper(connector, shop, link)
    where = f"{connector}/connect/shopware/{shop}"
    register = f"{where}/{link}/register" if link else f"{where}/register"
    return {"connector": connector, "shop": shop, "register": register, "secret": secret}


def _proper(connector: str, shop: str, link: str) -> None:
    """What is not plain would be XML, markup or Twig in the merchant's shop."""
    parts = urlsplit(connector)
    if not _ADDRESS.fullmatch(connector):
        raise BadInput(
            "STAMMKUNDE_URL is no address without query and slash at its end. Correct it."
        )
    if parts.scheme == "http" and parts.hostname not in HERE:
        raise BadInput(
            f"STAMMKUNDE_URL is http://{parts.hostname}, where secrets would travel in the open."
            " Shopware needs an https:// address of the connector."
        )
    if not _SLUG.fullmatch(shop) or not _LINK.fullmatch(link):
        raise BadInput("The shop's short name or its link has other signs than letters and digits.")


def _filled(template: bytes, values: Mapping[str, str]) -> bytes:
    """Escaped for XML and HTML alike; a place that nothing fills is a mistake of ours."""
    safe = {name: escape(value, {'"': "&quot;"}) for name, value in values.items()}
    return Template(template.decode()).substitute(safe).encode()
