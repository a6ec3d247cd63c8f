"""Who looks at the storefront: the session with its customer, its cart, and what it shall be told next."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from flask import Response, g, request

from adapters.shopware.simulator.cart import Cart
from adapters.shopware.simulator.kinds import JSON
from adapters.shopware.simulator.shop import Shop

COOKIE = "session-"
"""Shopware's own name for it."""


@dataclass
class Session:
    """What Shopware keeps of a browser; it begins when there is something to keep."""

    customer: str = ""
    cart: Cart = field(default_factory=Cart)
    """Of whoever is not logged in; a customer's own is kept by the customer."""
    affiliate: str = ""
    said: list[tuple[str, str, str]] = field(default_factory=list)
    """What the next page says: how serious, which sentence, about which code."""


@dataclass
class Front:
    """What the pages need besides the shop."""

    shop: Shop
    sessions: dict[str, Session] = field(default_factory=dict)
    carts: dict[str, Cart] = field(default_factory=dict)
    """Cart by customer: it is there again after the next login, as in Shopware."""

    def session(self) -> Session | None:
        name = g.get("begun") or request.cookies.get(COOKIE, "")
        return self.sessions.get(name)

    def begin(self) -> Session:
        """The session of this request; a new one gets its cookie by `remember`."""
        found = self.session()
        if found is None:
            g.begun = secrets.token_urlsafe(24)
            found = self.sessions[g.begun] = Session()
        return found

    def remember(self, response: Response) -> Response:
        if g.get("begun"):
            response.set_cookie(COOKIE, g.begun, httponly=True, samesite="Lax", path="/")
        return response

    def visitor(self) -> JSON | None:
        """The customer of this request; a guest who has just ordered is one too."""
        session = self.session()
        return self.shop.store.get("customer", session.customer) if session else None

    def cart(self) -> Cart:
        """What is looked at; where no session is, nothing is kept of it."""
        session = self.session()
        if session is None:
            return Cart()
        return self.carts.setdefault(session.customer, Cart()) if session.customer else session.cart

    def log_in(self, customer: str, response: Response) -> str:
        """The new session's name, which the response sets as a cookie; the old name is worth nothing any more."""
        old = self._forget() or Session()
        name = g.begun = secrets.token_urlsafe(24)
        self.sessions[name] = Session(customer, affiliate=old.affiliate, said=old.said)
        if not old.customer:
            self.carts.setdefault(customer, Cart()).take_over(old.cart)
        self.remember(response)
        return name

    def log_out(self, response: Response) -> None:
        self._forget()
        response.delete_cookie(COOKIE, path="/")

    def _forget(self) -> Session | None:
        found = g.pop("begun", None) or request.cookies.get(COOKIE, "")
        return self.sessions.pop(found, None)
