"""Who somebody is: identities of shops mapped to members, joining, leaving, erasing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, bindparam, case, func, insert, select, update

from connector import db, questions, statements
from connector.keys import Keys
from connector.orders_rows import Row
from connector.port import Account, Buyer, Customer, Guest
from connector.tables import customer, identity, member, note, programme, suppression
from connector.values import MemberId, MerchantId, ShopId

CUSTOMER, GUEST = "customer", "guest"


def buyer_key(buyer: Buyer, keys: Keys) -> str:
    """What an order remembers of its buyer: `customer:<id>`, `guest:<digest>`, or "" for unknown."""
    if isinstance(buyer, Account):
        return f"{CUSTOMER}:{buyer.external_id}"
    return f"{GUEST}:{keys.address_digest(buyer.email)}" if isinstance(buyer, Guest) else ""


def find(
    tx: Connection, merchant_id: MerchantId, shop_id: ShopId, buyers: Iterable[str]
) -> dict[str, MemberId]:
    """The members behind buyer keys; those who are nobody's are left out."""
    known = _identities(tx, merchant_id, shop_id, buyers)
    return {buyer: id_ for buyer, id_ in known.items() if id_ is not None}


def _identities(
    tx: Connection, merchant_id: MerchantId, shop_id: ShopId, buyers: Iterable[str]
) -> dict[str, MemberId | None]:
    """The members behind buyer keys; None where an identity has ended, for that one is never used again."""
    wanted = {key.partition(":")[2] for key in buyers if key}
    if not wanted:
        return {}
    asked = {"merchant_id": merchant_id, "shop_id": shop_id, "values": sorted(wanted)}
    return {
        f"{row.kind}:{row.value}": None if row.until else MemberId(row.member_id)
        for row in statements.IDENTITIES.rows(tx, asked)
    }


def departed(tx: Connection, merchant_id: MerchantId, ids: Iterable[MemberId]) -> set[MemberId]:
    """Those of them who left the programme."""
    rows = tx.execute(_DEPARTED, {"m": merchant_id, "ids": sorted(set(ids))})
    return {MemberId(id_) for id_ in rows.scalars()}


_DEPARTED = select(member.c.member_id).where(
    member.c.merchant_id == bindparam("m"),
    member.c.member_id.in_(bindparam("ids", expanding=True)),
    member.c.left_at.is_not(None),
)


def join(
    tx: Connection,
    merchant_id: MerchantId,
    shop_id: ShopId,
    buyers: Sequence[str],
    how: str,
    now: datetime,
    where: str = "shop",
) -> dict[str, MemberId]:
    """Make a member of each buyer who is none yet. Twice is once, also at the same time.

    How, where, when and under which version of the terms he joined stays with him.

    Whoever was erased is left out: an order of his that is seen later makes him no member again.
    """
    there = _identities(tx, merchant_id, shop_id, buyers)
    known = {buyer: id_ for buyer, id_ in there.items() if id_ is not None}
    unknown = sorted(set(buyers) - there.keys())
    if not unknown:
        return known
    same = _same_people(tx, merchant_id, shop_id, unknown)
    new = {buyer: same.get(buyer) or MemberId(str(uuid4())) for buyer in unknown}
    mine = {"merchant_id": merchant_id}
    joined = _joined(tx, merchant_id, how, where, now)
    people = [
        mine | joined | {"member_id": id_}
        for buyer, id_ in new.items() if buyer not in same
    ]  # fmt: skip
    if people:
        tx.execute(insert(member), people)
    rows = [
        mine | {"shop_id": shop_id, "kind": buyer.partition(":")[0], "member_id": id_,
                "value": buyer.partition(":")[2], "since": now, "proof": how}
        for buyer, id_ in new.items()
    ]  # fmt: skip
    tx.execute(insert(identity), rows)
    return known | new


def _joined(
    tx: Connection, merchant_id: MerchantId, how: str, where: str, now: datetime
) -> dict[str, Any]:
    version = tx.execute(_TERMS_VERSION, {"m": merchant_id}).scalar()
    return {"joined_at": now, "joined_how": how, "joined_where": where,
            "terms_version": "" if version is None else str(version)}  # fmt: skip


_TERMS_VERSION = select(func.max(programme.c.n)).where(programme.c.merchant_id == bindparam("m"))


def start_anew(
    tx: Connection, merchant_id: MerchantId, old: MemberId, how: str, where: str, now: datetime
) -> MemberId:
    """Make a new member of somebody who left: his identities are the new one's, nothing else is."""
    fresh = MemberId(str(uuid4()))
    joined = _joined(tx, merchant_id, how, where, now)
    tx.execute(insert(member).values(merchant_id=merchant_id, member_id=fresh, **joined))
    tx.execute(
        update(identity)
        .where(identity.c.merchant_id == merchant_id, identity.c.member_id == old)
        .values(member_id=fresh)
    )
    return fresh


def _same_people(
    tx: Connection, merchant_id: MerchantId, shop_id: ShopId, buyers: Sequence[str]
) -> dict[str, MemberId]:
    """Those who are members already by another shop of the merchant: both shops proved the address."""
    ids = [buyer.partition(":")[2] for buyer in buyers if buyer.startswith(CUSTOMER)]
    asked = {"m": merchant_id, "s": shop_id, "ids": ids}
    if not ids:
        return {}
    rows = tx.execute(_SAME_ADDRESS, asked)
    return {f"{CUSTOMER}:{row.external_id}": MemberId(row.member_id) for row in rows}


_OTHER = customer.alias("other")
_SAME_ADDRESS = (
    select(customer.c.external_id, identity.c.member_id)
    .join(_OTHER, (_OTHER.c.merchant_id == customer.c.merchant_id)
          & (_OTHER.c.email == customer.c.email) & (_OTHER.c.shop_id != customer.c.shop_id))
    .join(identity, (identity.c.merchant_id == _OTHER.c.merchant_id)
          & (identity.c.shop_id == _OTHER.c.shop_id) & (identity.c.kind == CUSTOMER)
          & (identity.c.value == _OTHER.c.external_id))
    .join(member, (member.c.merchant_id == identity.c.merchant_id)
          & (member.c.member_id == identity.c.member_id))
    .where(
        customer.c.merchant_id == bindparam("m"),
        customer.c.shop_id == bindparam("s"),
        customer.c.external_id.in_(bindparam("ids", expanding=True)),
        customer.c.email != "",
        customer.c.verified, customer.c.erased_at.is_(None),
        _OTHER.c.verified, _OTHER.c.erased_at.is_(None),
        identity.c.until.is_(None),
        member.c.left_at.is_(None),
    )
    .order_by(identity.c.member_id.desc())
)  # fmt: skip


def followed(
    tx: Connection, merchant_id: MerchantId, ids: Iterable[MemberId]
) -> dict[MemberId, MemberId]:
    """Whom those of them became who were merged into somebody; the others are left out."""
    found: dict[MemberId, MemberId] = {}
    asked = sorted(set(ids))
    while asked:
        rows = tx.execute(_MERGED, {"m": merchant_id, "ids": asked}).all()
        found |= {MemberId(row.member_id): MemberId(row.merged_into) for row in rows}
        asked = sorted({MemberId(row.merged_into) for row in rows})
    return {id_: _end(found, id_) for id_ in found}


def owned_now(tx: Connection, merchant_id: MerchantId, rows: Mapping[str, Row]) -> dict[str, Row]:
    """Order rows with the members of today: one may have been written while its member was merged."""
    became = followed(tx, merchant_id, [row.member_id for row in rows.values() if row.member_id])
    return {
        id_: replace(row, member_id=became[row.member_id]) if row.member_id in became else row
        for id_, row in rows.items()
    }


def _end(found: Mapping[MemberId, MemberId], id_: MemberId) -> MemberId:
    return _end(found, found[id_]) if id_ in found else id_


_MERGED = select(member.c.member_id, member.c.merged_into).where(
    member.c.merchant_id == bindparam("m"),
    member.c.member_id.in_(bindparam("ids", expanding=True)),
    member.c.merged_into.is_not(None),
)


_CUSTOMER_COLUMNS = ("email", "first_name", "country", "group", "verified", "guest", "birthday")


def keep_customers(
    tx: Connection,
    merchant_id: MerchantId,
    shop_id: ShopId,
    customers: Sequence[Customer],
    keys: Keys,
    now: datetime,
) -> list[str]:
    """Write what the shop says of its customers; returns the ids of those who were not erased.

    Whoever was erased stays erased: a later sync asks the suppression list first.
    """
    digests = {one.external_id: keys.address_digest(one.email) for one in customers if one.email}
    erased = suppressed(tx, merchant_id, "erased", digests.values())
    kept = [one for one in customers if digests.get(one.external_id) not in erased]
    if not kept:
        return []
    statement = db.insert_or(tx, customer)
    changed = customer.c.birthday.is_distinct_from(statement.excluded.birthday)
    statement = statement.on_conflict_do_update(
        index_elements=["merchant_id", "shop_id", "external_id"],
        set_={name: statement.excluded[name] for name in _CUSTOMER_COLUMNS}
        | {
            "erased_at": None,
            "birthday_at": case(
                (changed, statement.excluded.birthday_at), else_=customer.c.birthday_at
            ),
        },
    )
    rows = [
        {"merchant_id": merchant_id, "shop_id": shop_id, "external_id": one.external_id,
         "email": one.email.strip().lower(), "first_name": one.first_name, "country": one.country,
         "group": one.group, "verified": one.verified, "guest": False,
         "birthday": _day(one.birthday), "birthday_at": now if one.birthday else None}
        for one in kept
    ]  # fmt: skip
    tx.execute(statement, rows)
    return [one.external_id for one in kept]


def _day(birthday: tuple[int, int] | None) -> str | None:
    return None if birthday is None else f"{birthday[0]:02}-{birthday[1]:02}"


def suppressed(
    tx: Connection, merchant_id: MerchantId, purpose: str, digests: Iterable[str]
) -> set[str]:
    wanted = sorted(set(digests))
    if not wanted:
        return set()
    return set(tx.execute(_SUPPRESSED, {"m": merchant_id, "p": purpose, "d": wanted}).scalars())


_SUPPRESSED = select(suppression.c.digest).where(
    suppression.c.merchant_id == bindparam("m"),
    suppression.c.purpose == bindparam("p"),
    suppression.c.digest.in_(bindparam("d", expanding=True)),
)


def erase_customer(
    tx: Connection,
    merchant_id: MerchantId,
    shop_id: ShopId,
    external_id: str,
    keys: Keys,
    now: datetime,
    *,
    for_good: bool = True,
) -> bool:
    """Empty a customer's personal columns and end his identity; transfers stay, they name nobody.

    `for_good`: no later sync brings him back.
    """
    here = (
        customer.c.merchant_id == merchant_id,
        customer.c.shop_id == shop_id,
        customer.c.external_id == external_id,
    )
    row = tx.execute(select(customer.c.email).where(*here, customer.c.erased_at.is_(None))).first()
    if row is None:
        return False
    if row.email and for_good:
        _suppress(tx, merchant_id, "erased", keys.address_digest(row.email))
    blank = dict.fromkeys(("email", "first_name", "country", "group"), "")
    tx.execute(
        update(customer)
        .where(*here)
        .values(**blank, verified=False, birthday=None, birthday_at=None, erased_at=now)
    )
    end_identity(tx, merchant_id, shop_id, f"{CUSTOMER}:{external_id}", now)
    _forget_notes(tx, merchant_id, shop_id, f"{CUSTOMER}:{external_id}")
    questions.forget(tx, merchant_id, shop_id, external_id, now)
    return True


def erase_guest(
    tx: Connection,
    merchant_id: MerchantId,
    shop_id: ShopId,
    digest: str,
    now: datetime,
    *,
    for_good: bool = True,
) -> None:
    """End a guest's identity; a later order under the same address starts from nothing."""
    if for_good:
        _suppress(tx, merchant_id, "erased", digest)
    end_identity(tx, merchant_id, shop_id, f"{GUEST}:{digest}", now)
    _forget_notes(tx, merchant_id, shop_id, f"{GUEST}:{digest}")


def end_identity(
    tx: Connection, merchant_id: MerchantId, shop_id: ShopId, buyer: str, now: datetime
) -> None:
    kind, _, value = buyer.partition(":")
    tx.execute(
        update(identity)
        .where(identity.c.merchant_id == merchant_id, identity.c.shop_id == shop_id,
               identity.c.kind == kind, identity.c.value == value, identity.c.until.is_(None))
        .values(until=now)
    )  # fmt: skip


def _forget_notes(tx: Connection, merchant_id: MerchantId, shop_id: ShopId, buyer: str) -> None:
    """Empty what people wrote about him, once no identity is left by which he could ask for it."""
    kind, _, value = buyer.partition(":")
    asked = {"m": merchant_id, "s": shop_id, "k": kind, "v": value}
    member_id = tx.execute(_OWNER, asked).scalar()
    if member_id is None or tx.execute(_LIVING, {"m": merchant_id, "id": member_id}).first():
        return
    merged = select(member.c.member_id).where(
        member.c.merchant_id == merchant_id, member.c.merged_into == member_id
    )
    tx.execute(
        update(note)
        .where(note.c.merchant_id == merchant_id,
               (note.c.member_id == member_id) | note.c.member_id.in_(merged))
        .values(text="")
    )  # fmt: skip


_OWNER = select(identity.c.member_id).where(
    identity.c.merchant_id == bindparam("m"),
    identity.c.shop_id == bindparam("s"),
    identity.c.kind == bindparam("k"),
    identity.c.value == bindparam("v"),
)
_LIVING = select(identity.c.value).where(
    identity.c.merchant_id == bindparam("m"),
    identity.c.member_id == bindparam("id"),
    identity.c.until.is_(None),
)


def _suppress(tx: Connection, merchant_id: MerchantId, purpose: str, digest: str) -> None:
    row = {"merchant_id": merchant_id, "purpose": purpose, "digest": digest}
    tx.execute(db.insert_or(tx, suppression).values(row).on_conflict_do_nothing())


def by_email(
    tx: Connection, merchant_id: MerchantId, shop_id: ShopId, email: str, keys: Keys
) -> Mapping[str, MemberId | None]:
    """Buyer keys that belong to an address, accounts first, with their members."""
    rows = tx.execute(_BY_EMAIL, {"m": merchant_id, "s": shop_id, "e": email.strip().lower()})
    candidates = [f"{CUSTOMER}:{row.external_id}" for row in rows]
    candidates.append(f"{GUEST}:{keys.address_digest(email)}")
    found = find(tx, merchant_id, shop_id, candidates)
    return {buyer: found.get(buyer) for buyer in candidates}


_BY_EMAIL = (
    select(customer.c.external_id)
    .where(
        customer.c.merchant_id == bindparam("m"),
        customer.c.shop_id == bindparam("s"),
        customer.c.email == bindparam("e"),
        customer.c.erased_at.is_(None),
    )
    .order_by(customer.c.external_id)
)


def first(found: Mapping[str, MemberId | None]) -> MemberId | None:
    """The member whom `by_email` found first."""
    return next((id_ for id_ in found.values() if id_ is not None), None)
