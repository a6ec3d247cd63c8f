"""An installation that is open: its settings, its database, its keys, and the shops behind them."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from connector import keys as keys_module
from connector import migrations, shops
from connector.config import Config
from connector.db import Database
from connector.keys import Keys
from connector.port import ShopPlatform
from connector.shops import Shop

if TYPE_CHECKING:
    from connector.lanes import Lane
    from connector.runners import JobRunner


def utc_now() -> datetime:
    """The clock of the shell; everything below gets the time as an argument."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Installation:
    config: Config
    database: Database
    keys: Keys
    runner: JobRunner | None = None
    stopping: threading.Event = field(default_factory=threading.Event)
    """Set when the process is to end: what takes long ends at the next page."""
    _platforms: dict[str, tuple[int, ShopPlatform]] = field(default_factory=dict)

    def platform(self, shop: Shop) -> ShopPlatform:
        """The shop to talk to; kept until its settings change, here or in another process: a secret
        that was taken back must not open anything."""
        kept = self._platforms.get(shop.shop_id)
        if kept is None or kept[0] != shop.settings_version:
            kept = shop.settings_version, shops.open_platform(self.database, self.keys, shop)
            self._platforms[shop.shop_id] = kept
        return kept[1]

    def forget(self, shop: Shop) -> None:
        """Open the shop anew next time, after its settings changed."""
        self._platforms.pop(shop.shop_id, None)

    def hint(self, *lanes: Lane) -> None:
        """Say after a commit that something is due here; without a runner the scheduler finds it."""
        if self.runner is not None:
            self.runner.hint(lanes)

    def shop(self, slug: str) -> Shop:
        """The shop with this slug; Refused where there is none."""
        with self.database.read() as tx:
            return shops.require(tx, slug)

    def close(self) -> None:
        self.database.close()


def open_installation(config: Config) -> Installation:
    """Open the database, bring it up to date, load the keys. Raises ConfigError."""
    database = Database(config.database_url)
    try:
        migrations.upgrade(database)
        keys = database.write(
            lambda tx: keys_module.load(tx, config.secret_keys, utc_now()), batch=False
        )
    except BaseException:
        database.close()
        raise
    database.arm(keys.chain)
    return Installation(config, database, keys)
