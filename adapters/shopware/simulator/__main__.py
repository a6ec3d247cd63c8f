"""Starts the simulated shop as its own process and says on one line of JSON where it is."""

from __future__ import annotations

import argparse
import json
import os
import socket
import sys
import threading
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from waitress import create_server
from waitress.channel import HTTPChannel
from waitress.task import WSGITask

from adapters.shopware.simulator import (
    control,
    control_apps,
    control_visitors,
    data,
    storefront,
    tokens,
)
from adapters.shopware.simulator.app import create_app
from adapters.shopware.simulator.clock import Clock
from adapters.shopware.simulator.deliveries import Deliveries
from adapters.shopware.simulator.shop import VERSIONS, Shop
from adapters.shopware.simulator.visitors import Front

THREADS = 16


class _Task(WSGITask):  # type: ignore[misc]
    """Lets the habit `silent` cut the line, which WSGI alone cannot."""

    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        line = self.channel.socket
        environ["simulator.hang_up"] = lambda: line.shutdown(socket.SHUT_RDWR)
        return environ


class _Channel(HTTPChannel):  # type: ignore[misc]
    task_class = _Task


def arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m adapters.shopware.simulator")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8721, help="0 picks a free one")
    parser.add_argument("--url", help="the address others see; default: http://host:port")
    parser.add_argument("--data", choices=["cdnow", "small", "empty"], default="small")
    parser.add_argument("--today", type=date.fromisoformat, help="YYYY-MM-DD")
    parser.add_argument("--now", type=datetime.fromisoformat, help="ISO moment; the clock stands")
    parser.add_argument("--zone", default="Europe/Berlin")
    parser.add_argument("--version", choices=VERSIONS, default="6.6.7.1")
    parser.add_argument("--until-stdin-closes", action="store_true")
    return parser.parse_args(given)


def open_shop(options: argparse.Namespace, url: str) -> Shop:
    zone = ZoneInfo(options.zone)
    fixed = options.now
    if fixed is not None:
        fixed = (fixed if fixed.tzinfo else fixed.replace(tzinfo=zone)).astimezone(UTC)
    shop = Shop(url, Clock(zone, fixed), options.version)
    data.load(shop, options.data, options.today)
    return shop


def main(given: list[str]) -> None:
    options = arguments(given)
    listener = socket.create_server((options.host, options.port))
    url = options.url or f"http://{options.host}:{listener.getsockname()[1]}"
    shop = open_shop(options, url)
    _, key, secret = tokens.integrate(shop, "Simulator", None)
    deliveries = Deliveries(shop)
    shop.ring = deliveries.ring
    app = create_app(shop)
    app.register_blueprint(control.blueprint(shop, deliveries))
    app.register_blueprint(control_apps.blueprint(shop, deliveries))
    front = Front(shop)
    app.register_blueprint(control_visitors.blueprint(front))
    storefront.open_doors(app, front)
    server = create_server(
        app, sockets=[listener], threads=THREADS, clear_untrusted_proxy_headers=True
    )
    server.channel_class = _Channel
    if options.until_stdin_closes:
        threading.Thread(target=_exit_with_parent, daemon=True).start()
    rows = shop.store.rows
    ready = {"url": url, "client_id": key, "client_secret": secret, "shop_id": shop.shop_id}
    ready |= {"orders": len(rows["order"]), "customers": len(rows["customer"])}
    print(json.dumps(ready), flush=True)
    server.run()


def _exit_with_parent() -> None:
    """A dying parent closes our standard input; so must this process go.

    Unbuffered: a thread inside the buffered reader makes Python abort when Ctrl-C ends it.
    """
    while os.read(0, 1024):
        pass
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
