"""A pretend shop that proves who is logged in on a POST and takes codes by a form, as Shopware does."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.widgets import shop as pretend
from tests.widgets.shop import TYPES, ShopHandler
from tests.widgets.situations import Answer

TOKEN = "/app-system/Stammkunde/generate-token"
CART = "/checkout/promotion/add"
HELD = "/checkout/cart.json"
APPLY = f"{CART}?code=&redirectTo=frontend.checkout.cart.page"
STRANGER = Answer(
    {"message": "JWT generation requires customer to be logged in"},
    status=400,
)
"""What Shopware answers where nobody is logged in."""


class FormHandler(ShopHandler):
    """Its situation is in the address of the page that asks, as a session would be in a cookie."""

    def do_GET(self) -> None:  # noqa: N802 - the library's name
        if self.path == HELD:
            self.send(self._held(), "application/json")
        else:
            super().do_GET()

    def _held(self) -> bytes:
        """A cart as Shopware says it: a product, and a line for each code that was sent by the form."""
        codes = [dict(form)["code"] for kind, form in self.shop.sent if kind == "cart"]
        lines: list[dict[str, Any]] = [{"type": "product", "payload": {"productNumber": "A1"}}]
        lines += [{"type": "promotion", "payload": {"code": code}} for code in codes]
        return json.dumps({"token": "opens-this-visit", "lineItems": lines}).encode()

    def do_POST(self) -> None:  # noqa: N802 - the library's name
        sent = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        path = urlsplit(self.path).path
        if path == TOKEN:
            assert not sent
            self._token(self.query()["as"])
        else:
            assert path == CART
            self.shop.sent.append(("cart", parse_qsl(sent, keep_blank_values=True)))
            self.send(b"<!doctype html><title>Cart</title><h1>Warenkorb</h1>", TYPES[".html"])

    def _token(self, situation: str) -> None:
        answer = self.shop.next(situation, "identity")
        if isinstance(answer.body, str):
            self.send(answer.body.encode(), TYPES[".html"], answer.status)
            return
        token = f"{situation}-identity-{self.shop.count(situation, 'identity')}"
        said = {
            "token": token,
            "expires": "2026-11-22T19:10:00+00:00",
            "shopId": "kx98eQAelVsm2mJ1",
        }
        self.give(answer, answer.body or said, {"Cache-Control": "no-store"})

    def page(self, situation: str, query: dict[str, str]) -> str:
        """The script's tag as a Shopware page has it; `script` is what the shop's own page says before."""
        more = f'data-identity="{TOKEN}?as={situation}" data-method="post" {query.get("more", "")}'
        html = pretend.page(self.shop, situation, query | {"identity": "none", "more": more})
        return html.replace("</title>", f"</title><script>{query.get('script', '')}</script>")
