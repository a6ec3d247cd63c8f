"""Databases for tests, both kinds, real, fresh, and proven by `verify` after each test; one browser."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser

from adapters import wire
from connector import keys as keys_module
from connector import migrations, verify
from connector.db import Database
from connector.keys import Keys
from tests import budget, postgres
from tests.browser import chromium
from tests.make import NOW, Book, book
from tests.postgres import create_database

SECRET = secrets.token_urlsafe(48)
ROUNDS = int(os.environ.get("STAMMKUNDE_ROUNDS", "1"))
"""How many times the usual number of random cases to run; `make soak` raises it."""

settings.register_profile(
    "stammkunde",
    max_examples=60 * ROUNDS,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("stammkunde")


def pytest_configure(config: pytest.Config) -> None:
    budget.begin(config)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


@pytest.fixture(scope="module", autouse=True)
def _lines_hung_up() -> Iterator[None]:
    """A process keeps a line to every shop it has asked; the shops of one file are gone with it."""
    yield
    wire._pace.cache_clear()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One for each test process."""
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file to copy: migrating for each test would cost more than the test."""
    file = tmp_path_factory.mktemp("sqlite") / "empty.sqlite3"
    database = Database(f"sqlite:///{file}")
    migrations.upgrade(database)
    database.close()
    return file


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A real PostgreSQL from a wheel, one for each test process; a migrated database to copy in it."""
    with postgres.running() as (url, _):
        create_database(url, "empty", "template0")
        database = Database(url.format("empty"))
        migrations.upgrade(database)
        database.close()
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path, empty_sqlite: Path) -> str:
    file = tmp_path / "stammkunde.sqlite3"
    shutil.copy(empty_sqlite, file)
    return f"sqlite:///{file}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_url"))
    url: str = request.getfixturevalue("postgres_server")
    create_database(url, "test", "empty")
    return url.format("test")


@pytest.fixture
def database(database_url: str, request: pytest.FixtureRequest) -> Iterator[Database]:
    """An open database; its books are proven when the test is over."""
    opened = Database(database_url)
    keys = opened.write(lambda tx: keys_module.load(tx, [SECRET], NOW))
    opened.arm(keys.chain)
    yield opened
    if request.node.get_closest_marker("broken_books") is None:
        _prove(opened, without_awards=request.node.get_closest_marker("bare_ledger") is not None)
    opened.close()


def _prove(opened: Database, *, without_awards: bool = False) -> None:
    with opened.read() as tx:
        findings = verify.run(tx, full=True).findings
    assert [one for one in findings if not (without_awards and one.what == "award")] == []


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """As `database`, for what does not depend on which one it is."""
    opened = Database(sqlite_url)
    keys = opened.write(lambda tx: keys_module.load(tx, [SECRET], NOW))
    opened.arm(keys.chain)
    yield opened
    _prove(opened)
    opened.close()


@pytest.fixture
def keys(database: Database) -> Keys:
    return database.write(lambda tx: keys_module.load(tx, [SECRET], NOW))


@pytest.fixture
def demo(database: Database, keys: Keys) -> Book:
    """A shop under the `dach` preset, live for a year."""
    return book(database, keys)
