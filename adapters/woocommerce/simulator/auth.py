"""Who asks: a key pair by Basic or query where PHP believes in TLS, else a signature."""

from __future__ import annotations

import base64
import binascii
import hmac

from flask import Request

from adapters.woocommerce.simulator import oauth
from adapters.woocommerce.simulator.errors import RestError
from adapters.woocommerce.simulator.shop import Key, Shop

READ = {"GET", "HEAD", "OPTIONS"}


def authenticate(shop: Shop, request: Request) -> Key | None:
    """None is an anonymous visitor: an unknown key is one too (seen on 11.0.1)."""
    if not shop.habits["is_ssl"]:
        # Seen on 11.0.1: over http Basic and query credentials are not even looked at.
        signed = oauth.authenticate(shop, request)
        if signed is not None:
            _may(shop, signed, request.method)
        return signed
    name, secret = _credentials(request)
    key = shop.keys.get(name)
    if key is None or shop.habits["lost_access"]:
        return None
    if not hmac.compare_digest(key.secret.encode(), secret.encode()):
        raise RestError("woocommerce_rest_authentication_error", "Consumer secret is invalid.", 401)
    _may(shop, key, request.method)
    return key


def _credentials(request: Request) -> tuple[str, str]:
    """The query wins over the header (read in source)."""
    name, secret = request.args.get("consumer_key"), request.args.get("consumer_secret")
    if name and secret:
        return name, secret
    kind, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        return "", ""
    try:
        name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return name, secret


def _may(shop: Shop, key: Key, method: str) -> None:
    """Seen on 11.0.1: the wrong permission is 401, not 403."""
    permissions = "read" if shop.habits["read_only_key"] else key.permissions
    wanted = "read" if method in READ else "write"
    if permissions in (wanted, "read_write"):
        return
    raise RestError(
        "woocommerce_rest_authentication_error",
        f"The API key provided does not have {wanted} permissions.",
        401,
    )


def refuse_anonymous(method: str, path: str, one: bool) -> RestError:
    """The first two were seen on 11.0.1, the others read in source."""
    if path.endswith("/batch"):
        kind, what = "batch", "are not allowed to batch manipulate this resource"
    elif method in READ:
        kind, what = "view", "cannot view this resource" if one else "cannot list resources"
    elif method == "DELETE":
        kind, what = "delete", "are not allowed to delete this resource"
    elif one:
        kind, what = "edit", "are not allowed to edit this resource"
    else:
        kind, what = "create", "are not allowed to create resources"
    return RestError(f"woocommerce_rest_cannot_{kind}", f"Sorry, you {what}.", 401)
