"""What a registered shop has signed: its secret, its address, and a moment that is not long ago."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from adapters.shopware import signatures
from adapters.shopware.registration import Registration, fresh, stamped
from connector.errors import BadDelivery, Elsewhere, Outdated
from connector.port import JSON, Delivery

LONGEST_ADDRESS = 200


def said(delivery: Delivery, known: Registration, now: datetime) -> JSON:
    """The body of a POST; {} for a genuine one that cannot be read.

    Raises BadDelivery, Outdated (the secret before the last, too late) or Elsewhere (a copy of the shop).
    """
    _signed(delivery, known, now)
    body = _object(delivery.body)
    source = body.get("source")
    if not isinstance(source, dict):
        return {}
    meta = body.get("meta")
    _fresh(meta.get("timestamp") if isinstance(meta, dict) else body.get("timestamp"), now)
    _at_home(known, source.get("url"), source.get("shopId"))
    return body


def asked(delivery: Delivery, known: Registration, now: datetime) -> dict[str, str]:
    """The query of a page that the shop's administration shows. Raises as `said`."""
    _signed(delivery, known, now)
    found = dict(parse_qsl(delivery.query.decode("utf-8", "replace"), keep_blank_values=True))
    stamped(found.get("timestamp", ""), now)
    _at_home(known, found.get("shop-url"), found.get("shop-id"))
    return found


def _signed(delivery: Delivery, known: Registration, now: datetime) -> None:
    try:
        signatures.check(delivery, known.secrets(now))
    except BadDelivery:
        # Until the middle of 2026 a queue kept the secret of the moment in which it was filled.
        if known.previous and signed_by(delivery, known.previous):
            raise Outdated("This delivery is signed with a secret that has ended.") from None
        raise


def signed_by(delivery: Delivery, secret: str) -> bool:
    try:
        signatures.check(delivery, [secret])
    except BadDelivery:
        return False
    return True


def _object(body: bytes) -> JSON:
    try:
        parsed: Any = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _fresh(moment: Any, now: datetime) -> None:
    if isinstance(moment, bool) or not isinstance(moment, int):
        raise BadDelivery("The request says no time.")
    fresh(moment, now)


def _at_home(known: Registration, url: Any, shop_id: Any) -> None:
    """A copy of the shop has its secret and its id, and another address."""
    live = known.live
    if live is None or not isinstance(url, str) or url.rstrip("/") != live.url:
        raise Elsewhere(url[:LONGEST_ADDRESS] if isinstance(url, str) else "")
    if shop_id != known.shop_id:
        raise Elsewhere(url[:LONGEST_ADDRESS])
