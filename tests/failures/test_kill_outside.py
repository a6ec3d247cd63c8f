"""Killed while something outside was being done or the tables were changed: in the end it is done once."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select

from connector import guards, members, migrations, outbox, shops, standing
from connector.db import Database
from connector.installation import Installation
from connector.standing import Standing
from connector.tables import metadata
from connector.tables import outbox as outbox_table
from tests.failures import doomed, proof
from tests.failures.conftest import LONG_AGO, Past
from tests.failures.death import Death, somewhere
from tests.failures.forge import Forge
from tests.failures.rounds import seeds
from tests.postgres import create_database

# ------------------------------------------------------------------ outside

OUTSIDE = ("connector/jobs", "connector/outbox.py", "connector/db.py")


@seeds(3)
def test_what_is_to_be_done_outside_is_done_and_marked_once(
    forge: Forge, tmp_path: Path, overdue: Path, seed: int
) -> None:
    folder, notes = Path(shutil.copytree(overdue, tmp_path / "data")), tmp_path / "notes"
    chance, wanted = random.Random(f"outside {seed}"), [str(n) for n in range(24)]
    doomed.pass_time(str(folder))
    proof.closing(folder, lambda inst: want_outside(inst, wanted))
    for child in range(12):
        death = somewhere(chance, seconds=0.1, statements=60, files=OUTSIDE, lines=500)
        if chance.random() < 0.3:
            death = Death("ack", chance.randint(1, 4))
        forge.run("work_outside", death, folder=str(folder), file=str(notes), later=3 * child)
    forge.run("work_outside", folder=str(folder), file=str(notes), later=60)

    effects = [words[1] for words in doomed.read_notes(notes)]
    assert set(effects) == set(wanted)
    assert proof.closing(folder, marked) == len(wanted)


def test_who_marks_before_the_effect_loses_it(forge: Forge, tmp_path: Path, overdue: Path) -> None:
    """The control: killed between the mark and the effect."""
    folder, notes = Path(shutil.copytree(overdue, tmp_path / "data")), tmp_path / "notes"
    proof.closing(folder, lambda inst: want_outside(inst, ["1", "2", "3", "4", "5"]))
    forge.run("work_hastily", Death("ack", 3), folder=str(folder), file=str(notes))
    forge.run("work_hastily", folder=str(folder), file=str(notes))

    assert proof.closing(folder, marked) == 5
    assert len(doomed.read_notes(notes)) == 4


def want_outside(inst: Installation, numbers: list[str]) -> None:
    def work(tx: Any) -> None:
        merchant_id = shops.require(tx, "demo").merchant_id
        for number in numbers:
            outbox.add(tx, merchant_id, key=number, lane=doomed.LANES[int(number) % 5], kind="note",
                       args={"number": number}, due_at=LONG_AGO)  # fmt: skip

    inst.database.write(work)


def marked(inst: Installation) -> int:
    with inst.database.read() as tx:
        done = tx.execute(select(outbox_table.c.done_at).where(outbox_table.c.kind == "note"))
        return sum(at is not None for at in done.scalars())


# ------------------------------------------------------------------ vouchers

VOUCHERS = ("woocommerce/vouchers.py", "adapters/wire.py", "woocommerce/answers.py")


@seeds(24)
def test_after_a_kill_there_is_one_voucher_and_it_is_the_one_that_was_meant(
    forge: Forge, past: Past, seed: int
) -> None:
    chance, code = random.Random(f"voucher {seed}"), f"SK-KILL-{seed}"
    settings = past.real.settings().value
    for _ in range(chance.randint(1, 3)):
        death = Death("line", chance.randint(1, 130), VOUCHERS)
        if chance.random() < 0.5:
            death = Death("moment", chance.uniform(0.003, 0.04))
        forge.run("make_voucher", death, settings=settings, code=code)
    forge.run("make_voucher", settings=settings, code=code)

    coupons = past.real.rest("GET", "/coupons?per_page=100")
    made = [each for each in coupons if each["code"].upper() == code]
    assert [(each["amount"], each["usage_limit"]) for each in made] == [("7.00", 1)]


REDEEMING = ("connector/vouchers.py", "connector/voucher_rows.py", "connector/handover.py",
             "connector/jobs.py", "connector/db.py", "woocommerce/vouchers.py")  # fmt: skip


@pytest.mark.parametrize("back", [False, True])
@seeds(3)
def test_a_wish_that_is_killed_again_and_again_ends_as_one_that_is_not(
    forge: Forge, past: Past, copy: Callable[[Path], Path], seed: int, back: bool
) -> None:
    chance, folder = random.Random(f"redeem {seed} {back}"), copy(past.folder)
    customer = past.real.customer(f"redeems{seed}{back}@example.com")
    bought = (datetime.now(UTC) - timedelta(days=60)).isoformat()
    line = {"product_id": past.real.product("Kaffee"), "quantity": 1, "gross": "2000.00"}
    past.real.order(customer_id=int(customer), at=bought, paid_at=bought, line_items=[line])
    doomed.read_shop(str(folder))
    before, kills = {each["id"] for each in past.real.rest("GET", COUPONS)}, 0
    for life in range(6):
        death = somewhere(chance, seconds=0.25, statements=90, files=REDEEMING, lines=900)
        if life == 0:
            death = Death("statement", 5)  # early, so that none comes too late to be one
        kills += not forge.run("redeem", death, folder=str(folder), customer=customer, back=back,
                               later=3 * life)  # fmt: skip
    forge.run("redeem", folder=str(folder), customer=customer, back=back, later=60)

    made = [each for each in past.real.rest("GET", COUPONS) if each["id"] not in before]
    has = proof.closing(folder, lambda inst: standing_of(inst, customer))
    assert kills
    assert (len(made), has.available, has.held) == ((0, 10_000, 0) if back else (1, 9_500, 0))
    assert proof.closing(folder, proof.reasons).get("redeem", 0) <= 1


COUPONS = "/coupons?per_page=100"


def standing_of(inst: Installation, customer: str) -> Standing:
    key, shop = f"{members.CUSTOMER}:{customer}", inst.shop("demo")
    with inst.database.read() as tx:
        member_id = members.find(tx, shop.merchant_id, shop.shop_id, [key])[key]
        return standing.of(tx, shop.merchant_id, member_id, shop.zone)


# ------------------------------------------------------------------ migration

MIGRATING = ("connector/migrations/__init__.py", "connector/guards.py", "alembic/operations/base.py",
             "versions/v0001_first_tables.py")  # fmt: skip


def revisions() -> list[str | None]:
    """Every revision one can come from; None is the empty file."""
    script = ScriptDirectory.from_config(migrations._config())
    return [None, *(one.revision for one in script.walk_revisions() if not one.is_head)]


State = tuple[str | None, frozenset[str], frozenset[str]]
"""The revision, the tables, and the guards that are missing."""


def state(database: Database) -> State:
    with database.read() as tx:
        tables = {name for name in inspect(tx).get_table_names() if name != "alembic_version"}
        return migrations.current(tx), frozenset(tables), guards.missing(tx)


def killed_while_upgrading(forge: Forge, url: str, chance: random.Random) -> None:
    """It is as it was or at the head with every table and guard, and the next start brings it there."""
    kind = chance.choice(["statement", "statement", "commit", "line", "moment"])
    at = {"statement": chance.randint(1, 75), "commit": 1, "line": chance.randint(1, 200),
          "moment": chance.uniform(0.01, 0.15)}[kind]  # fmt: skip
    database = Database(url)
    before = state(database)
    database.close()
    forge.run("upgrade", Death(kind, at, MIGRATING), url=url)
    database = Database(url)
    done: State = (migrations.newest(), frozenset(metadata.tables), frozenset())
    assert state(database) in (before, done)
    migrations.upgrade(database)
    assert state(database) == done
    with database.engine.connect() as tx:
        assert compare_metadata(MigrationContext.configure(tx), metadata) == []
    database.close()


@pytest.mark.parametrize("old", revisions())
@seeds(24)
def test_a_killed_upgrade_has_happened_or_not(
    forge: Forge, tmp_path: Path, seed: int, old: str | None
) -> None:
    chance, file = random.Random(f"upgrade {old} {seed}"), tmp_path / "stammkunde.sqlite3"
    url = f"sqlite:///{file}"
    if old is not None:
        before = Database(url)
        migrations.upgrade(before, old)
        before.close()
    killed_while_upgrading(forge, url, chance)

    assert proof.pages(file) == "ok"


@pytest.mark.postgres
@pytest.mark.parametrize("old", revisions())
@seeds(8)
def test_a_killed_upgrade_of_postgres_has_happened_or_not(
    forge: Forge, postgres_server: str, seed: int, old: str | None
) -> None:
    create_database(postgres_server, "upgraded", "template0")
    url = postgres_server.format("upgraded")
    if old is not None:
        before = Database(url)
        migrations.upgrade(before, old)
        before.close()
    killed_while_upgrading(forge, url, random.Random(f"upgrade {old} {seed}"))
