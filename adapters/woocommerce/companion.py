"""The companion plugin in the shop: it is told where we are, over the shop's own API (docs/companion.md)."""

from __future__ import annotations

from adapters.woocommerce.answers import NoRoute
from adapters.woocommerce.client import Client
from connector.errors import Unreadable
from connector.port import JSON

CONNECTION = "/wp-json/wc-stammkunde/v1/connection"
"""WooCommerce looks at its keys in every namespace that begins with `wc-` (read in its
class-wc-rest-authentication.php, 8.2 and 11.0)."""


def ensure(client: Client, credentials: JSON, connector_url: str, slug: str) -> bool:
    """The plugin knows us now; False: it is not in the shop."""
    wanted = {
        "connector": connector_url,
        "shop": slug,
        "url": credentials["url"],
        "secret": credentials["identity_secret"],
    }
    try:
        answer = client.put_at(CONNECTION, wanted).body
    except NoRoute:
        return False
    if not isinstance(answer, dict) or answer.get("connected") is not True:
        raise Unreadable("The companion plugin did not say that it is connected now.")
    return True
