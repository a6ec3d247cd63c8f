"""The installation's own secrets: random data keys, wrapped by STAMMKUNDE_SECRET_KEY.

Rotating the outer key re-wraps the data keys and changes none of them: the chain, the address pepper
and links on paper must hold for ever.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Connection, insert, select, update

from connector.errors import ConfigError
from connector.tables import installation

PURPOSES = ("sessions", "settings", "chain", "pepper", "links", "visitor")


@dataclass(frozen=True, slots=True)
class Keys:
    """The data keys, 32 random bytes each."""

    sessions: bytes
    settings: bytes
    chain: bytes
    pepper: bytes
    links: bytes
    visitor: bytes

    def __repr__(self) -> str:
        return "Keys(…)"

    def seal_settings(self, plain: str) -> str:
        return _fernet(self.settings).encrypt(plain.encode()).decode()

    def open_settings(self, sealed: str) -> str:
        try:
            return _fernet(self.settings).decrypt(sealed.encode(errors="replace")).decode()
        except InvalidToken as damaged:
            raise ConfigError(
                "A shop's settings cannot be opened: they were changed outside of Stammkunde."
            ) from damaged

    def address_digest(self, address: str) -> str:
        """What stands for an e-mail address where the address itself must not be."""
        return hmac.new(self.pepper, normalised(address).encode(), hashlib.sha256).hexdigest()

    def referral_code(self, merchant_id: str, member_id: str) -> str:
        """Eight characters that are hard to confuse; the same for a member for ever."""
        mac = hmac.new(self.links, f"{merchant_id}/{member_id}".encode(), hashlib.sha256).digest()
        return base64.b32encode(mac).decode().translate(_UNAMBIGUOUS)[:8]


_UNAMBIGUOUS = str.maketrans("ILOU", "8942")


def normalised(address: str) -> str:
    """Equal for spellings that reach the same mailbox everywhere: case and outer blanks only."""
    return address.strip().casefold()


def load(tx: Connection, secret_keys: Sequence[str], now: datetime) -> Keys:
    """The data keys; made at the first start, re-wrapped where an older outer key wrapped them."""
    wrapper = MultiFernet([_fernet(hashlib.sha256(key.encode()).digest()) for key in secret_keys])
    rows = tx.execute(select(installation.c.purpose, installation.c.wrapped))
    kept = {row.purpose: row.wrapped for row in rows}
    opened: dict[str, bytes] = {}
    for purpose in PURPOSES:
        if purpose not in kept:
            opened[purpose] = _make(tx, wrapper, purpose, now)
            continue
        try:
            opened[purpose] = wrapper.decrypt(kept[purpose])
            rewrapped = wrapper.rotate(kept[purpose])
        except InvalidToken as foreign:
            raise ConfigError(
                "STAMMKUNDE_SECRET_KEY does not open this database; use the key it was made with "
                "(a newer one goes in front of it, separated by a comma)."
            ) from foreign
        if not _wrapped_by(secret_keys[0], kept[purpose]):
            tx.execute(
                update(installation)
                .where(installation.c.purpose == purpose)
                .values(wrapped=rewrapped)
            )
    return Keys(**opened)


def _make(tx: Connection, wrapper: MultiFernet, purpose: str, now: datetime) -> bytes:
    key = os.urandom(32)
    tx.execute(
        insert(installation).values(purpose=purpose, wrapped=wrapper.encrypt(key), made_at=now)
    )
    return key


def _wrapped_by(secret: str, wrapped: bytes) -> bool:
    try:
        _fernet(hashlib.sha256(secret.encode()).digest()).decrypt(wrapped)
    except InvalidToken:
        return False
    return True


def _fernet(key: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(key))
