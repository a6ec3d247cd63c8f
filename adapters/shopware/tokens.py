"""Tokens of the Admin API, kept in memory until shortly before they end.

Whoever fails to log in ten times locks everybody at our address out of that shop, also those with good keys (seen on
both): so what was refused is not asked again for a while, and a lock is waited for without knocking.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from adapters.shopware.answers import Denied
from connector.errors import TryLater

EARLY = 0.9
"""Part of a token's life after which another one is fetched: 540 of 600 seconds."""
SULK = 30.0
"""Seconds for which a refused key is not tried again."""
MOST = 4096


class Client(NamedTuple):
    """Whose token: another secret is another client, and another shop too."""

    url: str
    key: str
    digest: str


def client_of(url: str, key: str, secret: str) -> Client:
    return Client(url, key, hashlib.sha256(secret.encode()).hexdigest())


@dataclass(frozen=True, slots=True)
class Token:
    """`until`: by our own monotonic clock."""

    text: str
    until: float


class Tokens:
    """What all clients of this process know of tokens; safe to use from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._tokens: dict[Client, Token] = {}
        self._refused: dict[Client, tuple[float, Denied]] = {}
        self._locked: dict[str, float] = {}

    def get(self, client: Client, fetch: Callable[[], tuple[str, float]]) -> str:
        """The token, from memory or fetched: `fetch` gives it with its life in seconds."""
        now = self._clock()
        with self._lock:
            kept = self._tokens.get(client)
            if kept and now < kept.until:
                return kept.text
            self._refuse_early(client, now)
        try:
            text, life = fetch()
        except Denied as no:
            with self._lock:
                self._refused[client] = (self._clock() + SULK, no)
            raise
        except TryLater as later:
            if later.after:
                with self._lock:
                    self._locked[client.url] = self._clock() + later.after
            raise
        with self._lock:
            if len(self._tokens) >= MOST:
                self._tokens.clear()
            self._tokens[client] = Token(text, self._clock() + EARLY * life)
        return text

    def forget(self, client: Client) -> None:
        """The key is tried anew the next time, whether it was good or refused; a lock stays."""
        with self._lock:
            self._refused.pop(client, None)
            self._tokens.pop(client, None)

    def drop(self, client: Client, text: str) -> None:
        """The shop does not know this one any more; a newer one stays."""
        with self._lock:
            kept = self._tokens.get(client)
            if kept and kept.text == text:
                del self._tokens[client]

    def _refuse_early(self, client: Client, now: float) -> None:
        until = self._locked.get(client.url, now)
        if now < until:
            raise TryLater("The shop refuses logins for a while after too many.", until - now)
        again, why = self._refused.get(client, (now, None))
        if why and now < again:
            raise Denied(why.code, why.what, why.fix)
        self._refused.pop(client, None)


TOKENS = Tokens()
