"""What an order brings, said to whoever has just placed it, and what a purchase would bring before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from connector import jobs, leaving, orders_rows, placed, previewing, programmes, sync
from connector.placed import Brings
from connector.port import Guest, Order, Product
from connector.tables import member, transfer
from connector.tables import order as order_table
from connector.web import create_app
from tests.connected import Connected, connected
from tests.make import NOW, PAID, Book, book, line, order
from tests.test_web import token

GUEST = Guest("anna@example.com")
RELEASED = PAID + timedelta(days=60)
TEXT = "Diese Bestellung bringt dir 140 Punkte, deine ab 2. Dezember 2026."


@pytest.fixture
def one(database: Any, keys: Any) -> Book:
    return book(database, keys)


def brings(one: Book, external_id: str = "1001", now: Any = NOW) -> Brings:
    with one.database.read() as tx:
        found = placed.known(tx, one.shop, external_id, now)
    assert found is not None
    return found


def told(one: Book, new: Order, *products: Product) -> Brings:
    """Of an order that we have never seen."""
    known = {each.external_id: each for each in products}
    with one.database.read() as tx:
        return placed.seen(tx, one.shop, new, known, one.keys, NOW)


# ------------------------------------------------------------------ an order we know


def test_the_day_is_said_on_which_the_points_are_his(one: Book) -> None:
    one.see(order())

    found = brings(one)
    assert (found.state, found.points, found.on) == ("coming", 140, date(2026, 12, 2))
    assert found.said("de")["sentence"] == TEXT
    one.pass_time(RELEASED)
    assert one.balance() == (140, 0)
    assert brings(one, now=RELEASED).said("de")["sentence"] == (
        "Diese Bestellung hat dir 140 Punkte gebracht."
    )


def test_what_is_said_beforehand_is_what_is_given_afterwards(one: Book) -> None:
    """Of an order nobody has seen yet, the same answer as from the books a moment later."""
    before = told(one, order())
    one.see(order())

    assert before == brings(one)
    assert one.balance() == (0, before.points)


def test_nobody_knows_the_day_before_it_is_paid(one: Book) -> None:
    one.see(order(paid_at=None))

    found = brings(one)
    assert (found.state, found.points, found.on) == ("coming", 140, None)
    assert "sobald sie bezahlt" in found.said("de")["sentence"]


@pytest.mark.parametrize("trigger", ["paid", "shipped", "delivered"])
def test_it_is_said_whatever_the_points_wait_for(database: Any, keys: Any, trigger: str) -> None:
    one = book(database, keys, earn={"trigger": trigger})
    one.see(order())

    assert (brings(one).state, brings(one).points) == ("coming", 140)


@pytest.mark.parametrize(
    "nothing",
    [{"cancelled_at": NOW}, {"withdrawn_at": NOW}, {"test": True}, {"currency": "USD"},
     {"refunded_loose": None}, {"placed_at": PAID - timedelta(days=800)}],
    ids=lambda one: next(iter(one)),
)  # fmt: skip
def test_an_order_that_brings_nothing_promises_nothing(one: Book, nothing: dict[str, Any]) -> None:
    assert told(one, order(**nothing)) == Brings("nothing")
    one.see(order(**nothing))

    assert brings(one) == Brings("nothing")
    assert brings(one).said("de")["sentence"] == ""


def test_an_order_the_shop_has_lost_promises_nothing(one: Book) -> None:
    one.see(order())
    one.see("1001", at=NOW + timedelta(minutes=1))

    assert brings(one).state == "nothing"


def test_what_was_taken_back_is_not_promised_any_more(one: Book) -> None:
    one.see(order())
    one.see(order(cancelled_at=NOW), at=NOW + timedelta(minutes=1))

    assert brings(one).state == "nothing"


# ------------------------------------------------------------------ whose it is


def test_a_guest_reads_what_an_account_would_bring(one: Book) -> None:
    found = told(one, order(buyer=GUEST))

    assert (found.state, found.points, found.account) == ("waiting", 140, False)
    assert found.said("de")["sentence"] == (
        "Für diese Bestellung warten 140 Punkte auf dich: Mit einem Kundenkonto unter derselben "
        "E-Mail-Adresse gehören sie dir."
    )


def test_where_one_has_to_ask_an_account_holder_is_asked(database: Any, keys: Any) -> None:
    one = book(database, keys, taking_part="ask")
    one.see(order())

    found = brings(one)
    assert (found.state, found.account) == ("waiting", True)
    assert found.said("en")["sentence"] == (
        "140 points for this order are waiting for you. Join, and they are yours."
    )


def test_where_everybody_takes_part_a_guests_points_are_coming(database: Any, keys: Any) -> None:
    one = book(database, keys, taking_part="everyone")

    assert told(one, order(buyer=GUEST)).state == "coming"


def test_who_left_is_promised_nothing(one: Book) -> None:
    one.see(order("1"))
    id_ = one.member().member_id
    one.database.write(lambda tx: leaving.leave(tx, one.shop.merchant_id, id_, "customer", NOW))

    assert told(one, order("2")) == Brings("nothing")


def test_one_point_is_one(database: Any, keys: Any) -> None:
    small = order(buyer=GUEST, lines=(line(17, 3),))
    one = book(database, keys)

    assert told(one, small).said("de")["sentence"].startswith("Für diese Bestellung wartet 1 Punkt")


# ------------------------------------------------------------------ rules


def test_a_bonus_for_the_first_order_is_promised_to_a_first_order(database: Any, keys: Any) -> None:
    rule = {"id": "first", "title": {"de": "Erste", "en": "First"}, "extra": 500,
            "when": {"first_order": True}}  # fmt: skip
    one = book(database, keys, rules=[rule])

    assert told(one, order("1")).points == 640
    one.see(order("1"))
    assert told(one, order("2", placed_at=PAID + timedelta(hours=1))).points == 140


def test_what_is_left_of_a_budget_is_promised(database: Any, keys: Any) -> None:
    rule = {"id": "double", "title": {"de": "Doppelt", "en": "Double"}, "times": "2",
            "limits": {"budget": 200}}  # fmt: skip
    one = book(database, keys, rules=[rule])

    assert told(one, order("1")).points == 280
    one.see(order("1"))
    assert told(one, order("2")).points == 200  # 60 are left
    assert one.balance() == (0, 280)


def test_a_product_that_earns_nothing_is_known_from_the_shops_word(
    database: Any, keys: Any
) -> None:
    one = book(database, keys)
    card = Product(external_id="10", title="Gutschein", gift_card=True)

    assert told(one, order()).points == 140
    assert told(one, order(), card) == Brings("nothing")


def test_looking_writes_nothing(one: Book) -> None:
    told(one, order())

    with one.database.read() as tx:
        counts = [
            tx.execute(select(func.count()).select_from(table)).scalar()
            for table in (order_table, member, transfer)
        ]
    assert counts == [0, 0, 0]


# ------------------------------------------------------------------ before buying


def table(one: Book) -> Any:
    with one.database.read() as tx:
        programme = programmes.versions(tx, one.shop.merchant_id, one.shop.currency)[-1]
        return previewing.table(tx, one.shop, programme)


def piece(gross: int, quantity: int = 1, product: str = "10", net: int = -1) -> dict[str, Any]:
    net = gross * 100 // 119 if net < 0 else net
    return {"product": product, "gross": gross, "net": net, "quantity": quantity}


def would_bring(one: Book, *lines: dict[str, Any]) -> int:
    with one.database.read() as tx:
        return previewing.of(tx, one.shop, lines, NOW)


def test_the_preset_fits_a_table(one: Book) -> None:
    assert table(one) == {
        "points": 5, "per": 100, "basis": "gross", "rounding": "down", "steps": False, "except": [],
    }  # fmt: skip


def test_gift_cards_and_excluded_products_are_excepted(database: Any, keys: Any) -> None:
    one = book(database, keys, earn={"exclude": {"products": ["17"]}})
    card = Product(external_id="9", title="Gutschein", gift_card=True)
    one.database.write(lambda tx: orders_rows.keep_products(tx, one.shop, [card], NOW))

    assert table(one)["except"] == ["17", "9"]
    assert would_bring(one, piece(1000, product="9"), piece(1000, product="17")) == 0


@pytest.mark.parametrize(
    "changes",
    [{"earn": {"exclude": {"categories": ["5"]}}}, {"earn": {"exclude": {"tags": ["sale"]}}},
     {"rules": [{"id": "double", "title": {"de": "x", "en": "x"}, "times": "2"}]}],
    ids=["categories", "tags", "rules"],
)  # fmt: skip
def test_what_is_not_so_simple_is_asked_of_the_server(
    database: Any, keys: Any, changes: dict[str, Any]
) -> None:
    assert table(book(database, keys, **changes)) is None


def test_too_many_exceptions_are_no_table(one: Book) -> None:
    cards = [
        Product(external_id=str(n), title="Gutschein", gift_card=True)
        for n in range(previewing.MOST_EXCEPTED + 1)
    ]
    one.database.write(lambda tx: orders_rows.keep_products(tx, one.shop, cards, NOW))

    assert table(one) is None


def test_a_purchase_brings_what_its_order_will(one: Book) -> None:
    told_before = would_bring(one, piece(1399, 2))
    one.see(order(lines=(line(2351, 447),)))

    assert told_before == one.balance()[1] == 139


def test_it_is_rounded_once_for_all_lines(one: Book) -> None:
    assert would_bring(one, piece(110), piece(110, product="11")) == 11  # 5.5 + 5.5


def test_an_offer_counts_and_a_first_order_does_not(database: Any, keys: Any) -> None:
    offers = [
        {"id": "double", "title": {"de": "x", "en": "x"}, "times": "2", "combines": True},
        {"id": "first", "title": {"de": "x", "en": "x"}, "extra": 500, "combines": True,
         "when": {"first_order": True}},
    ]  # fmt: skip
    one = book(database, keys, rules=offers)

    assert would_bring(one, piece(1000)) == 100


def test_prices_without_tax_count_where_the_programme_says_so(database: Any, keys: Any) -> None:
    one = book(database, keys, earn={"tax": "net"})

    assert table(one)["basis"] == "net"
    assert would_bring(one, piece(1190, net=1000)) == 50


def test_mixed_up_prices_promise_the_smaller_one(database: Any, keys: Any) -> None:
    one = book(database, keys, earn={"tax": "net"})

    assert would_bring(one, piece(1000, net=1190)) == 50


# ------------------------------------------------------------------ over the air


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Connected]:
    with connected(tmp_path / "data") as opened:
        opened.erika = opened.real.customer("erika@example.com")  # type: ignore[attr-defined]
        yield opened


@pytest.fixture
def client(street: Connected) -> FlaskClient:
    return create_app(street.inst).test_client()


def ask(client: FlaskClient, headers: dict[str, str]) -> Any:
    return client.get("/v1/demo/order?lang=de", headers=headers).get_json()


def test_an_order_nobody_has_told_us_of_is_asked_for_in_the_shop(
    street: Connected, client: FlaskClient
) -> None:
    number = street.real.order(customer_id=int(street.erika), paid=True)  # type: ignore[attr-defined]
    said = ask(client, token(street, order=number))
    sync.run(street.inst, street.shop)
    jobs.run_due(street.inst)

    assert (said["state"], said["points"] > 0) == ("coming", True)
    assert said == ask(client, token(street, order=number))
    assert street.points(street.erika) == said["points"]  # type: ignore[attr-defined]


def test_a_token_that_names_nobody_is_no_guests(street: Connected, client: FlaskClient) -> None:
    number = street.real.order(billing={"email": "gast@example.com"}, paid=True)

    assert (
        client.get("/v1/demo/order", headers=token(street, order=number, sub=None)).status_code
        == 401
    )


@pytest.mark.parametrize("order_id", ["999999", "1"])
def test_an_order_the_shop_does_not_know_is_asked_for_again_later(
    street: Connected, client: FlaskClient, order_id: str
) -> None:
    assert ask(client, token(street, order=order_id))["state"] == "later"


def test_a_shop_that_is_down_is_no_error_on_its_own_page(
    street: Connected, client: FlaskClient
) -> None:
    number = street.real.order(customer_id=int(street.erika), paid=True)  # type: ignore[attr-defined]
    street.real.habits(busy={"status": 503, "times": 50})

    assert ask(client, token(street, order=number))["state"] == "later"


def test_who_proves_no_order_is_told_of_none(street: Connected, client: FlaskClient) -> None:
    street.real.order(customer_id=int(street.erika), paid=True)  # type: ignore[attr-defined]

    assert client.get("/v1/demo/order", headers=token(street)).status_code == 401
    assert client.get("/v1/demo/order").status_code == 401
