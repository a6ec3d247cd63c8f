"""The demo storefront: a small believable shop, a one-click login, and a look behind the scenes.

Every action uses the same functions as the REST API, so webhooks ring, and answers with a redirect.
"""

from __future__ import annotations

import html
import random
import re
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, render_template, request

from adapters.woocommerce.simulator import (
    buying,
    customers,
    facts,
    orders,
    people,
    refunds,
    store_api,
    texts,
)
from adapters.woocommerce.simulator.deliveries import dump
from adapters.woocommerce.simulator.errors import RestError
from adapters.woocommerce.simulator.shop import JSON, Shop
from adapters.woocommerce.simulator.visitors import (
    COOKIE,
    KNOWN,
    Front,
    address,
    go,
    identity_answer,
    language,
    referral,
)

REFERRAL = "_stammkunde_ref"
"""The order field in which the shop keeps who recommended it."""
SHOWN_ORDERS = 6
SHORTEST_SECRET = 32
OPEN_TO: dict[str, list[str]] = {
    "pending": ["pay", "cancel"],
    "on-hold": ["pay", "cancel"],
    "processing": ["deliver", "refund", "cancel"],
    "completed": ["refund"],
}
"""What can be done to an order in which status."""


def blueprint(front: Front) -> Blueprint:
    pages = Blueprint("storefront", __name__, static_folder="static", static_url_path="/static")
    _pages(pages, front)
    _actions(pages, front)
    _plugin(pages, front)
    pages.after_request(lambda response: _protect(front, response))
    return pages


def _pages(pages: Blueprint, front: Front) -> None:
    shop = front.shop

    @pages.route("/", methods=["GET", "POST"])
    def home() -> Any:
        if request.args.get("wc-ajax") == "stammkunde_identity":
            return identity_answer(front)
        if request.args.get("wc-ajax") == "stammkunde_order":
            return buying.proof(front)
        return _page(front, "home.html", products=_featured(shop))

    @pages.get("/product/<slug>/")
    def product(slug: str) -> Any:
        found = next((p for p in shop.products.values() if p["slug"] == slug), None)
        if found is None:
            return _page(front, "home.html", products=_featured(shop)), 404
        return _page(front, "product.html", product=found, price=buying.prices(shop, found))

    @pages.get("/checkout/order-received/<int:oid>/")
    def thanks(oid: int) -> Any:
        placed = buying.placed(shop, oid, request.args.get("key", ""))
        return _page(front, "thanks.html", order=placed) if placed else go("/my-account/")

    @pages.get("/my-account/")
    def account() -> Any:
        with shop.lock:
            visitor = front.visitor()
            mine = _orders(shop, visitor["id"]) if visitor else []
            choices = [] if visitor else [_person(shop, cid) for cid in shop.brand.people]
        return _page(
            front,
            "account.html",
            orders=mine[:SHOWN_ORDERS],
            older=len(mine[SHOWN_ORDERS:]),
            choices=choices,
            products=_featured(shop),
            picked=request.args.get("product", type=int),
        )

    @pages.get("/help/")
    def faq() -> Any:
        return _page(front, "help.html")


def _actions(pages: Blueprint, front: Front) -> None:
    shop = front.shop

    @pages.post("/demo/login")
    def login() -> Response:
        number = request.form.get("customer", type=int) or 0
        with shop.lock:
            if number not in shop.customers:
                return go("/my-account/")
            return _with_a_cart(front, number)

    @pages.post("/demo/newcomer")
    def newcomer() -> Response:
        with shop.lock:
            return _with_a_cart(front, _newcomer(shop)["id"])

    @pages.post("/demo/logout")
    def logout() -> Response:
        front.sessions.pop(request.cookies.get(COOKIE, ""), None)
        response = go("/my-account/")
        response.delete_cookie(COOKIE)
        response.delete_cookie(KNOWN)
        return response

    @pages.post("/demo/order")
    def order() -> Any:
        return _place(front)

    @pages.post("/demo/orders/<int:oid>/<action>")
    def act(oid: int, action: str) -> Response:
        with shop.lock:
            visitor, found = front.visitor(), shop.orders.get(oid)
            mine = visitor and found and found["customer_id"] == visitor["id"]
            if mine and found and action in _open_actions(shop, found):
                piece = {"line": refunds.line_to_refund(shop, found), "quantity": 1}
                facts.ACTIONS[action](shop, oid, piece if action == "refund" else {})
        return go(f"/my-account/#order-{oid}")


def _with_a_cart(front: Front, number: int) -> Response:
    """Logged in; in the cart lies what the visitor left there last time."""
    response = front.log_in(number, "/my-account/")
    front.carts[next(reversed(front.sessions))] = store_api.Cart(
        dict.fromkeys(front.shop.brand.featured[:2], 1)
    )
    return response


def _plugin(pages: Blueprint, front: Front) -> None:
    @pages.put("/_simulator/plugin")
    def settings() -> Response:
        """What a merchant enters into the shop's plugin after connecting."""
        body = request.get_json(silent=True) or {}
        secret = str(body.get("identity_secret", front.identity_secret))
        if 0 < len(secret) < SHORTEST_SECRET:
            problem = f"identity_secret: give at least {SHORTEST_SECRET} characters."
            return Response(dump({"message": problem}), 400, mimetype="application/json")
        front.by_hand = True
        front.connector = str(body.get("connector", front.connector)).rstrip("/")
        front.slug = str(body.get("shop_slug", front.slug))
        front.identity_secret = secret
        shown = {"connector": front.connector, "shop_slug": front.slug, "signs": bool(secret)}
        return Response(dump(shown), mimetype="application/json")


def _place(front: Front) -> Any:
    visitor = front.visitor()
    if visitor is None:
        return go("/my-account/")
    cart = store_api.cart_of(front)
    typed = request.form.get("code", "").strip()
    codes = dict.fromkeys([*cart.codes, *([typed] if typed else [])])
    quantity = min(max(request.form.get("quantity", type=int) or 1, 1), 9)
    wanted: JSON = {
        "customer_id": visitor["id"],
        "billing": visitor["billing"] | {"email": visitor["email"]},
        "shipping": visitor["shipping"],
        "payment_method": "bacs",
        "payment_method_title": "Banküberweisung",
        "line_items": [{"product_id": request.form.get("product", type=int), "quantity": quantity}],
        "coupon_lines": [{"code": code} for code in codes],
    }
    if referral():
        wanted["meta_data"] = [{"key": REFERRAL, "value": referral()}]
    try:
        with front.shop.lock:
            placed = orders.place(front.shop, wanted, created_via="store-api")
    except RestError as no:
        return _refused(front, visitor, no)
    cart.codes = []
    return buying.leads(placed)


def _refused(front: Front, visitor: JSON, no: RestError) -> Any:
    """The shop's own sentence, without its markup; the form again."""
    sentence = html.unescape(re.sub(r"<[^>]*>", "", no.message))
    with front.shop.lock:
        mine = _orders(front.shop, visitor["id"])
    return _page(
        front,
        "account.html",
        orders=mine[:SHOWN_ORDERS],
        older=len(mine[SHOWN_ORDERS:]),
        choices=[],
        products=_featured(front.shop),
        picked=request.form.get("product", type=int),
        problem=sentence,
    ), 400


def _page(front: Front, template: str, **values: Any) -> str:
    lang = language()
    formats: dict[str, Callable[..., str]] = {
        "u": address,
        "money": lambda text: texts.amount(text, "€", lang),
        "day": lambda naive: texts.day(naive, lang),
    }
    return render_template(
        template,
        brand=front.shop.brand,
        lang=lang,
        say=texts.words(lang),
        front=front,
        visitor=front.visitor(),
        problem=values.pop("problem", ""),
        here=request.path,
        **formats,
        **values,
    )


def _featured(shop: Shop) -> list[JSON]:
    return [shop.products[pid] for pid in shop.brand.featured if pid in shop.products]


def _orders(shop: Shop, customer: int) -> list[JSON]:
    """Newest first, without drafts, with what the page shows besides."""
    found = [
        o
        for o in shop.orders.values()
        if o["customer_id"] == customer and f"status.{o['status']}" in texts.DE
    ]
    found.sort(key=lambda o: (o["date_created_gmt"], o["id"]), reverse=True)
    return [
        o | {"back": _given_back(o), "arrived": _arrived(o), "open": _open_actions(shop, o)}
        for o in found[:SHOWN_ORDERS]
    ] + found[SHOWN_ORDERS:]


def _open_actions(shop: Shop, order: JSON) -> list[str]:
    """What the visitor may do to it now; nothing is left to refund when every piece is back."""
    left = refunds.line_to_refund(shop, order) is not None
    return [a for a in OPEN_TO.get(order["status"], []) if a != "refund" or left]


def _given_back(order: JSON) -> str:
    total = sum(abs(float(entry["total"])) for entry in order["refunds"])
    return str(total) if total else ""


def _arrived(order: JSON) -> bool:
    return any(entry["key"] == facts.DELIVERED for entry in order["meta_data"])


def _person(shop: Shop, number: int) -> JSON:
    mine = _orders(shop, number)
    body = shop.customers[number]
    return {
        "id": number,
        "name": f"{body['first_name']} {body['last_name']}",
        "city": body["billing"]["city"],
        "count": len(mine),
        "latest": mine[0]["date_created"] if mine else "",
    }


def _newcomer(shop: Shop) -> JSON:
    dice = random.Random(len(shop.customers))
    first, last = dice.choice(people.NAMES["first"]), dice.choice(people.NAMES["last"])
    user = f"{people.plain(first)}.{people.plain(last)}.{len(shop.customers)}"
    body = customers.create(shop, people.person(first, last, user, dice))
    shop.brand.people.append(body["id"])
    return body


def _protect(front: Front, response: Response) -> Response:
    """A strict policy, as careful shops have one; and pages with a person in them stay private."""
    connector = f" {front.connector}" if front.connector else ""
    response.headers["Content-Security-Policy"] = (
        f"default-src 'self'; script-src 'self'{connector}; connect-src 'self'{connector}; "
        "img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
        "form-action 'self'"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    if response.mimetype == "text/html":
        response.headers["Cache-Control"] = "no-store, private"
    return response
