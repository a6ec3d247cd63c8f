"""A visitor of the simulated storefront, without a network, and the app's package lying installed in the shop."""

from __future__ import annotations

import io
from collections.abc import Callable
from zipfile import ZipFile

from werkzeug.test import TestResponse

from adapters.shopware.parcel import package
from adapters.shopware.simulator.pages import EXPERIENCE
from adapters.shopware.simulator.shop import App
from tests.adapters.shopware.app.pages import Elements
from tests.adapters.shopware.test_simulator_world import JSON, World

CONNECTOR = "https://points.example"
SERVICE = f"/landingPage/{EXPERIENCE}"


def parcel() -> bytes:
    """What a merchant gets from us."""
    return package(
        {"connector": CONNECTOR, "shop": "demo", "link": ""}, {"app_secret": "a-secret" * 5}
    )


def changed(name: str, change: Callable[[str], str], within: bytes) -> bytes:
    """The same package, but for one file."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(within)) as old, ZipFile(out, "w") as new:
        for each in old.namelist():
            text = old.read(each)
            new.writestr(each, change(text.decode()) if each.endswith(name) else text)
    return out.getvalue()


def lay_in(world: World, packed: bytes, name: str = "Stammkunde") -> None:
    """Installed and active, as after the handshake that other tests go through."""
    app = App(name, "1.0.0", "s" * 40, f"{CONNECTOR}/connect/shopware/demo/register", packed)
    app.secret, app.privileges = "t" * 64, frozenset({"customer:read"})
    app.row = world.shop.add("app", name=name, version="1.0.0", active=True)["id"]
    world.shop.apps[name] = app


class Visitor:
    """A browser of its own."""

    def __init__(self, world: World, domain: str = "") -> None:
        self.world = world
        self.domain = domain
        self.http = world.app.test_client()

    def get(self, path: str) -> TestResponse:
        return self.http.get(self.domain + path)

    def page(self, path: str) -> str:
        answer = self.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status} {answer.text}"
        return str(answer.text)

    def post(self, path: str, **form: str) -> TestResponse:
        return self.http.post(self.domain + path, data=form)

    def log_in(self, first: str) -> JSON:
        rows = self.world.shop.store.rows["customer"].values()
        found = next(row for row in rows if row["firstName"] == first)
        answer = self.post("/account/login", customer=found["id"])
        assert answer.headers["Location"] == f"{self.domain}/account"
        return dict(found)

    def product(self, number: int = 0) -> str:
        return self.world.shop.brand.featured[number]

    def lay(self, number: int = 0, pieces: int = 1, **more: str) -> TestResponse:
        line = f"lineItems[{self.product(number)}]"
        form = {f"{line}[id]": self.product(number), f"{line}[quantity]": str(pieces)}
        return self.post("/checkout/line-item/add", **form, **more)

    def code(self, code: str) -> str:
        """What the cart says after the code was put in."""
        self.post("/checkout/promotion/add", code=code, redirectTo="frontend.checkout.cart.page")
        return self.page("/checkout/cart")

    def cart(self) -> JSON:
        found: JSON = self.get("/checkout/cart.json").get_json()
        return found

    def order(self, **typed: str) -> str:
        """The new order's id, as the finish page's address says it."""
        answer = self.post("/checkout/order", **typed)
        before, _, row = answer.headers["Location"].partition("?orderId=")
        assert before == f"{self.domain}/checkout/finish", answer.headers["Location"]
        return row

    def token(self) -> TestResponse:
        return self.post("/app-system/Stammkunde/generate-token")


GUEST = {"email": "ines@example.com", "first_name": "Ines", "last_name": "Gast"}


def tags(page: str) -> list[str]:
    return Elements(page).tags()
