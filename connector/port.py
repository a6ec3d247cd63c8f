"""What a shop platform can do for us, and the words it uses; no platform's own words in here.

An adapter is a module under `adapters/` that offers the names of `Adapter` and imports nothing of
ours but this module, `values` and `errors`. The contract test in `tests/adapters/contract.py` says
what each method promises; every adapter inherits it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Protocol, runtime_checkable

from connector.values import Money

JSON = dict[str, Any]


class Stream(Enum):
    """What a shop is read for, in the order in which a first sync reads it."""

    PRODUCTS = "products"
    CUSTOMERS = "customers"
    ORDERS = "orders"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A request as it came, unparsed, because signatures are over raw bytes."""

    method: str
    path: str
    query: bytes
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes


@dataclass(frozen=True, slots=True)
class Change:
    """Something rang: go and look at it. Deliberately nothing more."""

    stream: Stream
    external_id: str


class VisitorKind(Enum):
    NOBODY = "nobody"
    GUEST = "guest"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who looks at the storefront, as proven by the platform."""

    kind: VisitorKind
    external_id: str = ""
    email: str = ""
    email_verified: bool = False
    until: datetime | None = None
    order: str = ""
    """The order (external id) that the platform says is his; a guest has one too. "": none is proven."""
    account: bool = True
    """Of a CUSTOMER: he holds an account. False: on this platform a guest shows the same proof, and only
    the shop itself can tell."""


@dataclass(frozen=True, slots=True)
class ShopFacts:
    """What we need to know of the shop itself."""

    name: str
    url: str
    zone: str
    """IANA name or a fixed offset the shop gives; days end in this zone."""
    currency: str
    gross: bool
    """True where shoppers see prices with tax."""
    origins: tuple[str, ...]
    """Origins (scheme://host[:port]) of the storefront; only these may call the storefront API."""
    clock: datetime
    """The shop's idea of now, to find a clock that is off."""
    version: str = ""
    account_url: str = ""
    """Where a customer logs in and sees his account."""
    referral_parameter: str = "ref"
    """In which parameter of its address a page of the shop notes who recommended it."""


@dataclass(frozen=True, slots=True)
class Account:
    """Bought while logged in."""

    external_id: str


@dataclass(frozen=True, slots=True)
class Guest:
    """Bought without an account, under this address as typed."""

    email: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """The platform does not say who bought."""


Buyer = Account | Guest | Unknown


@dataclass(frozen=True, slots=True)
class Line:
    """One position of an order. Amounts are minor units of the order's currency, for all pieces."""

    id: str
    product: str
    """External id of the product; "" where the position has none."""
    quantity: int
    net: int
    """What is paid for it after discounts, without tax."""
    tax: int
    discount: int = 0
    """What discounts took off, with tax where the shop shows tax. For explanations only."""
    refunded_net: int | None = 0
    """How much of `net` was given back; None: some, and the shop does not say how much."""
    refunded_tax: int | None = 0


@dataclass(frozen=True, slots=True)
class Order:
    """An order as it is now: dated facts instead of a state.

    Each moment is aware UTC, or None when it has not happened (or is taken back). Amounts are minor
    units of `currency`. `lines` + `other` is what the buyer was asked to pay.
    """

    external_id: str
    number: str
    currency: str
    placed_at: datetime
    buyer: Buyer
    lines: tuple[Line, ...]
    other: int = 0
    """Shipping, fees and their tax: everything that is not a line."""
    refunded_other: int = 0
    """What was given back of `other`."""
    refunded_loose: int | None = 0
    """Given back without saying for what (with tax); None: some, and the shop does not say how much."""
    paid_at: datetime | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    cancelled_at: datetime | None = None
    """Also trashed, failed for good, or reversed by the payment provider."""
    withdrawn_at: datetime | None = None
    """The buyer declared withdrawal from the contract."""
    changed_at: datetime | None = None
    """The shop's own mark of the last change; never used to order two looks."""
    channel: str = ""
    group: str = ""
    country: str = ""
    voucher_codes: tuple[str, ...] = ()
    referral_code: str = ""
    rate: Decimal | None = None
    """Units of the order's currency for one of the shop's own, as the order was charged; None where
    the shop does not say. Irrelevant for orders in the shop's own currency."""
    test: bool = False
    """A trial order of the merchant: earns nothing."""
    erased: bool = False
    """The shop has removed the buyer's personal data; so must we."""


@dataclass(frozen=True, slots=True)
class Customer:
    """A holder of a shop account."""

    external_id: str
    email: str
    first_name: str = ""
    country: str = ""
    group: str = ""
    verified: bool = False
    """The platform vouches that the address belongs to this person."""
    language: str = ""
    registered_at: datetime | None = None
    """When the account was made; None where the platform does not say."""
    birthday: tuple[int, int] | None = None
    """Month and day. The year is nobody's business here."""


@dataclass(frozen=True, slots=True)
class Product:
    """A product as rules see it. Variants report as their parent."""

    external_id: str
    title: str
    url: str = ""
    image: str = ""
    categories: tuple[str, ...] = ()
    """External ids, most general first where the platform knows."""
    tags: tuple[str, ...] = ()
    gift_card: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One step through a stream. Save `cursor` in the transaction that writes `items`.

    Repeats are allowed and cost nothing; leaving out is not. `gone` are external ids that the shop
    no longer has; `unread` are those of items in this page that could not be understood: each gets a
    look of its own, so that one of them never holds up the walk. `more`: ask again at once; otherwise not before `not_before`.
    """

    items: Sequence[Order | Customer | Product]
    cursor: str
    more: bool
    gone: Sequence[str] = ()
    unread: Sequence[str] = ()
    not_before: datetime | None = None
    total: int | None = None
    """About how many items the whole walk has, where the platform says; for the progress bar."""


@dataclass(frozen=True, slots=True)
class Voucher:
    """A personal, single-use code. Exactly one of `amount` and `percent` is set, or free shipping."""

    code: str
    expires_on: date
    """The last day on which it works, in the shop's zone."""
    amount: Money | None = None
    percent: int | None = None
    free_shipping: bool = False
    minimum: Money | None = None
    """The smallest basket it works for."""
    email: str = ""
    """Bind to this address where the platform can; "" binds to nobody."""
    combinable: bool = False
    cap: Money | None = None
    """The most that `percent` takes off. Where a platform knows no such thing, the code works only
    for baskets that are small enough."""
    product: str = ""
    """External id: the percentage is taken off one piece of this product and off nothing else."""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something preflight noticed: what it is, and what a person does about it."""

    what: str
    fix: str
    blocks: bool = True
    """False: it works, but not as well as it could."""
    code: str = ""
    """A short stable word for scripts and tests."""


class Settings(Protocol):
    """The adapter's own settings, kept encrypted by the connector.

    The value has two parts: `credentials` (secret) and `document` (what agencies edit).
    """

    def load(self) -> tuple[JSON, int]:
        """The value and its version."""

    def swap(self, version: int, value: JSON) -> bool:
        """Store the value if the version is still this one; False: somebody was faster."""

    def lease(self, name: str, seconds: int) -> bool:
        """True for one caller at a time; ends by itself after `seconds`."""


class ShopPlatform(Protocol):
    """One shop. Methods that talk to the shop raise TryLater, AccessLost, NotThere or Unreadable."""

    def receive(self, delivery: Delivery, now: datetime) -> Sequence[Change]:
        """Verify a webhook and say what to look at; within milliseconds. Raises BadDelivery."""

    def visitor(self, delivery: Delivery, now: datetime) -> Visitor:
        """Who sent this request, by the platform's proof in it. Forged or stale: BadDelivery."""

    def facts(self) -> ShopFacts: ...

    def order(self, external_id: str) -> Order:
        """The order as it is now. NotThere: gone."""

    def customer(self, external_id: str) -> Customer:
        """The customer as he is now. NotThere: gone."""

    def products(self, external_ids: Sequence[str]) -> Sequence[Product]:
        """Those of them that exist."""

    def changes(self, stream: Stream, cursor: str | None) -> Page:
        """The next page of what changed; None starts from the beginning."""

    def ensure_voucher(self, voucher: Voucher) -> None:
        """The code works as described, once, however often this is called; one that the shop holds for used by
        an order that is over works again. Refused: it cannot."""

    def revoke_voucher(self, code: str) -> None:
        """The code no longer works. Quiet where it never existed."""

    def ensure_webhooks(self, callback_url: str) -> None:
        """The shop rings at this address for every change we care about."""

    def preflight(self) -> Sequence[Finding]:
        """Everything that stands in the way, found by asking; never raises for what it can name."""


@runtime_checkable
class HasCompanion(Protocol):
    """A platform with a program of ours in the shop, which must know where we are."""

    def ensure_companion(self, connector_url: str, slug: str) -> bool:
        """It knows us now, however often this is called; False: it is not in the shop."""


@dataclass(frozen=True, slots=True)
class Balance:
    """What the shop is to know of one of its customers."""

    external_id: str
    points: int | None
    """Available points; None: he takes no part any more."""
    tier: str = ""


@runtime_checkable
class PublishesBalance(Protocol):
    """A platform that keeps points beside its customers, for its own rules and mails."""

    def publish_balances(self, balances: Sequence[Balance]) -> None:
        """The shop shows these now. Customers it no longer has are left out; what we write rings no bell."""


@runtime_checkable
class KnowsBuyers(Protocol):
    """A platform whose proof of identity names no order, but whose guests are customers too."""

    def placed_by(self, order: str, customer: str) -> bool:
        """Whether this customer, guest or not, has placed this order; asks the shop."""


@runtime_checkable
class ListsMissing(Protocol):
    """A platform whose changes do not tell of deletions."""

    def missing(self, stream: Stream, external_ids: Sequence[str]) -> Sequence[str]:
        """Those of them (at most 500) that the shop no longer has; ORDERS and CUSTOMERS."""


@runtime_checkable
class AsksForPeople(Protocol):
    """A platform whose own server asks what we keep about a person, or that we forget him."""

    def person(self, delivery: Delivery, now: datetime) -> str:
        """The e-mail address that the server's proof names. Anybody else's request: BadDelivery."""


@runtime_checkable
class MayMove(Protocol):
    """A platform whose shop may say, without proof, that it lives elsewhere now: a person decides."""

    def move(self, agreed: bool, now: datetime) -> None:
        """The merchant's answer. Refused: nothing waits for one. AccessLost, TryLater: the shop there
        does not let us in, and everything stays as it was."""

    def expect(self, until: datetime) -> None:
        """Our program is about to be installed there anew: until then the shop need not prove that it is the
        one that we know. At its old address a key that opens it does; elsewhere a person decides."""


class Door(Protocol):
    """A connected shop, for what only its own platform can say of it. Each may be said twice."""

    @property
    def settings(self) -> Settings: ...

    @property
    def stopped(self) -> str:
        """Why we ask the shop nothing; "": we do."""

    @property
    def last_bell(self) -> datetime | None:
        """When it last rang."""

    @property
    def admin_url(self) -> str:
        """Where the merchant sees how the connection does."""

    def customer_url(self, external_id: str) -> str:
        """Where he sees this customer; "" where he takes no part."""

    def stop(self, why: str) -> None:
        """The shop asks us to leave it alone; nothing is deleted."""

    def forget(self) -> None:
        """It went with all its data: in thirty days its customers are erased, unless it goes on before."""

    def go_on(self) -> None:
        """It is there again: what was missed is read, and what had been asked is settled."""

    def ask(self, kind: str, facts: Mapping[str, str]) -> None:
        """A person has to know or to decide something (a kind of `tasks`)."""

    def moved(self) -> None:
        """It has another key or address: everything it says of itself is read anew."""

    def try_again(self) -> None:
        """Have `HasCompanion` asked until it answers: the shop may have been busy with our own answer."""

    def outdated(self) -> None:
        """Genuine a while ago, as `Outdated` says it."""

    def elsewhere(self, url: str) -> None:
        """Genuine from another address, as `Elsewhere` says it."""


class Handshake(Protocol):
    """What the connector remembers while a merchant connects a shop, and while it is connected.

    A state is sealed and carries everything, the draft (credentials so far) too. Unknown, used or too
    old: BadInput.
    """

    def draft(self, state: str) -> JSON:
        """The draft in this state."""

    def carry(self, state: str, draft: JSON) -> str:
        """The same state with another draft in it; nothing is stored."""

    def wait(self, state: str) -> None:
        """Keep it until the shop can be asked; a later one of the same slug takes its place."""

    def waiting(self, slug: str) -> str:
        """The state that is kept. NotThere: none."""

    def connected(self, state: str, credentials: JSON) -> None:
        """The shop has proven itself with these credentials; uses the state up."""

    def shop(self, slug: str) -> Door:
        """A connected shop. NotThere: none."""

    def knocked(self, slug: str) -> str:
        """The program in this shop asks to be told where we are. The shop's address; NotThere: none."""


class Adapter(Protocol):
    """The names an adapter's module offers. Credentials come from the command line or a handshake."""

    PLATFORM: str
    NEXT_STEP: str
    """What a person does with the package: one sentence."""

    def open_shop(self, settings: Settings) -> ShopPlatform:
        """The shop behind these settings; does no I/O."""

    def credentials(self, given: Mapping[str, str]) -> JSON:
        """The credentials part of the settings from what a person gave; raises BadInput."""

    def load_document(self, given: Mapping[str, Any]) -> JSON:
        """Check the document an agency edits and fill in defaults; raises BadInput naming the path."""

    def draft(self, url: str) -> JSON:
        """The credentials that a shop at this address begins with before it has proven itself: the
        address as we write it (`url`), and secrets that are ours to make. Raises BadInput."""

    def package(self, connection: JSON, credentials: JSON) -> bytes:
        """What a merchant installs in the shop, as a ZIP. `connection`: connector, shop (the slug) and
        link (a state of the handshake; "" where the shop is connected already). `credentials`: the
        shop's, or its draft."""

    def install(self, handshake: Handshake) -> Any:
        """A Flask blueprint with the platform's installation dance, or None."""


@dataclass(frozen=True, slots=True)
class Look:
    """What we saw when we looked at an order, and when by our clock (taken before the request)."""

    external_id: str
    at: datetime
    order: Order | None = field(default=None)
    """None: the shop no longer has it."""
