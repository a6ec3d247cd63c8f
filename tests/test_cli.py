"""The command line as scripts and people meet it: its own process, real exit codes, a real shop."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import requests
import yaml

from tests.adapters.woocommerce import simulated
from tests.forked import forking

KEY, SECRET = "ck_" + "1" * 40, "cs_" + "2" * 40


@dataclass
class Terminal:
    """A shell in a folder of its own."""

    folder: Path

    def run(self, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
        surroundings = os.environ | {"STAMMKUNDE_DATA": str(self.folder / "data")} | env
        return forking().run(words, surroundings)

    def json(self, *words: str) -> Any:
        done = self.run(*words, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def add(self, real: simulated.Shop, **changes: str) -> subprocess.CompletedProcess[str]:
        given = {"slug": "demo", "url": real.url, "key": real.key, "secret": real.secret} | changes
        options = [word for name, value in given.items() for word in (f"--{name}", value)]
        return self.run("shop", "add", "woocommerce", *options)

    def file(self, name: str, document: Any) -> str:
        path = self.folder / name
        path.write_text(yaml.safe_dump(document))
        return str(path)


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


@pytest.fixture(scope="module")
def real() -> Iterator[simulated.Shop]:
    with simulated.running("--data", "small") as running:
        yield running


@pytest.fixture(scope="module")
def living(real: simulated.Shop, tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """A terminal whose shop is connected and read."""
    terminal = Terminal(tmp_path_factory.mktemp("living"))
    assert terminal.add(real).returncode == 0
    assert terminal.run("sync", "demo").returncode == 0
    return terminal


def nothing_stored(terminal: Terminal) -> bool:
    return not terminal.json("shop", "list")


# ------------------------------------------------------------------ the good way


def test_a_shop_is_read_and_its_books_are_right(living: Terminal) -> None:
    synced = living.json("sync", "demo", "--full")
    proven = living.json("verify", "--full", "--digest")

    assert set(synced) >= {"orders_seen", "orders_changed", "customers", "transfers", "seconds"}
    assert synced["orders_seen"] > 5
    assert proven["ok"] is True
    assert re.fullmatch("[0-9a-f]{64}", proven["digest"])


def test_one_search_shows_a_customer_with_a_sentence_for_every_movement(
    living: Terminal, real: simulated.Shop
) -> None:
    email = next(
        c["email"]
        for c in real.rest("GET", "/customers?per_page=100")
        if c["first_name"] == "Jonas"
    )
    shown = living.json("customer", "show", email, "--shop", "demo")

    assert set(shown) >= {"customer", "joined", "available", "pending", "shortfall", "lifetime",
                          "tier", "next_expiry", "pending_next", "movements"}  # fmt: skip
    assert shown["movements"]
    for movement in shown["movements"]:
        assert set(movement) >= {"at", "points", "from", "to", "reason", "subject", "text"}
        assert "Bestellung" in movement["text"]["de"]
        assert "order" in movement["text"]["en"]


def test_a_guest_is_nobody_to_the_ledger(living: Terminal) -> None:
    done = living.run("customer", "show", "nobody@example.com", "--shop", "demo")

    assert done.returncode == 1
    assert "no customer" in done.stderr


def test_check_shows_how_real_orders_are_read(living: Terminal) -> None:
    checked = living.json("shop", "check", "demo")

    assert checked["ok"] is True
    assert 0 < len(checked["orders"]) <= 10
    assert any(one["points"] > 0 for one in checked["orders"])


def test_nothing_but_json_is_on_standard_output(living: Terminal) -> None:
    for words in (["sync", "demo"], ["run-due"], ["reconcile", "demo"], ["task", "list"], ["shop", "list"],
                  ["programme", "show", "demo"], ["shop", "settings", "show", "demo"], ["verify"]):  # fmt: skip
        living.json(*words)


def test_the_programme_is_a_file(living: Terminal) -> None:
    document = living.json("programme", "show", "demo")
    file = living.file("programme.yaml", document | {"name": "Herzen"})

    assert living.run("programme", "lint", "demo", file).returncode == 0
    assert living.json("programme", "diff", "demo", file)["changes"] == [
        "name: Treuepunkte -> Herzen"
    ]
    assert living.json("programme", "apply", "demo", file)["version"] == 2
    assert living.json("programme", "apply", "demo", file)["version"] == 0


def test_a_programme_says_what_past_orders_would_bring(living: Terminal) -> None:
    without, limited = (
        {"start": {"past_months": 480, "at_most": None}},
        {"start": {"past_months": 480, "at_most": 100}},
    )
    free = living.json("programme", "simulate", "demo", living.file("free.yaml", without))
    most = living.json("programme", "simulate", "demo", living.file("most.yaml", limited))

    assert free["orders"] > free["members"] >= most["members"] > 0
    assert free["worth"] == {"minor": free["points"], "currency": "EUR"}
    assert most["points"] <= 100 * most["members"] < free["points"]


def test_a_wrong_programme_names_every_place(living: Terminal) -> None:
    file = living.file("wrong.yaml", {"earn": {"points": -1, "per": "one"}, "taking_part": "all"})
    done = living.run("programme", "lint", "demo", file, "--json")

    assert done.returncode == 1
    places = [line.split(": ")[1] for line in json.loads(done.stdout)["findings"]]
    assert sorted(places) == ["earn.per", "earn.points", "taking_part"]


def test_adapter_settings_are_a_file(living: Terminal) -> None:
    document = living.json("shop", "settings", "show", "demo")
    document["states"]["paid"].append("shipped-partly")
    file = living.file("settings.yaml", document)

    assert living.run("shop", "settings", "lint", "demo", file).returncode == 0
    assert "states.paid" in living.json("shop", "settings", "diff", "demo", file)["changes"][0]
    living.json("shop", "settings", "apply", "demo", file)
    assert "shipped-partly" in living.json("shop", "settings", "show", "demo")["states"]["paid"]


def test_wrong_adapter_settings_name_the_place(living: Terminal) -> None:
    file = living.file("wrong.yaml", {"states": {"payed": ["processing"]}})
    done = living.run("shop", "settings", "apply", "demo", file)

    assert done.returncode == 2
    assert "states.payed" in done.stderr


def test_a_task_that_is_not_there_cannot_be_done(living: Terminal) -> None:
    assert living.json("task", "list") == []
    assert living.run("task", "done", "nothing").returncode == 1


def test_what_is_not_built_is_refused_clearly(living: Terminal) -> None:
    shopify = living.run("shop", "add", "shopify", "--slug", "x", "--shop", "x.myshopify.com")

    assert shopify.returncode == 2
    assert "not built yet" in shopify.stderr


def test_the_secret_may_come_from_the_environment(terminal: Terminal, real: simulated.Shop) -> None:
    done = terminal.run("shop", "add", "woocommerce", "--slug", "demo", "--url", real.url, "--key", real.key,
                        STAMMKUNDE_SHOP_SECRET=real.secret)  # fmt: skip

    assert done.returncode == 0, done.stderr


# ------------------------------------------------------------------ the bad ways


@pytest.mark.parametrize(
    ("changes", "code", "says"),
    [
        ({"url": "shop"}, 3, "--url"),
        ({"url": "http://shop.example"}, 2, "https"),
        ({"url": "https://127.0.0.1:9"}, 3, "reach"),
        ({"key": KEY}, 3, "key"),
        ({"secret": SECRET}, 3, "secret"),
        ({"slug": "Not A Slug"}, 2, "--slug"),
        ({"preset": "nothing"}, 2, "--preset"),
        ({"merchant": "nobody"}, 1, "nobody"),
    ],
    ids=["no-url", "http", "down", "key", "secret", "slug", "preset", "merchant"],
)
def test_what_a_person_gets_wrong_has_its_own_sentence(
    terminal: Terminal, real: simulated.Shop, changes: dict[str, str], code: int, says: str
) -> None:
    done = terminal.add(real, **changes)

    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert real.secret not in done.stderr
    assert nothing_stored(terminal)


@pytest.mark.parametrize(
    ("habit", "says"),
    [
        ({"read_only_key": True}, "read"),
        ({"plain_permalinks": True}, "ermalink"),
        ({"is_ssl": False}, "over http"),
        ({"html": {"status": 200, "times": 50}}, "no WordPress"),
        ({"busy": {"status": 503, "times": 50}}, "503"),
        ({"clock_offset_seconds": 3600}, "clock"),
        ({"lost_access": True}, "key"),
    ],
    ids=["read-only", "permalinks", "proxy", "html", "down", "clock", "revoked"],
)
def test_what_is_wrong_with_the_shop_has_its_own_sentence(
    terminal: Terminal, habit: dict[str, Any], says: str
) -> None:
    with simulated.running() as broken:
        broken.habits(**habit)
        done = terminal.add(broken)

    assert done.returncode == (0 if "clock" in says and done.returncode == 0 else 3), done.stderr
    assert says in done.stderr + done.stdout
    assert "Traceback" not in done.stderr
    assert done.returncode == 0 or nothing_stored(terminal)


def test_a_slug_is_taken_once(living: Terminal, real: simulated.Shop) -> None:
    done = living.add(real)

    assert done.returncode == 2
    assert "taken" in done.stderr


def test_a_shop_in_another_currency_cannot_share_a_merchant(living: Terminal) -> None:
    with simulated.running() as swiss:
        swiss.habits(currency="CHF")
        done = living.add(swiss, slug="swiss", merchant="demo")

    assert done.returncode == 2
    assert "CHF" in done.stderr


def test_an_order_in_an_unknown_currency_becomes_a_task(terminal: Terminal) -> None:
    with simulated.running() as shop:
        erika = shop.customer("erika@example.com")
        assert terminal.add(shop).returncode == 0
        shop.order(customer_id=int(erika), paid=True, currency="CHF")
        terminal.json("sync", "demo")

    (task,) = terminal.json("task", "list")
    assert "CHF" in task["text"]
    assert terminal.run("task", "done", task["id"], "--by", "Erika").returncode == 0
    assert terminal.json("task", "list") == []


def test_a_shop_that_is_not_connected_is_named(terminal: Terminal) -> None:
    done = terminal.run("sync", "nobody")

    assert done.returncode == 1
    assert "'nobody'" in done.stderr


def test_a_weak_secret_stops_at_the_start(terminal: Terminal) -> None:
    done = terminal.run("shop", "list", STAMMKUNDE_SECRET_KEY="secret")

    assert done.returncode == 2
    assert "STAMMKUNDE_SECRET_KEY" in done.stderr


@pytest.mark.parametrize(
    "words", [["sync"], ["nothing"], ["shop", "add", "woocommerce", "--slug", "x"]]
)
def test_wrong_usage_is_two(terminal: Terminal, words: list[str]) -> None:
    assert terminal.run(*words).returncode == 2


def test_a_merchant_gets_his_plugin_as_a_file(living: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "plugin.zip"
    done = living.json("shop", "package", "demo", "--out", str(file))
    with ZipFile(file) as packed:
        said = json.loads(packed.read("stammkunde/connection.json"))

        php = packed.read("stammkunde/stammkunde.php").decode()

    assert "Plugin Name: Stammkunde" in php
    assert done["bytes"] == file.stat().st_size
    assert (said["shop"], said["link"]) == ("demo", "")
    again = living.run("shop", "package", "demo", "--out", str(file))
    assert again.returncode == 2
    assert "is there already" in again.stderr


def test_a_shop_that_is_not_connected_gets_one_that_connects_it(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    home = {"STAMMKUNDE_URL": "https://connector.example"}
    file = tmp_path / "plugin.zip"
    done = terminal.run("shop", "package", "neu", "--url", "https://shop.example", "--out",
                        str(file), **home)  # fmt: skip
    with ZipFile(file) as packed:
        said = json.loads(packed.read("stammkunde/connection.json"))

    assert done.returncode == 0, done.stderr
    assert said["link"].startswith("https://connector.example/connect/woocommerce/")
    unknown = terminal.run("shop", "package", "other", "--out", str(tmp_path / "other.zip"))
    assert unknown.returncode != 0
    assert not (tmp_path / "other.zip").exists()


def test_connecting_in_the_browser_needs_https_for_the_keys(
    terminal: Terminal, real: simulated.Shop
) -> None:
    done = terminal.run("shop", "connect", "woocommerce", "--slug", "x", "--url", real.url)

    assert done.returncode == 2
    assert "STAMMKUNDE_URL" in done.stderr


def test_the_first_sync_says_what_past_orders_brought_and_the_next_does_not(
    terminal: Terminal,
) -> None:
    with simulated.running("--data", "small") as shop:
        terminal.add(shop)
        first, second = terminal.run("sync", "demo"), terminal.run("sync", "demo")
        again = terminal.json("sync", "demo", "--full")["outstanding"]

    assert re.search(r"\d+ members have [\d,]+ points together, worth €[\d.,]+ when", first.stdout)
    assert "together" not in second.stdout
    assert again["text"] in first.stdout


def test_who_asks_to_join_gets_what_his_orders_deserve(terminal: Terminal) -> None:
    with simulated.running() as shop:
        erika = shop.customer("erika@example.com")
        shop.order(customer_id=int(erika), paid=True)
        time.sleep(1)  # shops date their orders to the second
        assert terminal.add(shop, preset="open").returncode == 0
        document = terminal.json("programme", "show", "demo")
        assert document["taking_part"] == "ask"
        shop.order(customer_id=int(erika), paid=True)
        terminal.json("sync", "demo")
        assert (
            terminal.run("customer", "show", "erika@example.com", "--shop", "demo").returncode == 1
        )
        joined = terminal.json("customer", "join", "erika@example.com", "--shop", "demo")

    assert joined["transfers"] == 1


def test_serving_answers_and_stops_when_told(terminal: Terminal) -> None:
    words = [sys.executable, "-m", "connector", "serve", "--port", "0"]
    env = os.environ | {"STAMMKUNDE_DATA": str(terminal.folder / "data")}
    with subprocess.Popen(words, env=env, stderr=subprocess.PIPE, text=True) as serving:
        assert serving.stderr
        address = serving.stderr.readline().split()[-1]
        health = requests.get(f"{address}/health", timeout=10).json()
        serving.send_signal(signal.SIGTERM)

        assert serving.wait(20) == 0
        assert "Traceback" not in serving.stderr.read()
    assert health["ok"] is True


def test_a_port_that_is_taken_is_named(terminal: Terminal) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = terminal.run("serve", "--port", port)

    assert done.returncode == 2
    assert f"Port {port}" in done.stderr
    assert "Traceback" not in done.stderr
