"""Killed by SIGKILL anywhere: what was acknowledged is there, once, and the next start goes on.

A case is a series of children on one database, each killed at its own point; its seed is its name.
"""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connector.db import Database
from tests.failures import doomed, proof
from tests.failures.conftest import Past
from tests.failures.death import Death, somewhere
from tests.failures.forge import Forge
from tests.failures.rounds import LIVES, seeds
from tests.make import add_members
from tests.postgres import create_database

HANGING = 30
"""Seconds in which a start after a kill must be over, on the slowest machine."""


# ------------------------------------------------------------------ posting

POSTING = ("connector/db.py", "connector/ledger.py", "sqlalchemy/engine/base.py")


def with_members(url: str) -> str:
    database = Database(url)
    database.write(lambda tx: add_members(tx, *doomed.MEMBERS))
    doomed.opened(url).close()
    database.close()
    return url


def in_posting(chance: random.Random) -> Death:
    if chance.random() < 0.25:
        return Death(chance.choice(["commit", "ack"]), chance.randint(1, 25))
    return somewhere(chance, seconds=0.12, statements=250, files=POSTING, lines=9000)


def lost(database: Database, file: Path) -> dict[str, int]:
    """What was acknowledged and is not there with the points it was acknowledged with."""
    moved, notes = proof.moved(database), doomed.read_notes(file)
    promised = {words[1]: int(words[2]) for words in notes if words[0] == "done"}
    return {key: points for key, points in promised.items() if moved.get(key, 0) != points}


def kept_promises(database: Database, file: Path) -> None:
    wanted = {words[1] for words in doomed.read_notes(file) if words[0] == "want"}
    assert lost(database, file) == {}
    assert proof.moved(database).keys() <= wanted
    assert proof.findings(database, bare=True) == []


@seeds(8)
def test_no_acknowledged_post_is_lost_or_doubled(
    forge: Forge, sqlite_url: str, tmp_path: Path, seed: int, record_property: Any
) -> None:
    chance, notes = random.Random(f"post {seed}"), tmp_path / "notes"
    url, file = with_members(sqlite_url), Path(sqlite_url.removeprefix("sqlite:///"))
    starts, before = [], forge.kills
    for child in range(12):
        forge.run("post", in_posting(chance), url=url, file=str(notes), seed=f"{seed}/{child}",
                  most=400)  # fmt: skip
        began = time.monotonic()
        database = doomed.opened(url)
        starts.append(time.monotonic() - began)
        kept_promises(database, notes)
        database.close()
    forge.run("post", url=url, file=str(notes), seed=f"{seed}/last", most=1)

    record_property("slowest start", max(starts))
    assert max(starts) < HANGING
    assert forge.kills - before >= 8
    assert proof.pages(file) == "ok"
    assert doomed.unfinished(doomed.read_notes(notes)) == []


@pytest.mark.postgres
def test_no_acknowledged_post_is_lost_or_doubled_on_postgres(
    forge: Forge, postgres_server: str, tmp_path: Path
) -> None:
    create_database(postgres_server, "killed", "empty")
    url, notes = with_members(postgres_server.format("killed")), tmp_path / "notes"
    chance = random.Random("post on postgres")
    for child in range(15 * LIVES):
        forge.run("post", in_posting(chance), url=url, file=str(notes), seed=str(child), most=60)
    forge.run("post", url=url, file=str(notes), seed="last", most=1)
    database = doomed.opened(url)

    kept_promises(database, notes)
    assert doomed.unfinished(doomed.read_notes(notes)) == []
    database.close()


@pytest.mark.parametrize("at", [1, 4, 9])
def test_who_acknowledges_before_the_commit_loses(
    forge: Forge, sqlite_url: str, tmp_path: Path, at: int
) -> None:
    """The control of the tests above."""
    notes = tmp_path / "notes"
    url = with_members(sqlite_url)
    commits = Death("commit", 1 + at)  # the first commit is the chain's key
    assert not forge.run("post_hastily", commits, url=url, file=str(notes), seed="1", most=50)
    database = doomed.opened(url)

    assert len(lost(database, notes)) == 1
    database.close()


def test_who_makes_a_key_for_each_try_doubles(
    forge: Forge, sqlite_url: str, tmp_path: Path
) -> None:
    """The other control: killed between commit and acknowledgement, and done again under another key."""
    notes, url = tmp_path / "notes", with_members(sqlite_url)
    for child in range(4):
        forge.run("post_forgetfully", Death("ack", 5), url=url, file=str(notes), seed=str(child),
                  most=20)  # fmt: skip
    forge.run("post_forgetfully", url=url, file=str(notes), seed="last", most=0)
    database = doomed.opened(url)
    wanted = {words[1] for words in doomed.read_notes(notes) if words[0] == "want"}

    assert len(proof.moved(database)) > len(wanted)
    database.close()


# ------------------------------------------------------------------ reading a shop

READING = ("connector/sync.py", "connector/looking.py", "connector/orders.py", "connector/db.py")


@pytest.fixture(scope="session")
def undisturbed(past: Past, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What a sync brings that nobody kills."""
    folder = shutil.copytree(past.folder, tmp_path_factory.mktemp("undisturbed") / "data")
    doomed.read_shop(str(folder))
    return proof.closing(folder, proof.digest_of)


_EARLY = Death("statement", 5)


def killed_until_it_ends(forge: Forge, work: str, folder: Path, death: Callable[[], Death]) -> int:
    """Begin it again after each death until it ends by itself, then once more; how often it was killed.

    The first death is an early one, so that none comes too late to be one. After each the file is whole
    and the installation opens."""
    kills = 0
    for number in range(40):
        if forge.run(work, death() if number else _EARLY, folder=str(folder)):
            break
        kills += 1
        assert proof.pages(folder / "stammkunde.sqlite3") == "ok"
        proof.closing(folder, lambda inst: None)
    forge.run(work, folder=str(folder))
    return kills


@seeds(6)
def test_a_sync_killed_again_and_again_brings_what_one_brings(
    forge: Forge, past: Past, undisturbed: str, copy: Callable[[Path], Path], seed: int
) -> None:
    chance, folder = random.Random(f"sync {seed}"), copy(past.folder)
    kills = killed_until_it_ends(
        forge, "read_shop", folder,
        lambda: somewhere(chance, seconds=0.3, statements=120, files=READING, lines=1500),
    )  # fmt: skip

    assert kills
    assert proof.closing(folder, proof.digest_of) == undisturbed


# ------------------------------------------------------------------ release and expiry

TIME = ("connector/life.py", "connector/jobs", "connector/awards.py", "connector/db.py")


@seeds(4)
def test_what_is_due_is_released_and_expires_once_however_often_we_are_killed(
    forge: Forge, overdue: Path, copy: Callable[[Path], Path], seed: int
) -> None:
    chance, folder, whole = random.Random(f"time {seed}"), copy(overdue), copy(overdue)
    doomed.pass_time(str(whole))
    kills = killed_until_it_ends(
        forge, "pass_time", folder,
        lambda: somewhere(chance, seconds=0.15, statements=90, files=TIME, lines=700),
    )  # fmt: skip

    assert kills
    assert proof.closing(folder, proof.reasons) == proof.closing(whole, proof.reasons)
    assert proof.closing(folder, proof.digest_of) == proof.closing(whole, proof.digest_of)
