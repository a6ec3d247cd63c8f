"""One Shopware shop behind the port; each method is a few words to the modules that know how."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from adapters.shopware import (
    about,
    asking,
    bells,
    deliveries,
    fields,
    identity,
    opening,
    preflight,
    streams,
    taking,
    translate,
    vouchers,
)
from adapters.shopware.client import PER_PAGE, Client
from adapters.shopware.tokens import TOKENS, Tokens
from adapters.wire import LIMITS, Limits
from connector.errors import NotThere, Unreadable
from connector.port import (
    JSON,
    Balance,
    Change,
    Customer,
    Delivery,
    Finding,
    Order,
    Page,
    Product,
    Settings,
    ShopFacts,
    Stream,
    Visitor,
    Voucher,
)

A_DAY = 86_400


class Shopware:
    """See `connector.port.ShopPlatform`; opening does no I/O."""

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        limits: Limits = LIMITS,
        tokens: Tokens = TOKENS,
    ) -> None:
        value, _ = settings.load()
        self._settings = settings
        credentials: JSON = value["credentials"]
        self._document: JSON = value["document"]
        self._clock = clock
        pace = self._document["requests_per_second"]
        self._client = Client(credentials, pace, clock, limits, tokens)
        self._registration: JSON | None = credentials["registration"]

    def receive(self, delivery: Delivery, now: datetime) -> Sequence[Change]:
        return deliveries.changes(delivery, self._registration, now)

    def visitor(self, delivery: Delivery, now: datetime) -> Visitor:
        return identity.visitor(delivery, self._registration, now)

    def facts(self) -> ShopFacts:
        return about.facts(self._client, self._document, self._clock())

    def order(self, external_id: str) -> Order:
        criteria = asking.orders(self._document)
        return translate.order(self._one("order", external_id, criteria), self._document)

    def customer(self, external_id: str) -> Customer:
        payload = self._one("customer", external_id, asking.CUSTOMER)
        return translate.customer(payload, self._document)

    def products(self, external_ids: Sequence[str]) -> Sequence[Product]:
        found: list[Product] = []
        wanted = sorted({each for each in external_ids if fields.as_id(each)})
        for start in range(0, len(wanted), PER_PAGE):
            some = wanted[start : start + PER_PAGE]
            criteria = {**asking.PRODUCT, "ids": some, "limit": len(some)}
            found += map(self._product, self._client.search("product", criteria).items)
        return found

    def changes(self, stream: Stream, cursor: str | None) -> Page:
        found = streams.step(self._client, stream, streams.read(cursor), self._document)
        read = _each(found.items, self._reader(stream))
        return Page(
            items=read.items,
            cursor=streams.write(found.cursor),
            more=found.more,
            unread=read.unread,
            not_before=None if found.more else self._clock() + streams.QUIET,
            total=found.total,
        )

    def placed_by(self, order: str, customer: str) -> bool:
        """A token names a customer and no order; the order names its customer, also a guest's."""
        if not (fields.as_id(order) and fields.as_id(customer)):
            return False
        his = {"type": "equals", "field": "orderCustomer.customerId", "value": customer}
        criteria = {"ids": [order], "filter": [his], "includes": {"order": ["id"]}}
        return bool(self._client.search("order", criteria).items)

    def missing(self, stream: Stream, external_ids: Sequence[str]) -> Sequence[str]:
        """Deletions appear in no question about changes, so somebody compares (`ListsMissing`)."""
        asked = [each for each in external_ids if fields.as_id(each)]
        there = self._client.there(_ENTITIES[stream], asked) if asked else set()
        return [each for each in external_ids if each not in there]

    def ensure_voucher(self, voucher: Voucher) -> None:
        vouchers.ensure(self._client, voucher, self._document)
        if self._settings.lease("clean up", A_DAY):
            vouchers.clean_up(self._client, self._clock())

    def revoke_voucher(self, code: str) -> None:
        vouchers.revoke(self._client, code)

    def ensure_webhooks(self, callback_url: str) -> None:
        """Without the app nothing rings: polling finds everything, only later."""
        if self._registration is None:
            self._client.get("/_info/version")
        else:
            bells.ensure(self._client, callback_url)

    def publish_balances(self, balances: Sequence[Balance]) -> None:
        """Into custom fields, where rules and mails see them; the customer can too, so nothing else goes
        there. Writing one that is gone would refuse all, so who is left is asked first."""
        asked = [one.external_id for one in balances if fields.as_id(one.external_id)]
        there = self._client.there("customer", asked) if asked else set()
        written = [_told(one) for one in balances if one.external_id in there]
        if written:
            self._client.upsert(customers=("customer", written))

    def ensure_companion(self, connector_url: str, slug: str) -> bool:
        """The app needs to be told nothing; one that has registered and waits is tried once more."""
        return taking.settle(self._settings, opening.opens, self._clock())

    def move(self, agreed: bool, now: datetime) -> None:
        taking.move(self._settings, agreed, opening.opens, now)

    def expect(self, until: datetime) -> None:
        taking.expect(self._settings, until)

    def preflight(self) -> Sequence[Finding]:
        with_app = self._registration is not None
        return preflight.findings(self._client, self._document, with_app, self._clock())

    def _one(self, entity: str, external_id: str, criteria: JSON) -> JSON:
        """One thing by its id; an id that Shopware could not have made is not asked for."""
        if fields.as_id(external_id) is None:
            raise NotThere(f"Shopware has no {entity} with an id that is not 32 hex digits.")
        found = self._client.search(entity, {**criteria, "ids": [external_id], "limit": 1}).items
        if not found:
            raise NotThere(f"The shop has no {entity} {external_id}.")
        return found[0]

    def _product(self, payload: JSON) -> Product:
        return translate.product(payload, self._document, self._client.base)

    def _reader(self, stream: Stream) -> Callable[[JSON], Order | Customer | Product]:
        if stream is Stream.ORDERS:
            return lambda payload: translate.order(payload, self._document)
        if stream is Stream.CUSTOMERS:
            return lambda payload: translate.customer(payload, self._document)
        return self._product


_ENTITIES = {Stream.ORDERS: "order", Stream.CUSTOMERS: "customer", Stream.PRODUCTS: "product"}


def _told(one: Balance) -> JSON:
    """Keys that are not named stay as they are (seen)."""
    points = {"stammkunde_points": one.points, "stammkunde_tier": one.tier or None}
    return {"id": one.external_id, "customFields": points}


@dataclass(slots=True)
class _Read:
    """What became of the items of a page: read, or not understood."""

    items: list[Order | Customer | Product] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def _each(payloads: Iterable[JSON], read: Callable[[JSON], Order | Customer | Product]) -> _Read:
    """Every item for itself: one that is unreadable must not hold up the others, and one that is no
    account (yet) is none of our business."""
    result = _Read()
    for payload in payloads:
        try:
            result.items.append(read(payload))
        except NotThere:
            continue
        except Unreadable:
            result.unread.append(fields.external_id(payload, "id", "an item"))
    return result
