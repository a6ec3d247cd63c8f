"""What customers ask: the merchant gets it once, and nobody else before he has answered."""

from __future__ import annotations

from typing import Any

import pytest

from connector import exporting, faqs, members, programmes, questions, tasks
from connector.errors import Refused
from connector.port import Customer
from tests.make import NOW, Book, book

TEXT = "Wann kommt mein Paket an?"


@pytest.fixture
def one(database: Any, keys: Any) -> Book:
    made = book(database, keys)
    made.database.write(lambda tx: faqs.start(tx, made.shop.merchant_id))
    return made


def ask(one: Book, text: str = TEXT, who: str = "7", lang: str = "de") -> bool:
    return one.database.write(lambda tx: questions.ask(tx, one.shop, who, lang, text, NOW))


def waiting(one: Book) -> list[str]:
    with one.database.read() as tx:
        return [each.text for each in questions.waiting(tx, one.shop.merchant_id)]


def entry(one: Book) -> str:
    with one.database.read() as tx:
        return questions.waiting(tx, one.shop.merchant_id)[0].entry


def todo(one: Book) -> list[str]:
    with one.database.read() as tx:
        return [each.sentence("de") for each in tasks.open_tasks(tx, one.shop.merchant_id)]


def public(one: Book, lang: str = "de") -> list[str]:
    with one.database.read() as tx:
        programme = programmes.versions(tx, one.shop.merchant_id, one.shop.currency)[-1]
        return [each["question"] for each in faqs.entries(tx, one.shop, programme, lang)]


def answer(one: Book, name: str, question: str = TEXT, text: str = "Morgen.") -> None:
    m = one.shop.merchant_id
    one.database.write(lambda tx: questions.answer(tx, m, name, question, text, NOW))


def test_a_question_is_a_task_and_nothing_public(one: Book) -> None:
    assert ask(one)

    assert waiting(one) == [TEXT]
    assert todo(one) == [
        "Ein Kunde von Kaffeerad fragt etwas. Beantworte es unter Fragen, oder lösche es dort."
    ]
    assert len(public(one)) == 12


def test_the_same_question_again_is_once(one: Book) -> None:
    for text in (TEXT, f" {TEXT.upper()} ", TEXT.replace(" ", "  ")):
        assert ask(one, text.strip())

    assert (len(waiting(one)), len(todo(one))) == (1, 1)


def test_with_its_answer_it_is_the_last_of_the_public_ones(one: Book) -> None:
    ask(one)
    name = entry(one)
    answer(one, name, "Wann kommen Pakete an?")

    assert public(one)[-1] == "Wann kommen Pakete an?"
    assert len(public(one, "en")) == 12
    assert (waiting(one), todo(one)) == ([], [])
    with pytest.raises(Refused, match="answered or deleted already"):
        answer(one, name)


@pytest.mark.parametrize(("question", "text"), [("", "Morgen."), (TEXT, " ")])
def test_half_an_answer_publishes_nothing(one: Book, question: str, text: str) -> None:
    ask(one)
    with pytest.raises(Refused, match="write both"):
        answer(one, entry(one), question, text)

    assert waiting(one) == [TEXT]


def test_a_deleted_question_may_be_asked_again(one: Book) -> None:
    ask(one)
    name = entry(one)
    one.database.write(lambda tx: questions.drop(tx, one.shop.merchant_id, name, NOW))
    assert (waiting(one), todo(one)) == ([], [])

    assert ask(one)
    assert waiting(one) == [TEXT]


def test_one_customer_cannot_fill_the_list(one: Book) -> None:
    asked = [ask(one, f"Frage Nummer {n}?") for n in range(7)]

    assert asked == [True] * questions.MOST_OPEN + [False] * 2
    assert ask(one, "Frage Nummer 0?")  # asked already, so nothing new
    assert ask(one, "Darf ich auch fragen?", who="8")


def test_who_is_forgotten_has_asked_nothing(one: Book) -> None:
    shop = one.shop

    def erased(tx: Any) -> None:
        members.keep_customers(
            tx, shop.merchant_id, shop.shop_id, [Customer("7", "a@example.com")], one.keys, NOW
        )
        members.erase_customer(tx, shop.merchant_id, shop.shop_id, "7", one.keys, NOW)

    ask(one)
    ask(one, "Was fragt ein anderer Kunde?", who="70")
    one.database.write(erased)

    assert waiting(one) == ["Was fragt ein anderer Kunde?"]
    assert len(todo(one)) == 1


def test_an_export_says_what_somebody_asked_and_nobody_else(one: Book) -> None:
    ask(one)
    ask(one, "Was fragt ein anderer Kunde?", who="8")
    with one.database.read() as tx:
        person = exporting.person(tx, one.shop, ["customer:7"], None)

    assert person["questions"] == [{"lang": "de", "question": TEXT}]


def test_what_was_published_does_not_tell_who_asked(one: Book) -> None:
    ask(one)
    answer(one, entry(one))
    with one.database.read() as tx:
        person = exporting.person(tx, one.shop, ["customer:7"], None)

    assert person["questions"] == []
