"""Upgrades of the database, run from the CLI and at the start of an embedded installation.

Ledger tables are never batch-altered: a nullable ADD COLUMN or a table beside it. Recreating a table
silently drops its triggers and, with cascades, empties its children.
"""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from connector import db
from connector.db import Database
from connector.guards import guard


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "connector:migrations")
    config.set_main_option("path_separator", "os")
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the database to `revision` and put the guards back; harmless where it is there already."""

    def work(tx: Connection) -> None:
        db.alone(tx, "migrations")  # several processes may start at once
        config = _config()
        config.attributes["connection"] = tx
        command.upgrade(config, revision)
        guard(tx)

    with database.read() as tx:
        if current(tx) == newest() and revision == "head":
            return
    database.write(work)


def current(tx: Connection) -> str | None:
    return MigrationContext.configure(tx).get_current_revision()


def newest() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()
