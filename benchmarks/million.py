"""Reading a shop with a long past over HTTP in one go: neither the rate nor the memory follows its length."""

from __future__ import annotations

from pathlib import Path

from benchmarks import backfill
from benchmarks.measure import Contest, Runs

SHORT, LONG = 100_000, 1_000_000


def contests(folder: Path) -> list[Contest]:
    runs = {}
    for orders in (SHORT, LONG):
        own = folder / str(orders)
        own.mkdir()
        with backfill.shop(orders) as address:
            start = backfill.prepared(backfill.OURS, address, own, orders)(0)
            runs[f"{orders:,} orders"] = Runs()
            runs[f"{orders:,} orders"].add(start)
    return [Contest("reading a long past over HTTP", "orders", f"{SHORT:,} orders", runs)]
