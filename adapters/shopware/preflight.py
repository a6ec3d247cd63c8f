"""Everything that stands between a shop and us, each with a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

from adapters.shopware import about, asking, fields
from adapters.shopware.answers import Denied, Rejected
from adapters.shopware.client import Client
from connector.errors import StammkundeError
from connector.port import JSON, Finding

CLOCK_MAY_DIFFER = timedelta(seconds=60)
OLDEST = (6, 5)
"""The oldest version whose answers we have seen."""


def findings(client: Client, document: JSON, with_app: bool, now: datetime) -> Sequence[Finding]:
    """First whether the shop can be reached at all; only then the finer questions.

    Somebody waits for the answer and may have mended the key a second ago, so it is tried anew.
    """
    client.forget_token()
    blocked = list(_named(lambda: _door(client, now)))
    if any(finding.blocks for finding in blocked):
        return blocked
    questions: Sequence[Callable[[], Iterator[Finding]]] = (
        lambda: _reading(client, document),
        lambda: _writing(client),
        lambda: _money(client),
        lambda: _pages(client, document),
        lambda: _app(with_app),
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
    """The address, Shopware behind it, and whether our key opens it."""
    answer = client.get("/_info/version")
    version = str(answer.body.get("version", "")) if isinstance(answer.body, dict) else ""
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdecimal())
    if numbers and numbers < OLDEST:
        yield Finding(
            f"The shop runs Shopware {version}; nothing older than 6.5 was ever tried.",
            "Update Shopware.",
            blocks=False,
            code="too_old",
        )
    if answer.at and abs(answer.at - now) > CLOCK_MAY_DIFFER:
        seconds = round(abs((answer.at - now).total_seconds()))
        yield Finding(
            f"The shop's clock and ours are {seconds} seconds apart.",
            "Let both servers set their clocks by the network (NTP): signed requests live ten minutes.",
            blocks=seconds > 300,
            code="clock",
        )


def _reading(client: Client, document: JSON) -> Iterator[Finding]:
    """The very questions that are asked later, each for one thing."""
    for entity, criteria in (
        ("order", asking.orders(document)),
        ("customer", asking.CUSTOMER),
        ("product", asking.PRODUCT),
        ("promotion-individual-code", {}),
    ):
        yield from _refused(partial(client.search, entity, {**criteria, "limit": 1}))


def _writing(client: Client) -> Iterator[Finding]:
    """Whether vouchers may be made, without making one: what lacks its name never is."""
    for entity in ("promotion", "promotion-individual-code", "rule"):
        yield from _refused(partial(client.post, f"/{entity}", {}))


def _refused(act: Callable[[], object]) -> Iterator[Finding]:
    """Only whether we may; that the question itself is wrong is what we wanted."""
    try:
        act()
    except Rejected:
        return
    except Denied as denied:
        yield Finding(denied.what, denied.fix, code=denied.code)


def _money(client: Client) -> Iterator[Finding]:
    if len(about.currency(client)) != 3:
        yield Finding(
            "The shop does not say which currency it uses.",
            "Set its code under Settings > Currencies.",
            code="currency",
        )


def _pages(client: Client, document: JSON) -> Iterator[Finding]:
    channels = about.channels(client)
    if not any(about.addresses(one) for one in channels):
        yield Finding(
            "The shop has no active storefront with an address.",
            "Add a domain to a sales channel of the type Storefront.",
            code="no_storefront",
        )
    names = {name for one in channels for name in (one["id"], fields.named(one, "name", "it"))}
    for unknown in sorted(set(document["channels"]) - names):
        yield Finding(
            f"The settings name the sales channel {unknown!r}, which the shop does not have.",
            "Correct `channels` in the settings: a name or an id.",
            code="unknown_channel",
        )


def _app(with_app: bool) -> Iterator[Finding]:
    if not with_app:
        yield Finding(
            "The shop is connected by an access key, without our app: changes arrive by polling, and"
            " there are no widgets in the storefront.",
            "Install the app: stammkunde shop package.",
            blocks=False,
            code="no_app",
        )
