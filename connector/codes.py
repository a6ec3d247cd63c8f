"""The codes of vouchers: nobody can guess them, anybody can type them, and a retry makes the same one."""

from __future__ import annotations

import hashlib
import hmac
from uuid import UUID

from connector.keys import Keys

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without those that are taken for each other (0 and O, 1, I and L) or that shops change."""
LENGTH = 10
"""Of 30 letters each: 49 bits, which nobody tries out at a shop's checkout."""


def voucher_id(keys: Keys, merchant_id: str, member_id: str, key: str) -> str:
    """The voucher that a member's request with this key means, however often it is sent."""
    return str(UUID(bytes=_mac(keys, f"voucher/{merchant_id}/{member_id}/{key}")[:16], version=4))


def code(keys: Keys, merchant_id: str, id_: str) -> str:
    """The code of a voucher, in two groups: K7QP2-M9X4T."""
    number, letters = int.from_bytes(_mac(keys, f"code/{merchant_id}/{id_}")), ""
    for _ in range(LENGTH):
        number, letter = divmod(number, len(LETTERS))
        letters += LETTERS[letter]
    half = LENGTH // 2
    return f"{letters[:half]}-{letters[half:]}"


def same(text: str) -> str:
    """A code as we keep it; shops lower its letters and people put blanks around it."""
    return text.strip().upper()


def _mac(keys: Keys, text: str) -> bytes:
    return hmac.new(keys.links, text.encode(), hashlib.sha256).digest()
