"""What must be true of a database after anything: sound pages, right books; and what it holds."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import select

from connector import digest, verify
from connector.db import Database
from connector.installation import Installation, open_installation
from connector.tables import transfer
from tests.connected import config

T = TypeVar("T")


def pages(file: Path) -> str:
    """What SQLite itself says of the file; it recovers from its log first, as at a start."""
    connection = sqlite3.connect(file, timeout=30)
    (said,) = connection.execute("PRAGMA integrity_check").fetchone()
    connection.close()
    return str(said)


def findings(database: Database, *, bare: bool = False) -> list[verify.Finding]:
    """What `verify --full` finds; `bare`: the ledger alone, without awards."""
    with database.read() as tx:
        found = verify.run(tx, full=True).findings
    return [one for one in found if not (bare and one.what == "award")]


def digest_of(inst: Installation) -> str:
    with inst.database.read() as tx:
        return digest.of(tx)


def moved(database: Database) -> dict[str, int]:
    """Each key that was written, and how many points it moved."""
    with database.read() as tx:
        return {
            row.key: row.points for row in tx.execute(select(transfer.c.key, transfer.c.points))
        }


def reasons(inst: Installation) -> Counter[str]:
    with inst.database.read() as tx:
        return Counter(tx.execute(select(transfer.c.reason)).scalars())


def closing(folder: Path, ask: Callable[[Installation], T]) -> T:
    """Open an installation whose process is gone, see that its books are right, and ask it something."""
    inst = open_installation(config(folder))
    try:
        assert findings(inst.database) == []
        return ask(inst)
    finally:
        inst.close()
