"""Whatever comes instead of an answer: no crash, no wrong row, no hot loop, a sentence, and after the
shop has recovered everything is as if nothing had been.

Every case is a whole sync, and a look that a webhook asked for, through a server that spoils answers.
What the client makes of single statuses, headers and Retry-After stands in
`tests/adapters/woocommerce/test_client.py` and `test_wire.py`.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from adapters.wire import Limits
from adapters.woocommerce import walk
from adapters.woocommerce.shop import WooCommerce
from connector import jobs, sync
from connector.errors import AccessLost, TryLater
from connector.installation import Installation, open_installation
from tests.adapters.woocommerce import simulated
from tests.adapters.woocommerce.authority import private_authority
from tests.connected import config, connect
from tests.failures import faulty, proof
from tests.failures.conftest import Past, nothing_to_do
from tests.failures.faults_of_shops import FAULTS, Fault
from tests.failures.under_faults import (
    LIMITS,
    PATIENT,
    attempt,
    awards,
    recover,
    ring,
    sentences,
)  # fmt: skip

MOST_REQUESTS = 70
"""Of a disturbed sync with its look; an undisturbed one needs some thirty."""


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten at once, so that few orders are many pages."""
    monkeypatch.setattr(walk, "PER_PAGE", 10)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Past]:
    """A shop with three dozen orders, and the folder of an installation that never read them."""
    with simulated.running("--data", "small") as real:
        erika = int(real.customer("erika@example.com"))
        for number in range(24):
            id_ = real.order(customer_id=erika, paid=True)
            if number % 6 == 1:
                real.control("POST", f"/orders/{id_}/refund", {"line": 0, "quantity": 1})
        folder = tmp_path_factory.mktemp("small") / "data"
        inst = open_installation(config(folder))
        connect(inst, real)
        nothing_to_do(inst)
        inst.close()
        yield Past(real, folder)


@contextmanager
def reading(small: Past, folder: Path, through: str) -> Iterator[Installation]:
    """An installation that reaches the shop at another address."""
    inst = open_installation(config(folder))
    reach(inst, small, through, PATIENT)
    yield inst
    inst.close()


def reach(inst: Installation, small: Past, through: str, limits: Limits) -> None:
    shop, settings = inst.shop("demo"), small.real.settings().value
    settings["credentials"]["url"] = through
    platform = WooCommerce(simulated.Kept(settings), limits=limits)
    inst._platforms[shop.shop_id] = shop.settings_version, platform


@pytest.fixture(scope="session")
def expected(small: Past, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, int]]:
    """The digest and the awards of an undisturbed sync."""
    folder = shutil.copytree(small.folder, tmp_path_factory.mktemp("expected") / "data")
    with faulty.before(small.real.url) as server, reading(small, folder, server.url) as inst:
        sync.run(inst, inst.shop("demo"))
        jobs.run_due(inst)
        return proof.digest_of(inst), awards(inst)


def newest(small: Past) -> str:
    return str(small.real.rest("GET", "/orders?per_page=1&orderby=id&order=desc")[0]["id"])


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_passes_and_leaves_nothing_wrong(
    small: Past, expected: tuple[str, dict[str, int]], copy: Callable[[Path], Path], fault: Fault
) -> None:
    waits: list[float] = []
    with (
        faulty.before(small.real.url) as server,
        reading(small, copy(small.folder), server.url) as inst,
    ):
        server.spoil, server.where = fault.spoil, fault.where
        reach(inst, small, server.url, LIMITS if fault.says == "in time" else PATIENT)
        said = attempt(inst, waits)
        ring(inst, newest(small))
        jobs.run_due(inst)
        asked, seen, written = server.requests, awards(inst), sentences(inst)
        assert proof.findings(inst.database) == []
        server.spoil = None
        reach(inst, small, server.url, PATIENT)
        recover(inst, nightly=fault.lies)
        after = proof.digest_of(inst)
        assert proof.findings(inst.database) == []

    assert bool(re.search(fault.says, said)) if fault.says else said == ""
    assert asked <= MOST_REQUESTS
    assert all(0 < seconds <= 300 for seconds in waits)
    assert fault.lies or seen.items() <= expected[1].items()
    assert not [
        text for text in [said, *written] if "Traceback" in text or small.real.secret in text
    ]
    assert after == expected[0]


def test_there_are_more_than_forty_faults_and_each_has_its_name() -> None:
    names = [fault.name for fault in FAULTS]

    assert len(set(names)) == len(names) > 40


# ------------------------------------------------------------------ what no answer has


@pytest.fixture
def authority(tmp_path: Path) -> tuple[Path, ssl.SSLContext]:
    return private_authority(tmp_path)


def look(small: Past, url: str, **limits: Any) -> None:
    settings = small.real.settings().value
    settings["credentials"]["url"] = url
    WooCommerce(simulated.Kept(settings), limits=replace(LIMITS, **limits)).order("1")


def test_a_name_that_does_not_resolve_passes(small: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    with pytest.raises(TryLater, match="could not be reached"):
        look(small, "https://nobody.invalid")


def test_a_shop_that_accepts_nobody_passes(small: Past) -> None:
    """Its queue of connections is full, so that ours hangs while it is made."""
    with socket.socket() as full, contextlib.ExitStack() as stack:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(3):
            line = stack.enter_context(socket.socket())
            line.setblocking(False)
            line.connect_ex(full.getsockname())

        with pytest.raises(TryLater, match="in time"):
            look(small, f"http://127.0.0.1:{full.getsockname()[1]}", connect=0.1)


def test_a_certificate_nobody_vouches_for_is_refused_and_the_shop_read_once_it_is_given(
    small: Past, authority: tuple[Path, ssl.SSLContext]
) -> None:
    certificate, context = authority
    with faulty.before(small.real.url, context) as server:
        with pytest.raises(TryLater, match="certificate is not trusted"):
            look(small, server.url)
        assert server.requests == 0

        settings = small.real.settings().value
        settings["credentials"] |= {"url": server.url, "ca_file": str(certificate)}
        platform = WooCommerce(simulated.Kept(settings), limits=LIMITS)
        assert platform.order(newest(small)).external_id == newest(small)


def test_from_https_nobody_is_led_to_http(
    small: Past, authority: tuple[Path, ssl.SSLContext]
) -> None:
    certificate, context = authority
    with faulty.before(small.real.url, context) as server:
        plain = server.url.replace("https:", "http:")
        server.spoil = lambda ask: ask.answer(301, b"", {"Location": f"{plain}{ask.path}"})
        settings = small.real.settings().value
        settings["credentials"] |= {"url": server.url, "ca_file": str(certificate)}

        with pytest.raises(AccessLost, match="redirects to http://localhost"):
            WooCommerce(simulated.Kept(settings), limits=LIMITS).order("1")
        assert server.requests == 1


def test_who_believes_every_page_counts_what_comes_twice(small: Past) -> None:
    """A control: a reader that goes by page numbers and trusts them reads an order twice, or for ever."""
    fault = next(one for one in FAULTS if one.name == "the same page for ever")
    with faulty.before(small.real.url) as server:
        server.spoil = fault.spoil
        seen: list[str] = []
        for page in range(1, 30):
            asked = f"{server.url}{fault.where}?per_page=10&page={page}"
            key, secret = small.real.key, small.real.secret
            found = requests.get(asked, auth=(key, secret), timeout=5).json()
            seen += [one["id"] for one in found]
            if len(found) < 10:
                break

    assert len(seen) == 290 > len(set(seen))
