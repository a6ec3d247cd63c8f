"""The account: a one-click login, somebody new, one's orders, and what else happens to them behind the scenes."""

from __future__ import annotations

import random
from typing import Any

from flask import Blueprint, Response, request

from adapters.shopware.simulator import customers, facts, orders, pages, people, states
from adapters.shopware.simulator.kinds import JSON
from adapters.shopware.simulator.shop import Shop
from adapters.shopware.simulator.visitors import Front

SHOWN_ORDERS = 6
HOME, LOGIN = "frontend.account.home.page", "frontend.account.login.page"


def routes(public: Blueprint, front: Front) -> None:
    _looking(public, front)
    _coming_and_going(public, front)
    _acting(public, front)


def _looking(public: Blueprint, front: Front) -> None:
    shop = front.shop

    @public.get("/account")
    def overview() -> Any:
        with shop.lock:
            visitor = front.visitor()
            mine = of(shop, visitor["id"]) if visitor else []
        # Not seen: a guest's session opens no account.
        if visitor is None or visitor["guest"]:
            return pages.go(pages.ROUTES[LOGIN])
        older = len(mine[SHOWN_ORDERS:])
        return pages.page(front, "page/account/index", orders=mine[:SHOWN_ORDERS], older=older)

    @public.get("/account/login")
    def choose() -> Any:
        with shop.lock:
            visitor = front.visitor()
            if visitor and not visitor["guest"]:
                return pages.go(pages.ROUTES[HOME])
            choices = [_person(shop, row) for row in shop.brand.people if _there(shop, row)]
        return pages.page(front, "page/account/login", choices=choices)


def _coming_and_going(public: Blueprint, front: Front) -> None:
    shop = front.shop

    @public.post("/account/login")
    def login() -> Response:
        """Without a password: one of the people whom the demo offers, and nobody else."""
        row = request.form.get("customer", "")
        with shop.lock:
            if row not in shop.brand.people or not _there(shop, row):
                return pages.go(pages.ROUTES[LOGIN])
            return _welcome(front, row)

    @public.post("/account/register")
    def register() -> Response:
        with shop.lock:
            return _welcome(front, _newcomer(shop)["id"])

    @public.get("/account/logout")
    def logout() -> Response:
        """A GET, because it is one in Shopware."""
        response = pages.go(pages.ROUTES[LOGIN])
        front.log_out(response)
        return response


def _welcome(front: Front, row: str) -> Response:
    response = pages.onward(HOME)
    front.log_in(row, response)
    return response


def _acting(public: Blueprint, front: Front) -> None:
    shop = front.shop

    @public.post("/demo/orders/<row>/<action>")
    def act(row: str, action: str) -> Response:
        """What otherwise the merchant, the bank and the post do, for one's own order."""
        with shop.lock:
            visitor = front.visitor()
            found = order(shop, visitor, row)
            if found and action in found["open"]:
                with shop.whole():
                    facts.act(shop, row, action, {})
            guest = visitor is not None and visitor["guest"]
        if guest and found:
            return pages.go("/checkout/finish", orderId=row)
        return pages.go(f"/account#order-{row}" if found else "/account")


def order(shop: Shop, customer: JSON | None, row: str) -> JSON | None:
    """The order as its pages show it, for whoever placed it."""
    mine = (one for one in of(shop, customer["id"]) if one["id"] == row) if customer else iter(())
    return next(mine, None)


def of(shop: Shop, customer: str) -> list[JSON]:
    """Somebody's orders, newest first."""
    notes = shop.store.holders("order_customer", "customerId", customer)
    rows = [row for note in notes if (row := shop.store.get("order", note["orderId"]))]
    rows.sort(key=lambda row: (row["orderDateTime"], row["autoIncrement"]), reverse=True)
    return [_shown(shop, row) for row in rows]


def _shown(shop: Shop, row: JSON) -> JSON:
    payment, parcel = orders.newest(shop, row), orders.parcel(shop, row)
    state, paid, sent = (states.of(shop, one) for one in (row, payment, parcel))
    lines = shop.store.related("order", row, "lineItems")
    return {
        "id": row["id"],
        "orderNumber": row["orderNumber"],
        "amountTotal": row["amountTotal"],
        "at": row["orderDateTime"],
        "lines": [{"quantity": line["quantity"], "label": line["label"]} for line in lines],
        "state": state,
        "status": _status(state, paid, sent),
        "paid": paid in ("paid", "refunded", "refunded_partially"),
        "shipped": sent in ("shipped", "returned", "returned_partially"),
        "delivered": facts.DELIVERED in (row.get("customFields") or {}),
        "open": list(_open(shop, row, payment, parcel)),
    }


def _status(state: str, paid: str, sent: str) -> str:
    """The one word that says most."""
    if state == "cancelled":
        return state
    if paid in ("refunded", "refunded_partially"):
        return paid
    if state == "completed":
        return state
    if sent == "shipped":
        return sent
    return paid if paid == "paid" else "open"


def _open(shop: Shop, row: JSON, payment: JSON, parcel: JSON) -> list[str]:
    """What can be done to it now, by the shop's own state machines."""
    ways = states.possible(shop, "order", row)
    money = states.possible(shop, "order_transaction", payment)
    gone = states.of(shop, row) == "cancelled"
    may = {
        "pay": "paid" in money and not gone,
        "ship": "ship" in states.possible(shop, "order_delivery", parcel) and not gone,
        "deliver": "process" in ways or "complete" in ways,
        "refund": "refund" in money,
        "cancel": "cancel" in ways,
    }
    return [action for action, open_ in may.items() if open_]


# ------------------------------------------------------------------ the people


def _there(shop: Shop, row: str) -> bool:
    return shop.store.get("customer", row) is not None


def _person(shop: Shop, row: str) -> JSON:
    who, mine = shop.store.rows["customer"][row], of(shop, row)
    return {
        "id": row,
        "name": f"{who['firstName']} {who['lastName']}",
        "city": home(shop, who)["city"],
        "count": len(mine),
        "latest": mine[0]["at"] if mine else "",
    }


def home(shop: Shop, who: JSON | None) -> JSON:
    return shop.store.rows["customer_address"][who["defaultBillingAddressId"]] if who else {}


def _newcomer(shop: Shop) -> JSON:
    """Registers as everybody does, so the app hears of it."""
    count = len(shop.store.rows["customer"])
    dice = random.Random(count)
    first, last = dice.choice(people.NAMES["first"]), dice.choice(people.NAMES["last"])
    user = f"{people.plain(first)}.{people.plain(last)}.{count}"
    with shop.whole():
        made = customers.register(shop, people.person(first, last, user, dice))
    shop.brand.people.append(made["id"])
    return made
