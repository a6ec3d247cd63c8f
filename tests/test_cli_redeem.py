"""Redeeming on the command line: its own process, real exit codes, a real shop."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.adapters.woocommerce import simulated
from tests.test_cli import Terminal

EMAIL = "erika@example.com"


@pytest.fixture(scope="module")
def real() -> Iterator[simulated.Shop]:
    with simulated.running() as running:
        yield running


@pytest.fixture(scope="module")
def terminal(real: simulated.Shop, tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """A shop in which Erika has the 500 points that past orders may bring, once, and no more."""
    terminal = Terminal(tmp_path_factory.mktemp("redeem"))
    past = (datetime.now(UTC) - timedelta(days=60)).isoformat()
    line = {"product_id": real.product("Kaffee"), "quantity": 1, "gross": "2000.00"}
    real.order(customer_id=int(real.customer(EMAIL)), at=past, paid_at=past, line_items=[line])
    assert terminal.add(real).returncode == 0
    assert terminal.run("sync", "demo").returncode == 0
    return terminal


def test_points_become_a_code_and_the_code_becomes_points(
    terminal: Terminal, real: simulated.Shop
) -> None:
    got = terminal.json("redeem", EMAIL, "discount", "--shop", "demo", "--key", "desk 1")
    again = terminal.json("redeem", EMAIL, "discount", "--shop", "demo", "--key", "desk 1")

    assert got == again
    assert (got["value"], got["available"], got["state"]) == (
        {"minor": 500, "currency": "EUR"}, 0, "ready")  # fmt: skip
    assert got["text"] == {
        "de": "Rabatt auf deine Bestellung: 5,00\xa0€ Rabatt ab 10,00\xa0€ Einkauf",
        "en": "Money off your order: €5.00 off from €10.00 on",
    }
    assert len(real.rest("GET", f"/coupons?code={got['code']}")) == 1
    (shown,) = terminal.json("voucher", "list", EMAIL, "--shop", "demo")
    assert shown["code"] == got["code"]

    back = terminal.json("voucher", "revoke", got["code"].lower(), "--shop", "demo")

    assert (back["state"], back["given_back"], back["available"]) == ("ended", 500, 500)
    assert real.rest("GET", f"/coupons?code={got['code']}") == []


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("redeem", EMAIL, "gold"), 1, "There is no reward gold. There are: discount."),
        (("redeem", EMAIL, "discount", "--points", "9900"), 1, "This takes 9,900 points, you have 500 points."),
        (("redeem", EMAIL, "discount", "--points", "3"), 1, "Redeeming starts at 500 points."),
        (("redeem", "nobody@example.com", "discount"), 1, "no customer with the address nobody@example.com"),
        (("voucher", "revoke", "AAAAA-BBBBB"), 1, "demo has no voucher 'AAAAA-BBBBB' of ours"),
        (("voucher", "done", "AAAAA-BBBBB"), 1, "demo has no voucher 'AAAAA-BBBBB' of ours"),
        (("redeem", EMAIL, "discount", "--points", "many"), 2, "'many' is not a valid integer"),
    ],
)  # fmt: skip
def test_a_no_is_a_sentence_and_an_exit_code(
    terminal: Terminal, words: tuple[str, ...], code: int, said: str
) -> None:
    done = terminal.run(*words, "--shop", "demo")

    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert terminal.json("customer", "show", EMAIL, "--shop", "demo")["available"] == 500
