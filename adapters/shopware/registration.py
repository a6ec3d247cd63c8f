"""How a shop registers, proves itself again, and gets another secret: pure, so that every order of events can be tried.

A registration makes a secret that counts for nothing yet; only a confirmation signed with it may make it the
shop's. Until then, and whenever anything is wrong, what is live stays as it is. A shop that is known proves itself by
the secret it has (CVE-2026-31889). Versions before 6.7 cannot (seen on 6.5.6.1 and 6.6.7.1): there a key that opens
the shop at its old address proves it, and a new address waits for the merchant.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Any
from urllib.parse import unquote, urlsplit

from adapters.shopware import signatures
from connector.errors import BadDelivery
from connector.port import JSON, Delivery

FRESH = timedelta(minutes=10)
"""How far a request's timestamp may be from our clock, before and after."""
GRACE = timedelta(seconds=60)
"""The secret before the last is good for what was under way; at the end of it no longer."""
_ID = re.compile(r"[A-Za-z0-9]{1,64}")


class Trust(Enum):
    """What makes a confirmed candidate the shop."""

    PROVEN = "proven"
    """The old secret, or there was nothing to take over."""
    KEY = "key"
    """Known shop at the same address, no proof: a key that opens it there."""
    MERCHANT = "merchant"
    """Known shop at another address, no proof: the merchant's yes."""


@dataclass(frozen=True, slots=True)
class Access:
    """A shop as we reach it and as it reaches us. `secret` is "" where it never registered."""

    url: str
    secret: str
    key: str = ""
    key_secret: str = ""
    """The client of the Admin API; new with each confirmation."""
    shop_id: str = ""
    """Under which it came; the live one's is the registration's."""


@dataclass(frozen=True, slots=True)
class Registration:
    """What is kept of one shop id."""

    shop_id: str
    live: Access | None = None
    previous: str = ""
    rotated_at: datetime | None = None
    doubled: bool = False
    """It has proven itself with two secrets before, so it always must."""
    last: int = 0
    """Timestamp of the last registration: the same one or an older one is a replay."""
    pending: Access | None = None
    proven: bool = False
    """The pending one was asked for with the live secret."""
    candidate: Access | None = None
    """Confirmed, and not yet trusted."""
    expected: datetime | None = None
    """Until then it may begin anew: with another id, and without the proof that it gave before. Somebody has
    made a package for it."""

    def secrets(self, now: datetime) -> tuple[str, ...]:
        """With which a request may be signed now."""
        if self.live is None:
            return ()
        grace = self.rotated_at is not None and now < self.rotated_at + GRACE
        return (self.live.secret, self.previous) if grace and self.previous else (self.live.secret,)

    @property
    def trust(self) -> Trust:
        """What the candidate needs."""
        if self.live is None or self.proven:
            return Trust.PROVEN
        same = self.candidate is not None and self.candidate.url == self.live.url
        return Trust.KEY if same else Trust.MERCHANT


@dataclass(frozen=True, slots=True)
class App:
    """Our app in this installation; the secret is in its package and nowhere else."""

    name: str
    secret: str


def dumped(known: Registration) -> JSON:
    """As the connector keeps it."""
    moments = {name: getattr(known, name) for name in _MOMENTS}
    return asdict(known) | {name: at.isoformat() if at else None for name, at in moments.items()}


def loaded(kept: Mapping[str, Any]) -> Registration:
    """What `dumped` made."""
    access = {
        name: Access(**{"shop_id": kept["shop_id"]} | kept[name]) if kept[name] else None
        for name in ("live", "pending", "candidate")
    }
    moments = {
        name: datetime.fromisoformat(kept[name]) if kept.get(name) else None for name in _MOMENTS
    }
    return Registration(**(dict(kept) | access | moments))


_MOMENTS = ("rotated_at", "expected")


def shop_of(app: App, delivery: Delivery) -> str:
    """The shop id of a registration, once it is certain that the app's secret signed it. Raises BadDelivery."""
    return _asked(app, delivery)["shop-id"]


def begin(
    app: App, known: Registration | None, delivery: Delivery, secret: str, now: datetime
) -> tuple[Registration, JSON]:
    """A registration that waits for its confirmation, and the proof and secret that the shop is answered.

    A candidate that still waits is given up: what proves this registration must not prove that one.
    `secret` is new. Raises BadDelivery, and nothing changes.
    """
    asked = _asked(app, delivery)
    known = known or Registration(asked["shop-id"])
    moment = stamped(asked["timestamp"], now)
    expected = known.expected is not None and now < known.expected
    if moment <= known.last:
        raise BadDelivery("This registration has been here before.")
    if known.shop_id != asked["shop-id"] and not expected:
        raise BadDelivery("This registration is another shop's.")
    begun = replace(
        known, last=moment, candidate=None,
        pending=Access(_url(asked["shop-url"]), secret, shop_id=asked["shop-id"]),
        proven=_proven(known, delivery, expected=expected),
    )  # fmt: skip
    # The address exactly as it came: Shopware compares with its own words.
    said = asked["shop-id"] + asked["shop-url"] + app.name
    return begun, {"proof": signatures.sign(app.secret, said.encode()), "secret": secret}


def confirm(known: Registration | None, delivery: Delivery, now: datetime) -> Registration:
    """The shop has read our secret and says which key it gives us; `trust` says what is still needed.

    Raises BadDelivery, and nothing changes.
    """
    if known is None or known.pending is None:
        raise BadDelivery("No registration of this shop waits for a confirmation.")
    if not signatures.fits(
        delivery.headers.get(signatures.SHOP), known.pending.secret, delivery.body
    ):
        raise BadDelivery("The confirmation is not signed with the secret that we gave out.")
    before = delivery.headers.get(signatures.BEFORE)
    if (
        known.live
        and known.proven
        and not signatures.fits(before, known.live.secret, delivery.body)
    ):
        raise BadDelivery("The confirmation is not signed with the shop's old secret.")
    said = _body(delivery)
    if said["shopId"] != known.pending.shop_id or _url(said["shopUrl"]) != known.pending.url:
        raise BadDelivery("The confirmation is about another shop.")
    stamped(said["timestamp"], now)
    candidate = replace(known.pending, key=said["apiKey"], key_secret=said["secretKey"])
    return replace(known, pending=None, candidate=candidate)


def take(known: Registration, now: datetime) -> Registration:
    """The candidate is the shop from now on."""
    if known.candidate is None:
        raise BadDelivery("There is nothing to decide about this shop.")
    old = known.live
    return replace(
        known, shop_id=known.candidate.shop_id,
        live=replace(known.candidate, shop_id=""), candidate=None, proven=False, expected=None,
        doubled=known.proven, previous=old.secret if old else "", rotated_at=now if old else None,
    )  # fmt: skip


def drop(known: Registration) -> Registration:
    """The candidate was not the shop; what was live stays."""
    return replace(known, candidate=None, proven=False, expected=None)


def expect(known: Registration, until: datetime) -> Registration:
    """Somebody installs the app there anew: whoever has lost the old secret must not stay outside for ever."""
    return replace(known, expected=until)


def _proven(known: Registration, delivery: Delivery, *, expected: bool) -> bool:
    """While it is expected anew, a proof that fails is none, and no reason to refuse."""
    try:
        return _proves_itself(known, delivery)
    except BadDelivery:
        if not expected:
            raise
        return False


def _proves_itself(known: Registration, delivery: Delivery) -> bool:
    if known.live is None or not known.live.secret:
        return False
    if signatures.SHOP in delivery.headers:
        signatures.query_signed_by(known.live.secret, signatures.SHOP, delivery)
        return True
    if known.doubled:
        raise BadDelivery("This shop has proven itself by its old secret before, and now does not.")
    return False


def _asked(app: App, delivery: Delivery) -> dict[str, str]:
    query = signatures.query_signed_by(app.secret, signatures.APP, delivery)
    pairs = [part.partition(b"=") for part in query.split(b"&")]
    found = {
        name.decode("ascii", "replace"): unquote(value.decode("utf-8", "replace"))
        for name, _, value in pairs
    }
    if len(found) != len(pairs) or not {"shop-id", "shop-url", "timestamp"} <= set(found):
        raise BadDelivery("The registration names its shop, address and time not exactly once.")
    if not _ID.fullmatch(found["shop-id"]):
        raise BadDelivery("The registration's shop id is none.")
    return found


def stamped(text: str, now: datetime) -> int:
    """The moment that a query or a form says, if it is not long ago. Raises BadDelivery."""
    if not text.isascii() or not text.isdigit() or len(text) > 11:
        raise BadDelivery("The request says no time.")
    return fresh(int(text), now)


def fresh(moment: int, now: datetime) -> int:
    """What is sent again is stamped again; what is replayed is not. Raises BadDelivery."""
    if not (now - FRESH).timestamp() <= moment <= (now + FRESH).timestamp():
        raise BadDelivery("The request is too old, or the clocks differ.")
    return moment


def _url(text: str) -> str:
    """The same address for `https://shop.example` and `https://shop.example/`."""
    try:
        parts = urlsplit(text)
        plain = not (parts.username or parts.password or parts.query or parts.fragment)
        port = parts.port is None or parts.port > 0
    except ValueError:
        plain = port = False
    if not (plain and port and parts.scheme in ("http", "https") and parts.hostname):
        raise BadDelivery("The shop's address is none.")
    return text.rstrip("/")


def _body(delivery: Delivery) -> dict[str, str]:
    try:
        said: Any = json.loads(delivery.body)
    except (ValueError, RecursionError):
        said = None
    names = ("shopId", "shopUrl", "timestamp", "apiKey", "secretKey")
    if not isinstance(said, Mapping) or not all(isinstance(said.get(name), str) for name in names):
        raise BadDelivery("The confirmation is not what Shopware sends.")
    return {name: said[name] for name in names}
