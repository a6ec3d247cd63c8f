"""`stammkunde user`: the first login, links, closing, and where somebody is logged in."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result

from connector.access import passwords, users
from connector.access.roles import Role
from connector.cli import stammkunde
from tests.admin.people import PASSWORD, Office

Run = Callable[..., Result]


@pytest.fixture
def run(office: Office) -> Run:
    env = {"STAMMKUNDE_DATA": str(office.inst.config.data)}

    def invoke(*words: str, typed: str = "") -> Result:
        return CliRunner(env=env).invoke(stammkunde, ["user", *words], input=typed)

    return invoke


def answered(result: Result) -> Any:
    assert result.exception is None, result.output
    return json.loads(result.stdout)


def place_of(office: Office, email: str) -> list[tuple[str, Role]]:
    with office.inst.database.read() as tx:
        return [(one.name, one.role) for one in users.places(tx, users.require(tx, email))]


def test_the_first_owner_gets_a_link_sets_a_password_and_is_in(office: Office, run: Run) -> None:
    told = answered(run("add", "First@example.com", "--merchant", "demo", "--json"))
    path = told["link"].removeprefix(office.inst.config.url)
    desk = office.desk()

    assert told["email"] == "first@example.com"
    assert desk.post(path, password=PASSWORD).status_code == 303
    entered = office.desk().post("/admin/login", email="first@example.com", password=PASSWORD)
    assert entered.status_code == 303
    assert place_of(office, "first@example.com") == [("Kaffeerad", Role.OWNER)]


def test_a_password_is_typed_and_never_an_argument(office: Office, run: Run) -> None:
    typed = run("add", "typed@example.com", "--merchant", "demo", "--role", "viewer", "--password",
                "-", typed=PASSWORD + "\n")  # fmt: skip
    given = run("add", "given@example.com", "--merchant", "demo", "--password", PASSWORD)

    assert typed.exception is None
    assert PASSWORD not in typed.output
    with office.inst.database.read() as tx:
        found = users.find(tx, "typed@example.com")
        assert users.find(tx, "given@example.com") is None
    assert found is not None
    assert passwords.matches(found[1], PASSWORD)
    assert given.exit_code != 0


def test_an_operator_works_everywhere_and_a_second_role_is_added(office: Office, run: Run) -> None:
    answered(run("add", "agency@example.com", "--all", "--role", "manager", "--json"))
    before = place_of(office, "agency@example.com")
    answered(run("add", "agency@example.com", "--merchant", "demo", "--json"))

    assert before == [("Kaffeerad", Role.MANAGER), ("Plattenkiste", Role.MANAGER)]
    assert place_of(office, "agency@example.com")[0] == ("Kaffeerad", Role.OWNER)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "x@example.com"), "--merchant SLUG or --all"),
        (("add", "x@example.com", "--all", "--merchant", "demo"), "one of them"),
        (("add", "x", "--all"), "no e-mail address"),
        (("add", "x@example.com", "--all", "--role", "king"), "there is no role 'king'"),
        (("add", "x@example.com", "--merchant", "nobody"), "There is no shop 'nobody'"),
        (("close", "nobody@example.com"), "There is no open login"),
        (("password", "nobody@example.com"), "There is no open login"),
        (("sessions", "nobody@example.com"), "There is no open login"),
    ],
)
def test_what_cannot_be_done_is_said(run: Run, words: tuple[str, ...], said: str) -> None:
    result = run(*words)

    assert said in f"{result.output}{result.exception}"
    assert result.exit_code != 0


def test_closing_a_login_ends_it_for_good_and_its_name_stays_in_the_log(
    office: Office, run: Run
) -> None:
    one = office.newcomer()
    office.inst.database.write(lambda tx: users.change(tx, one.user_id, name="Gone"))
    desk = office.desk(one.email)

    answered(run("close", one.email, "--json"))

    assert desk.get(f"{office.here}/").status_code == 303
    assert "closed a login" in office.desk("owner").get(f"{office.here}/log").text
    assert "Gone" in office.desk("owner").get(f"{office.here}/log").text


def test_a_new_password_by_command_ends_every_session(office: Office, run: Run) -> None:
    one = office.newcomer()
    desk = office.desk(one.email)
    shown = answered(run("sessions", one.email, "--json"))

    answered(
        run("password", one.email, "--password", "-", "--json", typed="ein neuer langer Satz\n")
    )

    assert len(shown) == 1
    assert desk.get(f"{office.here}/").status_code == 303
    assert answered(run("sessions", one.email, "--json")) == []


def test_sessions_are_ended_by_command(office: Office, run: Run) -> None:
    one = office.newcomer()
    desk = office.desk(one.email)

    assert answered(run("sessions", one.email, "--end", "--json")) == {"ended": 1}
    assert desk.get(f"{office.here}/").status_code == 303


def test_the_list_shows_who_may_what_and_no_password(office: Office, run: Run) -> None:
    rows = {row["email"]: row for row in answered(run("list", "--json"))}

    assert rows[office.email("viewer")]["merchants"][0]["role"] == "viewer"
    assert rows[office.email("operator")]["everywhere"] == "owner"
    assert "argon2" not in run("list").output


def test_a_link_of_the_command_line_is_of_that_moment(office: Office, run: Run) -> None:
    one = office.newcomer()
    link = answered(run("password", one.email, "--json"))["link"]
    office.inst.database.write(
        lambda tx: users.change(
            tx, one.user_id, password=passwords.hashed("ein anderer langer Satz")
        )
    )

    path = link.removeprefix(office.inst.config.url)
    assert office.desk().get(path).status_code == 409
