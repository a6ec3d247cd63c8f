"""What the pages show and do, without a browser: tasks, customers, programme, shops, team, log."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, update

from connector import programmes, rulebook, shops, tasks, verify, vouchers
from connector.access import audit, sessions, users
from connector.access.roles import Role
from connector.errors import Mistake, Unsound
from connector.installation import utc_now
from connector.tables import audit as audit_table
from connector.tables import campaign, outbox, task
from connector.web.admin import programme
from connector.web.admin.german import said_in
from connector.web.admin.pages import browser
from tests.admin import people
from tests.admin.people import OURS, Office, member_of
from tests.attacks.evidence import contents
from tests.make import NOW, Book

# ------------------------------------------------------------------ today


def test_a_task_is_read_in_ones_own_language_and_done_under_ones_name(office: Office) -> None:
    id_ = office.task("order/4711")
    desk = office.desk("manager")

    german = desk.client.get(f"{office.here}/", headers=OURS | {"Accept-Language": "de"}).text
    english = desk.get(f"{office.here}/").text
    done = desk.post(f"{office.here}/tasks/{id_}/done")

    assert "Bestellung 4711 wurde teilweise erstattet" in german
    assert "Order 4711 was refunded in part" in english
    assert done.headers["Location"] == f"{office.here}/?done=task"
    with office.inst.database.read() as tx:
        row = tx.execute(select(task).where(task.c.id == id_)).one()
    assert row.by == "Manager Muster"


def test_with_htmx_only_the_tasks_come_back(office: Office) -> None:
    first, second = office.task("order/1"), office.task("order/2")
    desk = office.desk("manager")

    answer = desk.client.post(
        f"{office.here}/tasks/{first}/done",
        headers=OURS | {"HX-Request": "true", "X-CSRF-Token": desk.csrf},
    )

    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert first not in answer.text
    assert second in answer.text


def test_a_task_is_done_once(office: Office) -> None:
    id_, desk = office.task("order/once"), office.desk("manager")

    assert desk.post(f"{office.here}/tasks/{id_}/done").status_code == 303
    assert desk.post(f"{office.here}/tasks/{id_}/done").status_code == 409


def test_a_viewer_sees_tasks_and_no_button(office: Office) -> None:
    office.task("order/seen")
    page = office.desk("viewer").get(f"{office.here}/").text

    assert "Order seen" in page
    assert "/done" not in page


def test_the_figures_say_what_is_out_and_what_it_is_worth(office: Office) -> None:
    page = office.desk("viewer").get(f"{office.here}/").text
    figures = re.findall(r"<dd>([^<]+)</dd>", page)

    assert figures == ["2", "0", "4,200", "500", "€47.00"]


def test_an_agency_chooses_among_its_merchants_and_a_merchant_is_at_home(office: Office) -> None:
    agency = office.desk("operator").get("/admin/")
    merchant = office.desk("viewer").get("/admin/")

    assert "Kaffeerad" in agency.text
    assert "Plattenkiste" in agency.text
    assert merchant.headers["Location"] == f"{office.here}/"


def test_an_operator_works_for_a_merchant_who_came_later(office: Office) -> None:
    assert office.desk("operator").get(f"{office.there}/log").status_code == 200


def test_whoever_has_no_role_anywhere_is_told_so(office: Office) -> None:
    office.inst.database.write(lambda tx: users.add(tx, "idle@kaffeerad.example", "", utc_now()))

    assert "no role at any merchant" in office.desk("idle").get("/admin/").text


# ------------------------------------------------------------------ customers


@pytest.mark.parametrize(
    "asked", ["erika@example.com", "Erika@Example.com", "erika", "1003", "#1003"]
)
def test_a_customer_is_found_by_address_beginning_or_order(office: Office, asked: str) -> None:
    answer = office.desk("viewer").post(f"{office.here}/customers", q=asked)

    assert answer.headers["Location"] == f"{office.here}/customers/{member_of(office)}"


@pytest.mark.parametrize("asked", ["%", "_rika", "nobody@example.com", "99999", "  "])
def test_nobody_is_found_by_what_fits_nobody(office: Office, asked: str) -> None:
    assert "Nobody is known" in office.desk("viewer").post(f"{office.here}/customers", q=asked).text


def test_an_address_that_was_asked_for_is_in_no_address_of_a_page(office: Office) -> None:
    answer = office.desk("viewer").post(f"{office.here}/customers", q="erika")

    assert "erika" not in answer.headers["Location"]
    assert office.desk("viewer").get(f"{office.here}/customers?q=erika").text.count("erika") == 0


def test_a_merchant_with_two_shops_may_ask_one_of_them(own: Office) -> None:
    second = Book(own.inst.database, own.inst.keys, own.demo).another_shop("outlet").shop
    desk, path = own.desk("viewer"), f"{own.here}/customers"

    assert 'value="outlet"' in desk.get(path).text
    assert desk.post(path, q="erika", shop="demo").status_code == 303
    assert "Nobody is known" in desk.post(path, q="erika", shop=second.slug).text


def test_every_movement_is_on_the_page_or_behind_it_with_its_sentence(office: Office) -> None:
    desk, path = office.desk("viewer"), f"{office.here}/customers/{member_of(office)}"
    first = desk.get(path).text
    older = re.search(r'href="([^"]+before=\d+)"', first)
    assert older
    rest = desk.get(older[1]).text
    part = desk.get(older[1], **{"HX-Request": "true"}).text

    seen = [re.findall(r"140 points for order (\d+), yours from", page) for page in (first, rest)]
    orders = [int(number) for page in seen for number in dict.fromkeys(page)]
    assert orders == list(range(1029, 999, -1))
    assert "5 points per €1.00 on €28.00 of goods" in first
    assert "<html" not in part
    assert "before" not in part


def test_a_member_of_nobody_is_not_there(office: Office) -> None:
    assert office.desk("owner").get(f"{office.here}/customers/invented").status_code == 404


# ------------------------------------------------------------------ correcting and merging


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Office]:
    """An office for a test that moves points; its books are proven afterwards."""
    with people.office(tmp_path / "data") as opened:
        yield opened
        with opened.inst.database.read() as tx:
            assert verify.run(tx, full=True).findings == []


def test_points_are_corrected_once_with_a_reason_and_a_name(own: Office) -> None:
    desk, path = own.desk("manager"), f"{own.here}/customers/{member_of(own)}"
    key = re.search(r'name="key" value="([^"]+)"', desk.get(path).text)
    assert key
    form = {"points": "250", "reason": "Paket kam zweimal zu spät", "key": key[1]}

    first, again = desk.post(f"{path}/correct", **form), desk.post(f"{path}/correct", **form)
    page = desk.get(path).text

    assert first.headers["Location"] == again.headers["Location"] == f"{path}?done=corrected"
    assert page.count("Paket kam zweimal zu spät") == 1
    assert "<dd>250</dd>" in page
    assert own.log().count("points.corrected") == 1
    with own.inst.database.read() as tx:
        facts = audit.newest(tx, own.demo.merchant_id, 1)[0].facts
    assert facts == {"points": 250}


@pytest.mark.parametrize(
    ("points", "reason", "said"),
    [
        ("", "x", "points: 0 cannot be used"),
        ("many", "x", "points: 0 cannot be used"),
        ("5", " ", "reason: say why"),
        ("-300", "x", "300 points are to be taken, 0 are there"),
        ("99999999999", "x", "cannot be used"),
    ],
)
def test_a_correction_that_cannot_be_is_said_and_changes_nothing(
    own: Office, points: str, reason: str, said: str
) -> None:
    desk, path = own.desk("manager"), f"{own.here}/customers/{member_of(own)}/correct"
    before = contents(own.inst)

    english = desk.post(path, points=points, reason=reason, key="k")
    german = desk.client.post(
        path, data={"csrf": desk.csrf, "points": points, "reason": reason, "key": "k"},
        headers=OURS | {"Accept-Language": "de"},
    )  # fmt: skip

    assert (english.status_code, said in english.text) == (409, True)
    assert not re.search("cannot|say why|are there", german.text)
    assert contents(own.inst) == before


def test_what_is_not_there_is_settled_later_only_if_somebody_says_so(own: Office) -> None:
    desk, path = own.desk("manager"), f"{own.here}/customers/{member_of(own)}"

    desk.post(f"{path}/correct", points="−300", reason="x", key="k", shortfall="yes")

    assert re.search(r"To be settled</dt><dd>300</dd>", desk.get(path).text)


def test_two_customers_become_one_and_two_again(own: Office) -> None:
    desk, erika, max_ = own.desk("manager"), member_of(own), member_of(own, "8")
    path = f"{own.here}/customers/{erika}"

    asked = desk.post(f"{path}/twins", q="max@example.com")
    unsure = desk.post(f"{path}/merge", other=max_)
    done = desk.post(f"{path}/merge", other=max_, sure="yes")
    one, gone = desk.get(path).text, desk.get(f"{own.here}/customers/{max_}").text
    parted = desk.post(f"{path}/part", other=max_)

    assert "max@example.com (demo)" in asked.text
    assert "done=" not in unsure.headers["Location"]
    assert done.headers["Location"] == f"{path}?done=merged"
    assert "max@example.com" in one
    assert "Manager Muster merged another customer" in one
    assert f'href="{path}">To the other one' in gone
    assert parted.headers["Location"] == f"{own.here}/customers/{max_}?done=parted"
    assert "max@example.com" not in desk.get(path).text
    assert [what for what in own.log() if "members" in what] == ["members.merged", "members.parted"]


def test_a_customer_is_no_twin_of_himself_and_no_twin_is_said(own: Office) -> None:
    path = f"{own.here}/customers/{member_of(own)}/twins"

    assert "Nobody is known" in own.desk("manager").post(path, q="erika@example.com").text
    assert "Nobody is known" in own.desk("manager").post(path, q="nobody@example.com").text


def test_a_viewer_is_shown_no_form_that_would_be_refused(office: Office) -> None:
    page = office.desk("viewer").get(f"{office.here}/customers/{member_of(office)}").text

    assert "/correct" not in page
    assert "/twins" not in page


# ------------------------------------------------------------------ rewards and campaigns


def test_rewards_and_the_vouchers_they_became_are_shown(office: Office) -> None:
    page = office.desk("viewer").get(f"{office.here}/rewards").text
    his = office.desk("viewer").get(f"{office.here}/customers/{member_of(office, '8')}").text

    assert "Money off your order" in page
    assert "from 500 points" in page
    assert "€5.00 off" in page
    assert "€5.00 off" in his
    assert "/back" not in page + his


def test_a_voucher_is_taken_back_and_the_shop_is_told_first(office: Office) -> None:
    """The points follow when the shop has confirmed it: until then they stay where they are."""
    desk = office.desk("manager")
    answer = desk.post(f"{office.here}/vouchers/{office.voucher()}/back", **{"from": "customer"})

    assert answer.headers["Location"].endswith("?done=voucher")
    with office.inst.database.read() as tx:
        one = vouchers.get(tx, office.demo.merchant_id, office.voucher())
        work = tx.execute(select(outbox.c.kind).where(outbox.c.key.contains("voucher_back"))).all()
    assert one is not None
    assert (one.state, one.given_back) == (vouchers.State.REVOKING, 0)
    assert len(work) == 1
    assert desk.post(f"{office.here}/vouchers/invented/back").status_code == 404


def test_campaigns_say_what_they_give_when_and_how_much_is_granted(office: Office) -> None:
    rules = """
rules:
- id: double
  title: {de: Doppelte Woche, en: Double week}
  times: "2"
  when: {from: 2026-11-20T00:00, until: 2026-11-27T00:00}
  limits: {budget: 1000}
- id: later
  title: {de: Advent, en: Advent}
  extra: 50
  when: {from: 2031-12-01T00:00}
"""
    document = rulebook.parse(rules)
    mine = office.other.merchant_id
    office.inst.database.write(lambda tx: programmes.apply(tx, mine, document, "test", utc_now()))
    office.inst.database.write(
        lambda tx: tx.execute(campaign.insert().values(merchant_id=mine, campaign_id="double", budget=1000, granted=250))
    )  # fmt: skip

    page = re.sub(r"\s+", " ", office.desk("neighbour").get(f"{office.there}/campaigns").text)

    assert "Double week" in page
    assert "2 times the points." in page
    assert "250 of 1,000 points" in page
    assert 'max="1000" value="250"' in page
    assert "planned" in page
    assert "50 points extra." in page


# ------------------------------------------------------------------ the programme


def text_of(office: Office, merchant_id: object = None) -> str:
    with office.inst.database.read() as tx:
        rows = programme.history(tx, merchant_id or office.other.merchant_id)  # type: ignore[arg-type]
    return programme.written(rows[0].document)


def mistakes(text: str) -> list[Mistake]:
    try:
        rulebook.parse(text)
    except Unsound as wrong:
        return wrong.mistakes
    return []


def test_the_text_that_is_shown_is_the_programme_in_force(office: Office) -> None:
    text = text_of(office, office.demo.merchant_id)

    assert rulebook.parse(text) == rulebook.complete(rulebook.preset("dach"))
    assert mistakes(text) == []


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("name: A\nearn:\n  points: five\n", 3, "Not a valid integer"),
        ("earn:\n  per: '1.00'\n  pints: 3\n", 3, "earn.pints"),
        ("languages: [de, fr]\n", 1, "languages.1"),
        ("languages:\n- de\n- fr\n", 3, "Must be one of"),
        ("name: A\nearn: [\n", 3, "expected"),
        ("name: A\n\tearn: 1\n", 2, "cannot start any token"),
        ("- a\n", None, "list or a text"),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, line: int | None, said: str) -> None:
    found = mistakes(text)

    assert (found[0].line, said in found[0].sentence) == (line, True), found


def test_a_mistake_is_said_in_german(office: Office) -> None:
    desk = office.desk("owner")
    answer = desk.client.post(
        f"{office.here}/programme/check", data={"csrf": desk.csrf, "text": "earn:\n  points: x\n"},
        headers=OURS | {"Accept-Language": "de"},
    )  # fmt: skip

    assert "Zeile 2:" in answer.text
    assert "geht so nicht. Es muss eine ganze Zahl sein." in answer.text
    assert "points: x" in answer.text  # what was written is still there


@pytest.mark.parametrize(
    "key", ["earn.points", "earn.per", "hold.paid_days", "life.round_to", "name", "languages", "x"]
)
def test_no_english_is_left_in_what_the_schema_says(key: str) -> None:
    top, _, below = key.partition(".")
    for value in ("[]", "-7", "99999999", "''", "{}", "null", "true"):
        text = f"{top}:\n  {below}: {value}\n" if below else f"{top}: {value}\n"
        for one in mistakes(text):
            assert not re.search(r"\b(Must|Not a|Field|valid|be|Write|Shorter|Length|Missing|Invalid|Unknown)\b", said_in("de", one.sentence)), one  # fmt: skip


def test_checking_shows_what_would_change_and_changes_nothing(office: Office) -> None:
    before = text_of(office)
    answer = office.desk("neighbour").post(
        f"{office.there}/programme/check", text=before.replace("points: 5", "points: 9")
    )

    assert "earn.points: 5 -&gt; 9" in answer.text
    assert text_of(office) == before


def test_simulating_says_what_past_orders_would_bring(office: Office) -> None:
    answer = office.desk("owner").post(
        f"{office.here}/programme/check",
        text=text_of(office, office.demo.merchant_id).replace("points: 5", "points: 10")
        .replace("at_most: 500", "at_most: null"),
        simulate="demo",
    )  # fmt: skip

    assert "31 past orders would bring 2 members 10,780 points, worth €107.80" in answer.text


def test_a_programme_is_put_in_force_after_a_second_yes(office: Office) -> None:
    desk = office.desk("neighbour")
    text = text_of(office).replace("redeem_from: 500", "redeem_from: 700")
    checked = desk.post(f"{office.there}/programme/check", text=text)
    base = re.search(r'name="base" value="(\d+)"', checked.text)
    assert base
    path = f"{office.there}/programme/apply"

    without = desk.post(path, text=text, base=base[1])
    applied = desk.post(path, text=text, base=base[1], sure="yes")
    twice = desk.post(path, text=text, base=base[1], sure="yes")

    assert without.status_code == 200
    assert applied.headers["Location"] == f"{office.there}/programme?done=applied"
    assert twice.headers["Location"] == f"{office.there}/programme?done=same"
    assert "redeem_from: 700" in text_of(office)
    assert "redeem_from" in desk.get(f"{office.there}/programme/{int(base[1]) + 1}").text
    assert office.log(office.other.merchant_id).count("programme.applied") == 1


def test_a_text_that_was_checked_against_an_older_version_is_not_put_in_force(
    office: Office,
) -> None:
    desk, before = office.desk("neighbour"), text_of(office)
    answer = desk.post(f"{office.there}/programme/apply", sure="yes", base="0",
                       text=before.replace("paid_days: 30", "paid_days: 29"))  # fmt: skip

    assert answer.status_code == 409
    assert "meanwhile" in answer.text
    assert text_of(office) == before


# ------------------------------------------------------------------ shops


def test_looking_again_makes_the_shops_walk_due_and_resuming_ends_the_task(office: Office) -> None:
    desk, one = office.desk("manager"), office.demo
    later = utc_now() + timedelta(hours=1)

    def lose(tx: Connection) -> None:
        shops.suspend(tx, one, "The key was withdrawn.")
        facts = {"slug": one.slug, "error": "x"}
        tasks.open_task(tx, one.merchant_id, "access_lost", f"shop/{one.slug}", facts, utc_now())

    office.inst.database.write(lose)
    suspended = desk.get(f"{office.here}/shops").text
    assert desk.post(f"{office.here}/shops/demo/look").status_code == 303
    office.inst.database.write(lambda tx: tx.execute(update(outbox).values(due_at=later)))
    assert desk.post(f"{office.here}/shops/demo/resume").status_code == 303

    with office.inst.database.read() as tx:
        found = shops.require(tx, "demo")
        open_ = [t.kind for t in tasks.open_tasks(tx, one.merchant_id)]
        key = f"round/sync/{one.shop_id}"
        due = tx.execute(select(outbox.c.due_at).where(outbox.c.key == key)).scalar_one()
    assert "The key was withdrawn." in suspended
    assert found.suspended == ""
    assert "access_lost" not in open_
    assert due < later
    assert {"shop.look", "shop.resumed"} <= set(office.log())
    assert "Connected." in desk.get(f"{office.here}/shops").text


# ------------------------------------------------------------------ team and log


def test_an_owner_changes_and_removes_and_it_counts_at_once(office: Office) -> None:
    one, owner = office.newcomer(Role.MANAGER), office.desk("owner")
    desk = office.desk(one.email)
    path = f"{office.here}/team/{one.user_id}"

    assert desk.get(f"{office.here}/log").status_code == 403
    assert owner.post(f"{path}/role", role="owner").status_code == 303
    assert desk.get(f"{office.here}/log").status_code == 200
    assert owner.post(f"{path}/remove").status_code == 303
    assert desk.get(f"{office.here}/").status_code == 404


def test_an_owner_ends_the_sessions_of_somebody_in_the_team(office: Office) -> None:
    one = office.newcomer()
    desk = office.desk(one.email)

    office.desk("owner").post(f"{office.here}/team/{one.user_id}/sessions")

    assert desk.get(f"{office.here}/").status_code == 303


def test_an_owner_sees_who_runs_the_installation_and_has_no_button_for_them(office: Office) -> None:
    page = office.desk("owner").get(f"{office.here}/team").text

    assert office.email("operator") in page
    assert office.user("operator").user_id not in page


def test_the_last_owner_cannot_leave_by_mistake(office: Office) -> None:
    owner, desk = office.user("neighbour"), office.desk("neighbour")
    path = f"{office.there}/team/{owner.user_id}"

    for answer in (desk.post(f"{path}/remove"), desk.post(f"{path}/role", role="viewer")):
        assert answer.status_code == 409
        assert "Somebody must stay owner" in answer.text
    assert desk.get(f"{office.there}/team").status_code == 200


@pytest.mark.parametrize("role", ["", "king", "Owner"])
def test_a_role_that_does_not_exist_is_not_given(office: Office, role: str) -> None:
    one = office.newcomer()
    answer = office.desk("owner").post(f"{office.here}/team/{one.user_id}/role", role=role)

    assert answer.status_code == 409
    with office.inst.database.read() as tx:
        assert users.role_at(tx, one.user_id, office.demo.merchant_id) is Role.VIEWER


Change = Callable[[Office, str], tuple[str, str, dict[str, str]]]
CHANGES: dict[str, Change] = {
    "task.done": lambda office, one: ("manager", f"/tasks/{office.task('order/log')}/done", {}),
    "voucher.back": lambda office, one: ("manager", f"/vouchers/{office.voucher()}/back", {}),
    "shop.look": lambda office, one: ("manager", "/shops/demo/look", {}),
    "shop.resumed": lambda office, one: ("manager", "/shops/demo/resume", {}),
    "user.invited": lambda office, one: ("owner", "/team/invite", {"role": "viewer"}),
    "user.role": lambda office, one: ("owner", f"/team/{one}/role", {"role": "manager"}),
    "user.removed": lambda office, one: ("owner", f"/team/{one}/remove", {}),
    "sessions.ended": lambda office, one: ("owner", f"/team/{one}/sessions", {}),
}


@pytest.mark.parametrize("what", CHANGES)
def test_every_change_is_written_down_with_who_and_what(office: Office, what: str) -> None:
    who, path, form = CHANGES[what](office, office.newcomer().user_id)
    before = len(office.log())

    assert office.desk(who).post(office.here + path, **form).status_code in (200, 303)

    with office.inst.database.read() as tx:
        newest = audit.newest(tx, office.demo.merchant_id, 1)[0]
    assert len(office.log()) == before + 1
    assert (newest.what, newest.by) == (what, f"{who.title()} Muster")


def test_what_could_not_be_done_is_not_written_down(office: Office) -> None:
    """The row is part of the change: neither is there without the other."""
    before = len(office.log())
    office.desk("manager").post(f"{office.here}/tasks/invented/done")

    assert len(office.log()) == before


def test_the_log_names_no_customer_and_cannot_be_changed(office: Office) -> None:
    office.desk("manager").post(f"{office.here}/tasks/{office.task('order/x')}/done")
    with office.inst.database.read() as tx:
        rows = repr(tx.execute(select(audit_table)).all())

    assert "erika" not in rows
    assert "@" not in rows
    for change in (audit_table.delete(), update(audit_table).values(by="nobody")):
        with pytest.raises(Exception, match="only grows"):
            office.inst.database.write(lambda tx: tx.execute(change))  # noqa: B023


def test_the_log_goes_on_page_by_page(office: Office) -> None:
    def fill(tx: Connection) -> None:
        for n in range(120):
            at = NOW + timedelta(minutes=n)
            audit.write(tx, office.other.merchant_id, "x", "task.done", f"task/row-{n}-", at)

    office.inst.database.write(fill)
    desk, path, seen = office.desk("neighbour"), f"{office.there}/log", 0
    while path:
        page = desk.get(path).text
        seen += len(re.findall(r"row-\d+-", page))
        older = re.search(r'href="([^"]+/log\?before=[^"]+)"', page)
        path = older[1].replace("&amp;", "&") if older else ""

    assert seen == 120


def test_a_change_without_words_in_the_log_is_refused(office: Office) -> None:
    with pytest.raises(ValueError, match="no words"):
        office.inst.database.write(
            lambda tx: audit.write(tx, office.demo.merchant_id, "x", "magic", "", utc_now())
        )


# ------------------------------------------------------------------ oneself


def test_a_person_chooses_name_and_language(office: Office) -> None:
    one = office.newcomer()
    desk = office.desk(one.email)

    desk.post("/admin/profile", name="  Nora  ", lang="de")

    page = desk.get(f"{office.here}/").text
    assert '<html lang="de">' in page
    assert "Nora" in page
    desk.post("/admin/profile", name="Nora", lang="xx")
    assert '<html lang="en">' in desk.get(f"{office.here}/").text


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox, Linux",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("curl/8", "curl/8"),
        ("", "–"),
    ],
)
def test_a_browser_is_called_what_people_call_it(agent: str, said: str) -> None:
    assert browser(agent) == said


def test_a_session_shows_where_it_is(office: Office) -> None:
    one = office.newcomer()
    office.desk(one.email, "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0")
    page = office.desk(one.email).get("/admin/profile").text

    assert "Firefox, Windows" in page
    assert "this one" in page
    with office.inst.database.read() as tx:
        assert len(sessions.of_user(tx, one.user_id, utc_now())) == 2


def test_a_name_with_angle_brackets_is_only_a_name(office: Office) -> None:
    one = office.newcomer()
    office.inst.database.write(
        lambda tx: users.change(tx, one.user_id, name="<script>alert(1)</script>")
    )

    assert "<script>alert" not in office.desk("owner").get(f"{office.here}/team").text


# ------------------------------------------------------------------ style and script


def test_style_and_script_are_kept_for_ever_under_a_name_of_what_is_in_them(office: Office) -> None:
    page = office.desk().get("/admin/login").text
    names = re.findall(r'(?:href|src)="(/admin/static/[^"]+)"', page)

    assert len(set(names)) == 4
    for name in set(names):
        answer = office.desk().get(name)
        digest = re.search(r"\.([0-9a-f]{12})\.\w+$", name)
        assert digest
        assert hashlib.sha256(answer.data).hexdigest().startswith(digest[1])
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Set-Cookie" not in answer.headers
    for wrong in ("admin.css", "../routes.py", "LICENSES.txt", "admin.000000000000.css"):
        assert office.desk().get(f"/admin/static/{wrong}").status_code == 404


def test_no_page_asks_another_host_for_anything(office: Office) -> None:
    desk = office.desk("operator")
    for path in (
        "/",
        "/customers",
        "/programme",
        "/rewards",
        "/campaigns",
        "/questions",
        "/shops",
        "/team",
        "/log",
    ):
        page = desk.get(office.here + path).text
        assert re.findall(r'<(?:script|link|img|iframe|form)[^>]*"(?:https?:)?//[^"]*"', page) == []


# ------------------------------------------------------------------ questions


def test_a_question_is_answered_once_and_the_log_says_by_whom(office: Office) -> None:
    entry = office.question("Kann man das auch waschen?")
    desk = office.desk("manager")
    assert "Kann man das auch waschen?" in desk.get(f"{office.here}/questions").text
    said = {"question": "Kann man das waschen?", "answer": "Ja, bei 30 Grad."}

    assert desk.post(f"{office.here}/questions/{entry}/answer", **said).status_code == 303
    assert desk.post(f"{office.here}/questions/{entry}/answer", **said).status_code == 409
    assert "waschen" not in desk.get(f"{office.here}/questions").text
    assert "question.answered" in office.log()


def test_a_viewer_reads_questions_and_has_no_button(office: Office) -> None:
    entry = office.question("Sieht das auch ein Betrachter?")
    desk = office.desk("viewer")
    page = desk.get(f"{office.here}/questions").text

    assert "Sieht das auch ein Betrachter?" in page
    assert "<textarea" not in page
    assert desk.post(f"{office.here}/questions/{entry}/drop").status_code == 403


def test_a_deleted_question_is_gone(office: Office) -> None:
    entry = office.question("Das hier ist Werbung für etwas.")
    office.desk("manager").post(f"{office.here}/questions/{entry}/drop")

    assert "Werbung" not in office.desk("manager").get(f"{office.here}/questions").text
    assert "question.deleted" in office.log()


def test_what_a_customer_writes_stays_text(office: Office) -> None:
    office.question("</textarea><script>alert(1)</script>")

    page = office.desk("manager").get(f"{office.here}/questions").text
    assert "<script>alert" not in page
