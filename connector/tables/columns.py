"""The columns that tables are made of: what an id, a moment, a count of points is in the database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    MetaData,
    String,
    Text,
    TypeDecorator,
    text,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "uq": "uq_%(table_name)s_%(column_1_name)s",
        "ix": "ix_%(table_name)s_%(column_1_name)s",
    }
)


class Utc(TypeDecorator[datetime]):
    """A moment. Refuses naive values; SQLite, which keeps no zone, gets and gives UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def id_of(name: str) -> Column[str]:
    return Column(name, String(64), nullable=False)


def words(name: str, default: str = "") -> Column[str]:
    return Column(name, Text, nullable=False, server_default=text(f"'{default}'"))


def moment(name: str, *, required: bool = False) -> Column[datetime]:
    return Column(name, Utc, nullable=not required)


def count(name: str, default: int = 0) -> Column[int]:
    return Column(name, BigInteger, nullable=False, server_default=text(str(default)))


def json(name: str, *, required: bool = True) -> Column[Any]:
    return Column(name, JSON, nullable=not required)


def points(name: str) -> tuple[Column[int], CheckConstraint]:
    return count(name), CheckConstraint(f"{name} >= 0", name=name)


def of_member() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["merchant_id", "member_id"], ["member.merchant_id", "member.member_id"]
    )
