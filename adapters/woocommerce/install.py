"""Connecting a shop in the browser by WooCommerce's own key dance (wc-auth).

The shop sends the keys to our callback without a signature, so nothing in it is believed: the state
must be one we gave out, it names the shop, and the key must open exactly that shop.
"""

from __future__ import annotations

import json
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from adapters.woocommerce.address import credentials
from adapters.woocommerce.client import Client
from adapters.woocommerce.settings import load_document
from connector.errors import BadInput, NotThere, StammkundeError
from connector.port import Handshake

LARGEST = 16_384
"""Bytes of a callback; a real one has about 200 (seen on 11.0)."""

_PAGE = """<!doctype html>
<html lang="{lang}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><h1>{title}</h1><p>{text}</p></html>
"""

_TEXTS = {
    ("de", "connected"): (
        "Verbunden",
        "Der Shop hat Stammkunde den Zugang gegeben. Dieses Fenster kann geschlossen werden.",
    ),
    ("de", "declined"): (
        "Nicht verbunden",
        "Der Zugang wurde abgelehnt. Es wurde nichts gespeichert; die Verbindung kann jederzeit neu"
        " begonnen werden.",
    ),
    ("de", "unknown"): (
        "Dieser Link gilt nicht mehr",
        "Er wurde schon benutzt oder ist zu alt. Bitte die Verbindung neu beginnen.",
    ),
    ("en", "connected"): (
        "Connected",
        "The shop has given Stammkunde access. You can close this window.",
    ),
    ("en", "declined"): (
        "Not connected",
        "Access was declined. Nothing was stored; you can begin again at any time.",
    ),
    ("en", "unknown"): (
        "This link is no longer valid",
        "It was used already or is too old. Please begin again.",
    ),
}


def install(handshake: Handshake) -> Blueprint:
    """The three addresses of the dance under `/connect/woocommerce`."""
    dance = Blueprint("connect_woocommerce", __name__, url_prefix="/connect/woocommerce")

    @dance.get("/<state>")
    def begin(state: str) -> AnyResponse:
        try:
            shop = handshake.draft(state)["url"]
        except BadInput:
            return _page("unknown", 404)
        return redirect(f"{shop}/wc-auth/v1/authorize?{urlencode(_wish(state))}", 302)

    @dance.post("/callback")
    def callback() -> AnyResponse:
        try:
            _connect(handshake, _callback())
        except StammkundeError as refused:
            # Any answer but 200 makes the shop delete the key again, which is what we want.
            return Response(f"{_kind(refused)}\n", 403, mimetype="text/plain")
        return Response("ok\n", 200, mimetype="text/plain")

    @dance.get("/companion/<slug>")
    def companion(slug: str) -> AnyResponse:
        """The plugin's button: only rings; what it gets is put into the shop that we know."""
        try:
            shop = handshake.knocked(slug)
        except NotThere:
            return _page("unknown", 404)
        return redirect(f"{shop}/wp-admin/admin.php?page=stammkunde&told=asked", 302)

    @dance.get("/return")
    def back() -> AnyResponse:
        return _page("connected" if request.args.get("success") == "1" else "declined", 200)

    return dance


def _wish(state: str) -> dict[str, str]:
    """`user_id` comes back untouched, so it carries our one-time state."""
    return {
        "app_name": "Stammkunde",
        "scope": "read_write",
        "user_id": state,
        "return_url": url_for("connect_woocommerce.back", _external=True),
        "callback_url": url_for("connect_woocommerce.callback", _external=True),
    }


def _connect(handshake: Handshake, given: dict[str, str]) -> None:
    """State, then shop, then key; only a key that opens the shop is kept."""
    shop = handshake.draft(given["user_id"])["url"]
    made = credentials(
        {"url": shop, "key": given["consumer_key"], "secret": given["consumer_secret"]}
    )
    client = Client(made, load_document({})["requests_per_second"])
    client.get("/orders", per_page=1)  # first: an unknown key passes the question for writing
    denied = client.may_write()
    if denied:
        raise denied
    handshake.connected(given["user_id"], made)


def _callback() -> dict[str, str]:
    """The callback's three words that matter; whatever else it says is not used."""
    if not 0 < (request.content_length or 0) <= LARGEST:
        raise BadInput("The callback is empty, or too large to come from WooCommerce.")
    try:
        body = json.loads(request.get_data())
    except (ValueError, RecursionError):
        body = None
    names = ("user_id", "consumer_key", "consumer_secret")
    if not isinstance(body, dict) or not all(isinstance(body.get(name), str) for name in names):
        raise BadInput("The callback is not what WooCommerce sends: a state, a key and a secret.")
    return {name: body[name] for name in names}


def _kind(refused: StammkundeError) -> str:
    """Enough for a log of the shop, and nothing of what was sent."""
    return f"not connected: {type(refused).__name__}"


def _page(what: str, status: int) -> Response:
    lang = request.accept_languages.best_match(["de", "en"], default="de")
    title, text = _TEXTS[lang, what]
    page = Response(_PAGE.format(lang=lang, title=title, text=text), status, mimetype="text/html")
    page.headers["Cache-Control"] = "no-store"
    page.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    page.headers["Referrer-Policy"] = "no-referrer"
    return page
