"""What somebody may do for a merchant: three roles, each may all that the one before it may."""

from __future__ import annotations

from enum import StrEnum

from connector.errors import BadInput


class Role(StrEnum):
    """viewer: see everything of the merchant. manager: the daily work (tasks, customers, vouchers, look
    again). owner: the rules and the people (programme, users, their sessions, the log)."""

    VIEWER = "viewer"
    MANAGER = "manager"
    OWNER = "owner"

    def may(self, wanted: Role) -> bool:
        return _RANK[self] >= _RANK[wanted]


_RANK = {Role.VIEWER: 1, Role.MANAGER: 2, Role.OWNER: 3}


def named(text: str) -> Role:
    """The role of that name. Raises BadInput naming those there are."""
    try:
        return Role(text)
    except ValueError:
        raise BadInput(f"role: there is no role {text!r}; use {', '.join(Role)}.") from None


def higher(one: Role | None, other: Role | None) -> Role | None:
    """The one of the two that may more."""
    given = [role for role in (one, other) if role is not None]
    return max(given, key=_RANK.__getitem__, default=None)
