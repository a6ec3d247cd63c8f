"""No room, no right, no turn: 503 and a sentence, nothing confirmed is lost, and it goes on by itself."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection

from connector import inbox, sync
from connector.db import Database
from connector.errors import TryLater
from connector.installation import open_installation, utc_now
from connector.port import Change, Stream
from connector.tables import inbox as bells
from connector.values import MerchantId, ShopId
from connector.web import create_app
from tests.connected import Connected, config, connected
from tests.failures import proof
from tests.test_web import ring, token

PATIENCE = 0.05


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Connected]:
    with connected(tmp_path / "data") as opened:
        opened.erika = opened.real.customer("erika@example.com")  # type: ignore[attr-defined]
        opened.real.order(customer_id=int(opened.erika), paid=True)  # type: ignore[attr-defined]
        sync.run(opened.inst, opened.shop)
        yield opened
        assert proof.findings(opened.inst.database) == []


def hook(client: FlaskClient, shop: Connected, number: int) -> int:
    return ring(client, shop, {"id": number})


def fill(shop: Connected, most: int = 4000) -> int:
    """Ring until there is no room; how many were confirmed."""
    ids = shop.shop.merchant_id, shop.shop.shop_id
    for number in range(most):
        changes = [Change(Stream.ORDERS, f"{number}-{n}-" + "x" * 40) for n in range(20)]
        try:
            shop.inst.database.write(partial(_ring, ids=ids, changes=changes))
        except TryLater:
            return number
    raise AssertionError("there was always room")


def _ring(tx: Connection, ids: tuple[MerchantId, ShopId], changes: list[Change]) -> None:
    inbox.ring(tx, *ids, changes, utc_now())


# ------------------------------------------------------------------ a full disk


@contextmanager
def few_pages(shop: Connected) -> Iterator[None]:
    """SQLite itself refuses to let the file grow."""

    def allow(pages: int) -> None:
        shop.inst.database.write(
            lambda tx: tx.exec_driver_sql(f"PRAGMA max_page_count={pages}").close()
        )

    with shop.inst.database.read() as tx:
        there = int(tx.exec_driver_sql("PRAGMA page_count").scalar_one())
    allow(there + 4)
    yield
    allow(1_000_000)


@contextmanager
def short_files(shop: Connected) -> Iterator[None]:
    """The system refuses to let any file of this process grow."""
    file = Path(str(shop.inst.database.url.database))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    log = file.with_name(f"{file.name}-wal")
    longest = max(file.stat().st_size, log.stat().st_size if log.exists() else 0)
    resource.setrlimit(resource.RLIMIT_FSIZE, (longest + 40_000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("full", [few_pages, short_files])
def test_a_full_disk_is_503_and_goes_on_by_itself_once_there_is_room(
    shop: Connected, full: Callable[[Connected], object]
) -> None:
    client = create_app(shop.inst).test_client()
    with full(shop):  # type: ignore[attr-defined]
        confirmed = fill(shop)
        answers = [hook(client, shop, number) for number in range(5000, 5200)]
        reading = client.get("/v1/demo/me", headers=token(shop))
        arriving = client.get("/v1/demo/me", headers=token(shop, sub="99"))
        assert shop.count(bells) == 20 * confirmed + answers.count(200)

    assert set(answers) <= {200, 503}
    assert answers[-20:] == [503] * 20  # small ones fit a little longer than large ones
    assert reading.status_code == 200
    assert (arriving.status_code, arriving.headers["Retry-After"]) == (503, "30")
    assert "cannot be answered now" in arriving.get_json()["message"]
    assert hook(client, shop, 4711) == 200
    assert proof.pages(Path(str(shop.inst.database.url.database))) == "ok"


# ------------------------------------------------------------------ read-only


def test_a_database_that_turned_read_only_is_503_and_goes_on(shop: Connected) -> None:
    """As after a remount: what was open still reads."""

    def only_read(value: str) -> None:
        connection = shop.inst.database.engine.raw_connection()
        connection.cursor().execute(f"PRAGMA query_only={value}")
        connection.close()

    client = create_app(shop.inst).test_client()
    only_read("ON")
    assert [hook(client, shop, 1), client.get("/v1/demo/config").status_code] == [503, 200]
    only_read("OFF")

    assert hook(client, shop, 1) == 200


OPEN_AS_NOBODY = """
import os, sys
from connector.cli import main
from connector.config import Config
from connector.installation import open_installation
# What is imported late is imported now: nobody may perhaps not read where Python is.
open_installation(Config.from_env({"STAMMKUNDE_DATA": sys.argv[1]})).close()
if os.geteuid() == 0:
    os.setgid(65534), os.setuid(65534)
sys.argv = ["stammkunde", "run-due"]
main()
"""


@pytest.mark.parametrize(("file_mode", "folder_mode"), [(0o400, 0o700), (0o400, 0o500), (0, 0o700)])
def test_a_file_or_folder_without_rights_is_a_sentence_and_no_traceback(
    shop: Connected, file_mode: int, folder_mode: int
) -> None:
    """Not below pytest's own folder, which only its owner may enter: here that may be somebody else."""
    folder = Path(tempfile.mkdtemp(prefix="stammkunde-rights-")) / "data"
    folder.parent.chmod(0o755)
    shop.inst.close()
    source = Path(str(shop.inst.database.url.database)).parent
    shutil.copytree(source, folder)
    _hand_over(folder, file_mode, folder_mode)
    try:
        run = subprocess.run(
            [sys.executable, "-c", OPEN_AS_NOBODY, str(source / "scratch")], capture_output=True, text=True, check=False,
            env={"STAMMKUNDE_DATA": str(folder), "PYTHONPATH": ":".join(sys.path), "HOME": "/"},
        )  # fmt: skip
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder.parent)
    shop.inst = open_installation(config(source))

    assert run.returncode == 3, run.stderr
    assert "Traceback" not in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1


def _hand_over(folder: Path, file_mode: int, folder_mode: int) -> None:
    """To the one who will open it; root may do everything, so it is nobody instead."""
    for one in [*folder.iterdir(), folder]:
        one.chmod({folder: folder_mode}.get(one, file_mode if "sqlite3" in one.name else 0o400))
        if os.geteuid() == 0:
            os.chown(one, 65534, 65534)


# ------------------------------------------------------------------ locked


@dataclass
class Locked:
    """Another process that holds the database for writing until it is told to let go."""

    process: subprocess.Popen[str]

    def let_go(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(20)


HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held(file: str) -> Iterator[Locked]:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, file], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield Locked(process)
        if process.poll() is None:
            process.kill()


def test_a_lock_that_stays_is_503_for_everybody_and_ends_when_it_ends(shop: Connected) -> None:
    patient = shop.inst.database
    shop.inst.database = Database(str(patient.url), PATIENCE)
    shop.inst.database.arm(shop.inst.keys.chain)
    client = create_app(shop.inst).test_client()
    with held(str(patient.url.database)) as other:
        answers = [hook(client, shop, number) for number in range(5000, 5004)]
        reading = client.get("/v1/demo/me", headers=token(shop))
        other.let_go()

    assert answers == [503] * 4
    assert reading.status_code == 200
    assert hook(client, shop, 4711) == 200
    assert shop.count(bells) == 1
    patient.close()
