"""`sync`, `reconcile`, `run-due`, `verify`, `serve`, `migrate`: what an installation does."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Any

import click

from connector import digest as digest_module
from connector import explain, figures, jobs, programmes
from connector import sync as sync_module
from connector import verify as verify_module
from connector.cli.common import answer, as_json, installation, progress_bar
from connector.installation import Installation
from connector.port import Stream
from connector.shops import Shop, require
from connector.values import Money


@click.command()
@click.argument("slug")
@click.option("--full", is_flag=True, help="From the beginning instead of from where we left off.")
@as_json
def sync(slug: str, full: bool, as_json: bool) -> None:
    """Read what the shop changed, and let points follow."""
    started = time.monotonic()
    with installation() as inst, progress_bar() as report:
        shop = inst.shop(slug)
        first = full or sync_module.left_off(inst, shop, Stream.ORDERS) is None
        done = sync_module.run(inst, shop, full=full, progress=report)
        value = asdict(done) | {"seconds": round(time.monotonic() - started, 2)}
        said = (f"{done.orders_seen} orders read, {done.orders_changed} changed, "
                f"{done.customers} customers, {done.transfers} transfers.")  # fmt: skip
        if first:  # the past was read, not what is new
            value["outstanding"] = _outstanding(inst, shop)
            said += "\n" + value["outstanding"]["text"]
    answer(value, as_json, said)


def _outstanding(inst: Installation, shop: Shop) -> dict[str, Any]:
    """What all members have now, in one sentence: what going live has cost."""
    with inst.database.read() as tx:
        now = figures.of(tx, shop.merchant_id)
        worth = programmes.versions(tx, shop.merchant_id, shop.currency)[-1].worth
    points, money = now.available + now.pending + now.held, Money(now.worth(worth), shop.currency)
    text = (f"{now.members:,} members have {points:,} points together, worth "
            f"{explain.money(money, 'en')} when they are redeemed.")  # fmt: skip
    return {"members": now.members, "points": points, "text": text,
            "worth": {"minor": money.minor, "currency": money.currency}}  # fmt: skip


@click.command()
@click.argument("slug")
@click.option(
    "--days", default=90, show_default=True, help="How far back to look at every order again."
)
@as_json
def reconcile(slug: str, days: int, as_json: bool) -> None:
    """Look again at every recent order, and repair what nothing told us."""
    with installation() as inst, progress_bar() as report:
        done = sync_module.reconcile(inst, inst.shop(slug), days=days, progress=report)
    answer(asdict(done), as_json,
           f"{done.orders_seen} orders looked at, {done.drift_found} had changed unnoticed.")  # fmt: skip


@click.command("run-due")
@click.option("--sync", "catch_up", is_flag=True, help="Also read what every shop changed.")
@click.option("--night", is_flag=True, help="Also the night's look at every shop, seal and proof.")
@as_json
def run_due(catch_up: bool, night: bool, as_json: bool) -> None:
    """Do what is due now (bells, outside work, releases, expiry), then stop."""
    with installation() as inst:
        total = jobs.Done()
        steps = (jobs.sync_all, catch_up), (jobs.nightly, night), (jobs.run_due, True)
        for step, wanted in steps:
            if wanted:
                total.add(step(inst))
    done = asdict(total)
    answer(done, as_json, ", ".join(f"{count} {name}" for name, count in done.items()))


@click.command()
@click.option("--shop", "slug", help="Only the merchant of this shop.")
@click.option("--full", is_flag=True, help="Everybody and all seals, not only what is new.")
@click.option(
    "--digest", is_flag=True, help="Also one figure for what everybody deserves and holds."
)
@as_json
@click.pass_context
def verify(
    context: click.Context, slug: str | None, full: bool, digest: bool, as_json: bool
) -> None:
    """Prove that the books are right."""
    with installation() as inst, inst.database.read() as tx:
        merchants = [require(tx, slug).merchant_id] if slug else None
        report = verify_module.run(tx, full=full, merchants=merchants)
        value = {
            "ok": report.ok,
            "findings": [asdict(finding) for finding in report.findings],
            "transfers": report.transfers,
            "members": report.members,
            "digest": digest_module.of(tx) if digest else None,
        }
    lines = [f"{one.what}: {one.where} {one.detail}" for one in report.findings]
    good = f"The books are right: {report.members} members, {report.transfers} transfers proven."
    said = "\n".join(lines) or good
    answer(value, as_json, f"{said}\n{value['digest']}" if digest else said)
    context.exit(0 if report.ok else 1)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8710, show_default=True)
def serve(host: str, port: int) -> None:
    """Run web server and jobs in one process."""
    from connector.web import serving

    with installation() as inst:
        serving.serve(inst, host, port)


@click.command()
@as_json
def migrate(as_json: bool) -> None:
    """Bring the database to this version; harmless where it is there already."""
    from connector import migrations
    from connector.runners import scale

    with installation() as inst:
        if not inst.database.is_sqlite and scale.installed("procrastinate"):
            from connector.runners import engine

            engine.prepare(inst.database)
        with inst.database.read() as tx:
            revision = migrations.current(tx)
    answer({"revision": revision}, as_json, f"The database is at revision {revision}.")
