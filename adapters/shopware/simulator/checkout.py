"""From the cart to the finish page, at Shopware's own addresses; the order goes the control door's way."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, request

from adapters.shopware.simulator import account, cart, facts, pages, people
from adapters.shopware.simulator.app import dump
from adapters.shopware.simulator.cart import BROKEN
from adapters.shopware.simulator.kinds import JSON
from adapters.shopware.simulator.promotions import NOT_ELIGIBLE
from adapters.shopware.simulator.visitors import Front

LINE = re.compile(r"lineItems\[(?P<row>[0-9a-f]{32})\]\[quantity\]")
LONGEST = 100
CART, CONFIRM = "frontend.checkout.cart.page", "frontend.checkout.confirm.page"


def routes(public: Blueprint, front: Front) -> None:
    _looking(public, front)
    _changing(public, front)
    _ordering(public, front)


def _looking(public: Blueprint, front: Front) -> None:
    shop = front.shop

    @public.get("/checkout/cart")
    def show() -> str:
        return pages.page(front, "page/checkout/cart/index")

    @public.get("/checkout/offcanvas")
    def offcanvas() -> str:
        """The small cart at the side: a part of a page, fetched when something is laid in."""
        return pages.page(front, "component/checkout/offcanvas-cart")

    @public.get("/checkout/cart.json")
    def held() -> Response:
        with shop.lock:
            found = cart.as_json(cart.reckon(shop, front.cart(), front.visitor()))
        return Response(dump(found), mimetype="application/json")


def _changing(public: Blueprint, front: Front) -> None:
    shop = front.shop

    @public.post("/checkout/line-item/add")
    def add() -> Response:
        front.begin()
        with shop.lock:
            for name in request.form:
                found = LINE.fullmatch(name)
                if found and shop.store.get("product", found["row"]):
                    front.cart().add(found["row"], request.form.get(name, 1, int))
        return pages.onward(CART)

    @public.post("/checkout/line-item/change-quantity/<line>")
    def change(line: str) -> Response:
        with shop.lock:
            if line in front.cart().items:
                front.cart().change(line, request.form.get("quantity", 1, int))
        return pages.onward(CART)

    @public.post("/checkout/line-item/delete/<line>")
    def delete(line: str) -> Response:
        with shop.lock:
            cart.remove(shop, front.cart(), front.visitor(), line)
        return pages.onward(CART)

    @public.post("/checkout/promotion/add")
    def promotion() -> Response:
        code, session = request.form.get("code", "").strip()[:LONGEST], front.begin()
        with shop.lock:
            session.said += [(*said, code) for said in _added(front, code)]
        return pages.onward(CART)


def _added(front: Front, code: str) -> list[tuple[str, str]]:
    """How serious, and which sentence. What waits for its condition is said by the cart itself."""
    basket = front.cart()
    if not code or not basket.items:
        return [("danger", BROKEN)]
    if code.casefold() not in (known.casefold() for known in basket.codes):
        basket.codes.append(code)
    reason = cart.reckon(front.shop, basket, front.visitor()).refused.get(code)
    if reason == NOT_ELIGIBLE:
        return []
    return [("danger", reason) if reason else ("success", "code-added")]


def _ordering(public: Blueprint, front: Front) -> None:
    shop = front.shop

    @public.get("/checkout/confirm")
    def confirm() -> Any:
        if not front.cart().items:
            return pages.go(pages.ROUTES[CART])
        with shop.lock:
            home = account.home(shop, front.visitor())
        return pages.page(front, "page/checkout/confirm/index", guest=_somebody(front), home=home)

    @public.post("/checkout/order")
    def order() -> Any:
        front.begin()
        with shop.lock:
            if not front.cart().items:
                return pages.go(pages.ROUTES[CART])
            try:
                return _placed(front)
            except ValueError:
                front.begin().said.append(("danger", "address", ""))
        return pages.go(pages.ROUTES[CONFIRM])

    @public.get("/checkout/finish")
    def finish() -> Any:
        with shop.lock:
            visitor = front.visitor()
            found = account.order(shop, visitor, request.args.get("orderId", ""))
        if visitor is None:
            return pages.go("/account/login")
        if found is None:
            return pages.go(pages.ROUTES[CART])
        return pages.page(front, "page/checkout/finish/index", page={"order": found}, order=found)


def _placed(front: Front) -> Response:
    """The order and, for whoever has no account, a customer of its own, who is then logged in as a guest."""
    shop, visitor, basket = front.shop, front.visitor(), front.cart()
    cart.reckon(shop, basket, visitor)
    asked = cart.wanted(basket) | {"affiliate_code": front.begin().affiliate or None}
    asked |= {"customer_id": visitor["id"]} if visitor else _typed()
    with shop.whole():
        made = facts.make_order(shop, asked)
    basket.items, basket.codes = {}, []
    response = pages.go("/checkout/finish", orderId=made["id"])
    if visitor is None:
        front.log_in(made["customerId"], response)
    return response


def _typed() -> JSON:
    names = ("email", "first_name", "last_name", "street", "zipcode", "city")
    found = {name: request.form.get(name, "").strip()[:LONGEST] for name in names}
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", found["email"]) or not found["last_name"]:
        raise ValueError("A guest needs a name and an e-mail address.")
    return found


def _somebody(front: Front) -> JSON:
    """An invented person, so that nobody has to type: another one for each order."""
    count = len(front.shop.store.rows["customer"])
    return next(iter(people.invented(1, count))) if front.visitor() is None else {}
