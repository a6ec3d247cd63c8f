"""What a person does about a Shopware shop: on the command line, and in the administration."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Connection

from connector import tasks
from connector.access import sessions, users
from connector.access.roles import Role
from connector.cli import stammkunde
from connector.errors import StammkundeError
from connector.installation import utc_now
from tests.adapters.shopware.standin import CONNECTOR, HOME, MOVED, OPEN, Caller, Lab
from tests.admin.people import HASHED, Desk
from tests.make import NOW


def run(lab: Lab, *words: str, **env: str) -> Result:
    home = {"STAMMKUNDE_DATA": str(lab.inst.config.data), "STAMMKUNDE_URL": CONNECTOR} | env
    return CliRunner().invoke(stammkunde, words, env=home, catch_exceptions=True)


def added(lab: Lab, *more: str, **env: str) -> Result:
    OPEN.add((HOME, "SWIAFIRST", "first-key"))
    return run(lab, "shop", "add", "shopware", "--slug", "demo", "--url", HOME, *more, **env)


def test_a_shop_is_added_by_an_integration(lab: Lab) -> None:
    done = added(lab, "--client-id", "SWIAFIRST", "--client-secret", "first-key", "--json")

    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["shop"] == "demo"
    assert lab.credentials()["key"] == "SWIAFIRST"
    assert json.loads(run(lab, "shop", "list", "--json").stdout)[0]["platform"] == "shopware"


def test_the_key_may_come_from_the_environment(lab: Lab) -> None:
    done = added(lab, STAMMKUNDE_SHOP_KEY="SWIAFIRST", STAMMKUNDE_SHOP_SECRET="first-key")

    assert done.exit_code == 0, done.output
    assert "first-key" not in done.output


def test_a_key_that_opens_nothing_adds_nothing(lab: Lab) -> None:
    done = run(lab, "shop", "add", "shopware", "--slug", "demo", "--url", HOME, "--client-id", "SWIA",
               "--client-secret", "guessed")  # fmt: skip

    assert isinstance(done.exception, StammkundeError)
    assert json.loads(run(lab, "shop", "list", "--json").stdout) == []


def test_a_package_is_written_with_what_to_do_with_it(lab: Lab, tmp_path: Path) -> None:
    first, later = tmp_path / "first.zip", tmp_path / "later.zip"
    done = run(
        lab, "shop", "package", "neu", "--platform", "shopware", "--url", HOME, "--out", str(first)
    )
    added(lab, "--client-id", "SWIAFIRST", "--client-secret", "first-key")
    again = run(lab, "shop", "package", "demo", "--out", str(later))

    assert done.exit_code == 0, done.output
    for said in (done.output, again.output):
        assert "In Shopware: Extensions > My extensions > Upload extension." in said
    assert json.loads(first.read_text())["link"]
    assert json.loads(later.read_text()) == {
        "connector": CONNECTOR, "shop": "demo", "link": "", "secret": lab.credentials()["app_secret"],
    }  # fmt: skip


@pytest.fixture
def moved(lab: Lab) -> Caller:
    """A shop that says, without proof, that it is somewhere else now."""
    real = lab.connected()
    real.url, real.pair = MOVED, ("SWIASECOND", "second-key")
    OPEN.add((MOVED, *real.pair))
    assert real.install().status_code == 204
    return real


@pytest.mark.parametrize(("word", "there"), [("confirm", MOVED), ("decline", HOME)])
def test_the_merchant_decides_on_the_command_line(
    lab: Lab, moved: Caller, word: str, there: str
) -> None:
    done = run(lab, "shop", word, "demo")

    assert done.exit_code == 0, done.output
    assert lab.credentials()["url"] == there
    assert isinstance(run(lab, "shop", word, "demo").exception, StammkundeError)


@pytest.fixture
def desk(lab: Lab, moved: Caller) -> Desk:
    """The browser of the shop's owner, beside the connector."""
    lab.inst.config = replace(lab.inst.config, url="http://127.0.0.1:8710")
    made = Desk(lab.client, lab.inst, sessions.fresh_token())
    one = lab.inst.shop("demo")

    def work(tx: Connection) -> None:
        user = users.add(tx, "mia@kaffeerad.example", HASHED, NOW)
        users.give(tx, user.user_id, one.merchant_id, Role.OWNER)
        sessions.begin(tx, made.token, user.user_id, "Firefox", utc_now())

    lab.inst.database.write(work)
    lab.client.set_cookie("stammkunde", made.token)
    return made


@pytest.mark.parametrize(("word", "there"), [("confirm", MOVED), ("decline", HOME)])
def test_the_merchant_decides_in_the_administration(
    lab: Lab, desk: Desk, word: str, there: str
) -> None:
    here = f"/admin/{lab.inst.shop('demo').merchant_id}"
    shown = desk.get(f"{here}/").text
    answer = desk.post(f"{here}/shops/demo/{word}")

    assert f'action="{here}/shops/demo/{word}"' in shown
    assert answer.status_code == 303
    assert lab.credentials()["url"] == there
    with lab.inst.database.read() as tx:
        assert tasks.open_tasks(tx) == []
    assert desk.post(f"{here}/shops/demo/{word}").status_code == 409
