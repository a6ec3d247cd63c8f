"""Whether a key opens a shop: a token fetched for this question, and one small read."""

from __future__ import annotations

from adapters.shopware.client import Client
from adapters.shopware.tokens import TOKENS, Tokens, client_of
from connector.port import JSON

PER_SECOND = 5


def opens(credentials: JSON) -> None:
    """Quiet where it does. Raises AccessLost, TryLater or Unreadable.

    What is remembered of tokens is not asked: an app's key is refused while the app is off, and opens the
    shop the moment it is on; and a token from before says nothing of a key that was changed since.
    """
    Client(credentials, PER_SECOND, tokens=Tokens()).search("order", {"limit": 1})
    TOKENS.forget(client_of(credentials["url"], credentials["key"], credentials["key_secret"]))
