"""Who looks at the storefront: the shop's own signed token, and nothing typed into a page."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from adapters.woocommerce import fields
from connector.errors import BadDelivery
from connector.port import Delivery, Visitor, VisitorKind

LONGEST_LIFE = 300
"""Seconds between `iat` and `exp`; a token that says more was not made by our plugin."""
LEEWAY = 30
"""Seconds the two servers' clocks may differ."""
LONGEST_TOKEN = 8_192
LONGEST_ADDRESS = 254


BROWSER, SERVER = "stammkunde", "stammkunde-server"
"""Whom a token is for (`aud`): one that a page can get never opens what only the shop's server may."""


def visitor(delivery: Delivery, shop_url: str, secret: str, now: datetime) -> Visitor:
    """The visitor that the request's token proves; without a token, nobody."""
    token = _token(delivery)
    if token is None:
        return Visitor(VisitorKind.NOBODY)
    claims = _claims(token, secret)
    _check(claims, shop_url, BROWSER, now)
    until = datetime.fromtimestamp(_time(claims, "exp"), UTC)
    order = _number(claims, "order") if "order" in claims else ""
    if order and "sub" not in claims:
        return Visitor(VisitorKind.GUEST, until=until, order=order)
    return Visitor(
        VisitorKind.CUSTOMER,
        external_id=_number(claims, "sub"),
        email=claims["email"] if isinstance(claims.get("email"), str) else "",
        email_verified=claims.get("email_verified") is True,
        until=until,
        order=order,
    )


def person(delivery: Delivery, shop_url: str, secret: str, now: datetime) -> str:
    """The address that the shop's own server asks about."""
    claims = _claims(_token(delivery) or "", secret)
    _check(claims, shop_url, SERVER, now)
    email = claims.get("email")
    if not isinstance(email, str) or not 3 <= len(email) <= LONGEST_ADDRESS or "@" not in email:
        raise BadDelivery("The token names no e-mail address.")
    return email


def _token(delivery: Delivery) -> str | None:
    """The Bearer token of a request; None where there is not even the header."""
    header = delivery.headers.get("authorization", "").strip()
    if not header:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        raise BadDelivery("The Authorization header is not a Bearer token.")
    return token.strip()


def _claims(token: str, secret: str) -> dict[str, Any]:
    """What the token says, if it is signed with our secret; no other algorithm is looked at."""
    if len(token) > LONGEST_TOKEN:
        raise BadDelivery("The identity token is too long.")
    try:
        signed = jws.deserialize_compact(token, OctKey.import_key(secret), algorithms=["HS256"])
        claims = json.loads(signed.payload, object_pairs_hook=_said_once)
    except (JoseError, ValueError, RecursionError):
        raise BadDelivery("The identity token is not one that the shop has signed.") from None
    if not isinstance(claims, dict):
        raise BadDelivery("The identity token is not a set of claims.")
    return claims


def _said_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A claim that is said twice is read differently by different programs, so it is not read."""
    claims = dict(pairs)
    if len(claims) != len(pairs):
        raise ValueError("a claim is said twice")
    return claims


def _check(claims: dict[str, Any], shop_url: str, audience: str, now: datetime) -> None:
    """For this shop, for us, fresh, and short-lived."""
    issued, expires = _time(claims, "iat"), _time(claims, "exp")
    begins = max(issued, _time(claims, "nbf") if "nbf" in claims else issued)
    if claims.get("iss") != shop_url:
        raise BadDelivery("The identity token was made for another shop.")
    if claims.get("aud") != audience:
        raise BadDelivery("The identity token was made for somebody else.")
    if not 0 < expires - issued <= LONGEST_LIFE:
        raise BadDelivery("The identity token claims to live longer than five minutes.")
    if not begins - LEEWAY <= now.timestamp() < expires + LEEWAY:
        raise BadDelivery("The identity token is too old or from the future. Ask for a new one.")


def _time(claims: dict[str, Any], name: str) -> int:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 1 << 40:
        raise BadDelivery(f"The identity token has no usable {name}.")
    return value


def _number(claims: dict[str, Any], name: str) -> str:
    number = fields.as_id(claims.get(name))
    if number in (None, "0"):
        raise BadDelivery(f"The identity token names no {_MEANT[name]}.")
    return number


_MEANT = {"sub": "customer", "order": "order"}
