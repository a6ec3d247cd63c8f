"""The demo storefront: a small believable Shopware shop, in which the installed app shows what it brings.

Addresses are Shopware's own; every action goes the ways of the control door, so webhooks ring.
"""

from __future__ import annotations

import mimetypes
import re
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, request, send_from_directory

from adapters.shopware.simulator import account, checkout, pages, storefront_token, texts, theme
from adapters.shopware.simulator.errors import ApiError
from adapters.shopware.simulator.visitors import Front

AFFILIATE = re.compile(r"[A-Za-z0-9-]{4,32}")


def open_doors(app: Flask, front: Front) -> None:
    """Every page under both domains of the sales channel, and the token route with them."""
    public, token = blueprint(front), storefront_token.blueprint(front.shop, front.visitor)
    for each in (public, token):
        app.register_blueprint(each)
        app.register_blueprint(each, url_prefix=pages.ENGLISH, name=f"{each.name}_en")


def blueprint(front: Front) -> Blueprint:
    public = Blueprint("storefront", __name__)
    _pages(public, front)
    _files(public, front)
    account.routes(public, front)
    checkout.routes(public, front)
    public.before_request(lambda: _recommended(front))
    public.after_request(lambda response: _protect(front, response))
    public.after_request(lambda response: _tell(front, response))
    public.register_error_handler(ApiError, lambda no: (_broken(front, str(no)), 400))
    return public


def _pages(public: Blueprint, front: Front) -> None:
    shop = front.shop

    @public.get("/")
    def home() -> str:
        return pages.page(front, "page/content/index", products=pages.featured(shop))

    @public.get("/detail/<row>")
    def detail(row: str) -> Any:
        with shop.lock:
            found = shop.store.get("product", row)
            shown = pages.product(shop, found) if found else None
        if shown is None:
            return _broken(front, texts.words(pages.language())["not_here"]), 404
        given = {"product": shown}
        return pages.page(front, "page/product-detail/index", page=given, product=shown)

    @public.get(f"/landingPage/{pages.EXPERIENCE}")
    def experience() -> str:
        """Texts of the merchant's, and every block that an app brings."""
        with shop.lock:
            blocks = theme.blocks(shop)
        return pages.page(front, "page/content/landing-page", blocks=blocks)


def _broken(front: Front, sentence: str) -> str:
    return pages.page(front, "page/error/index", sentence=sentence)


def _files(public: Blueprint, front: Front) -> None:
    @public.get("/theme/<name>")
    def look(name: str) -> Response:
        """The look that both imitated shops share, and what a Shopware shop needs besides."""
        own = theme.TEMPLATES.parent / "static"
        folder = own if (own / name).is_file() else theme.DRAWN / "static"
        return send_from_directory(folder, name)

    @public.get("/bundles/<bundle>/<path:name>")
    def bundle(bundle: str, name: str) -> Response:
        with front.shop.lock:
            found = theme.public(front.shop, bundle, name)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return Response(found or b"", 200 if found is not None else 404, mimetype=kind)


def _recommended(front: Front) -> None:
    """Shopware keeps `?affiliateCode=` in the session, until an order takes it along."""
    code = request.args.get("affiliateCode", "")
    if request.method == "GET" and AFFILIATE.fullmatch(code):
        front.begin().affiliate = code


def _protect(front: Front, response: Response) -> Response:
    """A strict policy, as careful shops have one; and pages with a person in them stay private."""
    origins = " ".join(sorted({_origin(app.register) for app in theme.active(front.shop)}))
    response.headers["Content-Security-Policy"] = (
        f"default-src 'self'; script-src 'self' 'nonce-{pages.nonce()}' {origins}; "
        f"connect-src 'self' {origins}; img-src 'self' data:; object-src 'none'; "
        "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    if response.mimetype in ("text/html", "application/json"):
        response.headers["Cache-Control"] = "no-store, private"
    return front.remember(response)


def _tell(front: Front, response: Response) -> Response:
    """The lock is free again: whoever listens hears of what happened before the visitor gets his page."""
    front.shop.announce()
    return response


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
