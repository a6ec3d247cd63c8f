"""Shops and their merchants: found by slug, opened by platform, settings kept encrypted."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import uuid4

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from connector import db
from connector.db import Database
from connector.errors import BadInput, Refused
from connector.keys import Keys
from connector.port import JSON, Adapter, ShopFacts, ShopPlatform
from connector.tables import address, lease, merchant, shop
from connector.values import MerchantId, ShopId, zone_of

PLATFORMS = {"shopware": "adapters.shopware", "woocommerce": "adapters.woocommerce"}
"""The one place that knows where adapters live. They are imported when a shop is opened."""

PLANNED = ("shopify",)

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Shop:
    """A connected shop with what rules need of it and of its merchant."""

    merchant_id: MerchantId
    shop_id: ShopId
    slug: str
    platform: str
    currency: str
    zone: str
    gross: bool
    live_since: datetime
    origins: tuple[str, ...] = ()
    url: str = ""
    account_url: str = ""
    referral_parameter: str = "ref"
    name: str = ""
    suspended: str = ""
    settings_version: int = 1


_SHOPS = (
    select(
        shop.c.merchant_id, shop.c.shop_id, shop.c.slug, shop.c.platform, shop.c.facts,
        shop.c.suspended, shop.c.settings_version, merchant.c.currency, merchant.c.zone, merchant.c.live_since,
    )
    .join(merchant, merchant.c.merchant_id == shop.c.merchant_id)
    .order_by(shop.c.slug)
)  # fmt: skip
_BY_SLUG = _SHOPS.join(
    address,
    (address.c.merchant_id == shop.c.merchant_id) & (address.c.shop_id == shop.c.shop_id),
).where(address.c.kind == "slug", address.c.value == bindparam("slug"))
_BY_ID = _SHOPS.where(
    shop.c.merchant_id == bindparam("merchant_id"), shop.c.shop_id == bindparam("shop_id")
)


def find(tx: Connection, slug: str) -> Shop | None:
    row = tx.execute(_BY_SLUG, {"slug": slug}).first()
    return None if row is None else _shop(row)


def require(tx: Connection, slug: str) -> Shop:
    """The shop with this slug. Raises Refused naming those there are."""
    found = find(tx, slug)
    if found is None:
        slugs = (
            ", ".join(one.slug for one in every(tx))
            or "none yet; add one with `stammkunde shop add`"
        )
        raise Refused(f"There is no shop {slug!r}. Connected: {slugs}.")
    return found


def get(tx: Connection, merchant_id: str, shop_id: str) -> Shop:
    return _shop(tx.execute(_BY_ID, {"merchant_id": merchant_id, "shop_id": shop_id}).one())


def every(tx: Connection) -> list[Shop]:
    """All shops of all merchants, for the jobs and the CLI."""
    return [_shop(row) for row in tx.execute(_SHOPS)]


def of_merchant(tx: Connection, merchant_id: MerchantId) -> list[Shop]:
    """A merchant's shops, by slug."""
    asked = _SHOPS.where(shop.c.merchant_id == merchant_id)
    return [_shop(row) for row in tx.execute(asked)]


def _shop(row: Any) -> Shop:
    facts = row.facts or {}
    return Shop(
        merchant_id=MerchantId(row.merchant_id), shop_id=ShopId(row.shop_id), slug=row.slug,
        platform=row.platform, currency=row.currency, zone=facts.get("zone", row.zone),
        gross=facts.get("gross", True), live_since=row.live_since,
        origins=tuple(facts.get("origins", ())), url=facts.get("url", ""),
        account_url=facts.get("account_url", ""),
        referral_parameter=facts.get("referral_parameter", "ref"),
        name=facts.get("name", ""), suspended=row.suspended,
        settings_version=row.settings_version,
    )  # fmt: skip


def add(
    tx: Connection,
    keys: Keys,
    *,
    slug: str,
    platform: str,
    settings: JSON,
    facts: ShopFacts,
    now: datetime,
    merchant_id: MerchantId | None = None,
) -> Shop:
    """Store a shop that has proven itself; without a merchant it makes its own, live from now."""
    check_slug(slug)
    if find(tx, slug) is not None:
        raise BadInput(f"--slug: {slug!r} is taken by another shop of this installation.")
    _sound(facts)
    if merchant_id is None:
        merchant_id = MerchantId(str(uuid4()))
        tx.execute(
            insert(merchant).values(
                merchant_id=merchant_id, name=facts.name, currency=facts.currency,
                zone=facts.zone, live_since=now.replace(microsecond=0),
            )
        )  # fmt: skip
    shop_id = ShopId(str(uuid4()))
    ids = {"merchant_id": merchant_id, "shop_id": shop_id}
    tx.execute(
        insert(shop).values(
            **ids, slug=slug, platform=platform, settings=keys.seal_settings(json.dumps(settings)),
            facts=_facts(facts),
        )
    )  # fmt: skip
    tx.execute(insert(address).values(kind="slug", value=slug, **ids))
    return get(tx, merchant_id, shop_id)


def check_slug(slug: str) -> None:
    """Refuse a name that no address can have."""
    if not _SLUG.fullmatch(slug):
        raise BadInput(
            f"--slug: {slug!r} cannot be used; take 1 to 40 small letters, digits and hyphens."
        )


def _sound(facts: ShopFacts) -> None:
    """Refuse what every day and every amount would stumble over later."""
    if not re.fullmatch(r"[A-Z]{3}", facts.currency):
        raise BadInput(
            f"The shop says its currency is {facts.currency!r}; set one there, such as EUR."
        )
    try:
        zone_of(facts.zone)
    except ValueError as unknown:
        raise BadInput(f"The shop says {unknown}; set its time zone there.") from None


def keep_facts(tx: Connection, one: Shop, facts: ShopFacts) -> None:
    """Remember what the shop says of itself (zone, origins, tax display)."""
    tx.execute(update(shop).where(*_is(one)).values(facts=_facts(facts)))


def suspend(tx: Connection, one: Shop, why: str) -> None:
    """Stop the shop's jobs until a person repaired the connection; "" ends it."""
    tx.execute(update(shop).where(*_is(one)).values(suspended=why))


def _is(one: Shop) -> tuple[Any, Any]:
    return shop.c.merchant_id == one.merchant_id, shop.c.shop_id == one.shop_id


def _facts(facts: ShopFacts) -> dict[str, Any]:
    return {k: v for k, v in asdict(facts).items() if k != "clock"}


def find_merchant(tx: Connection, name_or_id: str) -> MerchantId:
    """The merchant with this id, or the one shop's merchant whose slug this is."""
    row = tx.execute(
        select(merchant.c.merchant_id).where(merchant.c.merchant_id == name_or_id)
    ).first()
    if row is not None:
        return MerchantId(row.merchant_id)
    return require(tx, name_or_id).merchant_id


# ------------------------------------------------------------------ adapters


def adapter(platform: str) -> Adapter:
    """The adapter module of a platform. Raises BadInput for one we do not have."""
    built = ", ".join(PLATFORMS)
    if platform not in PLATFORMS and platform in PLANNED:
        raise BadInput(f"{platform} is planned and not built yet; connected today: {built}.")
    if platform not in PLATFORMS:
        raise BadInput(f"{platform!r} is no platform we know; use {built}.")
    return cast(Adapter, importlib.import_module(PLATFORMS[platform]))


def open_platform(database: Database, keys: Keys, one: Shop) -> ShopPlatform:
    """The shop as a platform to talk to; does no I/O itself."""
    return adapter(one.platform).open_shop(StoredSettings(database, keys, one))


@dataclass(frozen=True, slots=True)
class StoredSettings:
    """A shop's settings in our database, as the port wants them."""

    database: Database
    keys: Keys
    shop: Shop

    def load(self) -> tuple[JSON, int]:
        with self.database.read() as tx:
            row = tx.execute(
                select(shop.c.settings, shop.c.settings_version).where(*_is(self.shop))
            ).one()
        return json.loads(self.keys.open_settings(row.settings)), row.settings_version

    def swap(self, version: int, value: JSON) -> bool:
        sealed = self.keys.seal_settings(json.dumps(value))

        def work(tx: Connection) -> bool:
            changed = tx.execute(
                update(shop)
                .where(*_is(self.shop), shop.c.settings_version == version)
                .values(settings=sealed, settings_version=version + 1)
            )
            return changed.rowcount == 1

        return self.database.write(work)

    def lease(self, name: str, seconds: int) -> bool:
        now = datetime.now(UTC)
        ids = {"merchant_id": self.shop.merchant_id, "shop_id": self.shop.shop_id, "name": name}

        def work(tx: Connection) -> bool:
            where = [lease.c[key] == value for key, value in ids.items()]
            tx.execute(delete(lease).where(*where, lease.c.until < now))
            statement = db.insert_or(tx, lease).values(
                **ids, until=now + timedelta(seconds=seconds)
            )
            taken = statement.on_conflict_do_nothing().returning(lease.c.name)
            return tx.execute(taken).first() is not None

        return self.database.write(work)


@dataclass(frozen=True, slots=True)
class LooseSettings:
    """Settings of a shop that is not stored yet, while it is being checked."""

    value: Mapping[str, Any]

    def load(self) -> tuple[JSON, int]:
        return dict(self.value), 1

    def swap(self, version: int, value: JSON) -> bool:
        return False

    def lease(self, name: str, seconds: int) -> bool:
        return True
