"""From server to server: the line in the mail, and what may be reached at all."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest

from tests.plugin.shop import Shop
from tests.plugin.test_identity import claims

ORDER = "/v1/demo/order"
SENTENCE = "This order brings you 142 points, yours from 12 January 2027."
COMING = {"state": "coming", "points": 142, "on": "2027-01-12", "sentence": SENTENCE}
MAILS = ["customer_on_hold_order", "customer_processing_order", "customer_completed_order"]


def say(shop: Shop, path: str, answer: Any, status: int = 200) -> None:
    shop.connector.says[path] = (status, answer)


def logged(shop: Shop) -> list[list[str]]:
    file = shop.wordpress.folder / "wp-content" / "wc.log"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.is_file() else []


@pytest.mark.parametrize("kind", MAILS)
def test_the_customers_order_mail_has_a_line_about_its_points(shop: Shop, kind: str) -> None:
    say(shop, ORDER, COMING)

    assert shop.mail(kind) == f"<p>{SENTENCE}</p>"
    assert shop.mail(kind, plain=True) == f"\n{SENTENCE}\n"


def test_the_line_is_asked_for_with_a_token_for_that_order_and_no_person(shop: Shop) -> None:
    say(shop, ORDER, COMING)
    shop.mail(MAILS[0], 101)
    (asked,) = shop.connector.asked
    said = claims(asked.token)

    assert (asked.method, asked.path) == ("GET", f"{ORDER}?lang=en")
    assert (said["aud"], said["order"]) == ("stammkunde", "101")
    assert "sub" not in said
    assert "email" not in said
    assert asked.headers["user-agent"] == "Stammkunde/1.0.0"


def test_the_line_is_asked_for_in_the_language_of_the_mail(shop: Shop) -> None:
    shop.php("return update_option('imitated_locale', 'de_DE');")
    say(shop, ORDER, COMING)
    shop.mail(MAILS[0])

    assert shop.connector.asked[0].path == f"{ORDER}?lang=de"


@pytest.mark.parametrize("kind", ["customer_refunded_order", "customer_note", "new_order", "reset"])
def test_other_mails_have_no_line_and_ask_nothing(shop: Shop, kind: str) -> None:
    say(shop, ORDER, COMING)

    assert shop.mail(kind) == ""
    assert shop.connector.asked == []


def test_mails_to_the_shop_itself_have_no_line(shop: Shop) -> None:
    say(shop, ORDER, COMING)

    assert shop.mail(MAILS[1], admin=True) == ""
    assert shop.connector.asked == []


def test_a_merchant_who_wants_no_line_has_none(shop: Shop) -> None:
    say(shop, ORDER, COMING)
    shop.places(mail=False)

    assert shop.mail(MAILS[1]) == ""
    assert shop.connector.asked == []


def test_a_shop_that_is_not_connected_asks_nobody_and_mails_no_line(unconnected: Shop) -> None:
    assert unconnected.mail(MAILS[1]) == ""
    assert unconnected.connector.asked == []


@pytest.mark.parametrize(
    "answer",
    [
        COMING | {"state": "waiting"},
        COMING | {"state": "later"},
        COMING | {"state": "nothing", "sentence": ""},
        COMING | {"state": "unheard of"},
        COMING | {"sentence": ["x"]},
        {"state": "coming"},
        [],
        "text",
        "<html>",
    ],
)
def test_what_is_no_sentence_for_this_buyer_is_no_line(shop: Shop, answer: Any) -> None:
    say(shop, ORDER, answer)

    assert shop.mail(MAILS[1]) == ""


def test_a_sentence_is_text_in_the_mail(shop: Shop) -> None:
    say(shop, ORDER, COMING | {"sentence": "<img src=x onerror=alert(1)>1 & 2 are 3" + "x" * 900})
    line, plain = shop.mail(MAILS[1]), shop.mail(MAILS[1], plain=True)

    assert "<img" not in line + plain
    assert "1 &amp; 2 are 3" in line
    assert "1 & 2 are 3" in plain
    assert len(line) < 400


@pytest.mark.parametrize("status", [301, 302, 401, 403, 404, 409, 429, 500, 503])
def test_a_connector_that_says_no_costs_the_line_and_only_its_status_is_noted(
    shop: Shop, status: int
) -> None:
    say(shop, ORDER, {"message": "mia@example.com has 7 points", "sentence": SENTENCE}, status)

    assert shop.mail(MAILS[1]) == ""
    assert logged(shop) == [["stammkunde", f"The connector answered with status {status}."]]


def test_a_connector_that_is_gone_costs_the_line(shop: Shop) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        shop.connect(connector=f"http://127.0.0.1:{nobody.getsockname()[1]}")
        line = shop.mail(MAILS[1])

    assert line == ""
    assert logged(shop) == [["stammkunde", "The connector did not answer."]]


def test_a_connector_that_never_answers_is_given_up_and_the_mail_goes_out(shop: Shop) -> None:
    shop.connector.silent.set()

    assert shop.mail(MAILS[1]) == ""
    assert logged(shop) == [["stammkunde", "The connector did not answer."]]


def test_the_connector_gets_three_seconds_and_leads_nowhere_else(shop: Shop) -> None:
    asked = shop.php(
        """$seen = null;
        add_filter('pre_http_request', function ($answer, $given) use (&$seen) {
            $seen = [$given['timeout'], $given['redirection'], $given['reject_unsafe_urls']];
            return new WP_Error('seen');
        }, 0, 2);
        imitated_mail('customer_processing_order', 101, false, false);
        return $seen;"""
    )

    assert asked == [3, 0, True]


def test_an_endless_answer_is_not_read_to_its_end(shop: Shop) -> None:
    say(shop, ORDER, COMING | {"sentence": "x" * 2_000_000})

    assert shop.mail(MAILS[1]) == ""


def reached(shop: Shop, address: str) -> Any:
    elsewhere = "add_filter('pre_option_home', fn() => 'https://shop.example');"
    return shop.php(f"{elsewhere} return wp_http_validate_url('{address}') !== false;")


@pytest.mark.parametrize(
    ("connector", "address", "allowed"),
    [
        ("http://127.0.0.1:8710", "http://127.0.0.1:8710/v1/demo/order", True),
        ("http://127.0.0.1:8710", "http://127.0.0.1:8711/", False),
        ("http://127.0.0.1:8710", "http://127.0.0.1/", False),
        ("http://127.0.0.1:8710", "http://127.0.0.2:8710/", False),
        ("http://127.0.0.1:8710", "http://10.0.0.1:8710/", False),
        ("http://127.0.0.1:8710", "http://192.168.1.1/", False),
        ("http://127.0.0.1:8710", "https://127.0.0.1:8710/", False),
        ("http://127.0.0.1:8710", "http://mia@127.0.0.1:8710/", False),
        ("https://127.0.0.1:8443", "https://127.0.0.1:8443/x", True),
        ("https://127.0.0.1", "https://127.0.0.1:443/x", True),
        ("https://127.0.0.1", "https://127.0.0.1:8080/x", False),
    ],
)
def test_the_connector_alone_may_live_at_a_private_address(
    shop: Shop, connector: str, address: str, allowed: bool
) -> None:
    shop.connect(connector=connector)

    assert reached(shop, address) is allowed


def test_without_a_connection_no_private_address_is_reached(unconnected: Shop) -> None:
    assert reached(unconnected, unconnected.connector.url) is False
