"""Connect a shop, check it, and change how it is read; nothing is stored that has not proven itself."""

from __future__ import annotations

import json
import secrets
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection

from connector import explain, faqs, newcomers, programmes, rounds, rulebook, shops
from connector.doors import OpenDoor, tell_companion
from connector.earning import Standing, decide, deserved, unknown_refund
from connector.errors import AccessLost, BadInput, NotThere, Refused, TryLater
from connector.installation import Installation, utc_now
from connector.keys import Keys
from connector.port import (
    JSON,
    Account,
    Door,
    Finding,
    Guest,
    HasCompanion,
    MayMove,
    Order,
    ShopFacts,
    ShopPlatform,
    Stream,
)
from connector.programme import Programme
from connector.shops import LooseSettings, Shop
from connector.values import Money

LINK_LIVES = timedelta(hours=1)
PACKAGE_LIVES = timedelta(days=7)
_UNREACHABLE = frozenset({"shop_down", "not_wordpress", "no_api"})


@dataclass(frozen=True, slots=True)
class Added:
    """A shop that was connected, and what is not as good as it could be."""

    shop: Shop
    programme: int
    findings: Sequence[Finding]


def add(
    inst: Installation,
    platform: str,
    slug: str,
    given: Mapping[str, str],
    programme: Mapping[str, Any],
    merchant: str | None = None,
    document: Mapping[str, Any] | None = None,
) -> Added:
    """Connect a shop by credentials, with these adapter settings or the usual ones.

    Raises BadInput, AccessLost or TryLater; then nothing is stored.
    """
    adapter = shops.adapter(platform)
    settings: JSON = {
        "credentials": adapter.credentials(given),
        "document": adapter.load_document(document or {}),
    }
    return _add(inst, platform, slug, settings, programme, merchant)


def _add(
    inst: Installation,
    platform: str,
    slug: str,
    settings: JSON,
    programme: Mapping[str, Any],
    merchant: str | None,
) -> Added:
    shop = shops.adapter(platform).open_shop(LooseSettings(settings))
    findings = shop.preflight()
    _refuse(findings)
    facts = shop.facts()

    def work(tx: Connection) -> tuple[Shop, int]:
        now = utc_now()
        owner = shops.find_merchant(tx, merchant) if merchant else None
        one = shops.add(
            tx, inst.keys, slug=slug, platform=platform, settings=settings, facts=facts, now=now,
            merchant_id=owner,
        )  # fmt: skip
        _same_currency(one, facts)
        n = (
            programmes.apply(tx, one.merchant_id, programme, "shop add", now)
            if owner is None
            else 0
        )
        if owner is None:
            faqs.start(tx, one.merchant_id)
        rounds.set_bells(tx, one, now)
        tell_companion(tx, one, now)
        return one, n

    one, n = inst.database.write(work)
    return Added(one, n, [finding for finding in findings if not finding.blocks])


def _refuse(findings: Sequence[Finding]) -> None:
    """Say everything that stands in the way, at once."""
    blocking = [finding for finding in findings if finding.blocks]
    if not blocking:
        return
    said = "\n".join(f"{one.what} {one.fix}" for one in blocking)
    raise TryLater(said) if blocking[0].code in _UNREACHABLE else AccessLost(said)


def _same_currency(shop: Shop, facts: ShopFacts) -> None:
    if facts.currency != shop.currency:
        raise BadInput(
            f"--merchant: the shop sells in {facts.currency}, the merchant's programme counts "
            f"{shop.currency}. Connect it as a merchant of its own (leave --merchant out)."
        )


# ------------------------------------------------------------------ settings


def document(inst: Installation, shop: Shop) -> JSON:
    """The adapter settings in force."""
    value, _ = shops.StoredSettings(inst.database, inst.keys, shop).load()
    return dict(value["document"])


def apply_document(inst: Installation, shop: Shop, given: Mapping[str, Any]) -> list[str]:
    """Put adapter settings in force; one line per value that changed."""
    new = shops.adapter(shop.platform).load_document(given)
    stored = shops.StoredSettings(inst.database, inst.keys, shop)
    value, version = stored.load()
    lines = rulebook.diff(value["document"], new)
    if lines and not stored.swap(version, value | {"document": new}):
        raise Refused("Somebody else changed the settings just now; look at them and try again.")
    inst.forget(shop)
    return lines


# ------------------------------------------------------------------ check


def check(inst: Installation, shop: Shop) -> dict[str, Any]:
    """What stands in the way, and how ten real orders would be read."""
    platform = inst.platform(shop)
    findings = platform.preflight()
    blocked = any(finding.blocks for finding in findings)
    if not blocked and shop.suspended:
        inst.database.write(lambda tx: shops.suspend(tx, shop, ""))
    return {
        "ok": not blocked,
        "findings": [asdict(finding) for finding in findings],
        "companion": False if blocked else _companion(inst, shop, platform),
        "orders": [] if blocked else _read_ten(inst, shop, platform),
    }


def _companion(inst: Installation, shop: Shop, platform: ShopPlatform) -> bool | None:
    """Whether our program in the shop knows us now; None where the platform has its own way to it."""
    if not isinstance(platform, HasCompanion):
        return None
    return platform.ensure_companion(inst.config.url, shop.slug)


def _read_ten(inst: Installation, shop: Shop, platform: ShopPlatform) -> list[dict[str, Any]]:
    with inst.database.read() as tx:
        programme = programmes.versions(tx, shop.merchant_id, shop.currency)[-1]
    page = platform.changes(Stream.ORDERS, None)
    orders = [item for item in page.items if isinstance(item, Order)]
    return [_read(shop, programme, order) for order in islice(orders, 10)]


def _read(shop: Shop, programme: Programme, order: Order) -> dict[str, Any]:
    standing = Standing(zone=shop.zone, currency=shop.currency, gross=shop.gross,
                        live_since=shop.live_since, products={})  # fmt: skip
    known = order.currency == shop.currency and not unknown_refund(order)
    terms = decide(order, programme, standing) if known else None
    want = deserved(order, terms) if terms else None
    goods = Money(sum(line.net + line.tax for line in order.lines), order.currency)
    kinds = {Account: "account", Guest: "guest"}
    facts = ("paid", "shipped", "delivered", "cancelled")
    how = [
        f"{fact} {moment:%Y-%m-%d}" for fact in facts if (moment := getattr(order, f"{fact}_at"))
    ]
    return {
        "number": order.number,
        "placed": order.placed_at.isoformat(),
        "buyer": kinds.get(type(order.buyer), "unknown"),
        "goods": explain.money(goods, "en"),
        "points": want.points if want else 0,
        "release_on": want.basis["release_on"] if want else None,
        "how": ", ".join(how) or "not paid",
    }


# ------------------------------------------------------------------ in the browser


def package(inst: Installation, shop: Shop) -> bytes:
    """What the merchant of a connected shop installs there. Whoever installs it may have lost what proved him."""
    platform = inst.platform(shop)
    if isinstance(platform, MayMove):
        platform.expect(utc_now() + PACKAGE_LIVES)
    credentials = dict(
        shops.StoredSettings(inst.database, inst.keys, shop).load()[0]["credentials"]
    )
    return shops.adapter(shop.platform).package(_connection(inst, shop.slug), credentials)


def first_package(
    inst: Installation, platform: str, slug: str, url: str, programme: Mapping[str, Any]
) -> bytes:
    """The same for a shop that is not connected yet: what is in it connects it, once, within a week."""
    adapter = shops.adapter(platform)
    draft = adapter.draft(url)
    if not inst.config.url.startswith("https://") and not _both_here(inst.config.url, draft["url"]):
        raise BadInput(_IN_THE_OPEN.format(url=inst.config.url))
    state = _state(inst, platform, slug, draft, programme, PACKAGE_LIVES)
    return adapter.package(_connection(inst, slug, state), draft)


def _connection(inst: Installation, slug: str, link: str = "") -> JSON:
    return {"connector": inst.config.url, "shop": slug, "link": link}


def _both_here(*urls: str) -> bool:
    """A rehearsal: nothing of it leaves this machine."""
    return all(urlsplit(url).hostname in ("localhost", "127.0.0.1", "::1") for url in urls)


_IN_THE_OPEN = (
    "STAMMKUNDE_URL is {url}; a shop hands its keys out over https only. "
    "Set the public https address, or use `shop add` with a key pair."
)


def begin(
    inst: Installation, platform: str, slug: str, url: str, programme: Mapping[str, Any]
) -> str:
    """A link with which the merchant connects his shop in the browser; it works once, for an hour."""
    adapter = shops.adapter(platform)
    if not inst.config.url.startswith("https://"):
        raise BadInput(_IN_THE_OPEN.format(url=inst.config.url))
    state = _state(inst, platform, slug, adapter.draft(url), programme, LINK_LIVES)
    return f"{inst.config.url}/connect/{platform}/{state}"


def _state(
    inst: Installation, platform: str, slug: str, draft: JSON, programme: Mapping[str, Any],
    lives: timedelta,
) -> str:  # fmt: skip
    shops.check_slug(slug)
    return sealed(inst.keys, {
        "platform": platform, "slug": slug, "draft": draft, "programme": dict(programme),
        "until": (utc_now() + lives).timestamp(), "nonce": secrets.token_urlsafe(12),
    })  # fmt: skip


def sealed(keys: Keys, pending: JSON) -> str:
    """Packed before it is sealed: the draft may be long, and some proxies cut an address at 8 KB."""
    packed = zlib.compress(json.dumps(pending, separators=(",", ":")).encode(), 9)
    return keys.seal_settings(b64encode(packed).decode()).rstrip("=")


@dataclass(frozen=True, slots=True)
class StoredHandshake:
    """The port's `Handshake` of one platform: the state carries everything, sealed; it is used up by the
    slug it makes. Another platform's states and shops do not exist here."""

    inst: Installation
    platform: str

    def draft(self, state: str) -> JSON:
        return dict(self._pending(state)["draft"])

    def carry(self, state: str, draft: JSON) -> str:
        return sealed(self.inst.keys, self._pending(state) | {"draft": draft})

    def wait(self, state: str) -> None:
        pending = self._pending(state)
        until = datetime.fromtimestamp(pending["until"], UTC)
        self.inst.database.write(
            lambda tx: newcomers.keep(tx, pending["slug"], state, until, utc_now())
        )

    def waiting(self, slug: str) -> str:
        with self.inst.database.read() as tx:
            return newcomers.of(tx, slug, utc_now())

    def connected(self, state: str, credentials: JSON) -> None:
        pending = self._pending(state)
        adapter = shops.adapter(pending["platform"])
        settings: JSON = {"credentials": credentials, "document": adapter.load_document({})}
        _add(self.inst, pending["platform"], pending["slug"], settings, pending["programme"], None)
        self.inst.database.write(lambda tx: newcomers.forget(tx, pending["slug"]))

    def shop(self, slug: str) -> Door:
        return OpenDoor(self.inst, self._known(slug))

    def knocked(self, slug: str) -> str:
        shop = self._known(slug)
        self.inst.database.write(lambda tx: tell_companion(tx, shop, utc_now()))
        return shop.url

    def _known(self, slug: str) -> Shop:
        with self.inst.database.read() as tx:
            shop = shops.find(tx, slug)
        if shop is None or shop.platform != self.platform:
            raise NotThere("There is no such shop here.")
        return shop

    def _pending(self, state: str) -> dict[str, Any]:
        try:
            opened = self.inst.keys.open_settings(state + "=" * (-len(state) % 4))
            pending: dict[str, Any] = json.loads(zlib.decompress(b64decode(opened)))
        except Exception:
            raise BadInput("This link is not one of ours; ask for a new one.") from None
        if pending.get("platform") != self.platform:
            raise BadInput("This link belongs to another platform; ask for a new one.")
        if pending.get("until", 0) < utc_now().timestamp():
            raise BadInput("This link is too old; ask for a new one.")
        with self.inst.database.read() as tx:
            if shops.find(tx, pending["slug"]) is not None:
                raise BadInput("This link was used already.")
        return pending
