"""Starts the simulated shop as its own process and says on one line of JSON where it is."""

from __future__ import annotations

import argparse
import json
import os
import secrets
import socket
import sys
import threading
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from waitress import create_server
from waitress.channel import HTTPChannel
from waitress.task import WSGITask

from adapters.woocommerce.simulator import control, data, store_api, storefront, wc_auth
from adapters.woocommerce.simulator.app import create_app
from adapters.woocommerce.simulator.clock import Clock
from adapters.woocommerce.simulator.deliveries import Deliveries
from adapters.woocommerce.simulator.shop import Key, Shop
from adapters.woocommerce.simulator.visitors import Front

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
    parser = argparse.ArgumentParser(prog="python -m adapters.woocommerce.simulator")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8711, help="0 picks a free one")
    parser.add_argument("--url", help="the address others see; default: http://host:port")
    parser.add_argument("--data", choices=["cdnow", "small", "empty"], default="small")
    parser.add_argument("--today", type=date.fromisoformat, help="YYYY-MM-DD")
    parser.add_argument("--now", type=datetime.fromisoformat, help="ISO moment; the clock stands")
    parser.add_argument("--zone", default="Europe/Berlin")
    parser.add_argument("--version", choices=["11.0.1", "8.2.1"], default="11.0.1")
    parser.add_argument("--key", help="ck_…; default: a random one")
    parser.add_argument("--secret", help="cs_…; default: a random one")
    parser.add_argument("--connector", help="address of the connector; puts the widgets in")
    parser.add_argument("--shop-slug", default="demo")
    parser.add_argument("--identity-secret-env", metavar="NAME", help="variable with the secret")
    parser.add_argument("--until-stdin-closes", action="store_true")
    return parser.parse_args(given)


def open_shop(options: argparse.Namespace, url: str) -> Shop:
    zone = ZoneInfo(options.zone)
    fixed = options.now
    if fixed is not None:
        fixed = (fixed if fixed.tzinfo else fixed.replace(tzinfo=zone)).astimezone(UTC)
    shop = Shop(url, Clock(zone, fixed), options.version)
    name = options.key or f"ck_{secrets.token_hex(20)}"
    secret = options.secret or f"cs_{secrets.token_hex(20)}"
    shop.keys[name] = Key(shop.ids.take("key"), name, secret)
    data.load(shop, options.data, options.today)
    return shop


def open_front(options: argparse.Namespace, shop: Shop) -> Front:
    name = options.identity_secret_env
    if name and not os.environ.get(name):
        sys.exit(
            f"--identity-secret-env: the variable {name} is empty; put the shared secret there."
        )
    secret = os.environ.get(name, "") if name else ""
    connector = (options.connector or "").rstrip("/")
    front = Front(shop, connector, options.shop_slug, secret, by_hand=bool(connector or secret))
    shop.take_connection = front.take
    return front


def main(given: list[str]) -> None:
    options = arguments(given)
    listener = socket.create_server((options.host, options.port))
    url = options.url or f"http://{options.host}:{listener.getsockname()[1]}"
    shop = open_shop(options, url)
    deliveries = Deliveries(shop)
    shop.ring = deliveries.ring
    app = create_app(shop)
    app.register_blueprint(control.blueprint(shop, deliveries))
    app.register_blueprint(wc_auth.blueprint(shop))
    front = open_front(options, shop)
    app.register_blueprint(store_api.blueprint(front))
    app.register_blueprint(storefront.blueprint(front))
    server = create_server(
        app, sockets=[listener], threads=THREADS, clear_untrusted_proxy_headers=True
    )
    server.channel_class = _Channel
    if options.until_stdin_closes:
        threading.Thread(target=_exit_with_parent, daemon=True).start()
    key = next(iter(shop.keys.values()))
    ready = {"url": url, "key": key.key, "secret": key.secret}
    ready |= {"orders": len(shop.orders), "customers": len(shop.customers)}
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
