"""What scale mode needs before any part of it starts, said in one sentence where it is not there."""

from __future__ import annotations

import importlib.util

from sqlalchemy import make_url

from connector.config import Config
from connector.errors import ConfigError


def require(config: Config, *packages: str) -> None:
    """Raises ConfigError unless the database is PostgreSQL and these packages are installed."""
    if make_url(config.database_url).get_backend_name() != "postgresql":
        raise ConfigError(
            "Several processes need PostgreSQL: set STAMMKUNDE_DATABASE_URL to postgresql://…, "
            "or use `stammkunde serve`, which does everything in one process."
        )
    if not installed(*packages):
        raise ConfigError("Several processes need more packages: pip install 'stammkunde[scale]'.")


def installed(*packages: str) -> bool:
    return all(importlib.util.find_spec(name) is not None for name in packages)
