"""What an installation does while its shop is disturbed, and when it is well again; of any platform."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select, update

from adapters.wire import Limits
from connector import connecting, inbox, jobs, sync, tasks
from connector.errors import StammkundeError
from connector.installation import Installation, utc_now
from connector.port import Change, Stream
from connector.tables import award
from connector.tables import inbox as bells

PATIENT = Limits(size=4_000_000)
"""A busy machine is slow too, and that is no fault."""
LIMITS = replace(PATIENT, connect=1, silence=0.15, whole=0.25)


def awards(inst: Installation) -> dict[str, int]:
    with inst.database.read() as tx:
        rows = tx.execute(select(award.c.subject, award.c.deserved).where(award.c.deserved > 0))
        return {row.subject: row.deserved for row in rows}


def attempt(inst: Installation, waits: list[float]) -> str:
    """A sync under the fault; the sentence with which it ended, "" where it came through."""
    try:
        sync.run(inst, inst.shop("demo"), sleep=waits.append)
    except StammkundeError as error:
        return str(error)
    return ""


def ring(inst: Installation, id_: str) -> None:
    shop, change = inst.shop("demo"), [Change(Stream.ORDERS, id_)]
    inst.database.write(
        lambda tx: inbox.ring(tx, shop.merchant_id, shop.shop_id, change, utc_now())
    )


def sentences(inst: Installation) -> list[str]:
    """What is written down for a person."""
    with inst.database.read() as tx:
        kept = list(tx.execute(select(bells.c.error)).scalars())
        return [text for text in kept if text] + [one.sentence() for one in tasks.open_tasks(tx)]


def recover(inst: Installation, *, nightly: bool) -> None:
    """The shop is well again: a person looks at the connection, everything that waits is due."""
    shop = inst.shop("demo")
    assert connecting.check(inst, shop)["ok"]
    inst.database.write(lambda tx: tx.execute(update(bells).values(due_at=utc_now())))
    sync.run(inst, inst.shop("demo"))
    jobs.run_due(inst)
    if nightly:
        sync.reconcile(inst, inst.shop("demo"), days=4000)
        jobs.run_due(inst)
