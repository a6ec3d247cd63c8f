"""The shop's templates with those of its apps laid over them, out of the apps' own packages and nowhere else.

An app's templates are Twig; two replacements make them Jinja, everything else both read alike.
"""

from __future__ import annotations

import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from zipfile import ZipFile

from jinja2 import DictLoader, Template, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment

from adapters.shopware.simulator import people
from adapters.shopware.simulator.kinds import DATA
from adapters.shopware.simulator.shop import App, Shop

OWN, PICTURES = "@Storefront", "@Pictures/art.html"
TEMPLATES = DATA.parent / "templates"
DRAWN = people.SHARED.parent
"""The pictures and the look lie once, beside the first simulator; read as files, like its people."""
Parcels = tuple[tuple[str, bytes], ...]


class _Layered(SandboxedEnvironment):
    """Not seen: whoever asks for a template of the shop's gets the uppermost one below his own."""

    layers: tuple[str, ...]
    known: frozenset[str]

    def join_path(self, template: str, parent: str) -> str:
        prefix, _, path = template.partition("/")
        if prefix != OWN:
            return template
        above, _, asking = parent.partition("/")
        below = self.layers.index(above) + 1 if asking == path else 0
        found = (f"{layer}/{path}" for layer in self.layers[below:])
        return next((name for name in found if name in self.known), template)


def template(shop: Shop, path: str) -> Template:
    """By its name in Shopware's tree, without `.html.twig`."""
    env = environment(parcels(shop))
    return env.get_template(env.join_path(f"{OWN}/storefront/{path}.html.twig", ""))


def active(shop: Shop) -> list[App]:
    """Only what is installed and switched on is seen in the shop."""
    rows = shop.store.rows["app"]
    return [
        app for app in shop.apps.values() if app.row and rows[app.row].get("active", True)
    ]  # fmt: skip


def parcels(shop: Shop) -> Parcels:
    return tuple((app.name, app.parcel) for app in active(shop))


@lru_cache(maxsize=8)
def environment(installed: Parcels) -> _Layered:
    """One for each set of packages; made again when an app comes, goes, or is another version."""
    theirs = {name: text for app in installed for name, text in _templates(*app)}
    env = _Layered(
        loader=DictLoader(theirs | _own()), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    env.layers = (*(f"@{name}" for name, _ in reversed(installed)), OWN)
    env.known = frozenset(theirs)
    env.filters["trans"] = _translator(installed)
    env.filters["url_encode"] = env.filters["urlencode"]
    return env


@lru_cache(maxsize=1)
def _own() -> dict[str, str]:
    """The shop's own templates, called as in Shopware, and the drawn pictures."""
    files = (path for path in TEMPLATES.rglob("*") if path.is_file())
    found = {f"{OWN}/{path.relative_to(TEMPLATES)}": path.read_text("utf-8") for path in files}
    return found | {PICTURES: (DRAWN / "templates" / "art.html").read_text("utf-8")}


def _translator(installed: Parcels) -> Any:
    words = {locale: dict(_words(installed, locale)) for locale in ("de-DE", "en-GB")}

    @pass_context
    def trans(context: Context, key: str) -> str:
        """Shopware shows the key where nobody has translated it."""
        return words[context["app"]["request"]["locale"]].get(key, key)

    return trans


# ------------------------------------------------------------------ what is in a package


@lru_cache(maxsize=8)
def _opened(parcel: bytes) -> ZipFile:
    return ZipFile(io.BytesIO(parcel))


def _templates(name: str, parcel: bytes) -> Iterator[tuple[str, str]]:
    root = f"{name}/Resources/views/"
    for path in _opened(parcel).namelist():
        if path.startswith(root) and path.endswith(".twig"):
            text = _opened(parcel).read(path).decode()
            yield f"@{name}/{path.removeprefix(root)}", _for_jinja(text)


def _for_jinja(text: str) -> str:
    return text.replace("{% sw_extends", "{% extends").replace("parent()", "super()")


def public(shop: Shop, bundle: str, path: str) -> bytes | None:
    """A file of an app's `Resources/public`, which lies under `/bundles/<app in small letters>/`."""
    for app in active(shop):
        name = f"{app.name}/Resources/public/{path}"
        if app.name.lower() == bundle and path and name in _opened(app.parcel).namelist():
            return _opened(app.parcel).read(name)
    return None


def defaults(shop: Shop) -> dict[str, Any]:
    """What an app's `config.xml` says of itself until the merchant says otherwise: `Stammkunde.config.x`."""
    found: dict[str, Any] = {}
    for app in active(shop):
        for fields in _read(app, "config/config.xml").iterfind(".//input-field"):
            text = fields.findtext("defaultValue", "")
            value: Any = text.strip() == "true" if fields.get("type") == "bool" else text
            found[f"{app.name}.config.{fields.findtext('name', '')}"] = value
    return found


def blocks(shop: Shop) -> list[str]:
    """The blocks that apps bring for the Shopping Experiences, as their templates are called."""
    return [
        f"{block.findtext('name', '')}-component"
        for app in active(shop)
        for block in _read(app, "cms.xml").iterfind(".//block")
    ]


def _read(app: App, path: str) -> ET.Element:
    name = f"{app.name}/Resources/{path}"
    if name not in _opened(app.parcel).namelist():
        return ET.Element("nothing")
    return ET.fromstring(_opened(app.parcel).read(name))  # noqa: S314 (the simulator reads packages of ours only)


def _words(installed: Parcels, locale: str) -> Iterator[tuple[str, str]]:
    for name, parcel in installed:
        for path in _opened(parcel).namelist():
            if path.startswith(f"{name}/Resources/snippet/") and path.endswith(f".{locale}.json"):
                yield from _flat("", json.loads(_opened(parcel).read(path)))


def _flat(path: str, part: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(part, dict):
        yield path, str(part)
        return
    for name, inner in part.items():
        yield from _flat(f"{path}.{name}" if path else name, inner)
