"""Secrets and people's data stay where they belong: never in a log, an error, a task or the books."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Table, select

from connector import jobs, looking, sync
from connector.cli import stammkunde
from connector.errors import TryLater
from connector.installation import open_installation
from connector.tables import award, inbox, order, outbox, task, transfer
from connector.web import create_app
from tests.adapters.woocommerce import simulated
from tests.connected import IDENTITY_SECRET, Connected, config, connect

EMAIL, FIRST_NAME, STREET = "rumpelstilz@example.com", "Zwetschgen", "Kieselgurallee 99"
BILLING = {"email": EMAIL, "first_name": FIRST_NAME, "last_name": FIRST_NAME, "address_1": STREET}
PERSONAL = (EMAIL, FIRST_NAME, "Kieselgur")


@dataclass
class Lived:
    """An installation that has seen good and bad days, and everything it said meanwhile."""

    opened: Connected
    folder: Path
    log: str
    answers: str

    @property
    def secrets(self) -> tuple[str, ...]:
        return self.opened.real.key, self.opened.real.secret, IDENTITY_SECRET

    def rows(self, *tables: Table) -> str:
        with self.opened.inst.database.read() as tx:
            found = [dict(row._mapping) for one in tables for row in tx.execute(select(one))]
        return json.dumps(found, default=str, ensure_ascii=False)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    folder = tmp_path_factory.mktemp("people") / "data"
    records: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(logging.Formatter().format(record))

    listener, root = Listener(logging.DEBUG), logging.getLogger()
    before = root.level
    root.addHandler(listener)
    root.setLevel(logging.DEBUG)
    try:
        with simulated.running() as real:
            inst = open_installation(config(folder))
            opened = Connected(inst, connect(inst, real), real)
            answers = live(opened, folder)
            yield Lived(opened, folder, "\n".join(records), answers)
            inst.close()
    finally:
        root.removeHandler(listener)
        root.setLevel(before)


def live(opened: Connected, folder: Path) -> str:
    """Orders, a failing look of each kind, an error page, and errors of the command line."""
    inst, real = opened.inst, opened.real
    erika = int(real.customer(EMAIL))
    real.order(customer_id=erika, paid=True, billing=BILLING)
    bad = real.order(customer_id=erika, paid=True, billing=BILLING,
                     meta_data=[{"key": "_delivered_at", "value": STREET}])  # fmt: skip
    sync.run(inst, opened.shop)
    jobs.run_due(inst)
    said = [
        f"{fail(opened, error)}"
        for error in (ValueError(EMAIL), TryLater("busy"), KeyError(STREET))
    ]
    client = create_app(inst).test_client()
    for path in ("/nothing", "/v1/demo/me", "/v1/demo/config?lang=xx", "/hooks/demo"):
        headers = {"Authorization": f"Bearer {real.secret}", "X-WC-Webhook-Signature": EMAIL}
        for answer in (client.get(path, headers=headers), client.post(path, json=BILLING)):
            said.append(answer.get_data(as_text=True))
    runner = CliRunner(env={"STAMMKUNDE_DATA": str(folder)})
    for words in (
        ["shop", "add", "woocommerce", "--slug", "other", "--url", real.url + "/nowhere",
         "--key", real.key, "--secret", real.secret],
        ["shop", "add", "woocommerce", "--slug", "demo", "--url", real.url, "--key", real.key,
         "--secret", real.secret + "x"],
        ["shop", "settings", "show", "demo"],
        ["shop", "check", "demo", "--json"],
        ["task", "list", "--json"],
        ["verify", "--full", "--json"],
    ):  # fmt: skip
        done = runner.invoke(stammkunde, words)
        said += [done.output, f"{done.exception}"]
    assert bad in "".join(said)
    return "\n".join(said)


def fail(opened: Connected, error: Exception) -> str:
    """A look that ends in this error; what the inbox remembers of it."""
    with pytest.MonkeyPatch.context() as patch:

        def broken(*_: Any) -> None:
            raise error

        patch.setattr(looking, "look", broken)
        with opened.inst.database.read() as tx:
            found = tx.execute(select(order.c.external_id)).scalars().first()
        ring(opened, str(found))
        jobs.run_due(opened.inst)
    with opened.inst.database.read() as tx:
        return str(tx.execute(select(inbox.c.error)).scalars().all())


def ring(opened: Connected, external_id: str) -> None:
    from connector.inbox import ring as note
    from connector.installation import utc_now
    from connector.port import Change, Stream

    ids = opened.shop.merchant_id, opened.shop.shop_id
    changes = [Change(Stream.ORDERS, external_id)]
    opened.inst.database.write(lambda tx: note(tx, *ids, changes, utc_now()))


def found_in(text: str, words: tuple[str, ...]) -> list[str]:
    return [word for word in words if word.lower() in text.lower()]


def test_the_log_names_no_person_and_no_secret(lived: Lived) -> None:
    assert "stammkunde" in lived.log or "orders" in lived.log
    assert found_in(lived.log, (*PERSONAL, *lived.secrets)) == []


def test_no_answer_and_no_error_names_a_person_or_a_secret(lived: Lived) -> None:
    assert found_in(lived.answers, (*PERSONAL, *lived.secrets)) == []


def test_tasks_and_what_waits_name_nobody(lived: Lived) -> None:
    rows = lived.rows(task, inbox, outbox)

    assert "unreadable" in rows
    assert found_in(rows, (*PERSONAL, *lived.secrets)) == []


def test_the_books_name_nobody(lived: Lived) -> None:
    rows = lived.rows(transfer, award, order)

    assert '"earn"' in rows
    assert found_in(rows, (*PERSONAL, *lived.secrets)) == []


def test_credentials_do_not_lie_in_the_files_in_clear_text(lived: Lived) -> None:
    files = [file for file in lived.folder.rglob("*") if file.is_file()]
    kept = b"".join(file.read_bytes() for file in files)

    assert EMAIL.encode() in kept  # what we look for would be found
    assert [one for one in lived.secrets if one.encode() in kept] == []
