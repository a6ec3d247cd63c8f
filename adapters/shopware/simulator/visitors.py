"""Who is logged in to the storefront: the session. Whoever builds the shop's pages builds them on this."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from flask import Response, request

from adapters.shopware.simulator.kinds import JSON
from adapters.shopware.simulator.shop import Shop

COOKIE = "session-"
"""Shopware's own name for it."""


@dataclass
class Front:
    """What the pages need besides the shop."""

    shop: Shop
    sessions: dict[str, str] = field(default_factory=dict)
    """Customer by session."""

    def visitor(self) -> JSON | None:
        """The customer of this request; a guest who has just ordered is one too."""
        number = self.sessions.get(request.cookies.get(COOKIE, ""))
        return self.shop.store.get("customer", number) if number else None

    def log_in(self, customer: str, response: Response) -> str:
        """The session's name, which the response sets as a cookie."""
        name = secrets.token_urlsafe(24)
        self.sessions[name] = customer
        response.set_cookie(COOKIE, name, httponly=True, samesite="Lax", path="/")
        return name

    def log_out(self, response: Response) -> None:
        self.sessions.pop(request.cookies.get(COOKIE, ""), None)
        response.delete_cookie(COOKIE, path="/")
