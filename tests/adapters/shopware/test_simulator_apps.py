"""Apps in the simulated shop: checked, registered with signatures, told of their life, moved and deleted."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
import secrets
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.adapters.shopware.test_simulator_recordings import FIXTURES, RECORDED
from tests.adapters.shopware.test_simulator_shapes import differences
from tests.adapters.shopware.test_simulator_world import JSON, VERSIONS, World

APP_SECRET = "the app's own secret"
RIGHTS = ("order", "customer", "sales_channel")
HOOKS = {
    "life": ("app.installed", "app.updated", "app.activated", "app.deactivated", "app.deleted"),
    "hooks": ("checkout.order.placed", "customer.written"),
}


def sign(secret: str, message: bytes) -> str:
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


class Server:
    """An app's server: it keeps every request and answers the registration as it is told."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str, dict[str, str], bytes]] = []
        self.given: list[str] = []
        self.registration: JSON = {}
        self.confirms = 204
        self.button: tuple[bytes, str] = (b"", "")
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.note(self, b"")
                self.say(200, json.dumps(server.proof(self.path)).encode())

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                server.note(self, body)
                if self.path == "/button":
                    answer, mark = server.button
                    self.say(200, answer, mark)
                else:
                    self.say(server.confirms if self.path == "/confirm" else 204, b"")

            def say(self, status: int, body: bytes, mark: str = "") -> None:
                self.send_response(status)
                if mark:
                    self.send_header("shopware-app-signature", mark)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                """Be quiet."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.01,))
        self.thread.start()

    def note(self, request: BaseHTTPRequestHandler, body: bytes) -> None:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.heard.append((request.command, request.path, headers, body))

    def proof(self, path: str) -> JSON:
        query = dict(part.split("=", 1) for part in urlsplit(path).query.split("&"))
        self.given.append(secrets.token_urlsafe(32))
        said = (query["shop-id"] + query["shop-url"] + "Stammkunde").encode()
        answer = {"proof": sign(APP_SECRET, said), "secret": self.given[-1]}
        return answer | {"confirmation_url": f"{self.url}/confirm"} | self.registration

    def to(self, path: str) -> list[tuple[str, str, dict[str, str], bytes]]:
        return [entry for entry in self.heard if urlsplit(entry[1]).path == path]

    def told(self) -> list[str]:
        return [json.loads(body)["data"]["event"] for *_, body in self.to("/life")]

    def close(self) -> None:
        self.http.shutdown()
        self.thread.join()
        self.http.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


def parcel(server: Server, more: str = "", version: str = "1.0.0", folder: str = "") -> bytes:
    hooks = "".join(
        f'<webhook name="{event}" event="{event}" url="{server.url}/{path}"/>'
        for path, events in HOOKS.items()
        for event in events
    )
    rights = "".join(f"<read>{entity}</read>" for entity in RIGHTS)
    text = f"""<?xml version="1.0" encoding="UTF-8"?><manifest>
      <meta><name>Stammkunde</name><label>Stammkunde</label><author>A</author>
        <copyright>A</copyright><version>{version}</version><license>MIT</license></meta>
      <setup><registrationUrl>{server.url}/register</registrationUrl>
        <secret>{APP_SECRET}</secret></setup>
      <admin><action-button action="points" entity="customer" view="detail" url="{server.url}/button">
        <label>Points</label></action-button>
        <module name="m" parent="sw-marketing" source="{server.url}/panel"><label>M</label></module>
      </admin>
      <permissions>{rights}</permissions><webhooks>{hooks}{more}</webhooks></manifest>"""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr(f"{folder or 'Stammkunde'}/manifest.xml", text)
    return packed.getvalue()


def install(world: World, package: bytes) -> Any:
    return world.http.post("/_simulator/apps", data=package)


def installed(server: Server, version: str = "6.6.7.1") -> World:
    world = World(version)
    answer = install(world, parcel(server))
    assert answer.status_code == 201, answer.text
    return world


@pytest.mark.parametrize("version", VERSIONS)
def test_a_registration_is_signed_over_an_address_that_is_not_escaped(
    version: str, server: Server
) -> None:
    world = installed(server, version)
    (_, path, headers, _), *_ = server.to("/register")
    query = urlsplit(path).query

    assert query.startswith(f"shop-id={world.shop.shop_id}&shop-url=http://shop.test&timestamp=")
    assert headers["shopware-app-signature"] == sign(APP_SECRET, query.encode())
    assert headers["sw-version"] == version
    assert "shopware-shop-signature" not in headers


def test_the_confirmation_carries_a_key_that_opens_the_shop(server: Server) -> None:
    world = installed(server)
    ((_, _, headers, body),) = server.to("/confirm")
    said = json.loads(body)

    assert headers["shopware-shop-signature"] == sign(server.given[-1], body)
    assert b'"shopUrl":"http:\\/\\/shop.test"' in body
    assert isinstance(said["timestamp"], str)
    token = world.log_in(said["apiKey"], said["secretKey"])
    assert world.ask("POST", "search/order", {}, token).status_code == 200
    refused = world.error("POST", "search/promotion", {}, token)
    assert refused["http"] == 403
    assert json.loads(refused["detail"])["missingPrivileges"] == ["promotion:read"]


def test_the_life_of_an_app_is_told_in_order(server: Server) -> None:
    world = installed(server)
    for action in ("deactivate", "activate", "delete"):
        world.control("POST", f"/apps/Stammkunde/{action}")

    assert server.told() == [
        f"app.{verb}" for verb in ("installed", "activated", "deactivated", "activated", "deleted")
    ]
    for _, _, headers, body in server.to("/life"):
        assert headers["shopware-shop-signature"] == sign(server.given[-1], body)
    assert world.shop.store.rows["webhook"] == {}


def test_an_app_hears_what_it_may_read_and_only_while_it_is_on(server: Server) -> None:
    world = installed(server)

    world.order(email="gast@example.test")
    world.control("POST", "/apps/Stammkunde/deactivate")
    world.order(email="gast@example.test")
    told = [json.loads(body) for *_, body in server.to("/hooks")]

    assert [entry["data"]["event"] for entry in told] == [
        "customer.written",
        "checkout.order.placed",
    ]
    assert told[0]["source"]["shopId"] == world.shop.shop_id


@pytest.mark.parametrize("answer", [{"proof": "00"}, {"error": "No."}, {"confirmation_url": ""}])
def test_an_app_that_cannot_prove_itself_is_not_installed(answer: JSON, server: Server) -> None:
    world = World()
    server.registration = answer

    refused = install(world, parcel(server))

    assert refused.status_code == 400
    assert world.shop.store.rows["app"] == {}
    assert len(world.shop.store.rows["integration"]) == 1


def test_a_confirmation_that_is_refused_leaves_no_app_behind(server: Server) -> None:
    world = World()
    server.confirms = 401

    assert install(world, parcel(server)).status_code == 400

    assert world.shop.store.rows["app"] == {}
    assert len(world.shop.store.rows["integration"]) == 1


@pytest.mark.parametrize(
    ("more", "version", "fine"),
    [
        ('<webhook name="x" event="shopware.updated" url="http://a.test/"/>', "6.5.6.1", False),
        ('<webhook name="x" event="shopware.updated" url="http://a.test/"/>', "6.6.7.1", True),
        (
            '<webhook name="x" event="app.permissions.updated" url="http://a.test/"/>',
            "6.6.7.1",
            False,
        ),
        (
            '<webhook name="x" event="app.permissions.updated" url="http://a.test/"/>',
            "6.7.9.1",
            True,
        ),
        (
            '<webhook name="x" event="order.written" onlyLiveVersion="true" url="http://a.test/"/>',
            "6.5.6.1",
            False,
        ),
        (
            '<webhook name="x" event="order.written" onlyLiveVersion="true" url="http://a.test/"/>',
            "6.6.7.1",
            True,
        ),
        ('<webhook name="x" event="promotion.written" url="http://a.test/"/>', "6.7.9.1", False),
        ('<webhook name="x" event="product.written" url="http://a.test/"/>', "6.7.9.1", False),
        (
            '<webhook name="x" event="order.written" url="http://a.test/" loud="1"/>',
            "6.7.9.1",
            False,
        ),
        (
            '<webhook name="customer.written" event="order.written" url="http://a.test/"/>',
            "6.7.9.1",
            False,
        ),
    ],
)
def test_a_manifest_is_taken_or_refused_as_its_version_would(
    more: str, version: str, fine: bool, server: Server
) -> None:
    world = World(version)

    assert (install(world, parcel(server, more)).status_code == 201) is fine
    assert bool(world.shop.store.rows["app"]) is fine


def test_a_folder_with_another_name_is_no_package(server: Server) -> None:
    refused = install(World(), parcel(server, folder="Other"))

    assert refused.status_code == 400
    assert "Other" in refused.get_json()["message"]


def test_what_is_no_zip_is_refused_with_a_sentence() -> None:
    assert "no package" in install(World(), b"PK rubbish").get_json()["message"]


def test_a_move_registers_again_under_the_same_shop_id_with_new_keys(server: Server) -> None:
    world = installed(server)
    before = json.loads(server.to("/confirm")[0][3])

    world.control("POST", "/apps/Stammkunde/move", {"url": "http://moved.test"})
    _, again = server.to("/register")
    after = json.loads(server.to("/confirm")[1][3])

    assert f"shop-id={world.shop.shop_id}&shop-url=http://moved.test&" in again[1]
    assert "shopware-shop-signature" not in again[2]
    assert after["apiKey"] != before["apiKey"]
    assert world.ask("POST", "oauth/token", _grant(before)).status_code == 401
    assert world.ask("POST", "oauth/token", _grant(after)).status_code == 200


def _grant(said: JSON) -> JSON:
    keys = {"client_id": said["apiKey"], "client_secret": said["secretKey"]}
    return keys | {"grant_type": "client_credentials"}


def test_only_a_6_7_shop_changes_its_secret_and_proves_itself_with_both(server: Server) -> None:
    old = installed(server)
    refused = old.http.post("/_simulator/apps/Stammkunde/rotate")
    server.heard.clear()
    world = installed(server, "6.7.9.1")
    world.control("POST", "/apps/Stammkunde/rotate")
    before, after = server.given[-2:]
    _, path, headers, _ = server.to("/register")[1]
    _, _, confirmed, body = server.to("/confirm")[1]

    assert refused.status_code == 400
    query = urlsplit(path).query.encode()
    assert headers["shopware-shop-signature"] == sign(before, query)
    assert confirmed["shopware-shop-signature"] == sign(after, body)
    assert confirmed["shopware-shop-signature-previous"] == sign(before, body)


def test_a_6_7_shop_keeps_its_secret_when_the_new_one_is_not_confirmed(server: Server) -> None:
    world = installed(server, "6.7.9.1")
    kept = server.given[-1]
    server.confirms = 500

    assert world.http.post("/_simulator/apps/Stammkunde/rotate").status_code == 400
    world.control("POST", "/apps/Stammkunde/deactivate")

    _, _, headers, body = server.to("/life")[-1]
    assert headers["shopware-shop-signature"] == sign(kept, body)


def test_a_letter_from_before_the_change_still_carries_the_old_secret(server: Server) -> None:
    world = installed(server, "6.7.9.1")
    world.control("POST", "/apps/Stammkunde/rotate")
    world.control("PUT", "/habits", {"old_secret": {"times": 1}})

    world.order(email="gast@example.test")
    marks = [(h["shopware-shop-signature"], b) for _, _, h, b in server.to("/hooks")]

    assert [mark == sign(server.given[-2], body) for mark, body in marks] == [True, False]


@pytest.mark.parametrize(
    ("version", "payload"), [("6.6.7.1", []), ("6.7.9.1", {"keepUserData": True})]
)
def test_only_6_7_says_whether_the_data_shall_stay(
    version: str, payload: Any, server: Server
) -> None:
    world = installed(server, version)

    world.control("POST", "/apps/Stammkunde/delete", {"keepUserData": True})

    assert json.loads(server.to("/life")[-1][3])["data"]["payload"] == payload


def test_who_comes_back_has_the_same_shop_id_and_new_keys(server: Server) -> None:
    world = installed(server)
    world.control("POST", "/apps/Stammkunde/delete")

    world.control("POST", "/apps/Stammkunde/reinstall")
    first, second = (json.loads(entry[3]) for entry in server.to("/confirm"))

    assert first["shopId"] == second["shopId"]
    assert first["apiKey"] != second["apiKey"]
    assert server.told()[-2:] == ["app.installed", "app.activated"]


def test_a_higher_version_replaces_an_app_and_registers_nothing(server: Server) -> None:
    world = installed(server)

    again = install(world, parcel(server))
    better = install(world, parcel(server, version="1.0.1"))

    assert (again.status_code, better.status_code) == (400, 201)
    assert server.told()[-1] == "app.updated"
    assert len(server.to("/register")) == 1


def test_the_storefront_says_who_is_logged_in_and_guests_are_somebody_too(server: Server) -> None:
    world = installed(server)
    path = "/app-system/Stammkunde/generate-token"
    assert world.http.post(path).status_code == 400
    guest = world.ada(guest=True)

    world.control("POST", "/sessions", {"customer_id": guest})
    answer = world.http.post(path).get_json()
    head, claims, mark = answer["token"].split(".")
    signed = hmac.new(server.given[-1].encode(), f"{head}.{claims}".encode(), hashlib.sha256)
    said = json.loads(base64.urlsafe_b64decode(claims + "=="))

    assert base64.urlsafe_b64decode(mark + "==") == signed.digest()
    assert answer["shopId"] == said["iss"] == world.shop.shop_id
    assert said["customerId"] == guest
    assert "currencyId" not in said
    assert isinstance(said["exp"], float)
    assert world.http.post("/app-system/Other/generate-token").status_code == 404
    world.control("POST", "/apps/Stammkunde/deactivate")
    assert world.http.post(path).status_code == 404


def test_a_page_in_the_administration_is_signed_to_its_end(server: Server) -> None:
    world = installed(server)

    (address,) = world.control("GET", "/apps/Stammkunde")["modules"]
    query, _, mark = urlsplit(address).query.rpartition("&shopware-shop-signature=")

    assert mark == sign(server.given[-1], query.encode())


def test_a_button_believes_signed_answers_and_empty_ones(server: Server) -> None:
    world = installed(server)
    said = b'{"actionType":"reload"}'
    press = {"action": "points", "ids": ["a" * 32]}
    results = []
    for button in ((said, sign(server.given[-1], said)), (said, ""), (b"", "")):
        server.button = button
        results.append(world.control("POST", "/apps/Stammkunde/press", press))
    _, _, headers, body = server.to("/button")[0]

    assert headers["shopware-shop-signature"] == sign(server.given[-1], body)
    assert json.loads(body)["data"] == {"ids": ["a" * 32], "entity": "customer", "action": "points"}
    assert results[0]["answer"] == {"actionType": "reload"}
    assert results[1]["error"] == "FRAMEWORK__SYNC_ACTION_PROCESS_INTERRUPTED"
    assert results[2]["answer"] is None


def recorded(version: str, path: str = "", event: str | None = None) -> JSON:
    rows: list[JSON] = json.loads((FIXTURES / "webhooks.json").read_text("utf-8"))
    mine = [row for row in rows if row["shop"] == version and row["event"] == event]
    return next(row for row in mine if urlsplit(row["path"]).path.endswith(path))


def same_letter(wanted: JSON, heard: tuple[str, str, dict[str, str], bytes]) -> None:
    """The same headers, and a body of the same shape."""
    assert {name.lower() for name in wanted["headers"]} <= set(heard[2])
    signatures = {name for name in heard[2] if "signature" in name}
    assert signatures <= {name.lower() for name in wanted["headers"]}
    if wanted["body"] is not None:
        said = json.loads(heard[3])
        said.get("data", {}).pop("action", None)
        wanted["body"].get("data", {}).pop("action", None)
        assert list(differences(wanted["body"], said)) == []


@pytest.mark.parametrize("version", RECORDED)
def test_the_shop_registers_as_recorded(version: str, server: Server) -> None:
    installed(server, version)

    same_letter(recorded(version, "/register"), server.to("/register")[0])
    same_letter(recorded(version, "/confirm"), server.to("/confirm")[0])


@pytest.mark.parametrize(
    ("version", "event"),
    [
        *[(version, f"app.{verb}") for version in RECORDED for verb in ("installed", "activated")],
        ("6.6.7.1", "app.deactivated"),
        ("6.6.7.1", "app.deleted"),
    ],
)
def test_an_apps_life_is_told_as_recorded(version: str, event: str, server: Server) -> None:
    world = installed(server, version)
    for action in ("deactivate", "delete"):
        world.control("POST", f"/apps/Stammkunde/{action}")

    letter = server.to("/life")[server.told().index(event)]

    same_letter(recorded(version, event=event), letter)


@pytest.mark.parametrize("version", RECORDED)
def test_a_button_is_pressed_as_recorded(version: str, server: Server) -> None:
    world = installed(server, version)

    world.control("POST", "/apps/Stammkunde/press", {"action": "points", "ids": ["a" * 32]})

    same_letter(recorded(version, "/add-points"), server.to("/button")[0])
