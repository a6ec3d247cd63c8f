"""One WooCommerce shop behind the port; each method is a few words to the modules that know how."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from urllib.parse import quote

from adapters.wire import LIMITS, Limits
from adapters.woocommerce import (
    about,
    companion,
    deliveries,
    fields,
    identity,
    preflight,
    streams,
    translate,
    vouchers,
    walk,
    webhooks,
)
from adapters.woocommerce.client import Client, listed
from connector.errors import NotThere, Unreadable
from connector.port import (
    JSON,
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


class WooCommerce:
    """See `connector.port.ShopPlatform`; opening does no I/O."""

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        limits: Limits = LIMITS,
    ) -> None:
        value, _ = settings.load()
        self._credentials: JSON = value["credentials"]
        self._document: JSON = value["document"]
        self._clock = clock
        pace = self._document["requests_per_second"]
        self._client = Client(self._credentials, pace, clock, limits)

    def receive(self, delivery: Delivery, now: datetime) -> Sequence[Change]:
        return deliveries.changes(delivery, self._credentials["webhook_secret"])

    def visitor(self, delivery: Delivery, now: datetime) -> Visitor:
        secret = self._credentials["identity_secret"]
        return identity.visitor(delivery, self._credentials["url"], secret, now)

    def facts(self) -> ShopFacts:
        return about.facts(self._client, self._clock())

    def order(self, external_id: str) -> Order:
        payload = self._one("/orders", external_id)
        if not self._counts(payload):
            raise NotThere(f"Order {external_id} is a draft or lies in the trash.")
        return self._order(payload)

    def customer(self, external_id: str) -> Customer:
        return translate.customer(self._one("/customers", external_id), self._document)

    def products(self, external_ids: Sequence[str]) -> Sequence[Product]:
        found: list[Product] = []
        wanted = sorted({each for each in external_ids if fields.as_id(each) not in (None, "0")})
        for start in range(0, len(wanted), walk.PER_PAGE):
            some = ",".join(wanted[start : start + walk.PER_PAGE])
            answer = self._client.get("/products", include=some, per_page=walk.PER_PAGE)
            found += [translate.product(fields.record(it, "a product")) for it in listed(answer)]
        return found

    def changes(self, stream: Stream, cursor: str | None) -> Page:
        state = streams.read(cursor)
        if stream is Stream.CUSTOMERS:
            found = streams.customers(self._client, state)
            read = _each(found.items, lambda payload: translate.customer(payload, self._document))
        elif stream is Stream.PRODUCTS:
            found = streams.products(self._client, state, self._document)
            read = _each(found.items, translate.product)
        else:
            found = streams.orders(self._client, state, self._document)
            read = _each(filter(translate.is_order, found.items), self._counted)
        return Page(
            items=read.items,
            cursor=streams.write(found.cursor),
            more=found.more,
            gone=read.gone,
            unread=read.unread,
            not_before=None if found.more else self._clock() + streams.QUIET,
            total=found.total,
        )

    def ensure_voucher(self, voucher: Voucher) -> None:
        vouchers.ensure(self._client, voucher, self._currency)

    def revoke_voucher(self, code: str) -> None:
        vouchers.revoke(self._client, code)

    def ensure_webhooks(self, callback_url: str) -> None:
        webhooks.ensure(self._client, callback_url, self._credentials["webhook_secret"])

    def person(self, delivery: Delivery, now: datetime) -> str:
        secret = self._credentials["identity_secret"]
        return identity.person(delivery, self._credentials["url"], secret, now)

    def ensure_companion(self, connector_url: str, slug: str) -> bool:
        return companion.ensure(self._client, self._credentials, connector_url, slug)

    def preflight(self) -> Sequence[Finding]:
        return preflight.findings(self._client, self._clock())

    @cached_property
    def _currency(self) -> str:
        """Coupons have no currency of their own; they are worth the shop's."""
        return about.settings(self._client, "general").get("woocommerce_currency", "")

    def _one(self, path: str, external_id: str) -> JSON:
        """One thing by its id; an id that WooCommerce could not have made is not asked for."""
        number = fields.as_id(external_id)
        if number in (None, "0"):
            raise NotThere(f"WooCommerce has no {path} with an id that is not a number.")
        return fields.record(self._client.get(f"{path}/{quote(str(number))}").body, path)

    def _order(self, payload: JSON) -> Order:
        """With its refunds in full: the order itself names only their totals."""
        number = fields.external_id(payload, "id", "an order")
        refunds = self._refunds(number) if translate.has_refunds(payload) else []
        return translate.order(payload, refunds, self._document)

    def _refunds(self, order: str) -> list[JSON]:
        """Each once, whatever a page repeats: one counted twice would take points away."""
        found: dict[str, JSON] = {}
        for page in range(1, 101):
            answer = self._client.get(f"/orders/{order}/refunds", per_page=walk.PER_PAGE, page=page)
            came = [fields.record(item, "a refund") for item in listed(answer)]
            known = len(found)
            found |= {fields.external_id(refund, "id", "a refund"): refund for refund in came}
            if len(came) < walk.PER_PAGE or len(found) == known:
                break
        return list(found.values())

    def _counts(self, payload: JSON) -> bool:
        """A trashed order is cancelled if the document says so, and otherwise gone."""
        trashed_is_gone = "trash" not in self._document["states"]["cancelled"]
        return translate.is_order(payload) and not (
            payload.get("status") == "trash" and trashed_is_gone
        )

    def _counted(self, payload: JSON) -> Order:
        if not self._counts(payload):
            raise NotThere("It lies in the trash.")
        return self._order(payload)


@dataclass(slots=True)
class _Read:
    """What became of the items of a page: read, no longer there, or not understood."""

    items: list[Order | Customer | Product] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def _each(payloads: Iterable[JSON], read: Callable[[JSON], Order | Customer | Product]) -> _Read:
    """Every item for itself: one that is gone or unreadable must not hold up the others."""
    result = _Read()
    for payload in payloads:
        try:
            result.items.append(read(payload))
        except NotThere:
            result.gone.append(fields.external_id(payload, "id", "an item"))
        except Unreadable:
            result.unread.append(fields.external_id(payload, "id", "an item"))
    return result
