"""Upgrades: the tables end as the code says, the guards are there after each, and a second run is none."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from connector import guards, migrations
from connector.db import Database
from connector.tables import metadata


def test_the_migrated_tables_are_the_tables_of_the_code(database: Database) -> None:
    with database.engine.connect() as tx:
        differences = compare_metadata(MigrationContext.configure(tx), metadata)

    assert differences == []


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    migrations.upgrade(database)

    with database.read() as tx:
        assert migrations.current(tx) == migrations.newest()


def test_the_guards_are_there_at_every_revision(database: Database) -> None:
    with database.read() as tx:
        assert guards.missing(tx) == frozenset()


def test_a_guard_that_was_dropped_is_put_back(database: Database) -> None:
    name = min(guards.wanted(database.engine.dialect.name))
    on = "" if database.is_sqlite else f" ON {name.split('_')[1]}"
    database.write(lambda tx: tx.exec_driver_sql(f"DROP TRIGGER {name}{on}"))
    with database.read() as tx:
        assert guards.missing(tx) == {name}

    database.write(guards.guard)

    with database.read() as tx:
        assert guards.missing(tx) == frozenset()


def test_there_is_one_line_of_revisions() -> None:
    assert len(ScriptDirectory.from_config(migrations._config()).get_heads()) == 1
