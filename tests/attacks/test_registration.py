"""Nobody connects a shop, or takes one over, by a callback that our own link did not lead to."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from connector import connecting, rulebook
from connector.installation import utc_now
from connector.keys import Keys
from connector.tables import shop as shops_table
from connector.web import create_app
from tests.adapters.woocommerce import simulated
from tests.attacks.evidence import contents
from tests.connected import Connected, connected

CALLBACK = "/connect/woocommerce/callback"


@dataclass(frozen=True)
class Known:
    """A shop that is being connected, one that is connected, and a shop of the attacker's."""

    own: Connected
    theirs: simulated.Shop
    slug: str = "new"

    @property
    def state(self) -> str:
        link = connecting.begin(
            self.own.inst, "woocommerce", self.slug, self.own.real.url, rulebook.preset("dach")
        )
        return link.rpartition("/")[2]

    def told(self, state: Any = None, **changed: Any) -> dict[str, Any]:
        """What the shop would tell us."""
        usual = {"key_id": 1, "user_id": self.state if state is None else state,
                 "consumer_key": self.own.real.key, "consumer_secret": self.own.real.secret,
                 "key_permissions": "read_write"}  # fmt: skip
        return usual | changed

    def sealed(self, keys: Keys | None = None, **changed: Any) -> str:
        until = utc_now().timestamp() + 3600
        pending = {"platform": "woocommerce", "slug": self.slug, "draft": {"url": self.own.real.url},
                   "programme": rulebook.preset("dach"), "until": until, "nonce": "x"}  # fmt: skip
        return connecting.sealed(keys or self.own.inst.keys, pending | changed)

    def settings(self) -> str:
        """What the database keeps of a connected shop: sealed by the same key as a link."""
        with self.own.inst.database.read() as tx:
            return str(tx.execute(select(shops_table.c.settings)).scalars().first())


def foreign() -> Keys:
    return Keys(*(os.urandom(32) for _ in range(6)))


def changed_at(text: str, place: int) -> str:
    return text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]


FORGED: dict[str, Callable[[Known], Any]] = {
    "nothing": lambda _: None,
    "no state": lambda known: known.told(user_id=""),
    "an invented state": lambda known: known.told("invented"),
    "a number for a state": lambda known: known.told(user_id=1),
    "a list for a state": lambda known: known.told(user_id=[known.state]),
    "half a state": lambda known: known.told(known.state[:80]),
    "a state with one letter changed": lambda known: known.told(changed_at(known.state, 100)),
    "a state with another beginning": lambda known: known.told(changed_at(known.state, 12)),
    "a state of another installation": lambda known: known.told(known.sealed(foreign())),
    "a state that is over": lambda known: known.told(known.sealed(until=utc_now().timestamp() - 1)),
    "a state without an end": lambda known: known.told(known.sealed(until=0)),
    "a state for a shop that is connected": lambda known: known.told(known.sealed(slug="demo")),
    "a shop's sealed settings": lambda known: known.told(known.settings()),
    "the slug": lambda known: known.told("demo"),
    "keys that open another shop": lambda known: known.told(
        consumer_key=known.theirs.key, consumer_secret=known.theirs.secret
    ),
    "a wrong secret": lambda known: known.told(consumer_secret="cs_" + "0" * 40),
    "a wrong key": lambda known: known.told(consumer_key="ck_" + "0" * 40),
    "key and secret the wrong way round": lambda known: known.told(
        consumer_key=known.own.real.secret, consumer_secret=known.own.real.key
    ),
    "another address beside it": lambda known: known.told(
        "invented", url=known.theirs.url, shop_url=known.theirs.url, store_url=known.theirs.url
    ),
}


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Known]:
    with ExitStack() as stack:
        own = stack.enter_context(connected(tmp_path_factory.mktemp("registration") / "data"))
        own.inst.config = replace(own.inst.config, url="https://points.example")
        yield Known(own, stack.enter_context(simulated.running()))


@pytest.fixture(scope="module")
def client(known: Known) -> FlaskClient:
    return create_app(known.own.inst).test_client()


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_callback_connects_nothing_and_takes_nothing_over(
    client: FlaskClient, known: Known, name: str
) -> None:
    before = contents(known.own.inst)
    answer = client.post(CALLBACK, json=FORGED[name](known))

    assert answer.status_code == 403
    assert contents(known.own.inst) == before
    assert known.own.real.secret not in answer.text


@pytest.mark.parametrize("how", ["as a form", "in the query", "as GET", "too large"])
def test_what_is_told_in_another_way_connects_nothing(
    client: FlaskClient, known: Known, how: str
) -> None:
    told = known.told()
    before = contents(known.own.inst)
    answer = {
        "as a form": lambda: client.post(CALLBACK, data=told),
        "in the query": lambda: client.post(f"{CALLBACK}?{urlencode(told)}"),
        "as GET": lambda: client.get(f"{CALLBACK}?{urlencode(told)}"),
        "too large": lambda: client.post(CALLBACK, json=told | {"more": "x" * 20_000}),
    }[how]()

    assert answer.status_code in (403, 404)
    assert contents(known.own.inst) == before


def test_the_link_connects_exactly_its_shop_and_only_once(
    client: FlaskClient, known: Known
) -> None:
    """The control."""
    mine = replace(known, slug="mine")
    told = mine.told(url=known.theirs.url)

    assert client.post(CALLBACK, json=told).status_code == 200
    assert known.own.inst.shop("mine").url == known.own.real.url
    after = contents(known.own.inst)
    assert client.post(CALLBACK, json=told).status_code == 403
    assert client.get(f"/connect/woocommerce/{told['user_id']}").status_code == 404
    assert contents(known.own.inst) == after
