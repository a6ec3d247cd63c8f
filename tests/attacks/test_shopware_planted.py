"""The secrets of a Shopware shop and the people in it are planted: nothing but their own place has them.

The twin of `test_planted`: good days and bad ones, every library at its most talkative, and then every log, page,
command and file is searched for every secret in every usual spelling.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, replace
from unittest.mock import patch

import pytest
import requests
from click.testing import CliRunner
from sqlalchemy import Connection, select, update

from adapters.shopware import tokens as memory
from adapters.shopware.signatures import sign
from connector import inbox, jobs, looking, personal, shops
from connector.cli import stammkunde
from connector.installation import Installation, open_installation, utc_now
from connector.port import JSON, Change, Stream
from connector.tables import customer, metadata, order, task
from connector.tables import inbox as bells
from connector.web import serving
from tests.adapters.shopware import simulated
from tests.attacks.people import ERIKA, GUEST, MALLORY
from tests.attacks.test_planted import hits, listening, raising, visit
from tests.attacks.two_platforms import install, shops_with
from tests.connected import config

STORED = ("email", "first_name")


@dataclass
class Lived:
    """What an installation left behind."""

    inst: Installation
    real: simulated.Shop
    log: io.StringIO
    first: JSON
    """The credentials before the shop changed its secret."""
    tokens: list[str] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)
    own: dict[str, str] = field(default_factory=dict)
    """What was asked for about Erika herself."""

    @property
    def credentials(self) -> JSON:
        shop = self.inst.shop("demo")
        return dict(
            shops.StoredSettings(self.inst.database, self.inst.keys, shop).load()[0]["credentials"]
        )

    @property
    def secrets(self) -> dict[str, str]:
        kept: dict[str, str] = {}
        for name, one in (("first", self.first), ("now", self.credentials)):
            live = one["registration"]["live"]
            kept |= {f"shop secret, {name}": live["secret"], f"key, {name}": one["key_secret"]}
        api = {f"token {n}": text for n, text in enumerate(dict.fromkeys(self.tokens))}
        own = {"integration": self.real.client_secret, "app secret": self.first["app_secret"]}
        return kept | api | own

    def run(self, name: str, *words: str) -> str:
        surroundings = {"STAMMKUNDE_DATA": str(self.inst.config.data)}
        done = CliRunner(env=surroundings).invoke(stammkunde, list(words))
        died = "" if done.exception is None else repr(done.exception)
        self.said[name] = done.stdout + done.stderr + died
        return done.stdout

    @property
    def files(self) -> dict[str, bytes]:
        found = {file.name: file.read_bytes() for file in self.inst.config.data.iterdir()}
        return {name: kept for name, kept in found.items() if name != "secret.key"}


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    folder = tmp_path_factory.mktemp("planted") / "data"
    with listening() as log, simulated.running("--version", "6.7.9.1") as real:
        inst = open_installation(config(folder))
        printed = io.StringIO()
        with (
            redirect_stdout(printed), redirect_stderr(printed),
            serving.running(inst, "127.0.0.1", 0, work=False) as url,
        ):  # fmt: skip
            inst.config = replace(inst.config, url=url)
            one = Lived(inst, real, log, {})
            with patch.object(memory, "Token", remembering(one.tokens)):
                live(one, url)
        one.said["printed"] = printed.getvalue()
        yield one
        inst.close()


def remembering(tokens: list[str]) -> Callable[[str, float], memory.Token]:
    """Each token of the Admin API that was ever fetched."""
    kept = memory.Token

    def note(text: str, until: float) -> memory.Token:
        tokens.append(text)
        return kept(text, until)

    return note


def live(one: Lived, url: str) -> None:
    """Install, read, ring, show, fail in every way there is."""
    real, inst = one.real, one.inst
    install(inst, real)
    one.first = one.credentials
    erika = shops_with(real, ERIKA)
    shops_with(real, MALLORY)
    real.order(email=GUEST.email, paid=True, first_name=GUEST.first_name)
    one.run("sync", "sync", "demo", "--json")
    jobs.run_due(inst)
    doors(one, url, erika)
    failing(one)
    real.control("POST", "/apps/Stammkunde/rotate", {})
    look(one)
    for name, words in {
        "shops": ["shop", "list", "--json"],
        "shops in words": ["shop", "list"],
        "settings": ["shop", "settings", "show", "demo"],
        "check": ["shop", "check", "demo", "--json"],
        "tasks": ["task", "list", "--json"],
        "verify": ["verify", "--full", "--digest", "--json"],
        "jobs": ["jobs"],
        "nobody": ["customer", "show", "nobody@example.com", "--shop", "demo"],
    }.items():
        one.run(name, *words)
    one.own["customer"] = one.run(
        "customer", "customer", "show", ERIKA.email, "--shop", "demo", "--json"
    )
    del one.said["customer"]


def doors(one: Lived, url: str, erika: str) -> None:
    """What strangers, the shop and a customer hear."""
    kept = one.first
    browser = requests.Session()
    browser.post(f"{one.real.url}/_simulator/sessions", json={"customer_id": erika}, timeout=30)
    token = browser.post(f"{one.real.url}/app-system/Stammkunde/generate-token", timeout=30).json()[
        "token"
    ]
    query = f"shop-id=x&shop-url={one.real.url}&timestamp=1"
    asked = {
        "forged": ("GET", "/v1/demo/me", {"headers": {"Authorization": f"Bearer {token}x"}}),
        "unsigned": ("POST", "/hooks/demo", {"json": {"email": ERIKA.email, "key": kept["key_secret"]}}),
        "unproven": ("POST", "/connect/shopware/demo/life", {"json": {"a": kept["app_secret"]}}),
        "old": ("GET", f"/connect/shopware/demo/register?{query}",
                {"headers": {"shopware-app-signature": sign(kept["app_secret"], query.encode())}}),
        "invented": ("GET", f"/connect/shopware/demo/{kept['app_secret']}/register?{query}", {}),
        "panel": ("GET", f"/connect/shopware/demo/panel?{query}", {}),
        "nowhere": ("GET", f"/{ERIKA.email}/{kept['key_secret']}", {}),
    }  # fmt: skip
    for name, (method, path, more) in asked.items():
        one.said[name] = str(visit(url, method, path, **more))
    own = ("GET", "/v1/demo/me", {"headers": {"Authorization": f"Bearer {token}"}})
    one.own["me"] = str(visit(url, own[0], own[1], **own[2]))
    with patch.object(personal, "me", raising(ValueError(f"{ERIKA.email} {kept['key_secret']}"))):
        one.said["500"] = str(visit(url, own[0], own[1], **own[2]))


def failing(one: Lived) -> None:
    """Looks that fail: by the shop, by its answers, by our own mistake, by lost access."""
    real, kept = one.real, one.first
    for error in (
        ValueError(ERIKA.email),
        KeyError(kept["key_secret"]),
        RuntimeError(MALLORY.street),
    ):
        with patch.object(looking, "look", raising(error)):
            look(one)
    for habit in ({"html": {"status": 200, "times": 1}}, {"truncated": {"times": 1}},
                  {"busy": {"status": 503, "times": 1}}, {"throttle": {"times": 1, "seconds": 1}},
                  {"missing_privileges": ["order:read"]}, {"lost_access": True}):  # fmt: skip
        real.habits(**habit)
        one.inst.forget(one.inst.shop("demo"))
        look(one)
        one.run(f"sync under {habit}", "sync", "demo")
        real.good_again()
        one.run(f"check after {habit}", "shop", "check", "demo", "--json")


def look(one: Lived) -> None:
    shop = one.inst.shop("demo")
    with one.inst.database.read() as tx:
        known = str(tx.execute(select(order.c.external_id)).scalars().first())
    change = [Change(Stream.ORDERS, known)]

    def work(tx: Connection) -> None:
        """It is due at once, whatever became of it before."""
        inbox.ring(tx, shop.merchant_id, shop.shop_id, change, utc_now())
        tx.execute(update(bells).values(due_at=utc_now(), lease_until=None))

    one.inst.database.write(work)
    jobs.run_due(one.inst)


def test_the_days_were_bad_enough(lived: Lived) -> None:
    """The control: what is searched was really written, and what is searched for is really secret."""
    log = lived.log.getvalue()
    with lived.inst.database.read() as tx:
        kinds = set(tx.execute(select(task.c.kind)).scalars())

    assert {"unreadable", "access_lost"} <= kinds
    assert {"urllib3", "sqlalchemy", "api/search/order", "api/oauth/token"} <= {
        word for word in ("urllib3", "sqlalchemy", "api/search/order", "api/oauth/token") if word in log
    }  # fmt: skip
    assert lived.said["500"].startswith("(500")
    assert len(set(lived.secrets.values())) == len(lived.secrets) >= 7
    assert ERIKA.first_name in lived.own["me"]
    assert ERIKA.email.encode() in b"".join(lived.files.values())


def test_no_secret_is_logged_said_or_shown(lived: Lived) -> None:
    told = {"the log": lived.log.getvalue(), **lived.said, **lived.own}

    assert [
        (name, where) for name, secret in lived.secrets.items()
        for where, words in told.items() if hits(words, secret)
    ] == []  # fmt: skip


def test_no_secret_lies_open_in_a_file(lived: Lived) -> None:
    assert [
        (name, file) for name, secret in lived.secrets.items()
        for file, kept in lived.files.items() if hits(kept, secret)
    ] == []  # fmt: skip


def everybody() -> list[str]:
    return [word for one in (ERIKA, MALLORY, GUEST) for word in one.everything]


def test_nobody_is_logged_said_or_shown(lived: Lived) -> None:
    told = {"the log": lived.log.getvalue(), **lived.said}

    assert [
        (word, where) for word in everybody() for where, words in told.items() if word in words
    ] == []


def test_people_are_in_two_columns_of_one_table(lived: Lived) -> None:
    found: dict[str, set[str]] = {}
    with lived.inst.database.read() as tx:
        for table in metadata.sorted_tables:
            for row in tx.execute(select(table)).mappings():
                for column, value in row.items():
                    said = json.dumps(value, default=str, ensure_ascii=False)
                    if any(word in said for word in everybody()):
                        found.setdefault(table.name, set()).add(str(column))

    assert found == {customer.name: set(STORED)}


def test_what_is_never_stored_is_in_no_byte_of_the_files(lived: Lived) -> None:
    stored = {word for one in (ERIKA, MALLORY) for word in (one.email, one.first_name)}

    assert [
        (word, name) for word in set(everybody()) - stored for name, kept in lived.files.items()
        if word.encode() in kept
    ] == []  # fmt: skip


def test_who_asks_is_shown_herself_and_nobody_else(lived: Lived) -> None:
    others = [word for one in (MALLORY, GUEST) for word in one.everything]

    assert [word for word in others if word in "".join(lived.own.values())] == []
