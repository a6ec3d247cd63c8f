"""Passwords: argon2id only, and the same work for an address that nobody has."""

from __future__ import annotations

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from connector.errors import BadInput

SHORTEST, LONGEST = 12, 200

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)
"""OWASP's recommendation for argon2id: 19 MiB, two passes, one lane; about 30 ms of one core."""
_NOBODY = _HASHER.hash("a password that nobody has, so that asking for nobody costs the same")


def hashed(password: str) -> str:
    """What is kept of a password. Raises BadInput for one that is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadInput(
            f"password: it has {len(password)} characters; take {SHORTEST} to {LONGEST}. "
            "A sentence of your own is easier to keep than a short puzzle."
        )
    if len(set(password)) < 5:
        raise BadInput("password: it repeats a few characters; take a sentence of your own.")
    return _HASHER.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Whether it is the password; None or "" (nobody, or no password yet) costs the same and is no."""
    try:
        _HASHER.verify(kept or _NOBODY, password[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return bool(kept)


def renewed(kept: str, password: str) -> str:
    """The right password hashed anew where it was hashed with other costs than today's, else ""."""
    return _HASHER.hash(password) if _HASHER.check_needs_rehash(kept) else ""
