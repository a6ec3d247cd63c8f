"""What a database holds, to the last byte, table by table: an attack that changes nothing shows it."""

from __future__ import annotations

import hashlib

from sqlalchemy import delete, select

from connector.installation import Installation
from connector.tables import inbox, metadata


def contents(inst: Installation) -> dict[str, str]:
    """A digest of every table; unequal digests name the table that was changed."""
    with inst.database.read() as tx:
        return {
            table.name: hashlib.sha256(
                "\n".join(sorted(repr(tuple(row)) for row in tx.execute(select(table)))).encode()
            ).hexdigest()
            for table in metadata.sorted_tables
        }


def bells(inst: Installation) -> list[tuple[str, str, str]]:
    """What rang: shop, kind, id."""
    with inst.database.read() as tx:
        rows = tx.execute(select(inbox.c.shop_id, inbox.c.kind, inbox.c.external_id))
        return sorted((row.shop_id, row.kind, row.external_id) for row in rows)


def silence(inst: Installation) -> None:
    """Take every bell away, so that the next test begins quietly."""
    inst.database.write(lambda tx: tx.execute(delete(inbox)))
