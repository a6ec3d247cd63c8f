"""Everything by which a Shopware shop registers, proves itself, tells what becomes of the app, and shows us.

Until a shop has proven itself its registration travels sealed in the confirmation's address; then it is
kept in its credentials and changes by compare and swap only. A wrong signature is 401 and never a 5xx:
Shopware takes a 5xx for "perhaps" and keeps two secrets.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from datetime import UTC, datetime

from flask import Blueprint, Response, jsonify, request, url_for

from adapters.shopware import lifecycle, panel, proof, signatures, taking
from adapters.shopware import opening as opening_
from adapters.shopware.lifecycle import Corrupt
from adapters.shopware.registration import Registration
from adapters.shopware.taking import AnotherAddress, Busy, Opens
from adapters.shopware.words import language, text
from connector.errors import BadDelivery, BadInput, Elsewhere, NotThere, Outdated, StammkundeError
from connector.port import JSON, Delivery, Door, Handshake

SECRET_BYTES = 72
"""96 letters of base64url: Shopware's documents ask for 64 to 255."""


def install(handshake: Handshake, opens: Opens = opening_.opens) -> Blueprint:
    """The addresses under `/connect/shopware/{slug}`; `opens` says whether a key opens a shop."""
    dance = Blueprint("connect_shopware", __name__, url_prefix="/connect/shopware")

    @dance.get("/<slug>/register", defaults={"link": ""})
    @dance.get("/<slug>/<link>/register")
    def register(slug: str, link: str) -> Response:
        return _refusing(lambda: _begin(handshake, slug, link))

    @dance.post("/<slug>/confirm", defaults={"state": ""})
    @dance.post("/<slug>/<state>/confirm")
    def confirm(slug: str, state: str) -> Response:
        return _refusing(lambda: _confirm(handshake, slug, state, opens))

    @dance.post("/<slug>/life")
    def life(slug: str) -> Response:
        return _refusing(lambda: _heard(handshake, slug, opens), handshake, slug)

    @dance.get("/<slug>/panel")
    def show(slug: str) -> Response:
        lang = language(request.args.get("sw-user-language", ""))
        try:
            return _panel(handshake, slug, opens, lang)
        except Elsewhere as copy:
            return _page(200, copy.url, panel.page(lang, text(lang, "copy")))
        except StammkundeError as refused:
            name, status = ("unknown", 404) if isinstance(refused, NotThere) else ("unproven", 401)
            return _page(status, "", panel.page(lang, text(lang, name)))

    @dance.post("/<slug>/points")
    def points(slug: str) -> Response:
        return _refusing(lambda: _points(handshake, slug), handshake, slug)

    return dance


def _came() -> tuple[Delivery, datetime]:
    """The request as it came (signatures are over raw bytes), and when."""
    came = Delivery(
        method=request.method,
        path=request.path,
        query=request.query_string,
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.get_data(),
    )
    return came, datetime.now(UTC)


def _door(handshake: Handshake, slug: str) -> Door | None:
    try:
        return handshake.shop(slug)
    except NotThere:
        return None


def _credentials(door: Door) -> JSON:
    return dict(door.settings.load()[0]["credentials"])


# ------------------------------------------------------------------ the registration


def _begin(handshake: Handshake, slug: str, link: str) -> Response:
    came, now = _came()
    secret, door = secrets.token_urlsafe(SECRET_BYTES), _door(handshake, slug)
    if door is not None:
        answer = taking.change(door.settings, lambda kept: taking.begin(kept, came, secret, now))
        return jsonify(answer | {"confirmation_url": _confirmation(slug)})
    draft, answer = taking.begin(handshake.draft(link), came, secret, now)
    return jsonify(answer | {"confirmation_url": _confirmation(slug, handshake.carry(link, draft))})


def _confirmation(slug: str, state: str = "") -> str:
    named = {"state": state} if state else {}
    return url_for("connect_shopware.confirm", slug=slug, _external=True, **named)


def _confirm(handshake: Handshake, slug: str, state: str, opens: Opens) -> Response:
    came, now = _came()
    door = _door(handshake, slug)
    if door is None:
        credentials, believed = taking.confirm(handshake.draft(state), came, opens, now)
        carried = handshake.carry(state, credentials)
        if not believed or _connects(handshake, carried, credentials):
            handshake.wait(carried)
        return _nothing()
    believed = taking.change(door.settings, lambda kept: taking.confirm(kept, came, opens, now))
    address = taking.elsewhere(_credentials(door))
    if believed:
        door.moved()
    elif address:
        door.ask("moved", {"there": address, "here": _credentials(door)["url"]})
    else:
        door.try_again()
    return _nothing()


def _connects(handshake: Handshake, state: str, credentials: JSON) -> str:
    """What stands in the way, and may be gone when the app is switched on; "": it is connected."""
    try:
        handshake.connected(state, credentials)
    except StammkundeError as blocked:
        return str(blocked)
    return ""


def _knocks(handshake: Handshake, slug: str, opens: Opens) -> tuple[str, str]:
    """A shop on its way in has signed this: its address, and what stands in the way beside its key.

    Raises NotThere where none is on its way, and as `proof.said`.
    """
    came, now = _came()
    state = handshake.waiting(slug)
    draft = handshake.draft(state)
    waiting = taking.hopeful(draft)
    if waiting is None:
        raise NotThere("No shop of this name waits to be connected.")
    (proof.asked if came.method == "GET" else proof.said)(came, waiting, now)
    credentials, opened = taking.tried(draft, opens, now)
    return draft["url"], _connects(handshake, state, credentials) if opened else ""


def _known(door: Door, opens: Opens | None) -> Registration:
    """What a request to a connected shop is held against. One that only its key can prove, and that has
    signed this very request, is tried first: the app is switched on after it was registered."""
    came, now = _came()
    waiting = taking.hopeful(_credentials(door)) if opens else None
    signed = waiting and waiting.live and proof.signed_by(came, waiting.live.secret)
    if (
        opens
        and signed
        and taking.change(door.settings, lambda kept: taking.tried(kept, opens, now))
    ):
        door.moved()
    known = taking.known_of(_credentials(door))
    if known is None:
        raise BadDelivery("This shop has not installed the app.")
    return known


# ------------------------------------------------------------------ what a registered shop says


def _heard(handshake: Handshake, slug: str, opens: Opens) -> Response:
    came, now = _came()
    door = _door(handshake, slug)
    if door is None:
        _knocks(handshake, slug, opens)
        return _nothing()
    said = proof.said(came, _known(door, opens), now)
    lifecycle.heard(said, door)
    if lifecycle.event_of(said) == lifecycle.DELETED:
        taking.change(door.settings, lambda kept: (taking.left(kept), None))
    return _nothing()


def _panel(handshake: Handshake, slug: str, opens: Opens, lang: str) -> Response:
    came, now = _came()
    door = _door(handshake, slug)
    if door is None:
        url, why = _knocks(handshake, slug, opens)
        door = _door(handshake, slug)
        if door is None:
            return _page(200, url, panel.page(lang, text(lang, "closed"), note=why))
    proof.asked(came, _known(door, opens), now)
    sentence = text(lang, "stopped" if door.stopped else "connected")
    bell = panel.last_word(lang, door.last_bell)
    shown = panel.page(lang, sentence, note=bell, link=door.admin_url)
    return _page(200, _credentials(door)["url"], shown)


def _points(handshake: Handshake, slug: str) -> Response:
    """The button at a customer in the administration."""
    came, now = _came()
    known = _known(handshake.shop(slug), None)
    data = proof.said(came, known, now).get("data")
    ids = data.get("ids") if isinstance(data, dict) else None
    chosen = ids[0] if isinstance(ids, list) and ids and isinstance(ids[0], str) else ""
    url = handshake.shop(slug).customer_url(chosen)
    lang = language(came.headers.get("sw-user-language", ""))
    answer = {"actionType": "openNewTab", "payload": {"redirectUrl": url}}
    if not url:
        said = {"status": "info", "message": text(lang, "nobody")}
        answer = {"actionType": "notification", "payload": said}
    body = json.dumps(answer).encode()
    secret = known.live.secret if known.live else ""
    return Response(body, 200, signatures.answered(secret, body), mimetype="application/json")


# ------------------------------------------------------------------ answers


def _nothing() -> Response:
    return Response(status=204)


def _page(status: int, shop_url: str, body: str) -> Response:
    return Response(body, status, panel.headers(shop_url), mimetype="text/html")


def _refusing(
    answer: Callable[[], Response], handshake: Handshake | None = None, slug: str = ""
) -> Response:
    """Refusals as Shopware shows them to the merchant; what is genuine and counts for nothing is noted."""
    lang = language(request.headers.get("sw-user-language", ""))
    try:
        return answer()
    except Elsewhere as copy:
        if handshake and (door := _door(handshake, slug)):
            door.elsewhere(copy.url)
        return _nothing()
    except Outdated:
        if handshake and (door := _door(handshake, slug)):
            door.outdated()
        return _refused(401, text(lang, "unproven"))
    except AnotherAddress as other:
        return _refused(409, text(lang, "elsewhere", here=other.here, there=other.there))
    except Busy:
        return _refused(409, text(lang, "busy"))
    except Corrupt as corrupt:
        return _refused(400, str(corrupt))
    except BadInput:
        return _refused(401, text(lang, "used"))
    except NotThere:
        return _refused(404, text(lang, "unknown"))
    except BadDelivery:
        return _refused(401, text(lang, "unproven"))


def _refused(status: int, sentence: str) -> Response:
    answer = jsonify(error=sentence)
    answer.status_code = status
    return answer
