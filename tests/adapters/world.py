"""The situations an adapter's tests can bring about, without a platform's words.

A `World` is the adapter together with a shop that it talks to. It speaks of situations ("the shop is
busy"), never of status codes, because one platform's 429 is another's 200 with a sentence.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from uuid import uuid4

from connector.errors import StammkundeError
from connector.port import Change, Delivery, Order, ShopPlatform, Stream, Voucher

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def address() -> str:
    return f"mia.{uuid4().hex[:12]}@example.com"


def voucher(**wanted: object) -> Voucher:
    """A code nobody had before; worth five per cent unless the test says otherwise."""
    plain = Voucher(code=f"SK-{uuid4().hex[:10].upper()}", expires_on=date(2027, 1, 31))
    return replace(plain, **(wanted or {"percent": 5}))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Rung:
    """A genuine delivery, and what it asks us to look at."""

    delivery: Delivery
    change: Change


class World(ABC):
    """A shop in which a test can make things happen."""

    platform: ShopPlatform
    currency: str
    secrets: Sequence[str]
    """Texts that must never be shown to anybody."""
    callback: str
    """An address at which the shop's webhooks are to ring; the second time the same one."""
    an_id: str
    """The id of nothing, in the platform's own form."""
    page_size: int
    """How many items the platform gives at once."""

    @abstractmethod
    def order_unpaid(self) -> str: ...

    @abstractmethod
    def order_paid(self) -> str:
        """By a customer with an account; two pieces of one product, with shipping."""

    @abstractmethod
    def order_of_guest(self, email: str) -> str: ...

    @abstractmethod
    def order_partly_refunded(self) -> str:
        """Like `order_paid`, and one of the two pieces was given back."""

    @abstractmethod
    def order_shipped(self) -> str: ...

    @abstractmethod
    def order_cancelled(self) -> str: ...

    @abstractmethod
    def order_gone(self) -> str:
        """Placed, and removed from the shop for good."""

    @abstractmethod
    def order_unreadable(self) -> tuple[str, str]:
        """An order the shop answers wrongly from now on, and the field in which."""

    @abstractmethod
    def orders(self, count: int) -> Sequence[str]:
        """That many new orders at once."""

    @abstractmethod
    def old_orders(self, count: int) -> Sequence[str]:
        """That many which nobody has touched for days, while others are newer."""

    @abstractmethod
    def edit_order(self, external_id: str) -> None: ...

    @abstractmethod
    def delete_order(self, external_id: str) -> None: ...

    @abstractmethod
    def customer(self, email: str) -> str: ...

    @abstractmethod
    def product(self, title: str) -> str: ...

    @abstractmethod
    def rung(self) -> Rung:
        """A genuine delivery about an order."""

    @abstractmethod
    def rung_about_nothing(self) -> Sequence[Delivery]:
        """Genuine deliveries that are none of our business."""

    @abstractmethod
    def visit(self, customer_id: str, now: datetime) -> Delivery:
        """A request from a logged-in customer's browser, proven by the shop at `now`."""

    @abstractmethod
    def codes(self, code: str) -> int:
        """How many vouchers with this code would work."""

    @abstractmethod
    def bells(self, url: str) -> Sequence[str]:
        """What rings at this address; one word per kind of change."""

    @abstractmethod
    def silence_a_bell(self, url: str) -> None:
        """The shop has switched one of its webhooks off."""

    @abstractmethod
    def serve_busy(self, seconds: int) -> None:
        """Too many requests; come back in that many seconds."""

    @abstractmethod
    def serve_fault(self) -> None: ...

    @abstractmethod
    def serve_half(self) -> None:
        """An answer that breaks off."""

    @abstractmethod
    def serve_page(self) -> None:
        """A page for people where data were asked for."""

    @abstractmethod
    def serve_silence(self) -> None: ...

    @abstractmethod
    def lose_access(self) -> None: ...


def walk(
    platform: ShopPlatform, stream: Stream, cursor: str | None = None
) -> tuple[list[str], str]:
    """Everything up to the end of a stream, and the cursor there."""
    found: list[str] = []
    for _ in range(100):
        page = platform.changes(stream, cursor)
        found += [item.external_id for item in page.items]
        cursor = page.cursor
        if not page.more:
            return found, cursor
    raise AssertionError("the stream does not end")


def total(order: Order) -> int:
    return sum(line.net + line.tax for line in order.lines) + order.other


def tells_no_secret(world: World, error: StammkundeError) -> None:
    """An error is shown to people and kept in logs."""
    shown = f"{error} {error!r} {error.__cause__!r}"
    assert not [secret for secret in world.secrets if secret in shown]
    assert len(str(error)) > 20
