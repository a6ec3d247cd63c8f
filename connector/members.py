"""Who somebody is: identities of shops mapped to members, joining, leaving, erasing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, bindparam, case, insert, select, update

from connector import db, statements
from connector.errors import Refused
from connector.keys import Keys
from connector.port import Account, Buyer, Customer, Guest
from connector.tables import customer, identity, member, suppression
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
) -> dict[str, MemberId]:
    """Make a member of each buyer who is none yet. Twice is once, also at the same time.

    Whoever was erased is left out: an order of his that is seen later makes him no member again.
    """
    there = _identities(tx, merchant_id, shop_id, buyers)
    known = {buyer: id_ for buyer, id_ in there.items() if id_ is not None}
    new = {buyer: MemberId(str(uuid4())) for buyer in sorted(set(buyers) - there.keys())}
    if not new:
        return known
    mine = {"merchant_id": merchant_id}
    tx.execute(
        insert(member),
        [mine | {"member_id": id_, "joined_at": now, "joined_how": how} for id_ in new.values()],
    )
    rows = [
        mine | {"shop_id": shop_id, "kind": buyer.partition(":")[0], "member_id": id_,
                "value": buyer.partition(":")[2], "since": now, "proof": how}
        for buyer, id_ in new.items()
    ]  # fmt: skip
    tx.execute(insert(identity), rows)
    return known | new


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
) -> bool:
    """Empty a customer's personal columns and end his identity; transfers stay, they name nobody."""
    here = (
        customer.c.merchant_id == merchant_id,
        customer.c.shop_id == shop_id,
        customer.c.external_id == external_id,
    )
    row = tx.execute(select(customer.c.email).where(*here, customer.c.erased_at.is_(None))).first()
    if row is None:
        return False
    if row.email:
        _suppress(tx, merchant_id, "erased", keys.address_digest(row.email))
    blank = dict.fromkeys(("email", "first_name", "country", "group"), "")
    tx.execute(
        update(customer)
        .where(*here)
        .values(**blank, verified=False, birthday=None, birthday_at=None, erased_at=now)
    )
    end_identity(tx, merchant_id, shop_id, f"{CUSTOMER}:{external_id}", now)
    return True


def erase_guest(
    tx: Connection, merchant_id: MerchantId, shop_id: ShopId, digest: str, now: datetime
) -> None:
    """End a guest's identity; a later order under the same address starts from nothing."""
    _suppress(tx, merchant_id, "erased", digest)
    end_identity(tx, merchant_id, shop_id, f"{GUEST}:{digest}", now)


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


def require(member_id: MemberId | None, email: str) -> MemberId:
    if member_id is None:
        raise Refused(f"{email} takes no part in the programme.")
    return member_id
