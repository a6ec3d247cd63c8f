"""Every address of the admin × everybody: what `routes` has no line for is refused, and a role is a role."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Blueprint, Flask
from werkzeug.routing import Rule

from connector.access.roles import Role
from connector.web.admin import guard
from connector.web.admin.routes import NEEDS, Need
from tests.admin import people
from tests.admin.people import EVERYBODY, ROLES, Office, member_of
from tests.attacks.evidence import contents

SAFE = {"HEAD", "OPTIONS"}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An own one: whoever walks through every door changes names and ends sessions on the way."""
    with people.office(tmp_path_factory.mktemp("doors") / "data") as opened:
        yield opened


def rules(office: Office) -> list[Rule]:
    every = office.app.url_map.iter_rules()
    return [one for one in every if one.rule.startswith("/admin")]


def path_of(rule: str, office: Office, merchant_id: str) -> str:
    named = {"merchant_id": merchant_id, "slug": "demo", "member_id": member_of(office), "int:n": "1",
             "task_id": office.task(), "user_id": office.newcomer().user_id,
             "voucher_id": office.voucher(), "entry": "asked-invented-1", "session_id": "0" * 64, "secret": "invented", "name": "admin.css"}  # fmt: skip
    for name, value in named.items():
        rule = rule.replace(f"<{name}>", value)
    assert "<" not in rule, "a new kind of place: say what it is filled with"
    return rule


def test_every_address_has_a_line_and_every_line_an_address(office: Office) -> None:
    assert {rule.endpoint for rule in rules(office)} == set(NEEDS)


def test_whatever_changes_something_has_another_name_than_what_shows_it(office: Office) -> None:
    """A line counts for all methods of its address, so none may have both kinds."""
    for rule in rules(office):
        assert len((rule.methods or set()) - SAFE) == 1, rule


def expected(need: Need | Role, who: str, method: str) -> set[int]:
    """What the gate answers; behind it, an invented link or an empty form is refused in its own way."""
    through = {200, 303, 400, 401, 404, 409}
    if need is Need.NOTHING:
        return through
    if who == "nobody":
        return {303} if method == "GET" else {401}
    if need is Need.LOGIN:
        return through
    if who == "neighbour":
        return {404}
    role = Role.OWNER if who == "operator" else ROLES[who]
    return through - {404} if isinstance(need, Role) and role.may(need) else {403}


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_at_every_door(office: Office, who: str) -> None:
    """The neighbour owns another shop: for him nothing of this merchant exists."""
    twin = member_of(office, "8")
    for rule in rules(office):
        method = next(iter((rule.methods or set()) - SAFE))
        desk = office.desk(who)  # anew each time: one of the doors leads out
        path = path_of(rule.rule, office, office.demo.merchant_id)
        need = NEEDS[rule.endpoint]
        before = contents(office.inst)

        answer = desk.get(path) if method == "GET" else desk.post(path, other=twin)

        assert answer.status_code in expected(need, who, method), (method, path, answer.status_code)
        if answer.status_code in (401, 403, 404) and rule.endpoint != "admin.log_in":
            assert contents(office.inst) == before, f"{method} {path} changed something"
        if need is not Need.NOTHING and who == "nobody" and method == "GET":
            assert answer.headers["Location"].startswith("/admin/login")


def test_a_merchants_name_is_not_told_to_the_neighbour(office: Office) -> None:
    desk = office.desk("neighbour")

    for path in ("/", "/customers", "/programme", "/shops", "/team", "/log"):
        answer = desk.get(office.here + path)
        assert "Kaffeerad" not in answer.text
        assert answer.text == desk.get("/admin/invented" + path).text


def test_an_address_without_a_line_is_refused_to_the_owner_too(office: Office) -> None:
    app, admin = Flask(__name__), Blueprint("admin", __name__, url_prefix="/admin")
    guard.install(admin, office.inst)
    admin.add_url_rule("/forgotten", "forgotten", lambda: "everything")
    app.register_blueprint(admin)
    client = app.test_client()
    client.set_cookie("stammkunde", office.desk("owner").token)

    assert client.get("/admin/forgotten").status_code == 403


def test_another_merchants_task_customer_shop_and_user_cannot_be_reached_from_here(
    office: Office,
) -> None:
    """The merchant in the address is his own; what is behind it is somebody else's."""
    desk = office.desk("neighbour")
    there, viewer = office.there, office.user("viewer").user_id
    task = office.task()
    voucher = office.voucher()
    before = contents(office.inst)

    for deed in ("correct", "twins", "merge", "part"):
        answer = desk.post(
            f"{there}/customers/{member_of(office)}/{deed}", q="max", other=member_of(office, "8"),
            sure="yes", points="100", reason="x", key="k",
        )  # fmt: skip
        assert answer.status_code == 404
    assert desk.post(f"{there}/vouchers/{voucher}/back").status_code == 404
    assert desk.get(f"{there}/customers/{member_of(office)}").status_code == 404
    assert desk.post(f"{there}/tasks/{task}/done").status_code == 409
    assert desk.post(f"{there}/shops/demo/look").status_code == 404
    assert desk.post(f"{there}/shops/demo/resume").status_code == 404
    assert desk.post(f"{there}/team/{viewer}/role", role="viewer").status_code == 404
    assert desk.post(f"{there}/team/{viewer}/remove").status_code == 404
    assert desk.post(f"{there}/team/{viewer}/sessions").status_code == 404
    assert "erika" not in desk.post(f"{there}/customers", q="erika@example.com").text.replace(
        'value="erika@example.com"', ""
    )
    assert contents(office.inst) == before
