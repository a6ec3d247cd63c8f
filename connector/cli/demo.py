"""`stammkunde demo`: a shop with a real purchase history comes alive on this machine.

The main job, for real: a simulated shop is another process, everything goes over HTTP, the database is
embedded SQLite in a folder of its own. `--once` does it without staying.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import requests
from sqlalchemy import func, select

from connector import connecting, jobs, rulebook, shops, sync, verify
from connector.cli.common import answer, as_json, progress_bar
from connector.config import Config
from connector.errors import TryLater
from connector.installation import Installation, open_installation
from connector.runners import embedded
from connector.shops import Shop
from connector.tables import customer, member, order
from connector.web import serving


@dataclass(frozen=True, slots=True)
class _Simulated:
    """A shop that runs beside us, as its first line said."""

    platform: str
    slug: str
    told: dict[str, Any]
    identity_secret: str

    @property
    def url(self) -> str:
        return str(self.told["url"])


DELIVERED = {"woocommerce": "_delivered_at", "shopware": "stammkunde_delivered_at"}
"""In which field of an order the simulated shop keeps when the parcel arrived."""


@click.command()
@click.option(
    "--platform", type=click.Choice(sorted(DELIVERED)), default="woocommerce", show_default=True
)
@click.option("--once", is_flag=True, help="Do the main job, say what came of it, and stop.")
@click.option("--port", default=8710, show_default=True, help="Where the connector listens.")
@as_json
@click.pass_context
def demo(context: click.Context, platform: str, once: bool, port: int, as_json: bool) -> None:
    """Watch a shop with 6,919 real purchases come alive; needs nothing but this machine."""
    _stop_like_ctrl_c()
    with tempfile.TemporaryDirectory(prefix="stammkunde-demo-") as folder, ExitStack() as stack:
        inst = open_installation(_config(Path(folder), port))
        stack.callback(inst.close)
        address = stack.enter_context(
            serving.running(inst, "127.0.0.1", 0 if once else port, work=False)
        )
        inst.config = Config(
            inst.config.data, inst.config.database_url, inst.config.secret_keys, address
        )
        result = _main_job(inst, stack, address, platform, staying=not once)
        answer(result, as_json, lambda: _said(result))
        if not once:
            _stay(inst, stack, as_json)
        context.exit(0 if result["verify"] == "ok" else 1)


def _stop_like_ctrl_c() -> None:
    """Whoever ends us, nothing is kept; a shell that starts us behind `&` would have us deaf to Ctrl-C."""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.default_int_handler)


def _config(folder: Path, port: int) -> Config:
    env = {"STAMMKUNDE_DATA": str(folder), "STAMMKUNDE_URL": f"http://127.0.0.1:{port}"}
    return Config.from_env(env)


def _main_job(
    inst: Installation, stack: ExitStack, address: str, platform: str, *, staying: bool
) -> dict[str, Any]:
    started = time.monotonic()
    # The first shop holds the published purchases; the second has three people with names.
    data = {"plattenkiste": "cdnow"} | ({"kaffeerad": "small"} if staying else {})
    simulated = [
        stack.enter_context(_simulator(platform, slug, kind, address))
        for slug, kind in data.items()
    ]
    connected = [_connect(inst, one) for one in simulated]
    with progress_bar() as report:
        done = [
            sync.run(inst, shop, progress=report if shop is connected[0] else _quiet)
            for shop in connected
        ]
    jobs.run_due(inst)
    with inst.database.read() as tx:
        report_ = verify.run(tx, full=True)
        figures = _figures(tx, connected[0])
    finding = (
        "ok"
        if report_.ok
        else f"{report_.findings[0].what}: {report_.findings[0].where} {report_.findings[0].detail}"
    )
    return figures | {
        "transfers": done[0].transfers,
        "seconds": round(time.monotonic() - started, 2),
        "verify": finding,
        "connector": address,
        "shops": [{"slug": one.slug, "url": one.url} for one in simulated],
    }


def _quiet(*_: object) -> None:
    pass


def _connect(inst: Installation, one: _Simulated) -> Shop:
    """Connect like a merchant would; every order counts, without the limit for past ones."""
    document = rulebook.preset("dach")
    document["start"] = {"past_months": 12 * 40, "at_most": None}
    _WAYS_IN[one.platform](inst, one, document)
    shop = inst.shop(one.slug)
    settings = connecting.document(inst, shop)
    settings["fields"] = settings["fields"] | {"delivered": DELIVERED[one.platform]}
    settings["requests_per_second"] = 50  # this shop is on our own machine
    connecting.apply_document(inst, shop, settings)
    return inst.shop(one.slug)


def _by_key(inst: Installation, one: _Simulated, document: dict[str, Any]) -> None:
    given = {"url": one.url, "key": one.told["key"], "secret": one.told["secret"], "ca_file": "",
             "identity_secret": one.identity_secret}  # fmt: skip
    connecting.add(inst, one.platform, one.slug, given, document)


def _by_app(inst: Installation, one: _Simulated, document: dict[str, Any]) -> None:
    """The merchant uploads our package; the shop then registers by itself."""
    package = connecting.first_package(inst, one.platform, one.slug, one.url, document)
    answer = requests.post(f"{one.url}/_simulator/apps", data=package, timeout=60)
    if not answer.ok:
        raise TryLater(f"The demo shop did not take the app: {answer.text}")


_WAYS_IN = {"woocommerce": _by_key, "shopware": _by_app}


@contextmanager
def _simulator(platform: str, slug: str, data: str, connector: str) -> Iterator[_Simulated]:
    """The simulated shop as its own process; it ends when we do, however we end."""
    secret = secrets.token_urlsafe(32)
    command = [sys.executable, "-m", f"{shops.PLATFORMS[platform]}.simulator", "--port", "0",
               "--data", data, "--until-stdin-closes"]  # fmt: skip
    if platform == "woocommerce":  # the other platform's app brings all this along
        command += ["--connector", connector, "--shop-slug", slug,
                    "--identity-secret-env", "STAMMKUNDE_DEMO_IDENTITY"]  # fmt: skip
    env = os.environ | {"STAMMKUNDE_DEMO_IDENTITY": secret}
    process = subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, text=True,
        start_new_session=True,  # Ctrl-C is for us: a sync that runs must not lose its shop
    )  # fmt: skip
    try:
        if process.stdout is None or not (line := process.stdout.readline()):
            raise TryLater("The demo shop did not start; its own message is above.")
        yield _Simulated(platform, slug, json.loads(line), secret)
    finally:
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _figures(tx: Any, shop: Shop) -> dict[str, Any]:
    def total(what: Any, table: Any) -> int:
        asked = select(what).where(table.c.merchant_id == shop.merchant_id)
        return int(tx.execute(asked).scalar_one() or 0)

    return {
        "orders": total(func.count(), order),
        "customers": total(func.count(), customer),
        "members": total(func.count(), member),
        "points_available": total(func.sum(member.c.available), member),
        "points_pending": total(func.sum(member.c.pending), member),
    }


def _said(result: dict[str, Any]) -> str:
    places = "\n".join(f"  {one['slug']:<14} {one['url']}" for one in result["shops"])
    return (
        f"{result['orders']:,} orders of {result['customers']:,} customers brought "
        f"{result['points_available']:,} points, {result['points_pending']:,} more are on the way "
        f"({result['seconds']} s). The books are {'right' if result['verify'] == 'ok' else result['verify']}.\n"
        f"\nOpen in your browser:\n{places}\n  API            {result['connector']}/docs/\n"
    )


def _stay(inst: Installation, stack: ExitStack, as_json: bool) -> None:
    scheduler = embedded.start(inst)
    stack.callback(scheduler.shutdown)
    if not as_json:
        click.echo("Log in there as one of the customers, order something, pay it, send it back.\n"
                   "Stop with Ctrl-C.")  # fmt: skip
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        click.echo("Stopped; nothing was kept.", err=True)
