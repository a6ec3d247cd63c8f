"""Fourteen secrets and thirty-two facts about people are planted; nothing but their own place has them."""

from __future__ import annotations

import base64
import http.client
import io
import json
import logging
import secrets
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from click.testing import CliRunner
from sqlalchemy import Connection, create_engine, select, text
from sqlalchemy.engine import make_url

from adapters.woocommerce.client import Client
from connector import connecting, jobs, looking, personal, shops
from connector.cli import main, stammkunde
from connector.config import Config
from connector.db import Database
from connector.errors import TryLater
from connector.installation import Installation, open_installation
from connector.keys import Keys
from connector.literal import Statement
from connector.shops import Shop
from connector.tables import inbox, metadata, task
from connector.tables import order as orders_table
from connector.web import serving
from tests.adapters.woocommerce import simulated
from tests.attacks.people import ERIKA, GUEST, MALLORY, NEIGHBOUR, Person, shops_with
from tests.attacks.tokens import claims, token
from tests.connected import Connected
from tests.postgres import create_database

NEWER, OLDER = secrets.token_urlsafe(36), secrets.token_urlsafe(36)
SHOWN_TO = {"customer": {"email", "first_name"}}
"""The whole list of where a person's own words may be: two columns of one table. Country and group
of a customer are kept too; the rest (address, phone, company, surname) is never stored at all."""
LIBRARIES = ("", "stammkunde", "sqlalchemy.engine", "sqlalchemy.engine.Engine", "sqlalchemy.pool",
             "sqlalchemy.dialects", "sqlalchemy.orm", "urllib3", "urllib3.connectionpool",
             "urllib3.util.retry", "requests", "requests_ratelimiter", "pyrate_limiter", "apscheduler",
             "waitress", "waitress.queue", "alembic", "flask", "werkzeug", "asyncio", "psycopg")  # fmt: skip


def spellings(secret: str | bytes) -> list[bytes]:
    """How a secret would look in a file if it went there by one of the usual ways."""
    raw = secret if isinstance(secret, bytes) else secret.encode()
    plain = [raw, raw.hex().encode(), raw.hex().upper().encode()]
    coded = [base64.b64encode(raw), base64.urlsafe_b64encode(raw), quote(raw, safe="").encode()]
    inside = [base64.b64encode(b"x" * n + raw)[4:-4] for n in (1, 2)]  # somewhere within base64
    return sorted({each.rstrip(b"=") for each in [*plain, *coded, *inside]})


def hits(text: str | bytes, secret: str | bytes) -> bool:
    hay = text.encode() if isinstance(text, str) else text
    return any(each in hay for each in spellings(secret))


@dataclass
class Lived:
    """What an installation left behind after good days and bad ones."""

    inst: Installation
    shop: Shop
    real: simulated.Shop
    log: io.StringIO
    said: dict[str, str] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    asked_for: dict[str, str] = field(default_factory=dict)

    @property
    def secrets(self) -> dict[str, str | bytes]:
        value, _ = shops.StoredSettings(self.inst.database, self.inst.keys, self.shop).load()
        kept = value["credentials"]
        ours = {name: kept[name] for name in ("key", "secret", "webhook_secret", "identity_secret")}
        data = {one.name: getattr(self.inst.keys, one.name) for one in fields(Keys)}
        made = (self.inst.config.data / "secret.key").read_text().strip()
        return {"outer key": NEWER, "older outer key": OLDER, "first outer key": made, **ours, **data,
                "Basic authorization": base64.b64encode(f"{kept['key']}:{kept['secret']}".encode())}  # fmt: skip

    def run(self, name: str, *words: str, **env: str) -> str:
        """A command; what it printed, and what it died of."""
        surroundings = {"STAMMKUNDE_DATA": str(self.inst.config.data),
                        "STAMMKUNDE_SECRET_KEY": f"{NEWER},{OLDER}"} | env  # fmt: skip
        done = CliRunner(env=surroundings).invoke(stammkunde, list(words))
        died = "" if done.exception is None else repr(done.exception)
        self.said[name] = done.stdout + done.stderr + died
        return done.stdout


def everybody() -> list[str]:
    return [word for one in (ERIKA, MALLORY, NEIGHBOUR, GUEST) for word in one.everything]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    folder = tmp_path_factory.mktemp("planted") / "data"
    with listening() as log, simulated.running() as real:
        environment = {"STAMMKUNDE_DATA": str(folder)}
        open_installation(Config.from_env(environment)).close()
        first = (folder / "secret.key").read_text().strip()
        for given in (f"{OLDER},{first}", f"{NEWER},{OLDER}"):
            inst = open_installation(
                Config.from_env(environment | {"STAMMKUNDE_SECRET_KEY": given})
            )
            inst.close()
        inst = open_installation(
            Config.from_env(environment | {"STAMMKUNDE_SECRET_KEY": f"{NEWER},{OLDER}"})
        )
        one = Lived(inst, None, real, log)  # type: ignore[arg-type]
        printed = io.StringIO()
        with redirect_stdout(printed), redirect_stderr(printed):
            live(one)
        one.said["printed"] = printed.getvalue()
        yield one
        inst.close()


class listening:  # noqa: N801
    """Every logger of every library at its most talkative."""

    def __enter__(self) -> io.StringIO:
        self.stream = io.StringIO()
        self.handler = logging.StreamHandler(self.stream)
        self.handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
        logging.getLogger().addHandler(self.handler)
        self.before = {name: logging.getLogger(name).level for name in LIBRARIES}
        for name in LIBRARIES:
            logging.getLogger(name).setLevel(logging.DEBUG)
        return self.stream

    def __exit__(self, *_: object) -> None:
        logging.getLogger().removeHandler(self.handler)
        for name, level in self.before.items():
            logging.getLogger(name).setLevel(level)


def live(one: Lived) -> None:
    """Connect, read, ring, show, fail in every way there is, prove."""
    connect(one)
    with serving.running(one.inst, "127.0.0.1", 0) as url:  # with its scheduler
        walking(one, url)
    failing(one)
    for name, words in {
        "verify": ["verify", "--full", "--digest", "--json"],
        "programme": ["programme", "show", "demo"],
        "settings": ["shop", "settings", "show", "demo"],
        "shops": ["shop", "list", "--json"],
        "tasks": ["task", "list", "--json"],
        "tasks in words": ["task", "list"],
        "reconcile": ["reconcile", "demo"],
        "run-due": ["run-due", "--json"],
        "wrong words": ["customer", "show"],
        "nobody": ["customer", "show", "nobody@example.com", "--shop", "demo"],
    }.items():
        one.run(name, *words)
    one.asked_for["customer"] = one.run(
        "customer", "customer", "show", ERIKA.email, "--shop", "demo", "--json"
    )


def connect(one: Lived) -> None:
    real = one.real
    add = ["shop", "add", "woocommerce", "--slug", "demo", "--key", real.key]
    one.run("no shop there", *add, "--url", f"{real.url}/nowhere", "--secret", real.secret)
    one.run("wrong secret", *add, "--url", real.url, "--secret", real.secret[:-1] + "0")
    one.run("inside", *add, "--url", "https://10.0.0.1", "--secret", real.secret)
    one.run("secret in the address", *add, "--url", f"https://{real.secret}@shop.example",
            "--secret", real.secret)  # fmt: skip
    real.habits(is_ssl=False)
    one.run("header not seen", *add, "--url", real.url, "--secret", real.secret)
    real.good_again()
    one.run("added", *add, "--url", real.url, "--secret", real.secret)
    one.run("twice", *add, "--url", real.url, "--secret", real.secret)
    one.run("wrong key", "shop", "list", STAMMKUNDE_SECRET_KEY=OLDER[::-1])
    document = connecting.document(one.inst, one.inst.shop("demo"))
    connecting.apply_document(
        one.inst,
        one.inst.shop("demo"),
        document | {"requests_per_second": 1000,
                    "fields": document["fields"] | {"delivered": "_delivered_at"}},
    )  # fmt: skip
    one.shop = one.inst.shop("demo")
    for person in (ERIKA, MALLORY, NEIGHBOUR):
        shops_with(real, person)
    one.real.order(customer_id=0, paid=True, billing=GUEST.billing)
    one.run("sync", "sync", "demo", "--json")
    jobs.run_due(one.inst)


def walking(one: Lived, url: str) -> None:
    """What a stranger, a customer and the shop do at the door."""
    one.inst.platform(one.shop).ensure_webhooks(f"{url}/hooks/demo")
    customer = one.real.customer("noch.eine@example.com")
    one.real.order(customer_id=int(customer), paid=True, billing=ERIKA.billing)
    one.real.control("GET", "/deliveries?wait=5")
    jobs.run_due(one.inst)
    bearer = token(claims(one.shop.url, "2"), str(one.secrets["identity_secret"]))
    visits: dict[str, tuple[str, str, dict[str, Any]]] = {
        "her own": ("GET", "/v1/demo/me", {"headers": {"Authorization": f"Bearer {bearer}"}}),
        "forged": ("GET", "/v1/demo/me", {"headers": {"Authorization": f"Bearer {bearer}x"}}),
        "not found": ("GET", f"/{ERIKA.email}/{one.real.secret}", {}),
        "no shop": ("GET", f"/v1/{ERIKA.email}/me", {}),
        "no method": ("PUT", f"/v1/demo/me?x={ERIKA.email}", {}),
        "bad language": ("GET", f"/v1/demo/me?lang={ERIKA.email}", {}),
        "unsigned": ("POST", "/hooks/demo", {"json": ERIKA.billing}),
        "callback": ("POST", "/connect/woocommerce/callback", {"json": {
            "user_id": ERIKA.email, "consumer_key": one.real.key,
            "consumer_secret": one.real.secret}}),
        "link": ("GET", f"/connect/woocommerce/{one.real.secret}", {}),
        "documents": ("GET", "/openapi.json", {}),
    }  # fmt: skip
    for name, (method, path, more) in visits.items():
        status, words = visit(url, method, path, **more)
        (one.asked_for if name == "her own" else one.pages)[name] = f"{status} {words}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(personal, "me", raising(ValueError(f"{ERIKA.email} {ERIKA.street}")))
        status, words = visit(url, *visits["her own"][:2], **visits["her own"][2])
        one.pages["500"] = f"{status} {words}"


def visit(url: str, method: str, path: str, **more: Any) -> tuple[int, str]:
    """As a browser in another process, which writes nothing into our log."""
    door = http.client.HTTPConnection(url.removeprefix("http://"), timeout=20)
    with closing(door):
        body = json.dumps(more["json"]) if "json" in more else None
        headers = {"Content-Type": "application/json"} | more.get("headers", {})
        door.request(method, path, body, headers)
        answer = door.getresponse()
        return answer.status, answer.read().decode()


def raising(error: Exception) -> Callable[..., Any]:
    def fail(*_: Any, **__: Any) -> Any:
        raise error

    return fail


def failing(one: Lived) -> None:
    """Looks that fail: by the shop, by its answers, by our own mistake, by lost access."""
    real, inst = one.real, one.inst
    for habit in ({"html": {"status": 200, "times": 1}}, {"truncated": {"times": 1}},
                  {"busy": {"status": 503, "times": 1}}):  # fmt: skip
        real.habits(**habit)
        ring(one)
        jobs.run_due(inst)
        real.good_again()
    for error in (ValueError(ERIKA.email), KeyError(MALLORY.street), RuntimeError(real.secret)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(looking, "look", raising(error))
            ring(one)
            jobs.run_due(inst)
    real.order(customer_id=2, paid=True, billing=ERIKA.billing,
               meta_data=[{"key": "_delivered_at", "value": ERIKA.street}])  # fmt: skip
    one.run("sync again", "sync", "demo", "--full")
    real.habits(lost_access=True)
    ring(one)
    jobs.run_due(inst)
    one.run("check refused", "shop", "check", "demo")
    one.run("sync refused", "sync", "demo")
    jobs.nightly(inst)
    real.good_again()
    one.run("check", "shop", "check", "demo", "--json")


def ring(one: Lived) -> None:
    from connector.inbox import ring as note
    from connector.port import Change, Stream

    def work(tx: Connection) -> None:
        found = tx.execute(select(orders_table.c.external_id)).scalars().first()
        change = Change(Stream.ORDERS, str(found))
        note(tx, one.shop.merchant_id, one.shop.shop_id, [change], datetime.now(UTC))
        tx.execute(inbox.update().values(due_at=datetime(2020, 1, 1, tzinfo=UTC), lease_until=None))

    one.inst.database.write(work)


# ------------------------------------------------------------------ what must be found nowhere


def files_of(one: Lived) -> dict[str, bytes]:
    found = {file.name: file.read_bytes() for file in one.inst.config.data.iterdir()}
    return {name: kept for name, kept in found.items() if name != "secret.key"}


def test_the_days_were_bad_enough(lived: Lived) -> None:
    """The control: what is searched was really written, and everything went wrong that should."""
    log = lived.log.getvalue()
    with lived.inst.database.read() as tx:
        kinds = set(tx.execute(select(task.c.kind)).scalars())

    assert len(lived.secrets) == 14
    assert len(set(lived.secrets.values())) == 14
    assert Connected(lived.inst, lived.shop, lived.real).orders() >= 5
    assert len(everybody()) >= 20
    assert {"unreadable", "access_lost"} <= kinds
    assert {"SELECT", "INSERT", "wp-json/wc/v3/orders", "ValueError"} <= {
        word for word in ("SELECT", "INSERT", "wp-json/wc/v3/orders", "ValueError") if word in log
    }
    assert {each.split()[1].split(".")[0] for each in log.splitlines() if each[:5] == "DEBUG"} >= {
        "urllib3", "sqlalchemy", "apscheduler"
    }  # fmt: skip
    assert lived.pages["500"].startswith("500")
    assert "stammkunde.sqlite3-wal" in files_of(lived)
    assert ERIKA.email.encode() in b"".join(files_of(lived).values())


def test_no_secret_lies_open_in_a_file(lived: Lived) -> None:
    found = [
        (name, file) for name, secret in lived.secrets.items()
        for file, kept in files_of(lived).items() if hits(kept, secret)
    ]  # fmt: skip

    assert found == []


def test_no_secret_is_logged_said_or_shown(lived: Lived) -> None:
    told = {"the log": lived.log.getvalue(), **lived.said, **lived.pages, **lived.asked_for}

    assert [
        (name, where) for name, secret in lived.secrets.items()
        for where, words in told.items() if hits(words, secret)
    ] == []  # fmt: skip


def test_the_first_key_lies_in_its_own_file_only(lived: Lived) -> None:
    kept = lived.inst.config.data / "secret.key"

    assert kept.read_text().strip() == lived.secrets["first outer key"]
    assert kept.stat().st_mode & 0o077 == 0


def test_nobody_is_logged_said_or_shown(lived: Lived) -> None:
    told = {"the log": lived.log.getvalue(), **lived.said, **lived.pages}

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

    assert found == SHOWN_TO


def test_what_is_never_stored_is_in_no_byte_of_the_files(lived: Lived) -> None:
    stored = {word for one in (ERIKA, MALLORY, NEIGHBOUR) for word in (one.email, one.first_name)}
    never = set(everybody()) - stored

    assert len(never) == 26
    assert [
        (word, name) for word in never for name, kept in files_of(lived).items()
        if word.encode() in kept
    ] == []  # fmt: skip


def test_who_asks_is_shown_himself_and_nobody_else(lived: Lived) -> None:
    others = [word for one in (MALLORY, NEIGHBOUR, GUEST) for word in one.everything]
    told = lived.asked_for["customer"] + lived.asked_for["her own"]

    assert ERIKA.first_name in lived.asked_for["her own"]
    assert [word for word in others if word in told] == []


# ------------------------------------------------------------------ PostgreSQL tells which row failed


BROKEN = {
    "nothing where something must be": "INSERT INTO customer (merchant_id, shop_id, external_id, "
    "email, first_name, verified) VALUES ('m', 's', NULL, :email, :name, false)",
    "a stranger's key": "INSERT INTO customer (merchant_id, shop_id, external_id, email, first_name, "
    "verified, guest) VALUES ('m', 's', :email, :email, :name, false, false)",
    "no number": "SELECT CAST(:email AS integer)",
    "no time": "SELECT CAST(:name AS timestamp)",
    "too long": "INSERT INTO customer (merchant_id, shop_id, external_id, email, first_name, verified,"
    " guest) VALUES (:long, 's', 'x', :email, :name, false, false)",
    "twice": "INSERT INTO suppression (merchant_id, purpose, digest) "
    "VALUES ('m', 'p', :email), ('m', 'p', :email)",
}  # fmt: skip


def parameters(person: Person) -> dict[str, str]:
    return {"email": person.email, "name": person.first_name, "long": person.street * 10}


@pytest.fixture(scope="module")
def postgres_url(postgres_server: str) -> str:
    create_database(postgres_server, "planted", "empty")
    return postgres_server.format("planted")


@pytest.mark.postgres
@pytest.mark.parametrize("broken", BROKEN)
def test_an_error_of_postgresql_names_nobody(postgres_url: str, broken: str) -> None:
    database = Database(postgres_url)
    try:
        with pytest.raises(Exception, match="psycopg") as failed:
            database.write(lambda tx: tx.execute(text(BROKEN[broken]), parameters(ERIKA)))
        with pytest.raises(Exception, match="psycopg"), database.read() as tx:
            tx.execute(text("SELECT CAST(:email AS integer)"), parameters(ERIKA))
    finally:
        database.close()

    told = "".join(traceback.format_exception(failed.value)) + repr(failed.value)
    assert [word for word in ERIKA.everything if word in told] == []
    assert "DETAIL" not in told


@pytest.mark.postgres
def test_an_error_of_a_literal_statement_names_nobody_either(postgres_url: str) -> None:
    """Those go to the driver as they are, past everything that SQLAlchemy hides."""
    literal = Statement(
        "INSERT INTO customer (merchant_id, shop_id, external_id, email, first_name, verified) "
        "VALUES (:merchant_id, :merchant_id, :merchant_id, :email, :name, :verified)"
    )
    database = Database(postgres_url)
    row = parameters(ERIKA) | {"merchant_id": "m", "verified": False}
    with pytest.raises(psycopg.errors.NotNullViolation) as failed:
        database.write(lambda tx: literal.run(tx, row))
    with pytest.raises(psycopg.errors.InvalidTextRepresentation) as misread, database.read() as tx:
        Statement("SELECT n FROM member WHERE n = CAST(:email AS integer)").rows(tx, row)
    database.close()

    for one in (failed.value, misread.value):
        told = "".join(traceback.format_exception(one)) + repr(one)
        assert [word for word in ERIKA.everything if word in told] == []


@pytest.mark.postgres
def test_without_care_it_names_the_whole_row(postgres_url: str) -> None:
    """The control: hidden parameters alone do not hide the row."""
    careless = create_engine(postgres_url, hide_parameters=True)
    with pytest.raises(Exception, match="DETAIL") as failed, careless.begin() as tx:
        tx.execute(text(BROKEN["nothing where something must be"]), parameters(ERIKA))
    careless.dispose()

    assert ERIKA.email in str(failed.value)


@pytest.mark.postgres
def test_the_kind_of_a_failure_is_still_known(postgres_url: str) -> None:
    """What is repeated after a conflict is told by its code, which stays."""
    database = Database(postgres_url)
    with pytest.raises(Exception, match="duplicate key") as failed:
        database.write(lambda tx: tx.execute(text(BROKEN["twice"]), parameters(ERIKA)))
    database.close()

    assert isinstance(failed.value.orig, psycopg.errors.UniqueViolation)  # type: ignore[attr-defined]
    assert failed.value.orig.sqlstate == "23505"  # type: ignore[attr-defined]


def test_a_password_in_the_databases_address_is_not_repeated(tmp_path: Path) -> None:
    password = "Pg-Passwort-das-niemand-lesen-soll"
    where = f"postgresql+psycopg://points:{password}@127.0.0.1:9/points?connect_timeout=1"
    with pytest.raises(TryLater, match=r"cannot be reached") as failed:
        open_installation(Config.from_env(
            {"STAMMKUNDE_DATA": str(tmp_path), "STAMMKUNDE_DATABASE_URL": where,
             "STAMMKUNDE_SECRET_KEY": NEWER}
        ))  # fmt: skip

    assert password not in "".join(traceback.format_exception(failed.value))
    assert password not in repr(make_url(where))


def test_a_retried_request_does_not_log_the_key_in_its_query(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """urllib3 warns of each retry with the whole address, at a level that everybody logs."""
    key, secret = "ck_" + "7" * 40, "cs_" + "8" * 40
    credentials = {"url": "http://127.0.0.1:9", "key": key, "secret": secret, "ca_file": ""}
    client = Client(credentials, 1000)
    with caplog.at_level(logging.DEBUG), pytest.raises(Exception, match="reached"):
        client._probe("GET", True)

    assert "Retrying" in caplog.text
    assert [word for word in (key, secret) if word in caplog.text] == []


def test_the_command_line_says_where_something_unforeseen_happened_and_not_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["stammkunde", "shop", "list"])
    monkeypatch.setattr(shops, "every", raising(ValueError(ERIKA.email)))
    monkeypatch.setenv("STAMMKUNDE_DATA", str(tmp_path))

    with pytest.raises(SystemExit) as ended:
        main()

    said = capsys.readouterr()
    assert ended.value.code == 1
    assert "ValueError at" in said.err
    assert "test_planted.py:" in said.err
    assert ERIKA.email not in said.err + said.out
    assert "Traceback" not in said.err


def test_a_database_that_is_not_there_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["stammkunde", "shop", "list"])
    monkeypatch.setenv("STAMMKUNDE_DATA", str(tmp_path))
    monkeypatch.setenv("STAMMKUNDE_SECRET_KEY", NEWER)
    monkeypatch.setenv("STAMMKUNDE_DATABASE_URL", "postgresql+psycopg://points:pw-x@127.0.0.1:9/p")

    with pytest.raises(SystemExit):
        main()

    said = capsys.readouterr().err
    assert said.startswith("The database server cannot be reached.")
    assert "STAMMKUNDE_DATABASE_URL" in said
    assert "pw-x" not in said
