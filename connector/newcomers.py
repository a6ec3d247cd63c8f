"""Shops that have said who they are and cannot be asked yet: one sealed state per slug, for a while.

A Shopware app's key opens nothing before the app is active, which is after it was registered.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select

from connector import db
from connector.errors import NotThere
from connector.tables import newcomer


def keep(tx: Connection, slug: str, state: str, until: datetime, now: datetime) -> None:
    """The latest word counts; what has ended goes."""
    tx.execute(delete(newcomer).where(newcomer.c.until < now))
    values = {"state": state, "until": until}
    kept = db.insert_or(tx, newcomer).values(slug=slug, **values)
    tx.execute(kept.on_conflict_do_update(index_elements=["slug"], set_=values))


def of(tx: Connection, slug: str, now: datetime) -> str:
    """What is kept of this slug. NotThere: nothing, or no longer."""
    found = tx.execute(_KEPT, {"slug": slug, "now": now}).scalar()
    if found is None:
        raise NotThere("No shop of this name waits to be connected.")
    return str(found)


_KEPT = select(newcomer.c.state).where(
    newcomer.c.slug == bindparam("slug"), newcomer.c.until >= bindparam("now")
)


def forget(tx: Connection, slug: str) -> None:
    tx.execute(delete(newcomer).where(newcomer.c.slug == slug))
