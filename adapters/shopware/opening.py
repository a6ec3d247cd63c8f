"""Whether a key opens a shop: a token, and one small read."""

from __future__ import annotations

from importlib import import_module

from connector.port import JSON

PER_SECOND = 5


def opens(credentials: JSON) -> None:
    """Quiet where it does. Raises AccessLost, TryLater or Unreadable."""
    client = import_module("adapters.shopware.client").Client(credentials, PER_SECOND)
    client.search("order", {"limit": 1})
