"""The shop's webhooks: they come with the app, and Shopware switches one off for good after ten failures in a row.

Nobody is told of it, and no click brings it back (it only counts down to zero again with a success), so we look and
switch on. `errorCount` is the shop's own to write; `active` is ours.
"""

from __future__ import annotations

from adapters.shopware import fields
from adapters.shopware.client import Client
from connector.port import JSON

FAILURES = 10
"""In a row, after which Shopware gives a webhook up."""


def ensure(client: Client, callback_url: str) -> None:
    """Every webhook of ours rings at this address again."""
    for hook in ours(client, callback_url):
        if hook.get("active") is not True:
            id_ = fields.external_id(hook, "id", "a webhook")
            client.patch(f"/webhook/{id_}", {"active": True})


def ours(client: Client, callback_url: str = "") -> list[JSON]:
    """The app's webhooks, at this address if one is given."""
    only: list[JSON] = [{"type": "not", "operator": "and", "queries": [_equals("appId", None)]}]
    if callback_url:
        only.append(_equals("url", callback_url))
    includes = {"webhook": ["id", "eventName", "url", "active", "errorCount"]}
    return client.search("webhook", {"filter": only, "limit": 100, "includes": includes}).items


def _equals(field: str, value: str | None) -> JSON:
    return {"type": "equals", "field": field, "value": value}
