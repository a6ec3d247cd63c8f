"""A shop that names its own address leads us nowhere inside: what its registration says, nobody of ours has typed.

Whoever may register is a merchant with a shop of his own, which is who would do it. The addresses are those of
`test_shop_addresses`, and the server that must hear nothing is on this very machine.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from adapters import shopware
from adapters.reach import Reach
from adapters.shopware.registration import Access, Registration, dumped
from connector import programmes, rulebook, shops
from connector.errors import StammkundeError
from connector.installation import Installation, open_installation, utc_now
from connector.web import create_app
from tests.adapters.shopware.standin import SHOP_ID, Caller
from tests.attacks.canary import Canary, Network, ends_here, singing
from tests.attacks.evidence import contents
from tests.attacks.test_shop_addresses import NAMES, NUMBERS, PORT, PUBLIC, SPELLINGS
from tests.connected import config
from tests.make import FACTS

HOME, SECRET, PAIR = "https://shop.example", "s" * 96, ("SWIAMERCHANT", "k" * 40)


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    found = ends_here(monkeypatch)
    found.names["shop.example"] = lambda: [PUBLIC]
    return found


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    with singing() as one:
        yield one


@pytest.fixture(scope="module")
def inst(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("named") / "data"
    opened = open_installation(config(folder, "https://points.example"))
    settings = {
        "credentials": shopware.draft(HOME),
        "document": shopware.load_document({"requests_per_second": 1000}),
    }

    def work(tx: Any) -> None:
        shop = shops.add(tx, opened.keys, slug="demo", platform="shopware", settings=settings,
                         facts=FACTS, now=utc_now())  # fmt: skip
        programmes.apply(tx, shop.merchant_id, rulebook.preset("dach"), "test", utc_now())

    opened.database.write(work)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def client(inst: Installation) -> FlaskClient:
    return create_app(inst).test_client()


def registered(inst: Installation, client: FlaskClient, url: str = HOME) -> Caller:
    """The shop as its owner connected it at this address, with the app and its own secret."""
    live = Access(url, SECRET, *PAIR)
    kept = shopware.draft(url) | {"key": PAIR[0], "key_secret": PAIR[1],
                                  "registration": dumped(Registration(SHOP_ID, live=live))}  # fmt: skip
    stored = shops.StoredSettings(inst.database, inst.keys, inst.shop("demo"))
    value, version = stored.load()
    assert stored.swap(version, value | {"credentials": kept})
    inst.forget(inst.shop("demo"))
    return Caller(client, "demo", kept["app_secret"], url=url, secret=SECRET, pair=PAIR)


def moves(caller: Caller, url: str) -> list[int]:
    """With everything that a shop has: the package, its old secret, a key."""
    there = replace(caller, url=url)
    answer = there.register(proof=caller.secret, **{"shop-url": quoted(url)})
    codes = [answer.status_code]
    if answer.status_code == 200:
        confirmed = there.confirm(answer.get_json()["secret"], before=caller.secret)
        codes.append(confirmed.status_code)
    return codes


def quoted(url: str) -> str:
    """As a proxy on the way escapes what cannot stand in an address."""
    return quote(url, safe=":/@[].%\\#?")


def look(inst: Installation) -> None:
    """What every job begins with: the shop is asked for something."""
    with contextlib.suppress(StammkundeError):
        inst.platform(inst.shop("demo")).order("0" * 32)


@pytest.mark.parametrize("url", NUMBERS + SPELLINGS)
def test_no_registration_leads_inside_however_it_is_written(
    inst: Installation, client: FlaskClient, network: Network, canary: Canary, url: str
) -> None:
    caller, before, visits = registered(inst, client), contents(inst), len(canary.visits)

    assert moves(caller, url.replace(PORT, str(canary.port))) == [401]
    assert contents(inst) == before
    look(inst)
    assert canary.visits[visits:] == []
    assert [each for each in network.called if not Reach.PUBLIC.allows(each)] == []


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1", "http://localhost", "http://[::1]", "https://localhost"]
)
def test_this_machine_is_for_shops_whose_owner_said_so(
    inst: Installation, client: FlaskClient, network: Network, canary: Canary, url: str
) -> None:
    """The spellings that a person may type for a rehearsal; a shop elsewhere may not."""
    caller, before, visits = registered(inst, client), contents(inst), len(canary.visits)

    assert moves(caller, f"{url}:{canary.port}") == [401]
    assert contents(inst) == before
    look(inst)
    assert canary.visits[visits:] == []


def test_a_rehearsal_on_this_machine_may_move_on_this_machine(
    inst: Installation, client: FlaskClient, network: Network, canary: Canary
) -> None:
    """The control: the canary sings for an address that is taken."""
    caller, visits = registered(inst, client, "http://localhost:1"), len(canary.visits)

    assert moves(caller, f"http://localhost:{canary.port}") == [200, 204]
    look(inst)
    assert len(canary.visits) > visits


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_leads_inside_is_called_by_nobody(
    inst: Installation, client: FlaskClient, network: Network, canary: Canary, name: str
) -> None:
    """A name is only a name until it is called; then every answer must lead outside."""
    network.names[name] = lambda: NAMES[name]
    caller, visits = registered(inst, client), len(canary.visits)

    moves(caller, f"https://{name}:{canary.port}")
    look(inst)
    assert canary.visits[visits:] == []
    assert [each for each in network.called if not Reach.PUBLIC.allows(each)] == []


def test_a_shop_that_moves_in_the_open_hands_out_no_keys(
    inst: Installation, client: FlaskClient, network: Network
) -> None:
    caller, before = registered(inst, client), contents(inst)

    assert moves(caller, "http://moved.example") == [401]
    assert contents(inst) == before


def test_a_shop_may_move_to_another_public_address(
    inst: Installation, client: FlaskClient, network: Network
) -> None:
    """The control."""
    network.names["moved.example"] = lambda: [PUBLIC]
    caller = registered(inst, client)

    assert moves(caller, "https://moved.example/shop") == [200, 204]
    look(inst)
    assert network.called == [PUBLIC] * len(network.called) != []
