"""What every page of the storefront is made of: the language of its address, Shopware's names, and who looks."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlencode

from flask import Response, g, request

from adapters.shopware.simulator import cart, catalogue, money, texts, theme
from adapters.shopware.simulator.kinds import JSON
from adapters.shopware.simulator.shop import Shop
from adapters.shopware.simulator.visitors import Front

ENGLISH = "/en"
"""The second domain of the sales channel: its pages speak English."""
EXPERIENCE = "c0ffee00c0ffee00c0ffee00c0ffee00"
"""The one page of the Shopping Experiences."""
ROUTES = {
    "frontend.home.page": "/",
    "frontend.landing.page": f"/landingPage/{EXPERIENCE}",
    "frontend.account.home.page": "/account",
    "frontend.account.login.page": "/account/login",
    "frontend.account.logout.page": "/account/logout",
    "frontend.account.register.save": "/account/register",
    "frontend.checkout.cart.page": "/checkout/cart",
    "frontend.checkout.cart.json": "/checkout/cart.json",
    "frontend.cart.offcanvas": "/checkout/offcanvas",
    "frontend.checkout.confirm.page": "/checkout/confirm",
    "frontend.checkout.finish.order": "/checkout/order",
    "frontend.checkout.line-item.add": "/checkout/line-item/add",
    "frontend.checkout.promotion.add": "/checkout/promotion/add",
    "frontend.app-system.generate-token": "/app-system/{name}/generate-token",
}
"""Shopware's names of its addresses; a form may say by such a name where it leads, and by nothing else."""


def language() -> str:
    return "en" if request.path == ENGLISH or request.path.startswith(f"{ENGLISH}/") else "de"


def address(target: str, lang: str = "") -> str:
    """Within the domain of the visitor's language."""
    return (ENGLISH if (lang or language()) == "en" else "") + target


def path(route: str, given: dict[str, str] | None = None) -> str:
    return address(ROUTES[route].format(**(given or {})))


def go(target: str, **query: str) -> Response:
    """POST, redirect, GET."""
    there = address(target) + (f"?{urlencode(query)}" if query else "")
    return Response(status=303, headers={"Location": there})


def onward(otherwise: str) -> Response:
    """Where the form says one shall go on; an unknown name is no way out of the shop."""
    return go(ROUTES.get(request.form.get("redirectTo", ""), ROUTES[otherwise]))


def nonce() -> str:
    """For the one script that stands in Shopware's pages themselves."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def page(front: Front, name: str, **values: Any) -> str:
    """A template of Shopware's tree, drawn with everything our own templates and an app's may ask for."""
    shop, lang = front.shop, language()
    with shop.lock:
        visitor = front.visitor()
        reckoned = cart.reckon(shop, front.cart(), visitor)
        given = values.pop("page", {}) | {"customer": visitor, "cart": _cart(reckoned)}
        known = _shopwares(shop, visitor, lang) | _ours(front, reckoned, lang) | values
        return theme.template(shop, name).render(known, page=given)


def _shopwares(shop: Shop, visitor: JSON | None, lang: str) -> dict[str, Any]:
    """What Shopware gives to every template, as far as apps use it."""
    settings = theme.defaults(shop) | shop.settings
    locale = "en-GB" if lang == "en" else "de-DE"
    currency = {"isoCode": "EUR"}
    return {
        "app": {"request": {"locale": locale}},
        "context": {"customer": visitor, "taxState": money.GROSS, "currency": currency},
        "config": lambda key: settings.get(key),
        "path": path,
        "asset": lambda file, package="": f"/{file}",
        "csp_nonce": nonce(),
    }


def _ours(front: Front, reckoned: cart.Reckoned, lang: str) -> dict[str, Any]:
    here = request.path.removeprefix(ENGLISH) if lang == "en" else request.path
    session = front.session()
    said = session.said if session else []
    shown, said[:] = list(said), []
    return {
        "brand": front.shop.brand,
        "lang": lang,
        "say": texts.words(lang),
        "u": address,
        "here": here or "/",
        "query": f"?{request.query_string.decode()}" if request.query_string else "",
        "experience": EXPERIENCE,
        "flashes": shown,
        "basket": reckoned,
        "with_apps": bool(theme.active(front.shop)),
        "money": lambda amount: texts.amount(amount, lang),
        "day": lambda stamp: texts.day(stamp, front.shop.clock.zone, lang),
    }


def _cart(reckoned: cart.Reckoned) -> JSON:
    return {"lineItems": reckoned.lines}


def product(shop: Shop, row: JSON) -> JSON:
    """As a template sees it: its price calculated for one piece."""
    gross, rate = catalogue.gross(shop, row), catalogue.rate(shop, row)
    tax = money.shown(gross, rate, money.GROSS).tax
    taxes = {"amount": float(tax)}
    price: JSON = {"unitPrice": float(gross), "quantity": 1, "calculatedTaxes": taxes}
    shown = {"id": row["id"], "name": catalogue.title(shop, row), "number": row["productNumber"]}
    shown |= {"description": row.get("description") or ""}
    return shown | {"calculatedPrice": price, "calculatedPrices": []}


def featured(shop: Shop) -> list[JSON]:
    rows = (shop.store.get("product", row) for row in shop.brand.featured)
    return [product(shop, row) for row in rows if row]
