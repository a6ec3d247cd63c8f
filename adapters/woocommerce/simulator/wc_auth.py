"""Connecting in the browser: the grant page, then the shop posts a fresh key to the callback."""

from __future__ import annotations

import ipaddress
import secrets
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, render_template, request

from adapters.woocommerce.simulator.deliveries import dump, post
from adapters.woocommerce.simulator.shop import JSON, Key, Shop

NEEDED = ("app_name", "user_id", "return_url", "callback_url", "scope")
SCOPES = ("read", "write", "read_write")


def blueprint(shop: Shop) -> Blueprint:
    pages = Blueprint("wc_auth", __name__)

    @pages.get("/wc-auth/v1/authorize")
    def authorize() -> Response:
        asked = {name: request.args.get(name, "") for name in NEEDED}
        problem = _problem(asked)
        if problem:
            return _denied(shop, problem)
        no = _return(asked, success=0)
        page = render_template("authorize.html", brand=shop.brand, asked=asked, deny=no)
        return _page(page, 200)

    @pages.post("/wc-auth/v1/access_granted")
    def granted() -> Response:
        asked = {name: request.form.get(name, "") for name in NEEDED}
        problem = _problem(asked)
        if problem:
            return _denied(shop, problem)
        key = _new_key(shop, asked["scope"])
        if not _handed_over(shop, key, asked):
            del shop.keys[key.key]
            return _denied(
                shop, "An error occurred in the request: the callback did not answer 200."
            )
        return Response(status=302, headers={"Location": _return(asked, success=1)})

    return pages


def _problem(asked: JSON) -> str:
    """Read in source: every parameter is needed, the callback must be https.

    Only here: http is allowed towards the own machine, so that one can rehearse without TLS.
    """
    missing = [name for name in NEEDED if not asked[name]]
    if missing:
        return f"Missing parameter {missing[0]}."
    if asked["scope"] not in SCOPES:
        return f"Invalid scope {asked['scope']}."
    url = urlsplit(asked["callback_url"])
    if url.scheme != "https" and not (url.scheme == "http" and _is_loopback(url.hostname or "")):
        return "The callback_url needs to be over SSL."
    return ""


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _new_key(shop: Shop, scope: str) -> Key:
    """Seen on 11.0.1: granting twice makes two keys."""
    with shop.lock:
        name = f"ck_{secrets.token_hex(20)}"
        key = Key(shop.ids.take("key"), name, f"cs_{secrets.token_hex(20)}", scope)
        shop.keys[name] = key
    return key


def _handed_over(shop: Shop, key: Key, asked: JSON) -> bool:
    """Seen on 11.0.1: unsigned JSON; anything but exactly 200 is a failure."""
    body = {
        "key_id": key.id,
        "user_id": asked["user_id"],
        "consumer_key": key.key,
        "consumer_secret": key.secret,
        "key_permissions": key.permissions,
    }
    headers = {
        "User-Agent": f"WordPress/{shop.wordpress}; {shop.url}",
        "Content-Type": "application/json;charset=UTF-8",
    }
    return post(asked["callback_url"], dump(body), headers) == "200"


def _return(asked: JSON, success: int) -> str:
    """Seen on 11.0.1: success and user_id are added to whatever the address already has."""
    joint = "&" if "?" in asked["return_url"] else "?"
    query = urlencode({"success": success, "user_id": asked["user_id"]})
    return f"{asked['return_url']}{joint}{query}"


def _denied(shop: Shop, problem: str) -> Response:
    return _page(render_template("denied.html", brand=shop.brand, problem=problem), 401)


def _page(text: str, status: int) -> Response:
    response = Response(text, status, mimetype="text/html")
    response.headers["Cache-Control"] = "no-store, private"
    return response
