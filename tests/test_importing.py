"""Points from elsewhere: bad rows named by line and column, nothing written before, nothing twice."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from connector import importing, members, verify
from connector.errors import BadInput
from connector.explain import sentence
from connector.importing import Bad, Report, Row, Table, read, report, whole
from connector.port import Account, Customer
from connector.safe_csv import cell
from connector.tables import award, member, transfer
from tests.make import NOW, PAID, Book, order

RELEASED = PAID + timedelta(days=60)


# ------------------------------------------------------------------ numbers


@pytest.mark.parametrize(
    ("text", "number"),
    [("1234", 1234), (" 1.234 ", 1234), ("1,234", 1234), ("1'234", 1234), ("1 234", 1234),
     ("1\u00a0234", 1234), ("1.234.567", 1234567), ("1.234,00", 1234), ("1,234.0", 1234), ("12,0", 12),
     ("-50", -50), ("\u221250", -50), ("-1.234", -1234), ("+7", 7), ("0", 0)],
)  # fmt: skip
def test_a_whole_number_is_read_as_people_write_it(text: str, number: int) -> None:
    assert whole(text) == number


@pytest.mark.parametrize(
    "text", ["", "1,5", "1.5", "1.23", "1.234,5", "1.234.56", "1,234.567.890", "12.34,000", "many", "1e3", "0x1", "1.2345", "--1"]
)  # fmt: skip
def test_what_is_no_whole_number_is_never_guessed(text: str) -> None:
    assert whole(text) is None


# ------------------------------------------------------------------ tables


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (b"email,points\na@example.com,5\n", "utf-8"),
        (b"\xef\xbb\xbfEmail;Points\r\na@example.com;5\r\n", "utf-8"),
        ("email\tpoints\na@example.com\t5".encode("utf-16"), "utf-8"),
        ("name;email;points\nJürgen;a@example.com;5\n".encode("cp1252"), "cp1252"),
        (b'email,points,note\na@example.com,5,"two\nlines"\n', "utf-8"),
    ],
)
def test_tables_of_many_programs_are_read(content: bytes, encoding: str) -> None:
    assert read(content, {}, encoding).rows == [Row(2, "a@example.com", 5)]


def test_columns_are_chosen_by_their_names() -> None:
    table = read(
        b"Mail;Guthaben;Name\na@example.com;1.234;A\n", {"email": "mail", "points": "Guthaben"}
    )

    assert table.rows == [Row(2, "a@example.com", 1234)]


@pytest.mark.parametrize(
    ("content", "mapping", "said"),
    [
        (b"Mail;Guthaben\n", {}, "email: no column is called 'email'. Columns: Mail, Guthaben. Say --map email=COLUMN"),
        (b"email,email,points\n", {}, "email: more than one column is called 'email'"),
        (b"", {}, "Columns: none"),
        (b"email,points\n", {"e-mail": "email"}, "--map: 'e-mail' is none of our fields; use email and points"),
        ("email,points\na@example.com,5\nJ\xfcrgen,1\n".encode("latin-1"), {}, "line 3: the file is not utf-8"),
        (b'email,points\n"a,5\n', {}, "this is no CSV"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_such_table_is_refused_in_a_sentence(
    content: bytes, mapping: dict[str, str], said: str
) -> None:
    with pytest.raises(BadInput) as wrong:
        read(content, mapping)
    assert said in str(wrong.value)


def test_an_unknown_encoding_is_named() -> None:
    with pytest.raises(BadInput, match="'klingon' is no encoding"):
        read(b"email,points\n", {}, "klingon")


def test_bad_rows_are_named_by_line_and_column_and_never_by_what_they_say() -> None:
    table = read(
        b"email,points\na@example.com,5\nnobody,5\n\nb@example.com,1.5\nc@example.com,0\nA@example.com,7\n"
        b'"d@example.com\n",5\ne@example.com\nf@example.com,99999999999\n', {},
    )  # fmt: skip

    assert [row.line for row in table.rows] == [2, 8]
    assert table.bad == [
        Bad(3, "email", "is no e-mail address"),
        Bad(5, "points", "is no whole number, such as 1234 or 1.234"),
        Bad(6, "points", "must be from 1 to 10000000, or below 0"),
        Bad(7, "email", "stands in line 2 already"),
        Bad(10, "", "has 1 cells, fewer than the header"),
        Bad(11, "points", "must be from 1 to 10000000, or below 0"),
    ]
    assert "example" not in str(table.bad)


@pytest.mark.parametrize(
    "dangerous", ["=1+1", "+49", "-cmd", "@SUM(A1)", "\t=1", " =1", "|x", "\r=1"]
)
def test_no_cell_is_a_formula(dangerous: str) -> None:
    assert cell(dangerous).startswith("'")
    assert cell({"=x": 1})[0] in "{'"


def test_numbers_and_plain_texts_stay_as_they_are() -> None:
    assert [cell(value) for value in (-5, None, True, "Herzen", NOW, NOW.date())] == [
        -5, "", True, "Herzen", "2026-11-22T12:00:00.000000Z", "2026-11-22",
    ]  # fmt: skip


# ------------------------------------------------------------------ reports and writing


@pytest.fixture
def known(demo: Book) -> Book:
    """Anna (140 points, her own) and Bea (none yet) take part; Cem has an account and does not."""
    people = [("1", "anna@example.com"), ("2", "bea@example.com")]
    demo.see(*(order(id_, buyer=Account(id_)) for id_, _ in people[:1]))
    demo.pass_time(RELEASED)

    def work(tx: Any) -> None:
        m, s = demo.shop.merchant_id, demo.shop.shop_id
        customers = [Customer(external_id=id_, email=email) for id_, email in people]
        members.keep_customers(tx, m, s, customers, demo.keys, NOW)
        members.join(tx, m, s, ["customer:2"], "account", NOW)

    demo.database.write(work)
    return demo


def preview(demo: Book, content: bytes) -> Report:
    with demo.database.read() as tx:
        return report(tx, demo.shop, read(content, {}), demo.keys)


def apply(demo: Book, found: Report) -> int:
    return demo.database.write(
        lambda tx: importing.write(tx, demo.shop, found.batch, found.matched, "anna", RELEASED)
    )


FILE = b"email,points\nanna@example.com,100\nBEA@example.com,1.234\ncem@example.com,7\n"


def test_a_preview_says_who_gets_what_and_writes_nothing(known: Book) -> None:
    found = preview(known, FILE)

    assert (len(found.matched), found.points, found.before) == (2, 1334, 0)
    assert [row.line for row in found.nobody] == [4]
    with known.database.read() as tx:
        assert tx.execute(select(func.count()).select_from(award)).scalar_one() == 1


def test_imported_points_are_awards_like_any_other(known: Book) -> None:
    assert apply(known, preview(known, FILE)) == 2

    assert known.balance(Account("1")) == (240, 0)
    assert known.balance(Account("2")) == (1234, 0)
    with known.database.read() as tx:
        last = tx.execute(select(transfer).where(transfer.c.points == 1234)).one()
    assert sentence(last._asdict(), "de") == "1.234 Punkte aus deinem bisherigen Guthaben."
    assert last.by == "anna"
    assert last.lots == [["2029-12-31", 1234]]


def test_the_same_file_again_brings_nothing(known: Book) -> None:
    found = preview(known, FILE)
    apply(known, found)

    assert apply(known, found) == 0
    again = preview(known, FILE)
    assert (again.matched, again.before) == ([], 2)
    assert known.balance(Account("2")) == (1234, 0)


def test_who_joins_later_gets_his_row_and_nobody_gets_his_twice(known: Book) -> None:
    apply(known, preview(known, FILE))

    def joins(tx: Any) -> None:
        m, s = known.shop.merchant_id, known.shop.shop_id
        members.keep_customers(
            tx, m, s, [Customer(external_id="3", email="cem@example.com")], known.keys, NOW
        )
        members.join(tx, m, s, ["customer:3"], "account", NOW)

    known.database.write(joins)
    later = preview(known, FILE)

    assert (apply(known, later), later.points) == (1, 7)
    assert known.balance(Account("1")) == (240, 0)


def test_an_import_is_undone_by_a_correcting_one(known: Book) -> None:
    apply(known, preview(known, FILE))
    apply(known, preview(known, b"email,points\nanna@example.com,-100\nbea@example.com,-1.234\n"))

    assert (known.balance(Account("1")), known.balance(Account("2"))) == ((140, 0), (0, 0))


def test_more_than_there_is_is_a_bad_row(known: Book) -> None:
    found = preview(known, b"email,points\nanna@example.com,-141\nbea@example.com,5\n")

    assert found.bad == [Bad(2, "points", "takes 141 points, the customer has 140")]
    assert apply(known, found) == 1


def test_who_left_gets_nothing(known: Book) -> None:
    left = update(member).where(member.c.available == 0).values(left_at=NOW)
    known.database.write(lambda tx: tx.execute(left))

    assert preview(known, FILE).bad == [Bad(3, "email", "is a customer who left the programme")]


def test_two_rows_for_one_customer_are_not_added_up(known: Book) -> None:
    digest = known.keys.address_digest("old@example.com")

    def also_known_as(tx: Any) -> None:
        from sqlalchemy import insert

        from connector.tables import identity

        m, s = known.shop.merchant_id, known.shop.shop_id
        anna = members.find(tx, m, s, ["customer:1"])["customer:1"]
        tx.execute(insert(identity).values(merchant_id=m, shop_id=s, kind="guest", value=digest,
                                           member_id=anna, since=NOW))  # fmt: skip

    known.database.write(also_known_as)
    found = preview(known, b"email,points\nanna@example.com,5\nold@example.com,5\n")

    assert found.bad == [Bad(3, "email", "is the same customer as line 2")]


def test_the_digest_changes_with_whatever_would_be_done(known: Book) -> None:
    digests = {
        preview(known, FILE).digest,
        preview(known, FILE.replace(b"100", b"101")).digest,
        preview(known, FILE + b"\n").digest,
    }
    left = update(member).where(member.c.available == 0).values(left_at=NOW)
    known.database.write(lambda tx: tx.execute(left))

    assert len(digests | {preview(known, FILE).digest}) == 4


@pytest.mark.broken_books
def test_an_imported_row_changed_by_hand_is_found(known: Book) -> None:
    apply(known, preview(known, FILE))
    mine = update(award).where(award.c.rule == "import").values(deserved=9)
    known.database.write(lambda tx: tx.execute(mine))

    with known.database.read() as tx:
        assert "correction" in {one.what for one in verify.run(tx, full=True).findings}


def test_a_batch_is_the_file_and_how_it_was_read(tmp_path: Path) -> None:
    assert read(FILE, {}).batch == read(FILE, {}).batch
    assert read(FILE, {}).batch != read(FILE + b" ", {}).batch
    assert Table("x").rows == []
