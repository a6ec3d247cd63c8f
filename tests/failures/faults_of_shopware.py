"""What a Shopware shop may answer instead of an answer: what is HTTP's, in this adapter's words, and its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

from tests.failures.faults_of_shops import BODIES, LINE, PAGE, REDIRECTS, STATUSES, Fault, status
from tests.failures.faulty import Exchange, Spoil, Upstream

ORDERS, TOKENS = "/api/search/order", "/api/oauth/token"
OF_OTHERS = PRODUCTS, CUSTOMERS = "/api/search/product", "/api/search/customer"
PAGES = 5
"""Orders on a page in these tests."""

# ------------------------------------------------------------------ what HTTP can do to any shop

SAYS = {
    "no content": "unreadable body",
    "not modified": "redirects POST",
    "a teapot with a code": "418 and something other than JSON",
    "a firewall's page": "a page of its own",
    "a password page": "a page of its own",
    "plain permalinks for a while": "There is no Shopware",
    "the API switched off": "There is no Shopware",
    "every order gone for a while": "There is no Shopware",
    "a length that is no number": "unreadable body",
    "a number": "other than JSON",
    "a text": "other than JSON",
    "an object for a list": "without a list",
} | {fault.name: "redirects POST" for fault in REDIRECTS if "no address" not in fault.name}
"""Where this adapter says something else: it follows no redirect, and its lists are within an object."""
OF_HTTP = [
    replace(fault, says=SAYS.get(fault.name, fault.says), lies=False, where=ORDERS)
    for fault in [*STATUSES, *LINE, *BODIES, *REDIRECTS]
]

# ------------------------------------------------------------------ what only Shopware says


def told(body: Any, code: int = 200) -> Spoil:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return lambda ask: ask.answer(code, raw)


def refused(code: int, name: str, **more: Any) -> Spoil:
    """An error as Shopware words it; its sentence repeats what we sent."""
    error = {"code": name, "status": str(code), "detail": "SWIAREPEATED", **more}
    return told({"errors": [error]}, code)


def lacking(named: Any) -> Spoil:
    said = json.dumps({"message": "Missing privilege", "missingPrivileges": named})
    return refused(403, "FRAMEWORK__MISSING_PRIVILEGE_ERROR", detail=said)


def now_and_then(spoil: Spoil) -> Spoil:
    """Every other time."""
    turn = count()
    return lambda ask: ask.pass_on(ask.shop()) if next(turn) % 2 else spoil(ask)


def changed(change: Callable[[Any], Any], *, singly: bool = False) -> Spoil:
    """Another body; a question for one thing by its id goes through, unless `singly`."""

    def spoil(ask: Exchange) -> None:
        came = ask.shop()
        if b'"ids"' in ask.body and not singly:
            ask.pass_on(came)
            return
        made = json.dumps(change(came.json)).encode()
        ask.pass_on(Upstream(came.status, came.headers, made))

    return spoil


def each(*, singly: bool = False, **values: Any) -> Spoil:
    return changed(
        lambda came: came | {"data": [one | values for one in came["data"]]}, singly=singly
    )


def first(**values: Any) -> Spoil:
    return listed(lambda found: [found[0] | values, *found[1:]] if found else found)


def listed(change: Callable[[list[Any]], Any]) -> Spoil:
    return changed(lambda came: came | {"data": change(came["data"])})


def within(name: str, **values: Any) -> Spoil:
    """The first order's first line, payment, ..."""

    def change(found: list[Any]) -> list[Any]:
        if not found:
            return found
        inside = [found[0][name][0] | values, *found[0][name][1:]]
        return [found[0] | {name: inside}, *found[1:]]

    return listed(change)


def instead(old: bytes, new: bytes) -> Spoil:
    """What JSON itself cannot be made to say: NaN, a number with a thousand digits."""

    def spoil(ask: Exchange) -> None:
        came = ask.shop()
        ask.pass_on(Upstream(came.status, came.headers, came.body.replace(old, new, 1)))

    return spoil


def again_and_again() -> Spoil:
    """Every question gets the first full page, for ever: a cache that knows addresses only."""
    kept: list[Upstream] = []

    def spoil(ask: Exchange) -> None:
        came = ask.shop()
        if not kept and len(came.json["data"]) == PAGES:
            kept.append(came)
        ask.pass_on(kept[0] if kept else came)

    return spoil


def shifted(by: int) -> Callable[[list[Any]], list[Any]]:
    return lambda found: [one | {"autoIncrement": one["autoIncrement"] + by} for one in found]


def dated(header: str) -> Spoil:
    def spoil(ask: Exchange) -> None:
        ask.pass_on(ask.shop(), Date=header)

    return spoil


DEEP = b'"customFields":' + b"[" * 10_000 + b"]" * 10_000 + b',"kept":'
NO_FIELD = b'"customFields":'
AMOUNT = b'"amountTotal":'

ANSWERS = [
    Fault("errors and nothing else", told({"errors": [{"code": "0", "status": "500"}]}), "without a list"),
    Fault("no data", changed(lambda came: {"total": came["total"]}), "without a list"),
    Fault("data that is null", listed(lambda _: None), "without a list"),
    Fault("data that is a text", listed(lambda _: "orders"), "without a list"),
    Fault("data that is an object", listed(lambda found: {str(n): one for n, one in enumerate(found)}),
          "without a list"),
    Fault("a list of nothing", listed(lambda found: [None for _ in found]), "unreadable body"),
    Fault("a list of ids", listed(lambda found: [one["id"] for one in found]), "unreadable body"),
    Fault("a question nobody understands", refused(400, "FRAMEWORK__INVALID_FILTER_QUERY"),
          "does not understand our question"),
    Fault("an association that is gone", refused(500, "FRAMEWORK__ASSOCIATION_NOT_FOUND"),
          "does not understand our question"),
    Fault("any other fault of the shop", refused(500, "0"), "fault \\(500\\)"),
    Fault("a value that is there twice", refused(500, "1062"), "does not understand our question"),
    Fault("a code that is no code", refused(400, "<b>\r\n" + "x" * 500), "does not understand"),
    Fault("errors that are no objects", told({"errors": ["no", None, 7]}, 400), "other than JSON"),
    Fault("nobody has orders any more", refused(404, "FRAMEWORK__RESOURCE_NOT_FOUND"), "no longer has",
          lies=True),
    Fault("no order is there for a while", changed(lambda _: {"data": [], "total": 0}, singly=True), "",
          lies=True),
    Fault("a right that is missing", lacking(["order:read", "order_transaction_capture:read"]),
          "lacks rights: order:read, order_transaction_capture:read"),
    Fault("a right that comes and goes", now_and_then(lacking({"0": "order:read"})),
          "lacks rights: order:read"),
    Fault("a right that nobody can spell", lacking(["<script>", "Order:Read", None, {"a": 1}]),
          "does not say which"),
    Fault("rights that are no JSON", refused(403, "FRAMEWORK__MISSING_PRIVILEGE_ERROR", detail=[1]),
          "does not say which"),
    Fault("a token that is never good enough", refused(401, "9"), "does not know our token"),
    Fault("a token that is good every other time", now_and_then(refused(401, "9")), ""),
]  # fmt: skip

LISTS = [
    Fault("an order twice on a page", listed(lambda found: [*found[:1], *found]), ""),
    Fault("a page in another order", listed(lambda found: found[::-1]), ""),
    Fault("the same page for ever", again_and_again(), "again and again"),
    Fault("numbers that stand still", each(autoIncrement=5), "again and again"),
    Fault("numbers that go back", listed(shifted(-1000)), "again and again"),
    Fault("numbers as texts", each(autoIncrement="7"), "without a whole number"),
    Fault("numbers with a fraction", each(autoIncrement=7.5), "without a whole number"),
    Fault("numbers that are true", each(autoIncrement=True), "without a whole number"),
    Fault("no numbers", each(autoIncrement=None), "without a whole number"),
    Fault("numbers without end", listed(shifted(10**40)), "without a whole number"),
    Fault("a total as text", changed(lambda came: came | {"total": "40"}), ""),
    Fault("a total of less than nothing", changed(lambda came: came | {"total": -7}), ""),
    Fault("a total without end", changed(lambda came: came | {"total": 10**40}), ""),
    Fault("no total", changed(lambda came: {"data": came["data"]}), ""),
    Fault("ids that are words", each(id="seven"), "unreadable id"),
    Fault("ids in large letters", each(id="A" * 32), "unreadable id"),
    Fault("ids that are numbers", each(id=7), "unreadable id"),
    Fault("products that are null", told({"data": [None]}), "unreadable body", where=PRODUCTS),
    Fault("customers that are words", told({"data": ["Erika"]}), "unreadable body",
          where=CUSTOMERS),
    Fault("customers without an address", each(email=None), "", where=CUSTOMERS),
    Fault("a clock of the year 9999", dated("Fri, 31 Dec 9999 23:59:59 GMT"), ""),
    Fault("a clock of the year 1970", dated("Thu, 01 Jan 1970 00:00:00 GMT"), ""),
    Fault("a clock of the year 100", dated("Mon, 01 Jan 0100 00:00:00 GMT"), ""),
    Fault("a clock that says nothing", dated("soon"), ""),
]  # fmt: skip

LONG, YEAR_0 = "9999-12-31T23:59:59.999+00:00", "0000-00-00 00:00:00"
THINGS = [
    Fault("an order without a currency", first(currency=None), ""),
    Fault("no order with a currency", each(singly=True, currency=None), ""),
    Fault("a currency that is none", first(currency={"isoCode": "€€"}), ""),
    Fault("an order without a state", first(stateMachineState=None), ""),
    Fault("an order without lines", first(lineItems=None), "", lies=True),
    Fault("lines that are no list", first(lineItems={"a": 1}), ""),
    Fault("lines of null", first(lineItems=[None]), ""),
    Fault("payments that are a text", first(transactions="paid"), ""),
    Fault("a payment without a state", within("transactions", stateMachineState=[]), ""),
    Fault("nobody bought", first(orderCustomer=None), "", lies=True),
    Fault("a buyer that is a text", first(orderCustomer="Erika"), ""),
    Fault("a tenth", first(amountTotal=0.1), ""),
    Fault("a sum of thirty digits", first(amountTotal=1e30), ""),
    Fault("a sum of twenty digits", first(amountTotal=1e20), ""),
    Fault("a line of twenty digits", within("lineItems", totalPrice=1e20), ""),
    Fault("a sum less than nothing", first(amountTotal=-5), ""),
    Fault("a sum as text", first(amountTotal="44.10"), ""),
    Fault("a sum that is true", first(amountTotal=True), ""),
    Fault("a sum that is no number", instead(AMOUNT, AMOUNT + b'NaN,"kept":'), ""),
    Fault("a sum without end", instead(AMOUNT, AMOUNT + b'-Infinity,"kept":'), ""),
    Fault("a sum with nine digits in its exponent", instead(AMOUNT, AMOUNT + b'1e999999999,"kept":'), ""),
    Fault("a sum of five thousand digits", instead(AMOUNT, AMOUNT + b"1" * 5000 + b',"kept":'),
          "other than JSON"),
    Fault("as many pieces as atoms", within("lineItems", quantity=1e30), ""),
    Fault("half a piece", within("lineItems", quantity=0.5), ""),
    Fault("no factor", first(currencyFactor=0), ""),
    Fault("changed in the year 9999", first(updatedAt=LONG), ""),
    Fault("changed in the year 0", first(updatedAt=YEAR_0), ""),
    Fault("placed in the year 9999", first(orderDateTime=LONG), ""),
    Fault("placed at no time", first(orderDateTime=None), ""),
    Fault("paid in the year 9999", within("transactions", updatedAt=LONG), ""),
    Fault("paid in the year 0", within("transactions", updatedAt=YEAR_0), ""),
    Fault("paid at a number", within("transactions", updatedAt=1234567890), ""),
    Fault("sent in the year 9999", within("deliveries", updatedAt=LONG), ""),
    Fault("a field ten thousand deep", instead(NO_FIELD, DEEP), "other than JSON"),
]  # fmt: skip


def given(**values: Any) -> Spoil:
    """Another answer to who asks for a token."""
    return changed(lambda came: {k: v for k, v in (came | values).items() if v is not None})


def locked(seconds: Any) -> Spoil:
    return refused(429, "FRAMEWORK__AUTH_THROTTLED", meta={"parameters": {"seconds": seconds}})


AT_THE_DOOR = [
    Fault("a page instead of a token", told(PAGE), "other than JSON"),
    Fault("no token", given(access_token=None), "gave no token"),
    Fault("an empty token", given(access_token=""), "gave no token"),
    Fault("a token that is a number", given(access_token=7), "gave no token"),
    Fault("a list instead of a token", told([]), "gave no token"),
    Fault("a token without a life", given(expires_in=None), "gave no token"),
    Fault("a life as text", given(expires_in="600"), "gave no token"),
    Fault("a life that is no number", instead(b'"expires_in":600', b'"expires_in":NaN'), "gave no token"),
    Fault("a token that is over at once", given(expires_in=0), ""),
    Fault("a token that was over before", given(expires_in=-600), ""),
    Fault("a token for ever", instead(b'"expires_in":600', b'"expires_in":1e999'), ""),
    Fault("a token with a line in it", given(access_token="a\r\nX-Evil: b"), "could not be reached"),
    Fault("a token nobody can write", given(access_token="☃"), "could not be reached"),
    Fault("another token", given(access_token="invented"), "does not know our token"),
    Fault("the key is not known", refused(401, "4"), "does not accept our access key"),
    Fault("a door that speaks of tokens", refused(401, "9"), "does not know our token"),
    Fault("a door with a fault", refused(500, "0"), "fault \\(500\\)"),
    Fault("a door that is gone", told(PAGE, 404), "There is no Shopware"),
    Fault("a door that leads elsewhere", status(302, b"", Location="http://169.254.169.254/latest"),
          "redirects POST /api/oauth/token"),
    Fault("a door that leads on", status(307, b"", Location="https://shop.example/api/oauth/token"),
          "redirects POST /api/oauth/token"),
    Fault("locked for ten seconds, for ever", locked(10), "refuses logins for a while"),
    Fault("locked for eleven days", locked(999_999), "refuses logins for a while"),
    Fault("locked for as long as nobody says", locked("soon"), "slow down"),
    Fault("locked for less than nothing", locked(-5), "slow down"),
]  # fmt: skip

FAULTS = [
    *OF_HTTP,
    *(replace(each, where=TOKENS) for each in AT_THE_DOOR),
    *(
        each if each.where in OF_OTHERS else replace(each, where=ORDERS)
        for each in [*ANSWERS, *LISTS, *THINGS]
    ),
]
