"""Who looks at the storefront: the session, the signed identity, and what travels in addresses."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import Response, request

from adapters.woocommerce.simulator import identity
from adapters.woocommerce.simulator.deliveries import dump
from adapters.woocommerce.simulator.shop import JSON, Shop

COOKIE = "simulator_session"
KNOWN = "stammkunde_known"
"""Says that somebody is logged in and nothing more; pages may read it, as in the companion plugin."""


@dataclass
class Front:
    """What the pages need besides the shop."""

    shop: Shop
    connector: str = ""
    slug: str = "demo"
    identity_secret: str = ""
    sessions: dict[str, int] = field(default_factory=dict)
    carts: dict[str, Any] = field(default_factory=dict)
    """What lies in whose cart, see `store_api`."""

    by_hand: bool = False
    """Somebody said where the connector is; what the connector says then changes nothing."""

    def take(self, connection: JSON) -> None:
        """What the connector says of itself; an empty one forgets it."""
        if self.by_hand:
            return
        self.connector = connection.get("connector", "")
        self.slug = connection.get("shop", "")
        self.identity_secret = connection.get("secret", "")

    def visitor(self) -> JSON | None:
        number = self.sessions.get(request.cookies.get(COOKIE, ""))
        return self.shop.customers.get(number) if number else None

    def log_in(self, customer: int, target: str) -> Response:
        name = secrets.token_urlsafe(24)
        self.sessions[name] = customer
        response = go(target)
        response.set_cookie(COOKIE, name, httponly=True, samesite="Lax", path="/")
        response.set_cookie(KNOWN, "1", samesite="Lax", path="/")
        return response


def address(target: str, **changes: str) -> str:
    """A link within the shop; language and referral code travel in it, so no cookie is needed."""
    kept = {"lang": language(), "ref": referral()} | changes
    query = urlencode({k: v for k, v in kept.items() if v and (k, v) != ("lang", "de")})
    path, _, anchor = target.partition("#")
    return path + (f"?{query}" if query else "") + (f"#{anchor}" if anchor else "")


def language() -> str:
    return "en" if request.args.get("lang") == "en" else "de"


def referral() -> str:
    code = request.args.get("ref", "")
    return code if re.fullmatch(r"[A-Za-z0-9-]{4,32}", code) else ""


def go(target: str, **more: str) -> Response:
    """POST, redirect, GET."""
    return Response(status=303, headers={"Location": address(target, **more)})


def identity_answer(front: Front) -> Response:
    """Read in the storefront API: a token for the logged-in person or `guest`, never cached."""
    visitor = front.visitor()
    if not front.identity_secret:
        problem = "Start the simulator with --identity-secret-env NAME to sign identities."
        response = Response(dump({"message": problem}), 503, mimetype="application/json")
    elif visitor is None:
        response = Response(dump({"guest": True}), mimetype="application/json")
    else:
        signed = identity.token(front.shop, visitor, front.identity_secret)
        response = Response(dump({"token": signed}), mimetype="application/json")
    response.headers["Cache-Control"] = "no-store, private"
    return response
