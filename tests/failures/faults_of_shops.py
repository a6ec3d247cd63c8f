"""The table of what a shop, a proxy or the line between may do to an answer, each under its name."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from tests.failures.faulty import Exchange, Spoil, Upstream

ORDERS = "/wp-json/wc/v3/orders"


@dataclass(frozen=True)
class Fault:
    """`says`: what the sentence must contain; "" where the answer can be used after all.

    `lies`: the answer is well formed and wrong, so that what follows from it is the shop's word until
    the nightly look. `where`: what the request's address contains.
    """

    name: str
    spoil: Spoil
    says: str
    lies: bool = False
    where: str = ORDERS


# ------------------------------------------------------------------ statuses


def status(code: int, body: bytes = b'{"code":"oops"}', **headers: str) -> Spoil:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda ask: ask.answer(code, body, named)


PAGE = b"<!doctype html><title>Wartung</title><p>Gleich wieder da."

STATUSES = [
    Fault("429", status(429), "slow down"),
    Fault("429 in seconds", status(429, Retry_After="3"), "slow down"),
    Fault("429 as a date", status(429, Retry_After="Sun, 22 Nov 2026 12:00:09 GMT"), "slow down"),
    Fault("429 as nonsense", status(429, Retry_After="soon"), "slow down"),
    Fault("429 negative", status(429, Retry_After="-5"), "slow down"),
    Fault("429 for eleven days", status(429, Retry_After="999999"), "slow down"),
    Fault("500", status(500, b"PHP Fatal error"), "fault \\(500\\)"),
    Fault("502", status(502, PAGE), "fault \\(502\\)"),
    Fault("503", status(503, PAGE, Retry_After="1"), "fault \\(503\\)"),
    Fault("504", status(504, b""), "fault \\(504\\)"),
    Fault("no content", status(204, b""), "other than JSON"),
    Fault("partial content", status(206, b"[]x"), "other than JSON"),
    Fault("not modified", status(304, b""), "something other than JSON"),
    Fault("a teapot with a code", status(418), "does not understand our question"),
    Fault("a firewall's page", status(403, PAGE), "refuses"),
    Fault("a password page", status(401, PAGE), "refuses"),
    Fault("plain permalinks for a while", status(404, PAGE), "no API"),
    Fault("the API switched off", status(404, b'{"code":"rest_no_route"}'), "does not know"),
    Fault("every order gone for a while", status(404, b'{"code":"woocommerce_rest_order_invalid_id"}'),
          "no longer has", lies=True),
]  # fmt: skip


# ------------------------------------------------------------------ the line


def silent(ask: Exchange) -> None:
    time.sleep(0.3)
    ask.hang_up()


def dripping(*, packed: bool, chunked: bool) -> Spoil:
    """A byte now and then, for ever."""

    def spoil(ask: Exchange) -> None:
        headers = {"Content-Encoding": "gzip"} if packed else {}
        headers |= {"Transfer-Encoding": "chunked"} if chunked else {"Content-Length": "1000000"}
        ask.begin(200, headers)
        for _ in range(200):
            ask.write(b"1\r\n \r\n" if chunked else b" ")
            time.sleep(0.01)

    return spoil


def reset_in_the_middle(ask: Exchange) -> None:
    body = ask.shop().body
    ask.begin(200, {"Content-Length": str(len(body))})
    ask.write(body[: len(body) // 2])
    ask.reset()


def cut_in_the_middle(ask: Exchange) -> None:
    body = ask.shop().body
    ask.begin(200, {"Content-Length": str(len(body))})
    ask.write(body[: len(body) // 2])
    ask.hang_up()


def raw(*pieces: bytes) -> Spoil:
    def spoil(ask: Exchange) -> None:
        for piece in pieces:
            ask.write(piece)
        ask.hang_up()

    return spoil


def with_cookies(ask: Exchange) -> None:
    ask.pass_on(ask.shop(), **{"Set-Cookie": "wp=" + "x" * 3000 + "; Path=/"})


LINE = [
    Fault("hung up at once", lambda ask: ask.hang_up(), "could not be reached, or broke off"),
    Fault("reset at once", lambda ask: ask.reset(), "could not be reached, or broke off"),
    Fault("silence", silent, "in time"),
    Fault("a byte now and then", dripping(packed=False, chunked=False), "in time"),
    Fault("a packed byte now and then", dripping(packed=True, chunked=False), "in time"),
    Fault("a chunk now and then", dripping(packed=False, chunked=True), "in time"),
    Fault("reset in the middle of the body", reset_in_the_middle, "broke off"),
    Fault("a body shorter than it says", cut_in_the_middle, "broke off"),
    Fault("rubbish instead of a chunk", raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                                            b"zz\r\nrubbish\r\n"), "broke off"),
    Fault("chunks without an end", raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                                       b"2\r\n[]\r\n"), "broke off"),
    Fault("rubbish instead of a status", raw(b"\x00\x01\x02 hello\r\n\r\n"), "broke off"),
    Fault("an answer of 1990", raw(b"<html>HTTP/0.9"), "broke off"),
    Fault("a thousand headers", raw(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000 + b"\r\n[]"), "broke off"),
    Fault("a giant header", raw(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n[]"), "broke off"),
    Fault("a length that is no number", raw(b"HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\n[]"),
          "", lies=True),
    Fault("cookies", with_cookies, ""),
]  # fmt: skip


# ------------------------------------------------------------------ bodies


def body(change: Callable[[bytes], bytes], **headers: str) -> Spoil:
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    def spoil(ask: Exchange) -> None:
        came = ask.shop()
        ask.pass_on(Upstream(came.status, came.headers, change(came.body)), **named)

    return spoil


BOMB = gzip.compress(b"[" + b" " * 20_000_000 + b"]")

BODIES = [
    Fault("a page for people", status(200, PAGE, Content_Type="text/html"), "other than JSON"),
    Fault("an empty body", status(200, b""), "other than JSON"),
    Fault("half of the JSON", body(lambda b: b[: len(b) // 2]), "other than JSON"),
    Fault("a PHP notice before the JSON", body(lambda b: b"<br>Notice: x" + b), "other than JSON"),
    Fault("a giant body", body(lambda b: b + b" " * 5_000_000), "more than 4000000 bytes"),
    Fault("a packed bomb", status(200, BOMB, Content_Encoding="gzip"), "more than 4000000 bytes"),
    Fault("packed rubbish", status(200, b"rubbish", Content_Encoding="gzip"), "broke off"),
    Fault("half a package", body(lambda b: gzip.compress(b)[:-20], Content_Encoding="gzip"),
          "other than JSON"),
    Fault("packed although well", body(gzip.compress, Content_Encoding="gzip"), ""),
    Fault("an encoding nobody asked for", body(gzip.compress, Content_Encoding="br"), "other than JSON"),
    Fault("the wrong content type", body(lambda b: b, Content_Type="text/html; charset=koi8-r"), ""),
    Fault("a byte order mark", body(lambda b: b"\xef\xbb\xbf" + b), ""),
    Fault("UTF-16", body(lambda b: b.decode().encode("utf-16")), ""),
    Fault("Latin-1", body(lambda b: b.replace(b"[", '["Größe",'.encode("latin-1"), 1)), "other than JSON"),
    Fault("bytes that are no text", body(lambda b: b.replace(b'"', b'\xff"', 1)), "other than JSON"),
    Fault("null", status(200, b"null"), "other than JSON"),
    Fault("a number", status(200, b"5"), "neither object nor list"),
    Fault("a text", status(200, b'"all good"'), "neither object nor list"),
    Fault("JSON without a bottom", status(200, b"[" * 100_000), "other than JSON"),
    Fault("an object for a list", lambda ask: ask.json({"data": ask.shop().json}), "expected|unreadable"),
    Fault("a list of null", lambda ask: ask.json([None]), "unreadable body"),
    Fault("a list of numbers", lambda ask: ask.json([1, 2, 3]), "unreadable body"),
    Fault("a list of lists", lambda ask: ask.json([[]]), "unreadable body"),
]  # fmt: skip


# ------------------------------------------------------------------ redirects


def moved(target: str) -> Spoil:
    return status(302, b"", Location=target)


REDIRECTS = [
    Fault(
        "sent to another host", moved("https://evil.example/orders"), "redirects to https://evil"
    ),
    Fault("sent to another port", moved("http://127.0.0.1:1/orders"), "redirects to http://127"),
    Fault("sent to another scheme", moved("https://127.0.0.1/orders"), "redirects to https://127"),
    Fault("sent to a file", moved("file:///etc/passwd"), "redirects to file"),
    Fault(
        "sent in a circle", lambda ask: ask.answer(302, b"", {"Location": ask.path}), "in a circle"
    ),
    Fault("sent nowhere", status(302, b""), "in a circle"),
    Fault("sent to no address", moved("http://[bad"), "broke off"),
]


# ------------------------------------------------------------------ what lists hold


def items(change: Callable[[list[Any], Exchange], Any]) -> Spoil:
    """Change the list; single things go through."""

    def spoil(ask: Exchange) -> None:
        came = ask.shop()
        if not isinstance(came.json, list):
            ask.pass_on(came)
            return
        changed = json.dumps(change(came.json, ask)).encode()
        ask.pass_on(Upstream(came.status, came.headers, changed))

    return spoil


def each(**values: Any) -> Spoil:
    return items(lambda found, _: [one | values for one in found])


def first(**values: Any) -> Spoil:
    return items(lambda found, _: [found[0] | values, *found[1:]] if found else found)


def again_and_again() -> Spoil:
    """Every question gets the first full page, for ever: a cache that ignores the query."""
    kept: list[Upstream] = []

    def spoil(ask: Exchange) -> None:
        came = ask.shop()
        if not kept and isinstance(came.json, list) and len(came.json) == 10:
            kept.append(came)
        ask.pass_on(kept[0] if kept else came)

    return spoil


def on_two_pages() -> Spoil:
    """A page begins with an item of the page before, and is one item longer for it."""
    before: list[Any] = []

    def change(found: list[Any], _: Exchange) -> list[Any]:
        ids = [one["id"] for one in found]
        also = [one for one in before if ids and ids == sorted(ids) and one["id"] < ids[0]]
        before[:] = found
        return [*also[-1:], *found]

    return items(change)


def _with_zone(found: list[Any], _: Exchange) -> list[Any]:
    """The same moments, written with an offset."""
    return [
        one | {"date_modified_gmt": datetime.fromisoformat(one["date_modified_gmt"] + "+00:00")
               .astimezone(timezone(timedelta(hours=2))).isoformat()}
        for one in found
    ]  # fmt: skip


LISTS = [
    Fault("an item twice on a page", items(lambda found, _: [*found[:1], *found]), "rising id"),
    Fault("a page in another order", items(lambda found, _: found[::-1]), "rising id"),
    Fault("an item on two pages", on_two_pages(), "", where=f"{ORDERS}?"),
    Fault("the same page for ever", again_and_again(), "same page|rising id"),
    Fault("no total", body(lambda b: b, **{"X-WP-Total": ""}), ""),
    Fault("a total of nothing", body(lambda b: b, **{"X-WP-Total": "0"}), ""),
    Fault("a total without end", body(lambda b: b, **{"X-WP-Total": "9" * 30}), ""),
    Fault("ids that are negative", each(id=-7), "unreadable id"),
    Fault("ids that are words", each(id="seven"), "unreadable id"),
    Fault("ids without end", each(id=10**40), "unreadable id"),
    Fault("ids that are missing", each(id=None), "unreadable id"),
    Fault("one order without a status", first(status=None), ""),
    Fault("totals as numbers", first(line_items=[{"id": 1, "product_id": 1, "quantity": 1, "total": 5.0}]),
          ""),
    Fault("totals that are no numbers", first(shipping_total="NaN"), ""),
    Fault("shipping without end", first(shipping_total="9" * 400), ""),
    Fault("a total of twenty digits", first(total="1" * 20), ""),
    Fault("a change in the year 0", first(date_modified_gmt="0000-00-00T00:00:00"), ""),
    Fault("a change in the year 9999", first(date_modified_gmt="9999-12-31T23:59:59"), ""),
    Fault("changes tomorrow", each(date_modified_gmt="2031-01-01T00:00:00"), ""),
    Fault("changes with a zone", items(_with_zone), "", where=f"{ORDERS}?"),
    Fault("changes as numbers", each(date_modified_gmt=1234567890), "same page"),
    Fault("paid in the year 9999", first(date_paid_gmt="9999-12-31T23:59:59"), ""),
    Fault("paid in the year 1", first(date_paid_gmt="0001-01-01T00:00:00"), ""),
    Fault("placed in the hour that comes twice", first(date_created="2026-10-25T02:30:00"), ""),
    Fault("another currency in the middle", each(currency="USD"), "", lies=True),
    Fault("a currency that is none", first(currency="€"), "", lies=True),
    Fault("a buyer that is none", first(customer_id="erika"), ""),
    Fault("refunds that are no list", first(refunds={"a": 1}), ""),
    Fault("each refund twice", items(lambda found, _: found * 2), "rising id", where="/refunds"),
    Fault("products that are null", lambda ask: ask.json([None]), "unreadable body", where="/products"),
    Fault("customers that are words", lambda ask: ask.json(["Erika"]), "unreadable body",
          where="/customers"),
]  # fmt: skip

FAULTS = [*STATUSES, *LINE, *BODIES, *REDIRECTS, *LISTS]
