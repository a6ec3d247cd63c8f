"""The keyed chain that makes a changed, removed or invented transfer show; pure.

Each member has a chain of his own: `hash = HMAC-SHA256(key, version || previous || row)`. A chain per
shop would make every post wait for the one before it. A seal binds all members' heads together, so
that a member removed whole shows too.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

VERSION = b"1"

COLUMNS = (
    "merchant_id", "member_id", "n", "key", "fingerprint", "reason", "subject", "rule", "from_pot",
    "to_pot", "points", "lots", "undoes", "basis", "basis_version", "programme", "by",
    "occurred_at", "recorded_at",
)  # fmt: skip
"""What is hashed of a transfer, in this order. A new column raises VERSION."""

_MODULUS = 1 << 256


def moment(value: datetime) -> str:
    """A moment as text that is equal exactly where the moment is."""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment(value)
    raise TypeError(f"{type(value).__name__} does not belong into a hashed row")


_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def canonical(value: Any) -> bytes:
    """One spelling for equal values, on every database and Python: JSON, sorted, without blanks."""
    return _JSON.encode(value).encode()


def link(key: bytes, previous: str, row: Mapping[str, Any]) -> str:
    """The hash of a transfer that follows `previous` ("" for a member's first)."""
    body = canonical([row[column] for column in COLUMNS])
    return hmac.digest(key, b"\x00".join((VERSION, previous.encode(), body)), "sha256").hex()


def head_digest(key: bytes, member_id: str, n: int, head: str) -> int:
    """What one member adds to a seal. Sums do not depend on order and can be carried forward."""
    return int.from_bytes(hmac.digest(key, canonical(["head", member_id, n, head]), "sha256"))


def total(digests: Iterable[int]) -> int:
    return sum(digests) % _MODULUS


def seal_digest(
    key: bytes,
    merchant_id: str,
    n: int,
    at: datetime,
    previous: str,
    counts: tuple[int, int],
    heads: int,
) -> str:
    """The digest of the seal `n`: counts (members, transfers) and the total of all heads, chained."""
    body = canonical(["seal", merchant_id, n, at, previous, *counts, heads % _MODULUS])
    return hmac.digest(key, body, "sha256").hex()


def note_digest(key: bytes, text: str) -> str:
    """Keyed, because a short note could be guessed from a plain digest after it was erased."""
    return hmac.digest(key, canonical(["note", text]), "sha256").hex()
