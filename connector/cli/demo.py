"""`stammkunde demo`: a shop with a real purchase history comes alive on this machine.

The main job, for real: a simulated WooCommerce shop is another process, everything goes over HTTP, the
database is embedded SQLite in a folder of its own. `--once` does it without staying.
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
from sqlalchemy import func, select

from connector import connecting, jobs, rulebook, sync, verify
from connector.cli.common import answer, as_json, progress_bar
from connector.config import Config
from connector.errors import BadInput, TryLater
from connector.installation import Installation, open_installation
from connector.runners import embedded
from connector.shops import Shop
from connector.tables import customer, member, order
from connector.web import serving


@dataclass(frozen=True, slots=True)
class _Simulated:
    """A shop that runs beside us, as its first line said."""

    slug: str
    url: str
    key: str
    secret: str
    identity_secret: str


@click.command()
@click.option("--platform", default="woocommerce", show_default=True)
@click.option("--once", is_flag=True, help="Do the main job, say what came of it, and stop.")
@click.option("--port", default=8710, show_default=True, help="Where the connector listens.")
@as_json
@click.pass_context
def demo(context: click.Context, platform: str, once: bool, port: int, as_json: bool) -> None:
    """Watch a shop with 6,919 real purchases come alive; needs nothing but this machine."""
    if platform != "woocommerce":
        raise BadInput(f"--platform: {platform!r} cannot be demonstrated yet; use woocommerce.")
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
        result = _main_job(inst, stack, address, staying=not once)
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
    inst: Installation, stack: ExitStack, address: str, *, staying: bool
) -> dict[str, Any]:
    started = time.monotonic()
    # The first shop holds the published purchases; the second has three people with names.
    simulated = [stack.enter_context(_simulator("plattenkiste", "cdnow", address))]
    if staying:
        simulated.append(stack.enter_context(_simulator("kaffeerad", "small", address)))
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
    given = {"url": one.url, "key": one.key, "secret": one.secret, "ca_file": "",
             "identity_secret": one.identity_secret}  # fmt: skip
    document = rulebook.preset("dach")
    document["start"] = {"past_months": 12 * 40, "at_most": None}
    added = connecting.add(inst, "woocommerce", one.slug, given, document)
    settings = connecting.document(inst, added.shop)
    settings["fields"] = settings["fields"] | {"delivered": "_delivered_at"}
    settings["requests_per_second"] = 50  # this shop is on our own machine
    connecting.apply_document(inst, added.shop, settings)
    return inst.shop(one.slug)


@contextmanager
def _simulator(slug: str, data: str, connector: str) -> Iterator[_Simulated]:
    """The simulated shop as its own process; it ends when we do, however we end."""
    secret = secrets.token_urlsafe(32)
    command = [sys.executable, "-m", "adapters.woocommerce.simulator", "--port", "0", "--data", data,
               "--connector", connector, "--shop-slug", slug, "--until-stdin-closes",
               "--identity-secret-env", "STAMMKUNDE_DEMO_IDENTITY"]  # fmt: skip
    env = os.environ | {"STAMMKUNDE_DEMO_IDENTITY": secret}
    process = subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, text=True,
        start_new_session=True,  # Ctrl-C is for us: a sync that runs must not lose its shop
    )  # fmt: skip
    try:
        if process.stdout is None or not (line := process.stdout.readline()):
            raise TryLater("The demo shop did not start; its own message is above.")
        told = json.loads(line)
        yield _Simulated(slug, told["url"], told["key"], told["secret"], secret)
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
