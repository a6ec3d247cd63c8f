"""Everything that stands between a shop and us, each with a sentence that says what to do."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from adapters.woocommerce import about, webhooks
from adapters.woocommerce.answers import Denied
from adapters.woocommerce.client import Client
from connector.errors import NotThere, StammkundeError
from connector.port import Finding
from connector.values import digits

CLOCK_MAY_DIFFER = timedelta(seconds=60)
OLDEST = (8, 2)
"""The oldest version whose answers we have seen."""


def findings(client: Client, now: datetime) -> Sequence[Finding]:
    """First whether the shop can be reached at all; only then the finer questions."""
    blocked = list(_named(lambda: _door(client, now)))
    if any(finding.blocks for finding in blocked):
        return blocked
    questions: Sequence[Callable[[], Iterator[Finding]]] = (
        lambda: _writing(client),
        lambda: _money(client),
        lambda: _age(client),
        lambda: _review_requests(client),
        lambda: _bells(client),
    )
    return blocked + [finding for question in questions for finding in _named(question)]


def _named(question: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """An error is an answer too."""
    try:
        yield from question()
    except Denied as denied:
        yield Finding(denied.what, denied.fix, code=denied.code)
    except StammkundeError as error:
        yield Finding(
            str(error),
            "Check --url and open the shop from this server, then run this check again.",
            code="shop_down",
        )


def _door(client: Client, now: datetime) -> Iterator[Finding]:
    """The address, WordPress behind it, WooCommerce in it, and whether our key opens it."""
    raw = client.knock("/wp-json/")
    if raw.status in (401, 403, 429) or raw.status >= 500:
        client.index()
    index = _object(raw.body)
    if "namespaces" not in index:
        yield _no_api(client)
        return
    if "wc/v3" not in str(index["namespaces"]):
        yield Finding(
            "WordPress answers, but WooCommerce is not active there.",
            "Activate WooCommerce, or give the address of the shop.",
            code="no_woocommerce",
        )
        return
    answer = client.get("/orders", per_page=1)
    if answer.at and abs(answer.at - now) > CLOCK_MAY_DIFFER:
        seconds = round((answer.at - now).total_seconds())
        yield Finding(
            f"The shop's clock and ours are {abs(seconds)} seconds apart.",
            "Let both servers set their clocks by the network (NTP): identity tokens live five minutes.",
            blocks=abs(seconds) > 300,
            code="clock",
        )


def _no_api(client: Client) -> Finding:
    """Plain permalinks hide the API behind a query that never accepts a key (seen)."""
    if "namespaces" in _object(client.knock("/?rest_route=/").body):
        return Finding(
            "The shop uses plain permalinks, where WooCommerce accepts no key.",
            "In WordPress choose Settings > Permalinks > Post name and save.",
            code="permalinks",
        )
    return Finding(
        "There is no WordPress at this address.",
        "Check --url: it is the address of the shop's start page, with its folder if it has one.",
        code="not_wordpress",
    )


def _object(body: bytes) -> dict[str, object]:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _writing(client: Client) -> Iterator[Finding]:
    denied = client.may_write()
    if denied:
        yield Finding(denied.what, denied.fix, code=denied.code)


def _money(client: Client) -> Iterator[Finding]:
    general = about.settings(client, "general")
    currency = general.get("woocommerce_currency", "")
    if len(currency) != 3:
        yield Finding(
            "The shop does not say which currency it uses.",
            "Set it under WooCommerce > Settings > General.",
            code="currency",
        )
    if general.get("woocommerce_enable_coupons") != "yes":
        yield Finding(
            "Coupons are switched off in this shop, so points cannot be redeemed.",
            "Switch them on under WooCommerce > Settings > General > Enable coupons.",
            code="coupons_disabled",
        )
    shown = general.get("woocommerce_price_num_decimals", "")
    if shown.isdecimal() and int(shown) < digits(currency):
        yield Finding(
            f"The shop shows {currency} with {shown} decimals: it also rounds the amounts of old"
            " orders, so points follow rounded amounts.",
            f"Set {digits(currency)} decimals under WooCommerce > Settings > General.",
            blocks=False,
            code="decimals",
        )


def _age(client: Client) -> Iterator[Finding]:
    version = about.version(client)
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdecimal())
    if numbers and numbers < OLDEST:
        yield Finding(
            f"The shop runs WooCommerce {version}; nothing older than 8.2 was ever tried.",
            "Update WooCommerce.",
            blocks=False,
            code="too_old",
        )


def _review_requests(client: Client) -> Iterator[Finding]:
    """WooCommerce can ask for reviews itself since 10.8; the group is missing while that is off."""
    try:
        mail = about.settings(client, "email_customer_review_request")
    except NotThere:
        return
    if mail.get("enabled") == "yes":
        yield Finding(
            "WooCommerce itself asks for reviews after an order, so customers would get two mails.",
            "Switch one off: here in the programme, or under WooCommerce > Settings > Emails.",
            blocks=False,
            code="review_request",
        )


def _bells(client: Client) -> Iterator[Finding]:
    ours = webhooks.ours(webhooks.every(client))
    silent = [hook for hook in ours if hook.get("status") != "active"]
    if silent:
        yield Finding(
            f"The shop has switched off {len(silent)} of our webhooks, after failures in a row.",
            "Make sure the shop reaches this server; the connector switches them on again.",
            blocks=False,
            code="webhooks_disabled",
        )
    if any(webhooks.unreachable(str(hook.get("delivery_url", ""))) for hook in ours):
        yield Finding(
            "WordPress refuses to ring at our address: it is private, or on an unusual port.",
            "Give the connector a public https address, or install our plugin, which allows this one"
            " host. Until then changes arrive by polling.",
            blocks=False,
            code="private_callback",
        )
