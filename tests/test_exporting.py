"""What is taken along: everything of one person and of nobody else; a merchant's books in little memory."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import insert, select

from connector import exporting, members
from connector.corrections import correct
from connector.merging import merge
from connector.port import Account, Customer
from connector.tables import lot, transfer
from connector.values import MemberId
from tests.make import NOW, PAID, Book, order

RELEASED = PAID + timedelta(days=60)
PEOPLE = {"1": "anna@example.com", "2": "bea@example.com", "3": "=cmd@example.com"}


@pytest.fixture
def lived(demo: Book) -> Book:
    demo.see(*(order(f"{id_}01", buyer=Account(id_)) for id_ in PEOPLE))
    demo.pass_time(RELEASED)
    m, s = demo.shop.merchant_id, demo.shop.shop_id
    customers = [
        Customer(external_id=id_, email=email, first_name=f"Name{id_}")
        for id_, email in PEOPLE.items()
    ]
    demo.database.write(lambda tx: members.keep_customers(tx, m, s, customers, demo.keys, NOW))
    anna = demo.member(Account("1")).member_id
    demo.database.write(
        lambda tx: correct(tx, m, MemberId(anna), 5, "Kulanz für Anna", "chefin", "k", RELEASED)
    )
    return demo


def person(demo: Book, id_: str) -> dict[str, Any]:
    row = demo.member(Account(id_))
    with demo.database.read() as tx:
        return exporting.person(tx, demo.shop, [f"customer:{id_}"], row.member_id if row else None)


def test_a_person_gets_everything_that_is_stored_about_him(lived: Book) -> None:
    found = person(lived, "1")

    assert [one["email"] for one in found["customers"]] == ["anna@example.com"]
    assert [one["number"] for one in found["orders"]] == ["101"]
    assert [one["text"] for one in found["notes"]] == ["Kulanz für Anna"]
    assert len(found["movements"]) == 3
    assert {one["points"] for one in found["movements"]} == {140, 5}
    assert found["lots"][0]["remaining"] == 145
    assert found["member"][0]["joined_how"] == "account"
    assert len(found["awards"]) == 2
    assert len(found["identities"]) == 1


def test_nobody_else_is_in_it(lived: Book) -> None:
    said = exporting.as_json(person(lived, "1")) + exporting.as_html(person(lived, "1"), "de")

    assert "bea@example.com" not in said
    assert "Name2" not in said
    assert lived.member(Account("2")).member_id not in said


def test_what_was_merged_into_somebody_is_his(lived: Book) -> None:
    anna, bea = (MemberId(lived.member(Account(id_)).member_id) for id_ in ("1", "2"))
    lived.database.write(lambda tx: merge(tx, lived.shop.merchant_id, anna, bea, "x", RELEASED))
    found = person(lived, "2")

    assert {one["email"] for one in found["customers"]} == {"anna@example.com", "bea@example.com"}
    assert {one["number"] for one in found["orders"]} == {"101", "201"}
    assert [one["text"] for one in found["notes"]] == ["Kulanz für Anna"]


def test_somebody_who_takes_no_part_gets_what_the_shop_says_of_him(lived: Book) -> None:
    m, s = lived.shop.merchant_id, lived.shop.shop_id
    late = [Customer(external_id="9", email="ina@example.com")]
    lived.database.write(lambda tx: members.keep_customers(tx, m, s, late, lived.keys, NOW))
    found = person(lived, "9")

    assert [one["email"] for one in found["customers"]] == ["ina@example.com"]
    assert found["movements"] == found["member"] == []


def test_the_export_is_json_a_page_and_a_table(lived: Book) -> None:
    found = person(lived, "1")
    page = exporting.as_html(found, "de")
    rows = list(csv.DictReader(io.StringIO(exporting.as_csv(found["movements"], "de"))))

    assert json.loads(exporting.as_json(found))["orders"][0]["number"] == "101"
    assert "<h1>Was über dich gespeichert ist</h1>" in page
    assert "Punkte dazu: eine Korrektur des Shops." in page
    assert [row["points"] for row in rows] == ["140", "140", "5"]


def test_a_text_is_no_markup_on_the_page(lived: Book) -> None:
    anna, m = MemberId(lived.member(Account("1")).member_id), lived.shop.merchant_id
    lived.database.write(
        lambda tx: correct(tx, m, anna, 5, "<script>x</script>", "c", "k2", RELEASED)
    )

    assert "<script>" not in exporting.as_html(person(lived, "1"), "en")


def books(demo: Book) -> tuple[dict[str, int], dict[str, list[dict[str, str]]], ZipFile]:
    packed = io.BytesIO()
    with demo.database.read() as tx:
        counts = exporting.merchant(tx, demo.shop.merchant_id, packed)
    opened = ZipFile(packed)
    tables = {
        name: list(csv.DictReader(io.StringIO(opened.read(name).decode())))
        for name in opened.namelist() if name.endswith(".csv")
    }  # fmt: skip
    return counts, tables, opened


def test_a_merchant_takes_all_his_books_along(lived: Book) -> None:
    counts, tables, opened = books(lived)

    assert {name: len(rows) for name, rows in tables.items()} == {
        name: count for name, count in counts.items() if name != "programme"
    }
    assert len(tables["ledger.csv"]) == 7
    assert sum(int(row["remaining"]) for row in tables["lots.csv"]) == 3 * 140 + 5
    assert json.loads(opened.read("programme/1.json"))["document"]["name"] == "Treuepunkte"
    assert {row["email"] for row in tables["customers.csv"]} >= {
        "anna@example.com",
        "'=cmd@example.com",
    }


def test_a_neighbours_books_are_not_in_it(lived: Book) -> None:
    from connector import programmes, rulebook, shops
    from connector.shops import Shop
    from tests.make import FACTS

    def another(tx: Any) -> Shop:
        one = shops.add(
            tx, lived.keys, slug="next", platform="woocommerce", settings={}, facts=FACTS, now=NOW
        )
        programmes.apply(tx, one.merchant_id, rulebook.preset("dach"), "test", NOW)
        return one

    second = Book(lived.database, lived.keys, lived.database.write(another))
    second.see(order("9", buyer=Account("9")))
    _, tables, _ = books(second)

    assert [row["subject"] for row in tables["ledger.csv"]] == ["order/next/9"]
    assert len(tables["members.csv"]) == 1


def test_memory_does_not_grow_with_the_books(sqlite_database: Any) -> None:
    """Seventeen times the rows, hardly more memory: the second export streams as the first did."""
    from connector import keys as keys_module
    from tests.conftest import SECRET
    from tests.make import book

    keys = sqlite_database.write(lambda tx: keys_module.load(tx, [SECRET], NOW))
    demo = book(sqlite_database, keys)
    demo.see(order())
    one, m = demo.member().member_id, demo.shop.merchant_id
    far = PAID.date() + timedelta(days=9000)

    def empty_lots(tx: Any, first: int, count: int) -> None:
        rows = [{"merchant_id": m, "member_id": one, "remaining": 0,
                 "expires_on": far + timedelta(days=n), "due_on": far} for n in range(first, first + count)]  # fmt: skip
        tx.execute(insert(lot), rows)

    def peak() -> int:
        tracemalloc.start()
        with sqlite_database.read() as tx, open("/dev/null", "wb") as nowhere:
            exporting.merchant(tx, m, nowhere)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    sqlite_database.write(lambda tx: empty_lots(tx, 0, 500))
    peak()
    small = peak()
    sqlite_database.write(lambda tx: empty_lots(tx, 500, 8_000))
    large = peak()
    sqlite_database.write(lambda tx: tx.execute(lot.delete()))

    assert large < small * 1.5
    with sqlite_database.read() as tx:
        assert len(tx.execute(select(transfer)).all()) == 1
