"""Members who were ever merged with each other: what was given to one of them may be another's now."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, or_, select

from connector.tables import merge

_LINKS = select(merge.c.member_id, merge.c.survivor).where(
    merge.c.merchant_id == bindparam("m"),
    or_(
        merge.c.member_id.in_(bindparam("ids", expanding=True)),
        merge.c.survivor.in_(bindparam("ids", expanding=True)),
    ),
)


def of(tx: Connection, merchant_id: str, members: Iterable[str]) -> dict[str, str]:
    """Each of these members, and everybody ever merged with them, with the family's name."""
    family = {id_: id_ for id_ in members}
    asked = set(family)
    while asked:
        links = tx.execute(_LINKS, {"m": merchant_id, "ids": sorted(asked)}).all()
        new = {id_ for link in links for id_ in link} - family.keys()
        family |= {id_: id_ for id_ in new}
        for one, other in links:
            _unite(family, family[one], family[other])
        asked = new
    return family


def _unite(family: dict[str, str], one: str, other: str) -> None:
    first, second = sorted((one, other))
    for id_, name in family.items():
        if name == second:
            family[id_] = first
