"""Who looks at the storefront: the shop's own signed token, and nothing typed into a page.

Guests of the checkout get a token as well (seen on both); whether the customer it names has an account is
not in it. It is signed with the shop's secret, names no audience, and its times are fractions of seconds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from adapters.shopware.registration import Registration, loaded
from connector.errors import BadDelivery
from connector.port import Delivery, Visitor, VisitorKind

LONGEST_LIFE = 600
"""Seconds between `iat` and `exp`; a token that says more was not made by Shopware."""
LEEWAY = 30
"""Seconds the two servers' clocks may differ."""
LONGEST_TOKEN = 8_192
_ID = re.compile(r"[0-9a-f]{32}")


def visitor(delivery: Delivery, registration: Mapping[str, Any] | None, now: datetime) -> Visitor:
    """The visitor that the request's token proves; without a token, nobody."""
    token = _token(delivery)
    if token is None:
        return Visitor(VisitorKind.NOBODY)
    if registration is None:
        raise BadDelivery("This shop has not installed the app, so nobody can be proven.")
    known = loaded(registration)
    claims = _claims(token, known, now)
    until = _check(claims, known.shop_id, now)
    if "customerId" not in claims:
        return Visitor(VisitorKind.NOBODY)
    customer = claims["customerId"]
    if not isinstance(customer, str) or not _ID.fullmatch(customer):
        raise BadDelivery("The identity token names no customer.")
    return Visitor(VisitorKind.CUSTOMER, external_id=customer, until=until, account=False)


def _token(delivery: Delivery) -> str | None:
    """The Bearer token of a request; None where there is not even the header."""
    header = delivery.headers.get("authorization", "").strip()
    if not header:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        raise BadDelivery("The Authorization header is not a Bearer token.")
    return token.strip()


def _claims(token: str, known: Registration, now: datetime) -> dict[str, Any]:
    """What the token says, if one of the shop's secrets signed it; no other algorithm is looked at."""
    if len(token) > LONGEST_TOKEN:
        raise BadDelivery("The identity token is too long.")
    for secret in known.secrets(now):
        try:
            signed = jws.deserialize_compact(token, OctKey.import_key(secret), algorithms=["HS256"])
            claims = json.loads(signed.payload, object_pairs_hook=_said_once)
        except (JoseError, ValueError, RecursionError):
            continue
        if isinstance(claims, dict):
            return claims
    raise BadDelivery("The identity token is not one that the shop has signed.")


def _said_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A claim that is said twice is read differently by different programs, so it is not read."""
    claims = dict(pairs)
    if len(claims) != len(pairs):
        raise ValueError("a claim is said twice")
    return claims


def _check(claims: Mapping[str, Any], shop_id: str, now: datetime) -> datetime:
    """Of this shop, fresh, and short-lived; gives when it ends."""
    issued, expires = _time(claims, "iat"), _time(claims, "exp")
    begins = max(issued, _time(claims, "nbf") if "nbf" in claims else issued)
    if claims.get("iss") != shop_id:
        raise BadDelivery("The identity token was made by another shop.")
    if not 0 < round(expires - issued, 3) <= LONGEST_LIFE:
        raise BadDelivery("The identity token claims to live longer than ten minutes.")
    if not begins - LEEWAY <= now.timestamp() < expires + LEEWAY:
        raise BadDelivery("The identity token is too old or from the future. Ask for a new one.")
    return datetime.fromtimestamp(expires, UTC)


def _time(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadDelivery(f"The identity token has no usable {name}.")
    if not 0 < value < 1 << 40:  # nor is what is no number, and no end
        raise BadDelivery(f"The identity token has no usable {name}.")
    return float(value)
