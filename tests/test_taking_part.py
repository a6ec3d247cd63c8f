"""Joining and leaving: what waits, what is recorded, what is lost, and how soon one may think again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from connector import joining, leaving, members, programmes, rulebook, sync, terms, verify
from connector.errors import Refused
from connector.explain import sentence
from connector.joining import Joined
from connector.leaving import Lost
from connector.port import Account, Guest, Visitor, VisitorKind
from connector.programme import TakingPart
from connector.tables import lot, member, merge, transfer, warning
from connector.web import create_app
from tests.connected import Connected, connected
from tests.make import NOW, PAID, Book, book, order
from tests.test_web import token

RELEASED = PAID + timedelta(days=60)
ANNA = "anna@example.com"


def visitor(id_: str = "7", email: str = "", *, verified: bool = False) -> Visitor:
    return Visitor(VisitorKind.CUSTOMER, id_, email, verified)


def asking(database: Any, keys: Any) -> Book:
    """A shop where one has to click."""
    return book(database, keys, taking_part="ask")


@pytest.fixture
def asked(database: Any, keys: Any) -> Book:
    return asking(database, keys)


def join(one: Book, who: Visitor | None = None, now: datetime = RELEASED) -> Joined:
    return one.database.write(
        lambda tx: joining.join(tx, one.shop, who or visitor(), "asked", "storefront/demo", one.keys, now)
    )  # fmt: skip


def leave(one: Book, now: datetime = RELEASED, who: Account = Account("7")) -> Lost:  # noqa: B008
    id_ = one.member(who).member_id
    return one.database.write(
        lambda tx: leaving.leave(tx, one.shop.merchant_id, id_, "customer", now)
    )


def waits(one: Book, who: Visitor | None = None) -> int:
    with one.database.read() as tx:
        return joining.waits(tx, one.shop, who or visitor(), one.keys)


def count(one: Book, table: Any) -> int:
    with one.database.read() as tx:
        return int(tx.execute(select(func.count()).select_from(table)).scalar_one())


# ------------------------------------------------------------------ what waits


def test_what_waits_is_what_joining_brings(asked: Book) -> None:
    asked.see(order("1"), order("2", cancelled_at=NOW), order("3", currency="USD"),
              order("4", placed_at=PAID - timedelta(days=800)), order("5", buyer=Account("8")))  # fmt: skip

    assert waits(asked) == 140
    assert (count(asked, member), count(asked, transfer)) == (0, 0)
    join(asked, now=NOW)
    assert asked.balance() == (0, 140)
    assert waits(asked) == 0


def test_orders_from_before_the_start_wait_up_to_their_limit(database: Any, keys: Any) -> None:
    one = book(
        database, keys, live=PAID + timedelta(days=1), taking_part="ask", start={"at_most": 200}
    )
    one.see(order("1"), order("2"))

    assert waits(one) == 200
    join(one)
    assert sum(one.balance()) == 200


def test_what_a_guest_ordered_waits_for_whoever_proves_the_address(asked: Book) -> None:
    second = asked.another_shop("zwei")
    asked.see(order("1"), order("2", buyer=Guest(ANNA)))
    second.see(order("3", buyer=Guest(ANNA.upper())))

    assert waits(asked, visitor(email=ANNA)) == 140
    assert waits(asked, visitor(email=ANNA, verified=True)) == 420


def test_a_proven_address_claims_what_was_ordered_as_a_guest(asked: Book) -> None:
    second = asked.another_shop("zwei")
    asked.see(order("1"), order("2", buyer=Guest(ANNA)))
    second.see(order("3", buyer=Guest(ANNA)))

    join(asked, visitor(email=ANNA, verified=True))
    asked.see(order("4", buyer=Guest(ANNA), paid_at=RELEASED), at=RELEASED)

    assert asked.balance() == second.balance(Guest(ANNA)) == (420, 140)


def test_an_address_that_is_only_typed_claims_nothing(asked: Book) -> None:
    asked.see(order("1"), order("2", buyer=Guest(ANNA)))

    join(asked, visitor(email=ANNA))

    assert asked.balance() == (140, 0)


def test_an_erased_address_claims_nothing(asked: Book) -> None:
    asked.see(order("1"), order("2", buyer=Guest(ANNA)))
    digest = asked.keys.address_digest(ANNA)
    shop = asked.shop
    asked.database.write(
        lambda tx: members.erase_guest(tx, shop.merchant_id, shop.shop_id, digest, NOW)
    )

    join(asked, visitor(email=ANNA, verified=True))
    assert asked.balance() == (140, 0)


# ------------------------------------------------------------------ who joins


def test_how_where_when_and_under_which_terms_somebody_joined_is_kept(asked: Book) -> None:
    asked.programme(NOW, name="Herzen")
    join(asked)
    row = asked.member()

    assert (row.joined_how, row.joined_where) == ("asked", "storefront/demo")
    assert (row.joined_at, row.terms_version) == (RELEASED, "2")


def test_who_takes_part_by_his_account_is_recorded_too(demo: Book) -> None:
    demo.see(order())
    row = demo.member()

    assert (row.joined_how, row.joined_where, row.terms_version) == ("account", "shop", "1")


def test_joining_twice_is_once(asked: Book) -> None:
    asked.see(order())
    first = join(asked)

    assert (first.transfers, first.again) == (1, False)
    assert join(asked) == Joined(first.member_id, 0, again=True)


def test_one_person_who_proves_the_address_in_two_shops_has_one_balance(asked: Book) -> None:
    second = asked.another_shop("zwei")
    asked.see(order("1", buyer=Account("7")))
    second.see(order("2", buyer=Account("91")))
    join(asked, visitor("7", ANNA, verified=True))

    join(second, visitor("91", ANNA, verified=True))

    assert asked.balance(Account("7")) == second.balance(Account("91")) == (280, 0)
    assert count(asked, merge) == 1


def test_a_guest_with_points_becomes_the_holder_of_the_account(database: Any, keys: Any) -> None:
    one = book(database, keys, taking_part="everyone")
    one.see(order("1", buyer=Guest(ANNA)), order("2"))
    one.pass_time(RELEASED)

    join(one, visitor(email=ANNA, verified=True))

    assert one.balance() == one.balance(Guest(ANNA)) == (280, 0)


def test_an_account_that_was_erased_cannot_join(asked: Book) -> None:
    asked.see(order())
    join(asked)
    shop = asked.shop
    asked.database.write(
        lambda tx: members.end_identity(tx, shop.merchant_id, shop.shop_id, "customer:7", NOW)
    )

    with pytest.raises(Refused, match="was erased"):
        join(asked)


def test_nobody_joins_a_programme_that_ends(asked: Book) -> None:
    asked.programme(NOW, ends_on="2029-12-31")

    with pytest.raises(Refused, match="The programme is ending"):
        join(asked)


# ------------------------------------------------------------------ leaving


def test_leaving_says_what_is_lost_and_ends_it(demo: Book) -> None:
    demo.see(order("1"))
    demo.pass_time(RELEASED)
    demo.see(order("2", paid_at=RELEASED), at=RELEASED)
    with demo.database.read() as tx:
        lost = leaving.preview(tx, demo.shop.merchant_id, demo.member().member_id)

    assert leaving.sentence(lost, "de") == (
        "Wenn du nicht mehr teilnimmst, verlierst du 140 Punkte und 140 vorgemerkte. Gutscheine, die du "
        "schon hast, bleiben gültig. 30 Tage lang kannst du es dir anders überlegen."
    )
    assert leave(demo) == lost == Lost(140, 140)
    assert demo.balance() == (0, 0)
    assert leave(demo) == Lost(again=True)
    with demo.database.read() as tx:
        rows = tx.execute(select(transfer).order_by(transfer.c.n)).all()
    assert [sentence(row._asdict(), "de") for row in rows[-2:]] == [
        "140 Punkte weniger vorgemerkt: du nimmst nicht mehr teil.",
        "140 Punkte mit deinem Austritt verloren.",
    ]


@pytest.mark.parametrize(
    ("lost", "lang", "said"),
    [(Lost(), "en", "You can leave at any time."), (Lost(0, 5), "de", "verlierst du 5 Punkte, die vorgemerkt sind."),
     (Lost(1), "en", "If you leave you lose 1 point."),
     (Lost(1, 2), "en", "If you leave you lose 1 point and 2 that are on the way.")],
)  # fmt: skip
def test_what_is_lost_is_said_in_words(lost: Lost, lang: str, said: str) -> None:
    assert said in leaving.sentence(lost, lang)


def test_nothing_is_earned_after_leaving_whatever_becomes_of_old_orders(demo: Book) -> None:
    demo.see(order("1"))
    leave(demo, NOW)
    demo.see(order("1", delivered_at=NOW), at=NOW + timedelta(hours=1))
    demo.see(order("2"), at=NOW + timedelta(hours=1))
    demo.pass_time(RELEASED)

    assert demo.balance() == (0, 0)


def test_who_thinks_again_soon_has_everything_as_it_would_have_been(demo: Book) -> None:
    demo.see(order("1"), order("2", paid_at=RELEASED))
    demo.pass_time(RELEASED)
    leave(demo)
    later = RELEASED + timedelta(days=30)
    demo.see(order("3", placed_at=later, paid_at=later), at=later)

    joined = join(demo, now=later)

    assert joined.back
    assert demo.balance() == (140, 280)
    assert join(demo, now=later).again


def test_a_refund_meanwhile_counts_when_somebody_thinks_again(demo: Book) -> None:
    demo.see(order("1"), order("2"))
    demo.pass_time(RELEASED - timedelta(days=40))
    leave(demo, NOW)
    demo.see(order("1", cancelled_at=NOW), at=NOW + timedelta(hours=1))

    join(demo, now=NOW + timedelta(days=2))
    assert demo.balance() == (0, 140)


def test_points_come_back_with_their_dates_and_can_still_expire(demo: Book) -> None:
    demo.see(order("1"))
    demo.pass_time(RELEASED)
    with demo.database.read() as tx:
        before = {row.expires_on: row.remaining for row in tx.execute(select(lot))}
    leave(demo)
    join(demo)

    with demo.database.read() as tx:
        assert {row.expires_on: row.remaining for row in tx.execute(select(lot))} == before


def test_who_comes_back_late_starts_at_nothing_and_owes_nothing(demo: Book) -> None:
    demo.see(order("1"))
    demo.pass_time(RELEASED)
    leave(demo)
    late = RELEASED + timedelta(days=31)
    demo.see(order("2", placed_at=RELEASED + timedelta(days=1), paid_at=RELEASED), at=late)
    first = demo.member().member_id

    joined = join(demo, now=late)

    assert not joined.back
    assert demo.member().member_id == joined.member_id != first
    assert demo.balance() == (0, 0)
    demo.see(
        order("1", cancelled_at=late),
        order("3", placed_at=late, paid_at=late),
        at=late + timedelta(hours=1),
    )
    assert demo.balance() == (0, 140)


def test_a_guest_who_left_does_not_come_back_by_ordering(database: Any, keys: Any) -> None:
    one = book(database, keys, taking_part=TakingPart.EVERYONE.value)
    one.see(order("1", buyer=Guest(ANNA)))
    id_ = one.member(Guest(ANNA)).member_id
    one.database.write(lambda tx: leaving.leave(tx, one.shop.merchant_id, id_, "x", NOW))
    one.see(order("2", buyer=Guest(ANNA)), at=NOW + timedelta(hours=1))

    assert one.balance(Guest(ANNA)) == (0, 0)


# ------------------------------------------------------------------ the terms


@pytest.mark.parametrize("lang", ["de", "en"])
@pytest.mark.parametrize(
    "change",
    [{}, {"life": {"months": None}, "taking_part": "ask"}, {"ends_on": "2030-06-30"},
     {"life": {"inactive_months": 48}, "taking_part": "everyone", "hold": {"delivered_days": 0}}],
)  # fmt: skip
def test_the_terms_are_whole_sentences_of_the_programme(
    demo: Book, change: dict[str, Any], lang: str
) -> None:
    demo.programme(NOW, **change)
    with demo.database.read() as tx:
        rules = programmes.versions(tx, demo.shop.merchant_id, "EUR")[-1]
    said = terms.as_text(terms.of(demo.shop, rules, lang))

    assert not set("{}") & set(said)
    assert "  " not in said
    assert "Kaffeerad" in said
    assert f"Version {rules.n}" in said
    assert ("30. Juni 2030" in said or "30 June 2030" in said) == ("ends_on" in change)


@pytest.mark.parametrize("lang", ["de", "en"])
@pytest.mark.parametrize("name", rulebook.EXAMPLES)
def test_the_terms_of_every_example_say_every_offer_and_its_conditions(
    demo: Book, name: str, lang: str
) -> None:
    document = rulebook.parse(rulebook.example(name))
    rules = programmes.as_if_live(document, "EUR", NOW)
    said = terms.as_text(terms.of(demo.shop, rules, lang))

    assert not set("{}") & set(said)
    assert "  " not in said
    assert "None" not in said
    titles = [one.title[lang] for one in rules.rules] + [one.title[lang] for one in rules.events]
    assert all(title in said for title in titles)


def test_an_offer_is_said_with_its_days_and_limits(demo: Book) -> None:
    rules = programmes.as_if_live(rulebook.parse(rulebook.example("fashion")), "EUR", NOW)
    said = terms.as_text(terms.of(demo.shop, rules, "de"))

    assert ("Doppelte Punkte auf die neue Kollektion: 2-mal so viele Punkte, für bestimmte Artikel, "
            "vom 1. März 2027 bis zum 7. März 2027, solange das Budget reicht, "
            "höchstens 500 Punkte je Person.") in said  # fmt: skip
    assert "50 Punkte für deinen Geburtstag." in said


def test_a_version_says_the_same_for_ever(demo: Book) -> None:
    def first() -> str:
        with demo.database.read() as tx:
            return terms.as_text(
                terms.of(demo.shop, programmes.versions(tx, demo.shop.merchant_id, "EUR")[0], "de")
            )

    before = first()
    demo.programme(NOW, name="Herzen", earn={"points": 1}, life={"months": 60})
    assert first() == before


def test_a_name_is_no_markup(demo: Book) -> None:
    demo.programme(NOW, name="<script>alert(1)</script>")
    with demo.database.read() as tx:
        rules = programmes.versions(tx, demo.shop.merchant_id, "EUR")[-1]

    assert "<script>" not in terms.as_page(terms.of(demo.shop, rules, "de"))


# ------------------------------------------------------------------ over the web


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connected]:
    """A shop where one has to click, in which Erika has bought once."""
    with connected(tmp_path_factory.mktemp("part") / "data", taking_part="ask") as opened:
        opened.erika = opened.real.customer("erika@example.com")  # type: ignore[attr-defined]
        opened.real.order(customer_id=int(opened.erika), paid=True)  # type: ignore[attr-defined]
        sync.run(opened.inst, opened.shop)
        yield opened


@pytest.fixture(scope="module")
def client(shop: Connected) -> FlaskClient:
    return create_app(shop.inst).test_client()


def test_a_customer_sees_what_waits_joins_reads_and_leaves(
    client: FlaskClient, shop: Connected
) -> None:
    otto = shop.real.customer("otto@example.com")
    shop.real.order(customer_id=int(otto), paid=True)
    sync.run(shop.inst, shop.shop)
    mine = token(shop, sub=str(otto), email="otto@example.com")
    before = client.get("/v1/demo/me?lang=en", headers=mine).get_json()
    known = client.get("/v1/demo/config?lang=en").get_json()["terms"]

    assert before["state"] == "not_joined"
    assert before["sentence"] == f"{before['waiting']} points are waiting for you."
    page = client.get(known["url"].removeprefix("http://127.0.0.1:8710"))
    assert page.mimetype == "text/html"
    assert "script-src" not in page.headers["Content-Security-Policy"]
    assert b"Terms of participation" in page.data

    joined = client.post("/v1/demo/join", headers=mine, json={"terms_version": known["version"]})
    assert joined.get_json() == {"state": "member", "again": False, "back": False}
    assert joined.headers["Cache-Control"] == "private, no-store"
    now = client.get("/v1/demo/me?lang=en", headers=mine).get_json()
    assert now["points"]["pending"] + now["points"]["available"] == before["waiting"]
    assert "If you leave you lose" in now["leaving"]

    left = client.post("/v1/demo/leave", headers=mine, json={"sure": True}).get_json()
    assert left["points"] + left["pending"] == before["waiting"]
    assert client.get("/v1/demo/me", headers=mine).get_json()["state"] == "left"
    back = client.post("/v1/demo/join", headers=mine, json={"terms_version": known["version"]})
    assert back.get_json()["back"] is True
    with shop.inst.database.read() as tx:
        assert verify.run(tx, full=True).findings == []


def test_a_warning_counts_as_seen_by_post_only(client: FlaskClient, shop: Connected) -> None:
    client.post("/v1/demo/join", headers=token(shop), json={"terms_version": 1})
    day = datetime.now(UTC).date() + timedelta(days=20)

    def warned(tx: Any) -> None:
        from sqlalchemy import insert

        m, buyer = shop.shop.merchant_id, f"customer:{shop.erika}"  # type: ignore[attr-defined]
        erika = members.find(tx, m, shop.shop.shop_id, [buyer])[buyer]
        ids = {"merchant_id": m, "member_id": erika, "expires_on": day, "due_on": day}
        tx.execute(insert(lot).values(**ids, remaining=5))
        tx.execute(insert(warning).values(**ids, days=60, made_at=NOW))

    shop.inst.database.write(warned)
    try:
        (told,) = client.get("/v1/demo/me?lang=de", headers=token(shop)).get_json()["warnings"]
        assert told["points"] == 5
        assert count_seen(shop) == 0
        answer = client.post("/v1/demo/seen", headers=token(shop), json={"warnings": [told["id"]]})
        assert answer.get_json() == {"seen": 1}
        assert count_seen(shop) == 1
    finally:
        shop.inst.database.write(lambda tx: tx.execute(lot.delete().where(lot.c.expires_on == day)))


def count_seen(shop: Connected) -> int:
    with shop.inst.database.read() as tx:
        seen = select(func.count()).select_from(warning).where(warning.c.seen_at.is_not(None))
        return int(tx.execute(seen).scalar_one())


@pytest.mark.parametrize("path", ["join", "leave", "seen"])
def test_nobody_changes_anything_without_a_proof(
    client: FlaskClient, shop: Connected, path: str
) -> None:
    body = {"join": {"terms_version": 1}, "leave": {"sure": True}, "seen": {"warnings": ["a"]}}[
        path
    ]
    forged = token(shop, secret="another-secret-of-the-same-length-000000")

    assert client.post(f"/v1/demo/{path}", json=body).status_code == 401
    assert client.post(f"/v1/demo/{path}", json=body, headers=forged).status_code == 401
    assert client.get(f"/v1/demo/{path}", headers=token(shop)).status_code == 405
    assert client.post(f"/v1/nobody/{path}", json=body, headers=token(shop)).status_code == 404


def test_only_pages_of_the_shop_may_ask(client: FlaskClient, shop: Connected) -> None:
    ours = client.options("/v1/demo/join", headers={"Origin": shop.real.url})
    theirs = client.options("/v1/demo/join", headers={"Origin": "https://evil.example"})

    assert ours.headers["Access-Control-Allow-Origin"] == shop.real.url
    assert "Access-Control-Allow-Origin" not in theirs.headers


def test_who_was_shown_other_terms_is_asked_again(client: FlaskClient, shop: Connected) -> None:
    answer = client.post("/v1/demo/join", headers=token(shop), json={"terms_version": 99})

    assert answer.status_code == 409
    assert "show them and ask again" in answer.get_json()["message"]


def test_terms_that_never_were_are_404(client: FlaskClient, tmp_path: Path) -> None:
    assert client.get("/v1/demo/terms?version=99").status_code == 404
    assert client.get("/v1/demo/terms?version=0").status_code == 422


def test_a_stranger_to_the_programme_has_nothing_to_leave(
    client: FlaskClient, shop: Connected
) -> None:
    stranger = token(shop, sub="4711")

    answer = client.post("/v1/demo/leave", headers=stranger, json={"sure": True})
    assert (answer.status_code, answer.get_json()["message"]) == (
        409, "You do not take part in the programme.",
    )  # fmt: skip


def test_an_account_that_moved_on_is_nobodys(asked: Book) -> None:
    """Merged members cannot leave by themselves; their survivor can."""
    asked.see(order("1"))
    join(asked)
    id_ = asked.member().member_id
    asked.database.write(
        lambda tx: tx.execute(
            update(member).values(merged_into="x").where(member.c.member_id == id_)
        )
    )
    with pytest.raises(Refused, match="was merged"):
        leave(asked)
    asked.database.write(lambda tx: tx.execute(update(member).values(merged_into=None)))
