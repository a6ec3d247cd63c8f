"""Upgrades: the tables end as the code says, the guards are there after each, and a second run is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from connector import guards, migrations
from connector.db import Database
from connector.tables import metadata


def test_the_migrated_tables_are_the_tables_of_the_code(database: Database) -> None:
    with database.engine.connect() as tx:
        differences = compare_metadata(MigrationContext.configure(tx), metadata)

    assert differences == []


@pytest.mark.parametrize("table", ["audit", "programme", "seal", "transfer"])
def test_what_may_only_grow_is_guarded(database: Database, table: str) -> None:
    catalogue = "sqlite_master WHERE type = 'trigger'" if database.is_sqlite else "pg_trigger"
    column = "name" if database.is_sqlite else "tgname"
    with database.read() as tx:
        names = set(tx.execute(text(f"SELECT {column} FROM {catalogue}")).scalars())

    ends = ("UPDATE", "DELETE") if database.is_sqlite else ("rows", "truncate")
    assert {f"guard_{table}_{end}" for end in ends} <= names


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


def test_awards_of_before_are_kept_and_may_take_from_now_on(tmp_path: Path) -> None:
    """The lower bound of what an award gave goes; the others, the rows and their indexes stay."""
    database = Database(f"sqlite:///{tmp_path / 'old.sqlite3'}")

    def to_the_last_but_one(tx: Connection) -> None:
        config = migrations._config()
        config.attributes["connection"] = tx
        command.upgrade(config, "0002")

    def before(tx: Connection) -> None:
        ids = {"m": "merchant", "id": "erika"}
        tx.execute(
            text(
                "INSERT INTO merchant (merchant_id, name, currency, zone) VALUES (:m, 'x', 'EUR', 'UTC')"
            ),
            ids,
        )
        tx.execute(text("INSERT INTO member (merchant_id, member_id) VALUES (:m, :id)"), ids)
        tx.execute(text("INSERT INTO award (merchant_id, subject, rule, member_id, terms, given)"
                        " VALUES (:m, 's', 'r', :id, '{}', 7)"), ids)  # fmt: skip

    def change(column: str) -> None:
        database.write(lambda tx: tx.execute(text(f"UPDATE award SET {column} = -5")))

    database.write(to_the_last_but_one)
    database.write(before)
    with pytest.raises(IntegrityError):
        change("given")
    migrations.upgrade(database)

    change("given")
    for column in ("pending", "waived"):
        with pytest.raises(IntegrityError):
            change(column)
    with database.read() as tx:
        assert tx.execute(text("SELECT given FROM award")).scalars().all() == [-5]
        plan = tx.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'award'")
        )
        assert {"ix_award_due", "ix_award_open", "ix_award_pending"} <= set(plan.scalars())
        assert tx.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
    database.close()
