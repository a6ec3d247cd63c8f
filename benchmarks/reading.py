"""Reading the demo shop over HTTP, beside fetching and parsing its lists and forgetting them."""

from __future__ import annotations

import json
from pathlib import Path

import requests

from benchmarks.measure import Comparison, Run, compare
from connector import sync
from connector.installation import open_installation
from tests import connected
from tests.adapters.woocommerce import simulated

ROUNDS = 3
LISTS = ("products", "customers", "orders")
PER_PAGE = 100


def compared(folder: Path) -> Comparison:
    with simulated.running("--data", "cdnow") as shop:
        return compare(
            "reading the demo shop over HTTP", "orders", ROUNDS,
            lambda number: _ours(shop, folder / f"reading-{number}"),
            lambda _number: _floor(shop),
        )  # fmt: skip


def _ours(real: simulated.Shop, folder: Path) -> Run:
    folder.mkdir()
    inst = open_installation(connected.config(folder))
    shop = connected.connect(inst, real)

    def run() -> int:
        seen = sync.run(inst, shop).orders_seen
        inst.close()
        return seen

    return run


def _floor(real: simulated.Shop) -> Run:
    def run() -> int:
        with requests.Session() as session:
            session.auth = (real.key, real.secret)
            return [_list(session, f"{real.url}/wp-json/wc/v3/{name}") for name in LISTS][-1]

    return run


def _list(session: requests.Session, url: str) -> int:
    """How many items a list has, all of its pages fetched and parsed."""
    seen = 0
    while True:
        asked: dict[str, str | int] = {
            "per_page": PER_PAGE,
            "offset": seen,
            "orderby": "id",
            "order": "asc",
        }
        answer = session.get(url, params=asked, timeout=30)
        answer.raise_for_status()
        items = json.loads(answer.content)
        seen += len(items)
        if len(items) < PER_PAGE:
            return seen
