"""The power goes: whatever is left of the log, the books are those of a moment that was, or a refusal.

Copies of one database, taken with its log not yet written back, are cut and bent at random.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from connector import ledger, verify
from connector.db import Database
from connector.errors import LedgerBroken, StammkundeError
from connector.tables import transfer
from tests.conftest import ROUNDS
from tests.failures import doomed, proof
from tests.make import M, add_members

POSTS = 120
CASES = 25
"""Cuts or flips a test makes with its seed; there are 16 seeds."""
FRAME = 24 + 4096
"""A frame of the log: its head and a page."""


@dataclass(frozen=True)
class Written:
    """A database with all its posts in the log, and the keys in the order of their commits."""

    file: Path
    keys: list[str]

    @property
    def log(self) -> bytes:
        return self.file.with_name(f"{self.file.name}-wal").read_bytes()

    def copy(self, folder: Path, *, file: bytes | None = None, log: bytes = b"") -> Path:
        """The files as a crash left them."""
        target = folder / "copy.sqlite3"
        for left in folder.glob("copy.sqlite3*"):
            left.unlink()
        target.write_bytes(self.file.read_bytes() if file is None else file)
        target.with_name(f"{target.name}-wal").write_bytes(log)
        return target


@pytest.fixture(scope="session")
def written(empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Written:
    folder = tmp_path_factory.mktemp("written")
    living, kept = folder / "living.sqlite3", folder / "kept.sqlite3"
    shutil.copy(empty_sqlite, living)
    database = Database(f"sqlite:///{living}")
    event.listen(database.engine, "connect", _never_write_back)
    database.arm(b"c" * 32)
    database.write(lambda tx: add_members(tx, *doomed.MEMBERS))
    database.write(_write_back)
    chance, keys = random.Random(1), []
    for number in range(POSTS):
        want = doomed.posting(f"k{number}", chance.choice(doomed.MEMBERS), 3 * number + 1)
        database.write(lambda tx, want=want: ledger.post(tx, M, [want], want.occurred_at))  # type: ignore[misc]
        keys.append(want.key)
    for end in ("", "-wal"):
        shutil.copy(f"{living}{end}", f"{kept}{end}")
    database.close()
    return Written(kept, keys)


def _never_write_back(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA wal_autocheckpoint=0")


def _write_back(tx: Any) -> None:
    """Done by a connection of its own: inside a transaction SQLite refuses."""
    with sqlite3.connect(tx.engine.url.database) as other:
        other.execute("PRAGMA wal_checkpoint(PASSIVE)")


def keys_in(file: Path) -> list[str]:
    """The keys that are there, after proving that the books are right."""
    database = Database(f"sqlite:///{file}")
    database.arm(b"c" * 32)
    try:
        assert proof.findings(database, bare=True) == []
        with database.read() as tx:
            return list(tx.execute(select(transfer.c.key)).scalars())
    finally:
        database.close()


def is_a_moment_that_was(written: Written, file: Path) -> int:
    """What is there was committed first; how much it is."""
    there = set(keys_in(file))
    assert there == set(written.keys[: len(there)])
    assert proof.pages(file) == "ok"
    return len(there)


SEEDS = range(8 * min(ROUNDS, 25))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_log_cut_anywhere_gives_a_moment_that_was(
    written: Written, tmp_path: Path, seed: int
) -> None:
    chance, log = random.Random(f"cut {seed}"), written.log
    left = set()
    for _ in range(CASES):
        frames = chance.randrange(len(log) // FRAME + 1)
        border = min(32 + frames * FRAME, len(log))
        at = border if chance.random() < 0.5 else chance.randrange(len(log))
        left.add(is_a_moment_that_was(written, written.copy(tmp_path, log=log[:at])))

    assert len(left) > 5


@pytest.mark.parametrize("seed", SEEDS)
def test_a_byte_flipped_in_the_log_gives_a_moment_that_was_or_a_refusal(
    written: Written, tmp_path: Path, seed: int
) -> None:
    chance, log = random.Random(f"flip {seed}"), written.log
    for _ in range(CASES):
        at = chance.randrange(len(log)) if chance.random() < 0.9 else chance.randrange(32)
        bent = log[:at] + bytes([log[at] ^ chance.randrange(1, 256)]) + log[at + 1 :]
        with suppress(StammkundeError):  # a refusal; anything else is a traceback, and fails
            is_a_moment_that_was(written, written.copy(tmp_path, log=bent))


def test_the_whole_log_gives_everything(written: Written, tmp_path: Path) -> None:
    assert is_a_moment_that_was(written, written.copy(tmp_path, log=written.log)) == POSTS


def test_who_reads_the_log_without_looking_at_its_sums_reads_what_never_was(
    written: Written, tmp_path: Path
) -> None:
    """The control: the pages of a cut log written into the file as they come, whole or not."""
    log = written.log
    torn = 0
    for frames in range(40, len(log) // FRAME, 7):
        pages = dict[int, bytes]()
        for n in range(frames):
            head = 32 + n * FRAME
            number = int.from_bytes(log[head : head + 4], "big")
            pages[number] = log[head + 24 : head + FRAME]
        torn += not _fits(written, tmp_path, pages)

    assert torn


def _fits(written: Written, folder: Path, pages: dict[int, bytes]) -> bool:
    file = bytearray(written.file.read_bytes())
    for number, page in sorted(pages.items()):
        end = number * 4096
        file.extend(b"\0" * max(end - len(file), 0))
        file[end - 4096 : end] = page
    try:
        is_a_moment_that_was(written, written.copy(folder, file=bytes(file)))
    except (AssertionError, StammkundeError):
        return False
    return True


# ------------------------------------------------------------------ the file itself


@pytest.fixture(scope="session")
def whole(written: Written, tmp_path_factory: pytest.TempPathFactory) -> Written:
    """The same, with the log written back."""
    file = written.copy(tmp_path_factory.mktemp("whole"), log=written.log)
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return Written(file, written.keys)


def told(file: Path) -> str:
    """What is said of a file: findings, a refusal, or "" where nothing seems wrong."""
    try:
        database = Database(f"sqlite:///{file}")
        database.arm(b"c" * 32)
        try:
            with database.read() as tx:
                found = verify.run(tx, full=True).findings
        finally:
            database.close()
    except LedgerBroken as damaged:
        return str(damaged)
    except StammkundeError as refusal:
        return str(refusal)
    return " ".join(str(one) for one in found if one.what != "award")


def contents(file: Path) -> list[Any]:
    """Everything in the tables of the ledger, read without any of ours."""
    connection = sqlite3.connect(file)
    try:
        return [
            [
                meaning(value)
                for row in connection.execute(f'SELECT * FROM "{table}"')
                for value in row
            ]
            for table in ("transfer", "member", "lot", "seal", "award")
        ]
    finally:
        connection.close()


def meaning(value: Any) -> Any:
    """A moment or a document reads the same with another sign between its parts."""
    if isinstance(value, str) and value.startswith(("[", "{")):
        return json.loads(value)
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d.\d\d:", value):
        return datetime.fromisoformat(value)
    return value


def same(whole: Written, file: Path, before: list[Any]) -> bool:
    try:
        return contents(file) == before and proof.pages(file) == "ok"
    except (sqlite3.Error, OverflowError, ValueError):
        return False


@pytest.mark.parametrize("seed", SEEDS)
def test_a_byte_flipped_in_the_ledgers_pages_is_found(
    whole: Written, tmp_path: Path, seed: int
) -> None:
    """Every flip that changes what the ledger holds, or how SQLite finds it, is told in a sentence."""
    chance, file = random.Random(f"page {seed}"), whole.file.read_bytes()
    before, changed = contents(whole.file), 0
    pages = ledger_pages(file)
    for _ in range(CASES):
        at = chance.choice(pages) * 4096 + chance.randrange(4096)
        bent = file[:at] + bytes([file[at] ^ chance.randrange(1, 256)]) + file[at + 1 :]
        copy = whole.copy(tmp_path, file=bent)
        said = told(copy)
        if not same(whole, whole.copy(tmp_path, file=bent), before):
            changed += 1
            assert said, f"byte {at} was changed and nobody noticed"

    assert changed


def ledger_pages(file: bytes) -> list[int]:
    """Pages in which a transfer's key stands."""
    pages = [file[start : start + 4096] for start in range(0, len(file), 4096)]
    return [number for number, page in enumerate(pages) if b"order/demo/1001" in page]
