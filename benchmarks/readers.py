"""Who reads a shop's orders: we with rules and books, dlt into plain tables, and one who only parses.

`python -m benchmarks.readers NAME SHOP FOLDER` (SHOP: the shop's address and keys as JSON) says
"ready", waits for a line, reads everything and prints what it took. A process each, because a
process's largest memory is only known for all it ever did.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

Shop = dict[str, str]
Read = Callable[[], int]
PER_PAGE = 100


def ours(shop: Shop, folder: Path) -> Read:
    """`sync` into an empty database: orders, members, awards, transfers, lots, explanations."""
    from connector import sync
    from connector.installation import open_installation
    from tests import connected
    from tests.adapters.woocommerce.simulated import Shop as Real

    inst = open_installation(connected.config(folder))
    added = connected.connect(inst, Real(shop))
    return lambda: sync.run(inst, added).orders_seen


def parsed(shop: Shop, _folder: Path) -> Read:
    """The floor: the same lists fetched, parsed and forgotten."""

    def read() -> int:
        with requests.Session() as session:
            session.auth = (shop["key"], shop["secret"])
            return [_list(session, shop["url"], name) for name in ("customers", "orders")][-1]

    return read


def _list(session: requests.Session, url: str, name: str) -> int:
    seen = 0
    while True:
        asked: dict[str, str | int] = {
            "per_page": PER_PAGE, "offset": seen, "orderby": "id", "order": "asc",
        }  # fmt: skip
        answer = session.get(f"{url}/wp-json/wc/v3/{name}", params=asked, timeout=30)
        answer.raise_for_status()
        found = len(json.loads(answer.content))
        seen += found
        if found < PER_PAGE:
            return seen


def dlt(shop: Shop, folder: Path) -> Read:
    """dlt's own REST source into SQLite, as its documentation has it: customers and orders appended."""
    os.environ |= {"RUNTIME__DLTHUB_TELEMETRY": "false", "DLT_DATA_DIR": str(folder / "dlt")}
    import dlt as peer
    from dlt.sources.rest_api import rest_api_source

    def resource_of(name: str) -> Any:
        paginator = {"type": "offset", "limit": PER_PAGE, "limit_param": "per_page",
                     "total_path": None, "maximum_offset": None, "stop_after_empty_page": True}  # fmt: skip
        params = {"orderby": "id", "order": "asc"}
        return {"name": name, "endpoint": {"path": name, "params": params, "paginator": paginator}}

    auth = {"type": "http_basic", "username": shop["key"], "password": shop["secret"]}
    source = rest_api_source(
        {
            "client": {"base_url": f"{shop['url']}/wp-json/wc/v3/", "auth": auth},
            "resources": [resource_of("customers"), resource_of("orders")],
        }
    )
    pipeline = peer.pipeline(
        pipeline_name="shop",
        pipelines_dir=str(folder / "pipelines"),
        destination=peer.destinations.sqlalchemy(f"sqlite:///{folder / 'dlt.sqlite3'}"),
        dataset_name="main",
    )

    def read() -> int:
        pipeline.run(source, write_disposition="append")
        return int(pipeline.last_trace.last_normalize_info.row_counts["orders"])

    return read


READERS: dict[str, Callable[[Shop, Path], Read]] = {"ours": ours, "parsed": parsed, "dlt": dlt}


def main(name: str, shop: str, folder: str) -> None:
    logging.disable(logging.CRITICAL)
    read = READERS[name](json.loads(shop), Path(folder))
    print("ready", flush=True)
    sys.stdin.readline()
    cpu = time.process_time()
    orders = read()
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    spent = time.process_time() - cpu
    print(json.dumps({"orders": orders, "cpu": spent, "megabytes": used}), flush=True)
    os._exit(0)  # not what it takes to stop


if __name__ == "__main__":
    main(*sys.argv[1:])
