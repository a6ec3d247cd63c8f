"""Users: one login a person, with a role for each merchant they work for, or for all of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, delete, select, update

from connector import db
from connector.access.roles import Role, higher
from connector.errors import BadInput, Refused
from connector.tables import grant as grants
from connector.tables import merchant
from connector.tables import user as table
from connector.values import MerchantId

_ADDRESS = re.compile(r"[^@\s\x00-\x1f\x7f]{1,64}@[^@\s\x00-\x1f\x7f]{1,180}")


@dataclass(frozen=True, slots=True)
class User:
    """Somebody with a login. `everywhere`: the role for every merchant, present and future."""

    user_id: str
    email: str
    name: str
    lang: str
    everywhere: Role | None = None

    @property
    def said(self) -> str:
        """How others see who did something."""
        return self.name or self.email


@dataclass(frozen=True, slots=True)
class Place:
    """A merchant somebody works for, and as what."""

    merchant_id: MerchantId
    name: str
    currency: str
    zone: str
    role: Role


def address(email: str) -> str:
    """An address as we keep it. Raises BadInput for what is none."""
    lower = email.strip().lower()
    if not _ADDRESS.fullmatch(lower):
        raise BadInput(f"email: {email[:80]!r} is no e-mail address.")
    return lower


def add(
    tx: Connection, email: str, password: str, now: datetime, *, name: str = "", lang: str = ""
) -> User:
    """A new login; `password` is hashed already, "" until a link was followed."""
    row = {"user_id": str(uuid4()), "email": address(email), "name": name.strip()[:80],
           "password": password, "lang": lang, "made_at": now}  # fmt: skip
    made = db.insert_or(tx, table).values(row).on_conflict_do_nothing().returning(table.c.user_id)
    if tx.execute(made).first() is None:
        raise Refused(f"{row['email']} has a login already.")
    return require(tx, email)


def find(tx: Connection, email: str) -> tuple[User, str] | None:
    """The login with this address and its password's hash; None for nobody and for one that is closed."""
    row = tx.execute(_OPEN.where(table.c.email == email.strip().lower())).first()
    return None if row is None else (_user(row), row.password)


def get(tx: Connection, user_id: str) -> User | None:
    row = tx.execute(_OPEN.where(table.c.user_id == user_id)).first()
    return None if row is None else _user(row)


def require(tx: Connection, email: str) -> User:
    found = find(tx, email)
    if found is None:
        raise Refused(
            f"There is no open login {email}; `stammkunde user list` shows those there are."
        )
    return found[0]


_OPEN = select(table).where(table.c.closed_at.is_(None))


def _user(row: Any) -> User:
    everywhere = Role(row.everywhere) if row.everywhere else None
    return User(row.user_id, row.email, row.name, row.lang, everywhere)


def change(tx: Connection, user_id: str, **values: str) -> None:
    """Change password (hashed), name or lang."""
    tx.execute(update(table).where(table.c.user_id == user_id).values(**values))


def close(tx: Connection, user_id: str, now: datetime) -> None:
    """End a login for good; what it did stays under its name."""
    tx.execute(update(table).where(table.c.user_id == user_id).values(closed_at=now, password=""))
    tx.execute(delete(grants).where(grants.c.user_id == user_id))


# ------------------------------------------------------------------ roles


def everywhere(tx: Connection, user_id: str, role: Role | None) -> None:
    """Make somebody an operator of the whole installation, or no longer."""
    tx.execute(update(table).where(table.c.user_id == user_id).values(everywhere=role or ""))


def give(tx: Connection, user_id: str, merchant_id: MerchantId, role: Role) -> None:
    row = {"user_id": user_id, "merchant_id": merchant_id, "role": role.value}
    given = db.insert_or(tx, grants).values(row)
    tx.execute(
        given.on_conflict_do_update(
            index_elements=["user_id", "merchant_id"], set_={"role": role.value}
        )
    )


def take(tx: Connection, user_id: str, merchant_id: MerchantId) -> None:
    """take the role for this merchant."""
    mine = (grants.c.user_id == user_id, grants.c.merchant_id == merchant_id)
    tx.execute(delete(grants).where(*mine))


def places(tx: Connection, user: User) -> list[Place]:
    """The merchants somebody works for, by name; an operator's are all there are."""
    mine = grants.c.user_id == user.user_id
    asked = select(merchant, grants.c.role).join(
        grants, (grants.c.merchant_id == merchant.c.merchant_id) & mine,
        isouter=user.everywhere is not None,
    )  # fmt: skip
    return [
        Place(MerchantId(row.merchant_id), row.name, row.currency, row.zone, role)
        for row in tx.execute(asked.order_by(merchant.c.name, merchant.c.merchant_id))
        if (role := higher(user.everywhere, Role(row.role) if row.role else None))
    ]


def granted(tx: Connection, user_id: str) -> list[MerchantId]:
    """The merchants who gave somebody a role of their own."""
    asked = select(grants.c.merchant_id).where(grants.c.user_id == user_id)
    return [MerchantId(id_) for id_ in tx.execute(asked.order_by(grants.c.merchant_id)).scalars()]


def role_at(tx: Connection, user_id: str, merchant_id: MerchantId) -> Role | None:
    """The role this merchant gave somebody."""
    mine = (grants.c.user_id == user_id, grants.c.merchant_id == merchant_id)
    role = tx.execute(select(grants.c.role).where(*mine)).scalar()
    return Role(role) if role else None


def of_merchant(tx: Connection, merchant_id: MerchantId) -> Sequence[tuple[User, Role]]:
    """Everybody with a role of their own for this merchant, by address."""
    asked = (
        select(table, grants.c.role)
        .join(grants, grants.c.user_id == table.c.user_id)
        .where(grants.c.merchant_id == merchant_id, table.c.closed_at.is_(None))
        .order_by(table.c.email)
    )
    return [(_user(row), Role(row.role)) for row in tx.execute(asked)]


def every(tx: Connection) -> list[tuple[User, list[Place]]]:
    """Every open login with what it may (the CLI's own question)."""
    found = [_user(row) for row in tx.execute(_OPEN.order_by(table.c.email))]
    return [(user, places(tx, user)) for user in found]


def names(tx: Connection, ids: set[str]) -> dict[str, str]:
    """Who these ids are, also of logins that are closed."""
    asked = select(table.c.user_id, table.c.name, table.c.email).where(table.c.user_id.in_(ids))
    return {row.user_id: row.name or row.email for row in tx.execute(asked)} if ids else {}
