"""Logging in: cookies, forged forms, guessing, and links that count once."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from argon2 import PasswordHasher
from sqlalchemy import select
from werkzeug.test import TestResponse

from connector.access import attempts, links, passwords, sessions, users
from connector.access.roles import Role
from connector.errors import BadInput
from connector.installation import utc_now
from connector.tables import session
from connector.tables import user as users_table
from connector.web import create_app
from connector.web.admin import guard
from tests.admin.people import HASHED, OURS, PASSWORD, Desk, Office, csrf_in
from tests.attacks.evidence import contents


def log_in(desk: Desk, email: str, password: str = PASSWORD, **more: str) -> TestResponse:
    return desk.post("/admin/login", email=email, password=password, **more)


@pytest.fixture
def newcomer(office: Office) -> users.User:
    return office.newcomer(Role.OWNER)


# ------------------------------------------------------------------ the way in


def test_a_person_logs_in_by_the_form_and_out_again(office: Office, newcomer: users.User) -> None:
    client = office.app.test_client()
    asked = client.get("/admin/", headers=OURS)
    form = client.get(asked.headers["Location"], headers=OURS)
    given = {"csrf": csrf_in(form), "email": newcomer.email.upper(), "password": PASSWORD}

    entered = client.post("/admin/login", data=given, headers=OURS)
    home = client.get(entered.headers["Location"], headers=OURS, follow_redirects=True)
    left = client.post("/admin/logout", data={"csrf": csrf_in(home)}, headers=OURS)

    assert entered.status_code == 303
    assert "Kaffeerad" in home.text
    assert left.status_code == 303
    assert client.get("/admin/", headers=OURS).headers["Location"].startswith("/admin/login")


def test_after_the_login_one_is_where_one_wanted_to_be(
    office: Office, newcomer: users.User
) -> None:
    desk = office.desk()
    asked = desk.get(f"{office.here}/log").headers["Location"]

    entered = log_in(desk, newcomer.email, next=f"{office.here}/log")

    assert asked == f"/admin/login?next={office.here}/log"
    assert entered.headers["Location"] == f"{office.here}/log"


@pytest.mark.parametrize(
    "next_",
    ["https://evil.example/", "//evil.example/", "/admin/../v1/x", "/admin//evil.example", "/v1/x",
     "/admin/\\evil.example", "javascript:alert(1)", "/admin/ x", "admin/"],
)  # fmt: skip
def test_a_login_leads_to_no_page_of_somebody_else(
    office: Office, newcomer: users.User, next_: str
) -> None:
    entered = log_in(office.desk(), newcomer.email, next=next_)

    assert entered.headers["Location"] == "/admin/"


def test_the_cookie_is_bound_to_the_host_hidden_from_scripts_and_not_sent_by_others(
    office: Office, newcomer: users.User
) -> None:
    inst = office.inst
    inst.config, plain = replace(inst.config, url="https://points.example"), inst.config
    try:
        client = create_app(inst).test_client()
        form = client.get("/admin/login", headers=OURS, base_url="https://points.example")
        given = {"csrf": csrf_in(form), "email": newcomer.email, "password": PASSWORD}
        entered = client.post(
            "/admin/login", data=given, headers=OURS, base_url="https://points.example"
        )
    finally:
        inst.config = plain

    own = next(c for c in entered.headers.getlist("Set-Cookie") if "-start" not in c)
    assert re.fullmatch(r"__Host-stammkunde=[\w-]{43}; Secure; HttpOnly; Path=/; SameSite=Lax", own)


def test_on_this_machine_the_cookie_has_its_plain_name(
    office: Office, newcomer: users.User
) -> None:
    entered = log_in(office.desk(), newcomer.email)

    own = entered.headers.getlist("Set-Cookie")[0]
    assert re.fullmatch(r"stammkunde=[\w-]{43}; HttpOnly; Path=/; SameSite=Lax", own)


def test_the_database_holds_no_token(office: Office, newcomer: users.User) -> None:
    entered = log_in(office.desk(), newcomer.email)
    token = re.match(r"stammkunde=([\w-]+)", entered.headers["Set-Cookie"])[1]  # type: ignore[index]

    with office.inst.database.read() as tx:
        rows = tx.execute(select(session)).all()

    assert sessions.digest(token) in [row.digest for row in rows]
    assert token not in repr(rows)


def test_a_token_that_was_there_before_the_login_is_worth_nothing_after_it(
    office: Office, newcomer: users.User
) -> None:
    """Somebody who planted a cookie must not be logged in by it."""
    desk = office.desk("viewer")
    entered = log_in(desk, newcomer.email)
    planted = office.app.test_client()
    planted.set_cookie("stammkunde", desk.token)

    assert desk.token not in entered.headers["Set-Cookie"]
    assert planted.get("/admin/", headers=OURS).headers["Location"].startswith("/admin/login")


def test_every_page_says_what_a_browser_may_do_with_it(office: Office) -> None:
    desk = office.desk("owner")
    for path in ("/admin/login", f"{office.here}/", f"{office.here}/programme", "/admin/none/"):
        answer = desk.get(path)
        policy = answer.headers["Content-Security-Policy"]

        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert not re.search(r" on\w+=| style=|<script>|<style", answer.text)


# ------------------------------------------------------------------ forged forms


FORGED = {
    "another site": {"Sec-Fetch-Site": "cross-site"},
    "a neighbouring host": {"Sec-Fetch-Site": "same-site"},
    "another origin": {"Origin": "https://evil.example"},
    "no origin at all": {},
    "an opaque origin": {"Origin": "null"},
}


@pytest.mark.parametrize("name", FORGED)
def test_a_form_of_another_site_changes_nothing_even_with_the_token(
    office: Office, name: str
) -> None:
    desk, task = office.desk("owner"), office.task(f"order/{name}")
    before = contents(office.inst)

    answer = desk.client.post(
        f"{office.here}/tasks/{task}/done", data={"csrf": desk.csrf}, headers=FORGED[name]
    )

    assert answer.status_code == 403
    assert contents(office.inst) == before


@pytest.mark.parametrize("token", ["", "0" * 64, "somebody else's", "ü"])
def test_a_form_without_the_sessions_own_token_changes_nothing(office: Office, token: str) -> None:
    desk, task = office.desk("owner"), office.task(f"order/{token}")
    given = office.desk("viewer").csrf if token == "somebody else's" else token
    before = contents(office.inst)

    answer = desk.post(f"{office.here}/tasks/{task}/done", csrf=given)

    assert answer.status_code == 403
    assert "once more" in answer.text
    assert contents(office.inst) == before


def test_a_browser_that_says_only_its_origin_and_htmx_with_a_header_are_believed(
    office: Office,
) -> None:
    desk, task = office.desk("owner"), office.task("order/honest")
    headers = {"Origin": office.inst.config.url, "X-CSRF-Token": desk.csrf}

    answer = desk.client.post(f"{office.here}/tasks/{task}/done", headers=headers)

    assert answer.status_code == 303


def test_nobody_is_logged_in_by_a_form_of_another_site(
    office: Office, newcomer: users.User
) -> None:
    desk = office.desk()
    answer = log_in(desk, newcomer.email, csrf="0" * 64)

    assert answer.status_code == 403


# ------------------------------------------------------------------ guessing


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer_for_the_same_work(
    office: Office, newcomer: users.User, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked: list[str] = []
    real = PasswordHasher.verify

    def verify(self: PasswordHasher, kept: str, given: str) -> bool:
        worked.append(kept)
        return real(self, kept, given)

    monkeypatch.setattr(PasswordHasher, "verify", verify)
    known = log_in(office.desk(), newcomer.email, "not the password")
    unknown = log_in(office.desk(), "nobody@kaffeerad.example", "not the password")

    def said(answer: TestResponse, email: str) -> str:
        return re.sub(r"[0-9a-f]{64}", "", answer.text.replace(email, ""))

    assert known.status_code == unknown.status_code == 401
    assert said(known, newcomer.email) == said(unknown, "nobody@kaffeerad.example")
    assert len(worked) == 2
    assert len({kept.split("$")[3] for kept in worked}) == 1  # the same memory, passes and lanes


@pytest.mark.parametrize("who", ["newcomer", "nobody"])
def test_guessing_has_to_wait_longer_and_longer_whether_anybody_has_the_address_or_not(
    office: Office, newcomer: users.User, who: str
) -> None:
    email = newcomer.email if who == "newcomer" else "nobody@kaffeerad.example"
    waits = []
    with time_machine.travel(utc_now(), tick=False) as clock:
        for _ in range(attempts.FREE["address"] + 4):
            answer = log_in(office.desk(), email, "a guess")
            if answer.status_code == 429:
                waits.append(int(answer.headers["Retry-After"]))
                clock.shift(waits[-1])

    assert waits == [15, 30]


def test_while_it_waits_even_the_right_password_is_not_looked_at(
    office: Office, newcomer: users.User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(attempts.FREE["address"]):
        log_in(office.desk(), newcomer.email, "a guess")
    monkeypatch.setattr(passwords, "matches", lambda *_: pytest.fail("looked at"))

    assert log_in(office.desk(), newcomer.email).status_code == 429


def test_one_network_cannot_try_one_password_at_every_address(office: Office) -> None:
    answers = [
        log_in(office.desk(), f"person{n}@kaffeerad.example", "a guess").status_code
        for n in range(attempts.FREE["network"] + 1)
    ]

    assert answers[: attempts.FREE["network"]] == [401] * attempts.FREE["network"]
    assert answers[-1] == 429


def test_the_right_password_clears_the_address_and_not_the_network(
    office: Office, newcomer: users.User
) -> None:
    """Whoever has one login must not use it to go on guessing others."""
    for n in range(attempts.FREE["network"] - 1):
        log_in(office.desk(), f"person{n}@kaffeerad.example", "a guess")
    entered = log_in(office.desk(), newcomer.email)
    guessed = log_in(office.desk(), "person@kaffeerad.example", "a guess")

    assert (entered.status_code, guessed.status_code) == (303, 401)
    assert log_in(office.desk(), "more@kaffeerad.example", "x").status_code == 429


def test_behind_a_proxy_of_this_machine_the_network_is_what_the_proxy_saw(office: Office) -> None:
    with office.app.test_request_context(
        "/admin/login", headers={"X-Forwarded-For": "6.6.6.6, 203.0.113.9"},
        environ_base={"REMOTE_ADDR": "127.0.0.1"},
    ):  # fmt: skip
        from connector.web.admin.login import remote

        assert remote() == "203.0.113.9"
    with office.app.test_request_context(
        "/admin/login", headers={"X-Forwarded-For": "6.6.6.6"},
        environ_base={"REMOTE_ADDR": "198.51.100.7"},
    ):  # fmt: skip
        assert remote() == "198.51.100.7"


def test_a_household_of_ipv6_is_one_network() -> None:
    assert attempts.net("2001:db8:1:2:aaaa::1") == attempts.net("2001:db8:1:2:bbbb::2")
    assert attempts.net("2001:db8:1:3::1") != attempts.net("2001:db8:1:2::1")
    assert attempts.net("<script>") == "unknown"


# ------------------------------------------------------------------ passwords


def test_a_password_is_kept_by_argon2id_with_the_costs_that_are_recommended() -> None:
    assert HASHED.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert PASSWORD not in HASHED


@pytest.mark.parametrize("weak", ["", "short", "elevenchars", "aaaaaaaaaaaaaaaa", "x" * 201])
def test_a_weak_password_is_refused(weak: str) -> None:
    with pytest.raises(BadInput, match="password"):
        passwords.hashed(weak)


def test_a_password_that_was_hashed_cheaply_is_hashed_anew_at_the_next_login(
    office: Office, newcomer: users.User
) -> None:
    cheap = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    office.inst.database.write(lambda tx: users.change(tx, newcomer.user_id, password=cheap))

    assert log_in(office.desk(), newcomer.email).status_code == 303

    with office.inst.database.read() as tx:
        kept = tx.execute(
            select(users_table.c.password).where(users_table.c.user_id == newcomer.user_id)
        ).scalar_one()
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.matches(kept, PASSWORD)


def test_a_login_without_a_password_yet_is_entered_by_no_password(office: Office) -> None:
    office.inst.database.write(lambda tx: users.add(tx, "new@kaffeerad.example", "", utc_now()))

    for guess in ("", " ", HASHED):
        assert log_in(office.desk(), "new@kaffeerad.example", guess).status_code == 401


# ------------------------------------------------------------------ sessions


@pytest.mark.parametrize(
    ("after", "there"),
    [(timedelta(hours=7), True), (sessions.IDLE + timedelta(minutes=1), False)],
)
def test_a_session_ends_when_it_is_not_used(office: Office, after: timedelta, there: bool) -> None:
    desk = office.desk("owner")
    with time_machine.travel(utc_now() + after):
        assert (desk.get(f"{office.here}/").status_code == 200) is there


def test_a_session_ends_after_a_week_however_much_it_is_used(office: Office) -> None:
    desk = office.desk("owner")
    with time_machine.travel(utc_now()) as clock:
        used = 0
        while used < 40 and desk.get(f"{office.here}/").status_code == 200:
            clock.shift(timedelta(hours=7))
            used += 1

    assert 23 <= used <= 25


def test_a_session_that_was_ended_opens_nothing(office: Office, newcomer: users.User) -> None:
    kept, stolen = office.desk(newcomer.email), office.desk(newcomer.email)
    stolen_id = sessions.digest(stolen.token)

    assert kept.post(f"/admin/profile/sessions/{stolen_id}/end").status_code == 303

    assert stolen.get(f"{office.here}/").status_code == 303
    assert kept.get(f"{office.here}/").status_code == 200


def test_nobody_ends_a_session_of_somebody_else(office: Office) -> None:
    owner, viewer = office.desk("owner"), office.desk("viewer")

    viewer.post(f"/admin/profile/sessions/{sessions.digest(owner.token)}/end")

    assert owner.get(f"{office.here}/").status_code == 200


def test_a_new_password_ends_every_other_session(office: Office, newcomer: users.User) -> None:
    kept, other = office.desk(newcomer.email), office.desk(newcomer.email)
    form = {"current": PASSWORD, "password": "achtzehn Kisten Birnensaft"}

    assert kept.post("/admin/profile/password", **form).status_code == 303

    assert other.get(f"{office.here}/").status_code == 303
    assert kept.get(f"{office.here}/").status_code == 200
    assert log_in(office.desk(), newcomer.email).status_code == 401
    assert log_in(office.desk(), newcomer.email, form["password"]).status_code == 303


def test_a_new_password_needs_the_present_one(office: Office, newcomer: users.User) -> None:
    desk = office.desk(newcomer.email)
    answer = desk.post(
        "/admin/profile/password", current="wrong", password="neunzehn Kisten Kirschsaft"
    )

    assert answer.status_code == 400
    assert "present password is wrong" in answer.text


def test_a_closed_login_is_out_at_once(office: Office, newcomer: users.User) -> None:
    desk = office.desk(newcomer.email)
    office.inst.database.write(lambda tx: users.close(tx, newcomer.user_id, utc_now()))

    assert desk.get(f"{office.here}/").status_code == 303
    assert log_in(office.desk(), newcomer.email).status_code == 401


# ------------------------------------------------------------------ links


def test_a_password_link_counts_once_and_ends_every_session(
    office: Office, newcomer: users.User
) -> None:
    desk = office.desk(newcomer.email)
    with office.inst.database.read() as tx:
        secret = links.password_link(tx, office.inst.keys, newcomer.email, utc_now())
    first = office.desk().post(f"/admin/password/{secret}", password="zwanzig Kisten Quittensaft")
    second = office.desk().post(f"/admin/password/{secret}", password="ein Fass voll Fremdes")

    assert (first.status_code, second.status_code) == (303, 409)
    assert desk.get(f"{office.here}/").status_code == 303
    assert log_in(office.desk(), newcomer.email, "zwanzig Kisten Quittensaft").status_code == 303


@pytest.mark.parametrize("forge", ["another user", "longer", "cut", "late"])
def test_a_forged_or_late_password_link_opens_nothing(
    office: Office, newcomer: users.User, forge: str
) -> None:
    with office.inst.database.read() as tx:
        secret = links.password_link(tx, office.inst.keys, newcomer.email, utc_now())
    id_, until, proof = secret.split(".")
    forged = {
        "another user": f"{office.user('owner').user_id}.{until}.{proof}",
        "longer": f"{id_}.{int(until) + 9999}.{proof}",
        "cut": f"{id_}.{until}.",
        "late": secret,
    }[forge]

    with time_machine.travel(utc_now() + (links.LIVES * 2 if forge == "late" else timedelta(0))):
        assert office.desk().get(f"/admin/password/{forged}").status_code == 409


def test_an_invitation_makes_a_login_once(office: Office) -> None:
    page = office.desk("owner").post(f"{office.here}/team/invite", role="manager")
    link = re.search(r'value="(http[^"]+/admin/invitation/[^"]+)"', page.text)
    assert link
    path = link[1].removeprefix(office.inst.config.url)
    form = {"email": "neu@kaffeerad.example", "password": PASSWORD, "name": "Neu"}

    shown = office.desk().get(path)
    taken = office.desk().post(path, **form)
    again = office.desk().post(path, **(form | {"email": "zwei@kaffeerad.example"}))

    assert "Kaffeerad" in shown.text
    assert taken.headers["Location"] == f"{office.here}/"
    assert again.status_code == 409
    assert [role for user, role in _team(office) if user.name == "Neu"] == [Role.MANAGER]


@pytest.mark.parametrize(
    ("email", "password", "said"),
    [
        ("no address", PASSWORD, "This is no e-mail address."),
        ("weak@kaffeerad.example", "short", "too short or too simple"),
        ("owner@kaffeerad.example", PASSWORD, "has a login already"),
    ],
)
def test_an_invitation_says_what_cannot_be_used_and_stays_open(
    office: Office, email: str, password: str, said: str
) -> None:
    secret = office.inst.database.write(
        lambda tx: links.invite(tx, office.demo.merchant_id, Role.VIEWER, utc_now())
    )
    path = f"/admin/invitation/{office.demo.merchant_id}/{secret}"
    answer = office.desk().post(path, email=email, password=password)

    assert (answer.status_code, said in answer.text) == (400, True)
    assert office.desk().get(path).status_code == 200


def test_an_invitation_gives_a_role_to_whoever_is_logged_in(office: Office) -> None:
    with office.inst.database.read() as tx:
        before = users.places(tx, office.user("neighbour"))
    secret = office.inst.database.write(
        lambda tx: links.invite(tx, office.other.merchant_id, Role.VIEWER, utc_now())
    )
    desk = office.desk("viewer")

    assert desk.post(f"/admin/invitation/{office.other.merchant_id}/{secret}").status_code == 303

    assert desk.get(f"{office.there}/").status_code == 200
    office.inst.database.write(
        lambda tx: users.take(tx, office.user("viewer").user_id, office.other.merchant_id)
    )
    assert [place.role for place in before] == [Role.OWNER]


def test_an_invitation_does_not_open_a_login_that_is_there(office: Office) -> None:
    """Whoever holds a link must not set the password of an address that has one."""
    secret = office.inst.database.write(
        lambda tx: links.invite(tx, office.demo.merchant_id, Role.VIEWER, utc_now())
    )
    path = f"/admin/invitation/{office.demo.merchant_id}/{secret}"
    given = {"email": office.email("owner"), "password": "ein Passwort des Fremden"}

    answer = office.desk().post(path, **given)

    assert answer.status_code == 400
    assert log_in(office.desk(), office.email("owner"), given["password"]).status_code == 401
    assert log_in(office.desk(), office.email("owner")).status_code == 303


def test_an_invitation_counts_at_the_merchant_who_made_it_only(office: Office) -> None:
    secret = office.inst.database.write(
        lambda tx: links.invite(tx, office.demo.merchant_id, Role.OWNER, utc_now())
    )

    path = f"/admin/invitation/{office.other.merchant_id}/{secret}"
    assert office.desk("viewer").post(path).status_code == 409


def _team(office: Office) -> list[tuple[users.User, Role]]:
    with office.inst.database.read() as tx:
        return list(users.of_merchant(tx, office.demo.merchant_id))


def test_the_gate_knows_every_safe_method() -> None:
    assert frozenset({"GET", "HEAD", "OPTIONS"}) == guard.SAFE
