"""The app's templates as a shop would draw them: by the real Twig, and by Jinja.

What they extend is a double of Shopware's own template with exactly the blocks of `blocks.txt`: a block that
is not in it is drawn nowhere.
"""

from __future__ import annotations

import io
import json
import subprocess
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from jinja2 import DictLoader, Environment, StrictUndefined

from adapters.shopware.parcel import package

HERE = Path(__file__).parent
VIEWS = "Stammkunde/Resources/views/storefront/"
CONNECTION = {"connector": "https://connector.example", "shop": "demo", "link": ""}
SECRET = "a-secret-of-forty-characters-for-the-app"
CREDENTIALS = {
    "url": "https://shop.example", "key": "SWIAKEYKEY", "key_secret": "OPENS-THE-SHOP", "ca_file": "",
    "app_secret": SECRET, "registration": {"live": {"secret": "SIGNS-FOR-THE-SHOP"}},
}  # fmt: skip
PLACES = ("account", "product", "cart", "offcanvas", "finish", "launcher")
APPLY = "/checkout/promotion/add?code=&redirectTo=frontend.checkout.cart.page"
ROUTES = {
    "frontend.home.page": "/",
    "frontend.checkout.promotion.add": "/checkout/promotion/add",
    "frontend.checkout.cart.json": "/checkout/cart.json",
}
Context = dict[str, Any]
Case = tuple[str, Context, Mapping[str, bool]]
"""A template, what the shop gives it, and which of our places are switched on."""


def opened(secret: str = SECRET, **connection: str) -> ZipFile:
    return ZipFile(
        io.BytesIO(package(CONNECTION | connection, CREDENTIALS | {"app_secret": secret}))
    )


def blocks() -> Mapping[str, list[str]]:
    """Template to the blocks in it that we extend."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in (HERE / "blocks.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            template, block = line.split()
            found[template].append(block)
    return found


def ours(packed: ZipFile) -> dict[str, str]:
    """Our templates, by the name of what they extend or are."""
    return {
        name.removeprefix(VIEWS).removesuffix(".html.twig"): packed.read(name).decode()
        for name in packed.namelist()
        if name.startswith(VIEWS)
    }


def theirs() -> dict[str, str]:
    return {
        f"@Storefront/storefront/{template}.html.twig": "".join(
            f"{{% block {block} %}}<p>{block}</p>{{% endblock %}}" for block in names
        )
        for template, names in blocks().items()
    }


def snippets(packed: ZipFile, locale: str) -> dict[str, str]:
    """Flat, as a translator knows them."""
    found: dict[str, str] = {}

    def walk(path: str, part: Any) -> None:
        if isinstance(part, str):
            found[path] = part
            return
        for name, inner in part.items():
            walk(f"{path}.{name}" if path else name, inner)

    walk("", json.loads(packed.read(f"Stammkunde/Resources/snippet/stammkunde.{locale}.json")))
    return found


def context(**changes: Any) -> Context:
    """A page for somebody who is logged in. What is somebody's own is marked, and must be seen nowhere."""
    customer = {
        "id": "MARKED-id",
        "email": "MARKED@example.com",
        "firstName": "MARKED-first",
        "lastName": "MARKED-last",
        "customerNumber": "MARKED-number",
        "customFields": {"stammkunde_points": "MARKED-points"},
    }
    order = {
        "id": "0190af6c",
        "orderNumber": "MARKED-order",
        "orderCustomer": customer,
        "deepLinkCode": "MARKED-link",
        "customerComment": "MARKED-comment",
    }
    price = {
        "unitPrice": 19.99,
        "quantity": 1,
        "calculatedTaxes": {"amount": 3.19},
    }
    product: Context = {
        "id": "0190aa00",
        "parentId": None,
        "calculatedPrice": price,
        "calculatedPrices": [],
    }
    return {
        "app": {"request": {"locale": "de-DE"}, "user": customer},
        "context": {
            "customer": customer,
            "token": "MARKED-token",
            "taxState": "gross",
            "currency": {"isoCode": "EUR"},
        },
        "page": {
            "customer": customer,
            "order": order,
            "product": product,
            "cart": {"token": "MARKED-cart", "lineItems": [{"label": "MARKED-item"}]},
        },
        "product": product,
        "block": {"slots": {"content": {"id": "c0ffee"}}},
    } | changes


def by_twig(packed: ZipFile, cases: Sequence[Case]) -> list[str]:
    """One run of PHP for all of them."""
    asked = {
        "templates": theirs() | ours(packed),
        "routes": ROUTES,
        "cases": [
            {"template": name, "context": given, "config": dict(switches),
             "snippets": snippets(packed, given["app"]["request"]["locale"])}
            for name, given, switches in cases
        ],
    }  # fmt: skip
    ran = subprocess.run(
        ["php", HERE / "render.php"],
        input=json.dumps(asked), capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    drawn: list[str] = json.loads(ran.stdout)
    return drawn


def by_jinja(
    packed: ZipFile,
    name: str,
    given: Context,
    switches: Mapping[str, bool],
    path: Callable[[str], str] = ROUTES.__getitem__,
) -> str:
    sources = theirs() | ours(packed)
    words = snippets(packed, given["app"]["request"]["locale"])
    environment = Environment(
        loader=DictLoader({name: _for_jinja(text) for name, text in sources.items()}),
        autoescape=True, undefined=StrictUndefined,
    )  # fmt: skip
    environment.filters["trans"] = words.__getitem__
    environment.globals |= {
        "config": lambda key: switches[key.removeprefix("Stammkunde.config.")],
        "asset": lambda file, package: f"/{file}",
        "path": lambda route, given=None: path(route),
    }
    return environment.get_template(name).render(given)


def _for_jinja(text: str) -> str:
    return text.replace("{% sw_extends", "{% extends").replace("parent()", "super()")


class Elements(HTMLParser):
    """Every element as (tag, attributes)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]

    def tags(self) -> list[str]:
        """Ours, in order."""
        return [
            name.removeprefix("stammkunde-")
            for name, _ in self.found if name.startswith("stammkunde-")
        ]  # fmt: skip
