"""The port's `Door`: what a platform says of a shop that is connected, written where people look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection

from connector import forgetting, health, lanes, members, outbox, rounds, shops, tasks
from connector.installation import Installation, utc_now
from connector.port import Settings
from connector.shops import Shop, StoredSettings

SETTLED = ("access_lost", "app_off", "app_gone", "app_forgets")
"""What a shop that is there again leaves nobody to do about."""


def tell_companion(tx: Connection, shop: Shop, now: datetime) -> None:
    """Once more where it was done before; who asks ten times at once gets one."""
    outbox.add(
        tx, shop.merchant_id, key=f"shop/{shop.slug}/companion", lane=f"shop/{shop.shop_id}/api",
        kind="companion", args={"shop_id": shop.shop_id}, due_at=now, anew=True,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class OpenDoor:
    inst: Installation
    shop: Shop

    @property
    def settings(self) -> Settings:
        return StoredSettings(self.inst.database, self.inst.keys, self.shop)

    @property
    def stopped(self) -> str:
        return self.shop.suspended

    @property
    def last_bell(self) -> datetime | None:
        with self.inst.database.read() as tx:
            return health.of(tx, self.shop).last_bell

    @property
    def admin_url(self) -> str:
        return f"{self.inst.config.url}/admin/{self.shop.merchant_id}/shops"

    def customer_url(self, external_id: str) -> str:
        buyer = f"{members.CUSTOMER}:{external_id}"
        with self.inst.database.read() as tx:
            found = members.find(tx, self.shop.merchant_id, self.shop.shop_id, [buyer])
        if buyer not in found:
            return ""
        return f"{self.inst.config.url}/admin/{self.shop.merchant_id}/customers/{found[buyer]}"

    def stop(self, why: str) -> None:
        self.inst.database.write(lambda tx: shops.suspend(tx, self.shop, why))

    def forget(self) -> None:
        self.inst.database.write(lambda tx: forgetting.begin(tx, self.shop, utc_now()))

    def go_on(self) -> None:
        rounds.plan(self.inst)

        def work(tx: Connection) -> None:
            now = utc_now()
            forgetting.call_off(tx, self.shop, now)
            shops.suspend(tx, self.shop, "")
            matters = [(kind, self._subject) for kind in SETTLED]
            tasks.settle_all(tx, self.shop.merchant_id, matters, now)
            health.hurry(tx, self.shop, now)

        self.inst.database.write(work)
        self.inst.hint(lanes.walks_of(self.shop), lanes.of_shop(self.shop))

    def ask(self, kind: str, facts: Mapping[str, str]) -> None:
        self.inst.database.write(lambda tx: self._ask(tx, kind, facts))

    def _ask(self, tx: Connection, kind: str, facts: Mapping[str, str]) -> None:
        said = {"slug": self.shop.slug, **facts}
        tasks.open_task(tx, self.shop.merchant_id, kind, self._subject, said, utc_now())

    def moved(self) -> None:
        self.inst.forget(self.shop)
        rounds.plan(self.inst)

        def work(tx: Connection) -> None:
            now = utc_now()
            tasks.settle_all(tx, self.shop.merchant_id, [("moved", self._subject)], now)
            for kind in (
                "sync",
                "reconcile",
            ):  # the night's look reads what the shop says of itself
                health.hurry(tx, self.shop, now, kind)

        self.inst.database.write(work)
        self.inst.hint(lanes.walks_of(self.shop))

    def try_again(self) -> None:
        self.inst.database.write(lambda tx: tell_companion(tx, self.shop, utc_now()))
        self.inst.hint(lanes.of_shop(self.shop))

    def outdated(self) -> None:
        rounds.plan(self.inst)

        def work(tx: Connection) -> None:
            now = utc_now()
            health.counted(tx, self.shop, health.OUTDATED, now)
            health.hurry(tx, self.shop, now)

        self.inst.database.write(work)

    def elsewhere(self, url: str) -> None:
        """Counted each time, told once for each address: a copy for tests rings as long as it lives."""
        subject = f"{self._subject}/{sha256(url.encode()).hexdigest()[:16]}"

        def work(tx: Connection) -> None:
            now = utc_now()
            health.counted(tx, self.shop, health.ELSEWHERE, now)
            facts = {"slug": self.shop.slug, "there": url, "here": self.shop.url}
            tasks.open_once(tx, self.shop.merchant_id, "copied", subject, facts, now)

        self.inst.database.write(work)

    @property
    def _subject(self) -> str:
        return f"shop/{self.shop.slug}"
