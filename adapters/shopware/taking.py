"""From a registration to credentials: who is believed at once, whose key is tried, and who must wait.

Shopware lets an app's key in only while the app is active, which it is not yet when it is registered
(ClientRepository: "inactive apps cannot access the api"). So a key that opens nothing yet is kept, and
tried again when the app is switched on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlsplit

from adapters.address import within_reach
from adapters.reach import HERE
from adapters.shopware import address, registration
from adapters.shopware.registration import Access, App, Registration, Trust
from connector.errors import (
    AccessLost,
    BadDelivery,
    BadInput,
    NotThere,
    Refused,
    TryLater,
    Unreadable,
)
from connector.port import JSON, Delivery, Settings

APP = "Stammkunde"
T = TypeVar("T")
Opens = Callable[[JSON], None]
"""Quiet where these credentials open the shop; else AccessLost, TryLater or Unreadable."""
_CLOSED = (AccessLost, NotThere, TryLater, Unreadable)


class Busy(Refused):
    """Somebody else changed the shop's credentials twice while we wanted to."""


class AnotherAddress(Refused):
    """A package was made for one address, and another shop registers with it."""

    def __init__(self, here: str, there: str) -> None:
        super().__init__("This package was made for another address.")
        self.here, self.there = here, there


def known_of(credentials: JSON) -> Registration | None:
    kept = credentials.get("registration")
    return registration.loaded(kept) if kept else None


def begin(credentials: JSON, delivery: Delivery, secret: str, now: datetime) -> tuple[JSON, JSON]:
    """Credentials in which a registration waits for its confirmation, and what the shop is answered."""
    app = App(APP, credentials["app_secret"])
    known = known_of(credentials)
    if known is None and credentials.get("key"):
        # Connected by an integration: it is there, and has never registered.
        here = Access(credentials["url"], "", credentials["key"], credentials["key_secret"])
        known = Registration(registration.shop_of(app, delivery), live=here)
    begun, answer = registration.begin(app, known, delivery, secret, now)
    if begun.live is None and begun.pending and begun.pending.url != credentials["url"]:
        raise AnotherAddress(credentials["url"], begun.pending.url)
    _outside(begun.pending.url if begun.pending else "", credentials)
    return _keeping(credentials, begun), answer


def _outside(url: str, credentials: JSON) -> None:
    """A shop says where it is, and a person has not read it: only where he could have sent us himself, and on
    this machine only a shop that he has connected here. Raises BadDelivery."""
    try:
        address.shop_url(url)
        within_reach(url, credentials["ca_file"])
    except BadInput as inside:
        raise BadDelivery("The shop's address is none that is called.") from inside
    if urlsplit(url).hostname in HERE and urlsplit(credentials["url"]).hostname not in HERE:
        raise BadDelivery("The shop says it is on this machine, and was connected elsewhere.")


def confirm(
    credentials: JSON, delivery: Delivery, opens: Opens, now: datetime
) -> tuple[JSON, bool]:
    """The shop has read our secret; whether it is believed already."""
    known = registration.confirm(known_of(credentials), delivery, now)
    if known.live is not None and known.trust is Trust.PROVEN:
        return _taken(credentials, known, now), True
    if known.trust is Trust.MERCHANT:
        return _keeping(credentials, known), False
    return tried(_keeping(credentials, known), opens, now)


def tried(credentials: JSON, opens: Opens, now: datetime) -> tuple[JSON, bool]:
    """The candidate is the shop if its key opens it; a closed shop leaves it waiting."""
    try:
        return _opened(credentials, opens, now)
    except _CLOSED:
        return credentials, False


def _opened(credentials: JSON, opens: Opens, now: datetime) -> tuple[JSON, bool]:
    known = known_of(credentials)
    if known is None or hopeful(credentials) is None:
        return credentials, False
    taken = _taken(credentials, known, now)
    opens(taken)
    return taken, True


def settle(settings: Settings, opens: Opens, now: datetime) -> bool:
    """What the port's `HasCompanion` asks: the app is in the shop. A candidate is tried first.

    Raises TryLater while the shop does not answer; of an app that is switched off nobody is asked again.
    """
    try:
        change(settings, lambda credentials: _opened(credentials, opens, now))
    except AccessLost:
        return False
    known = known_of(settings.load()[0]["credentials"])
    return known is not None and known.live is not None and known.live.secret != ""


def decided(credentials: JSON, agreed: bool, opens: Opens, now: datetime) -> JSON:
    """The merchant's word about a shop that reports from elsewhere. Raises what `opens` raises."""
    known = known_of(credentials)
    if known is None or not elsewhere(credentials):
        raise Refused("No new address of this shop waits for an answer.")
    if not agreed:
        return _keeping(credentials, registration.drop(known))
    taken = _taken(credentials, known, now)
    opens(taken)
    return taken


def left(credentials: JSON) -> JSON:
    """The app was removed: whoever installs it again has no old secret to prove himself by."""
    known = known_of(credentials)
    return credentials if known is None else _keeping(credentials, replace(known, doubled=False))


def hopeful(credentials: JSON) -> Registration | None:
    """The registration as a candidate would have it that only its key can prove; None: there is none."""
    known = known_of(credentials)
    if known is None or known.candidate is None or known.trust is Trust.MERCHANT:
        return None
    return Registration(known.candidate.shop_id, live=known.candidate)


def elsewhere(credentials: JSON) -> str:
    """Where a candidate says it is that waits for the merchant; "": none does."""
    known = known_of(credentials)
    waits = known is not None and known.candidate is not None and known.trust is Trust.MERCHANT
    return known.candidate.url if waits and known and known.candidate else ""


def move(settings: Settings, agreed: bool, opens: Opens, now: datetime) -> None:
    """What the port's `MayMove` asks."""
    change(settings, lambda credentials: (decided(credentials, agreed, opens, now), None))


def expect(settings: Settings, until: datetime) -> None:
    """The same: the app is installed anew."""
    change(settings, lambda credentials: (_expecting(credentials, until), None))


def _expecting(credentials: JSON, until: datetime) -> JSON:
    known = known_of(credentials)
    return _keeping(credentials, registration.expect(known, until)) if known else credentials


def change(settings: Settings, how: Callable[[JSON], tuple[JSON, T]]) -> T:
    """Compare and swap; whoever lost the race looks once more at what there is now."""
    for _ in range(2):
        value, version = settings.load()
        made, result = how(value["credentials"])
        if made == value["credentials"] or settings.swap(version, value | {"credentials": made}):
            return result
    raise Busy("Somebody else is changing this shop just now. Try again in a minute.")


def _keeping(credentials: JSON, known: Registration) -> JSON:
    return credentials | {"registration": registration.dumped(known)}


def _taken(credentials: JSON, known: Registration, now: datetime) -> JSON:
    taken = registration.take(known, now)
    if taken.live is None:
        raise BadDelivery("There is nothing to decide about this shop.")
    reached = {"url": taken.live.url, "key": taken.live.key, "key_secret": taken.live.key_secret}
    return _keeping(credentials, taken) | reached
