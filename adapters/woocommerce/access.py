"""Why the shop refuses us, found out by asking once or twice more in another way.

WooCommerce has one code for a key it does not know, a key it did not see, and a key it will not look
at because PHP believes the request came over http; and one for a wrong secret and for a missing
right (all seen on 11.0).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import urlsplit

from adapters.wire import Raw
from adapters.woocommerce.answers import Denied
from connector.errors import StammkundeError

Probe = Callable[[str, bool], Raw]
"""method, credentials in the query instead of the header -> what came."""

PROBED = {"GET": "/wp-json/wc/v3/orders", "POST": "/wp-json/wc/v3/coupons"}
"""Reading one order; creating a coupon without a code, which is refused with 400 after the key has
been checked (seen), so nothing is ever made."""


def explain(denied: Denied, method: str, base: str, probe: Probe) -> Denied:
    """The same refusal with its cause; where asking again fails, the refusal as it is."""
    try:
        if denied.code == "wrong_key":
            return _unseen_key(denied, base, probe)
        if denied.code == "wrong_secret":
            return _missing_right(denied, method, probe)
    except StammkundeError:
        return denied
    return denied


def _unseen_key(denied: Denied, base: str, probe: Probe) -> Denied:
    raw = probe("GET", True)
    if raw.status == 200 or _code(raw) == "woocommerce_rest_authentication_error":
        return Denied(
            "header_stripped",
            "The web server takes the Authorization header away before WooCommerce sees it.",
            "Let it through: for Apache with CGI or FastCGI, `CGIPassAuth On` or a RewriteRule that"
            " sets HTTP_AUTHORIZATION; otherwise ask the host.",
        )
    if base.startswith("https://") and _names_itself_http(raw, base):
        return Denied(
            "http_or_proxy",
            "WordPress believes that it is asked over plain http, and then looks at no key.",
            "If a proxy ends the encryption, let it send X-Forwarded-Proto and let wp-config.php set"
            " HTTPS from it; otherwise set WordPress's own address to https://.",
        )
    if base.startswith("http://"):
        what = "The shop does not know the key, or looks at no key because it is asked over http."
        return Denied("wrong_key", what, denied.fix)
    return denied


def _missing_right(denied: Denied, method: str, probe: Probe) -> Denied:
    """A wrong secret fails for everything; a missing right only for one of the two."""
    reading = method == "GET"
    other = probe("POST" if reading else "GET", False)
    if _code(other) == "woocommerce_rest_authentication_error" or other.status in (401, 403):
        return denied
    if reading:
        return Denied("write_only_key", "The key may write but not read.", _READ_WRITE)
    return Denied("read_only_key", "The key may read but not write.", _READ_WRITE)


_READ_WRITE = (
    "Set its permissions to Read/Write under WooCommerce > Settings > Advanced > REST API."
)


def _names_itself_http(raw: Raw, base: str) -> bool:
    """Every answer links to the API's own address as WordPress sees it."""
    link = raw.headers.get("Link", "")
    return f"<http://{urlsplit(base).netloc}/" in link


def _code(raw: Raw) -> str:
    try:
        body = json.loads(raw.body)
    except (ValueError, RecursionError):
        return ""
    return str(body.get("code", "")) if isinstance(body, dict) else ""
