"""Shopware's signatures: HMAC-SHA256 in hex, with the app's or the shop's secret, over bytes as they came.

Who signs what (seen on 6.5.6.1 and 6.6.7.1; the names are Shopware's own):
the shop registering, `shopware-app-signature` by the app's secret over the query; the shop from then on,
`shopware-shop-signature` by the shop's secret over a POST's body or a GET's query without it; we, a proof by
the app's secret over shop id, address and app name, and `shopware-app-signature` by the shop's secret over a body.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from urllib.parse import unquote_to_bytes

from connector.errors import BadDelivery
from connector.port import Delivery

APP, SHOP, BEFORE = (
    "shopware-app-signature",
    "shopware-shop-signature",
    "shopware-shop-signature-previous",
)
_HEX = re.compile(r"[0-9a-f]{64}")
_LAST = re.compile(rb"(?s)(.*)&shopware-shop-signature=([0-9a-f]{64})")


def sign(secret: str, message: bytes) -> str:
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def fits(signature: str | None, secret: str, message: bytes) -> bool:
    """Whether it is the signature, written the one way Shopware writes it. No secret signs nothing."""
    if not secret or not signature or not _HEX.fullmatch(signature):
        return False
    return hmac.compare_digest(signature, sign(secret, message))


def query_signed_by(secret: str, header: str, delivery: Delivery) -> bytes:
    """The query of a registration as it was signed: as it came, or as it was before a proxy escaped it.

    Shopware sends `shop-url` unescaped. Whoever reads the query reads what comes back from here, because
    only that was signed. Raises BadDelivery.
    """
    signature = delivery.headers.get(header)
    for query in (delivery.query, unquote_to_bytes(delivery.query)):
        if fits(signature, secret, query):
            return query
    raise BadDelivery("This request is not signed with the secret that the two of us share.")


def check(delivery: Delivery, secrets: Sequence[str]) -> None:
    """A request of a shop that is registered, signed with one of these. Raises BadDelivery."""
    if delivery.method == "GET":
        # The signature stands last, over everything before it: Shopware adds parameters without notice.
        found = _LAST.fullmatch(delivery.query)
        message, signature = (found[1], found[2].decode()) if found else (b"", "")
        if b"shopware-shop-signature=" in message:
            signature = ""
    else:
        message, signature = delivery.body, delivery.headers.get(SHOP, "")
    if not any(fits(signature, secret, message) for secret in secrets):
        raise BadDelivery("This request is not signed with the shop's secret.")


def answered(secret: str, body: bytes) -> dict[str, str]:
    """The header without which Shopware does not believe an answer that is not empty."""
    return {APP: sign(secret, body)} if body else {}
