"""Shops on their way in: one state per slug, the latest, and no longer than its link."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connector import newcomers
from connector.db import Database
from connector.errors import NotThere

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=7)


def kept(database: Database, now: datetime = NOW, slug: str = "demo") -> str:
    with database.read() as tx:
        return newcomers.of(tx, slug, now)


def test_the_latest_word_counts(database: Database) -> None:
    for state in ("first", "second"):
        database.write(lambda tx, state=state: newcomers.keep(tx, "demo", state, LATER, NOW))  # type: ignore[misc]

    assert kept(database) == "second"


def test_what_waits_is_forgotten_with_its_link(database: Database) -> None:
    database.write(lambda tx: newcomers.keep(tx, "demo", "first", LATER, NOW))

    assert kept(database, LATER) == "first"
    with pytest.raises(NotThere):
        kept(database, LATER + timedelta(seconds=1))
    database.write(lambda tx: newcomers.keep(tx, "other", "x", LATER, LATER + timedelta(1)))
    with pytest.raises(NotThere):
        kept(database, NOW)


def test_who_came_in_waits_no_longer(database: Database) -> None:
    database.write(lambda tx: newcomers.keep(tx, "demo", "first", LATER, NOW))
    database.write(lambda tx: newcomers.forget(tx, "demo"))

    with pytest.raises(NotThere):
        kept(database)
