"""The web shell: who may ring, who may see, who may keep the answer."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import OctKey
from sqlalchemy import Connection

import widgets
from connector import connecting, jobs, programmes, rulebook, shops, sync
from connector.installation import utc_now
from connector.tables import inbox
from connector.web import create_app
from tests.connected import IDENTITY_SECRET, Connected, connected


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connected]:
    """A shop in which Erika (account) has bought once; nobody changes it but the tests below."""
    with connected(tmp_path_factory.mktemp("web") / "data") as opened:
        opened.erika = opened.real.customer("erika@example.com")  # type: ignore[attr-defined]
        opened.real.order(customer_id=int(opened.erika), paid=True)  # type: ignore[attr-defined]
        sync.run(opened.inst, opened.shop)
        jobs.run_due(opened.inst)
        yield opened


@pytest.fixture(scope="module")
def client(shop: Connected) -> FlaskClient:
    return create_app(shop.inst).test_client()


def token(shop: Connected, **changes: Any) -> dict[str, str]:
    now = datetime.now(UTC)
    claims = {
        "iss": shop.real.url, "aud": "stammkunde", "sub": shop.erika, "jti": "1",  # type: ignore[attr-defined]
        "email": "erika@example.com", "email_verified": True,
        "iat": int(now.timestamp()), "exp": int((now + timedelta(minutes=4)).timestamp()),
    } | changes  # fmt: skip
    key = OctKey.import_key(changes.pop("secret", IDENTITY_SECRET))
    claims.pop("secret", None)
    return {"Authorization": f"Bearer {jwt.encode({'alg': 'HS256'}, claims, key)}"}


# ------------------------------------------------------------------ config


def test_config_is_the_same_for_everybody_and_may_be_kept(client: FlaskClient) -> None:
    answer = client.get("/v1/demo/config?lang=de")

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in answer.headers
    assert answer.get_json()["programme"]["sentence"] == (
        "Für je 1,00\xa0€ sammelst du 5 Punkte. 100 Punkte sind 1,00\xa0€ wert."
    )


def test_config_is_not_sent_again_while_it_is_the_same(client: FlaskClient) -> None:
    first = client.get("/v1/demo/config?lang=de")
    second = client.get("/v1/demo/config?lang=de", headers={"If-None-Match": first.headers["ETag"]})

    assert second.status_code == 304


@pytest.mark.parametrize(
    ("asked", "got"), [("de", "de"), ("en-GB", "en"), ("fr", "de"), ("", "de")]
)
def test_an_unknown_language_gets_the_programmes_first(
    client: FlaskClient, asked: str, got: str
) -> None:
    assert client.get(f"/v1/demo/config?lang={asked}").get_json()["lang"] == got


@pytest.mark.parametrize("lang", ["de", "en"])
def test_twelve_questions_are_answered_from_the_programme(client: FlaskClient, lang: str) -> None:
    questions = client.get(f"/v1/demo/config?lang={lang}").get_json()["faq"]

    assert len(questions) == 12
    assert not any("{" in entry["question"] + entry["answer"] for entry in questions)
    assert any("500" in entry["answer"] for entry in questions)


def test_a_merchant_may_call_points_hearts(client: FlaskClient, shop: Connected) -> None:
    def work(tx: Connection) -> None:
        document = programmes.documents(tx, shop.shop.merchant_id)[-1]
        hearts = document | {"texts": {"balance.points": "Herzen"}}
        programmes.apply(tx, shop.shop.merchant_id, hearts, "test", utc_now())

    shop.inst.database.write(work)

    texts = client.get("/v1/demo/config?lang=de").get_json()["texts"]
    assert texts == {"balance.points": "Herzen"}


def test_a_shop_that_is_not_here_is_404(client: FlaskClient) -> None:
    answer = client.get("/v1/nobody/config")

    assert (answer.status_code, answer.get_json()["message"]) == (
        404,
        "There is no such shop here.",
    )


# ------------------------------------------------------------------ me


def test_a_member_sees_what_he_has_and_when_more_comes(
    client: FlaskClient, shop: Connected
) -> None:
    answer = client.get("/v1/demo/me?lang=de", headers=token(shop)).get_json()

    assert answer["state"] == "member"
    assert answer["points"]["pending"] == 199
    assert answer["sentence"].startswith("199 Punkte, deine ab ")
    assert answer["pending_next"]["points"] == 199
    assert answer["movements"][0]["direction"] == "in"
    assert answer["referral"]["link"].startswith(f"{shop.real.url}/?ref=")
    assert answer["referral"]["qr"]["path"].startswith("M0 0h7v1h-7z")  # a finder, at the edge
    assert answer["referral"]["qr"]["size"] % 4 == 1


def test_what_is_personal_is_kept_nowhere(client: FlaskClient, shop: Connected) -> None:
    answer = client.get("/v1/demo/me", headers=token(shop))

    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Authorization" in answer.headers["Vary"]


def test_only_the_shops_own_pages_may_ask(client: FlaskClient, shop: Connected) -> None:
    own = client.get("/v1/demo/me", headers=token(shop) | {"Origin": shop.real.url})
    other = client.get("/v1/demo/me", headers=token(shop) | {"Origin": "https://evil.example"})

    assert own.headers["Access-Control-Allow-Origin"] == shop.real.url
    assert "Access-Control-Allow-Origin" not in other.headers


def test_a_browser_may_ask_before_it_asks(client: FlaskClient, shop: Connected) -> None:
    answer = client.options("/v1/demo/me", headers={"Origin": shop.real.url})

    assert answer.headers["Access-Control-Allow-Headers"] == "Authorization"


def test_without_a_token_nobody_is_nobody(client: FlaskClient) -> None:
    assert client.get("/v1/demo/me").get_json()["state"] == "nobody"


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": "another-secret-that-nobody-gave-to-this-shop"},
        {"iss": "https://other.example"},
        {"aud": "somebody-else"},
        {"exp": int(datetime(2020, 1, 1, tzinfo=UTC).timestamp())},
        {"exp": int((datetime.now(UTC) + timedelta(days=1)).timestamp())},
    ],
    ids=["secret", "shop", "audience", "stale", "too-long"],
)
def test_a_forged_token_is_401_and_never_a_guest(
    client: FlaskClient, shop: Connected, wrong: dict[str, Any]
) -> None:
    answer = client.get("/v1/demo/me", headers=token(shop, **wrong))

    assert answer.status_code == 401
    assert "points" not in answer.get_json()


def test_a_customer_we_never_saw_is_arriving_and_looked_up(
    client: FlaskClient, shop: Connected
) -> None:
    new = shop.real.customer("neu@example.com")
    first = client.get("/v1/demo/me", headers=token(shop, sub=new)).get_json()
    jobs.run_due(shop.inst)
    second = client.get("/v1/demo/me", headers=token(shop, sub=new)).get_json()

    assert (first["state"], second["state"]) == ("arriving", "member")


# ------------------------------------------------------------------ webhooks


def ring(client: FlaskClient, shop: Connected, body: dict[str, Any], *, good: bool = True) -> int:
    value, _ = shops.StoredSettings(shop.inst.database, shop.inst.keys, shop.shop).load()
    raw = json.dumps(body).encode()
    secret = value["credentials"]["webhook_secret"] if good else "guessed"
    signature = base64.b64encode(hmac.new(secret.encode(), raw, hashlib.sha256).digest()).decode()
    headers = {
        "X-WC-Webhook-Topic": "order.updated", "X-WC-Webhook-Resource": "order",
        "X-WC-Webhook-Event": "updated", "X-WC-Webhook-Signature": signature,
        "X-WC-Webhook-ID": "1", "X-WC-Webhook-Delivery-ID": "1", "X-WC-Webhook-Source": shop.real.url + "/",
    }  # fmt: skip
    return client.post(
        "/hooks/demo", data=raw, content_type="application/json", headers=headers
    ).status_code


def test_ten_deliveries_of_one_order_are_one_look(client: FlaskClient, shop: Connected) -> None:
    for _ in range(10):
        assert ring(client, shop, {"id": 4711}) == 200

    assert shop.count(inbox) == 1
    jobs.run_due(shop.inst)
    assert shop.count(inbox) == 0


def test_a_delivery_nobody_signed_is_401_and_rings_nothing(
    client: FlaskClient, shop: Connected
) -> None:
    assert ring(client, shop, {"id": 4712}, good=False) == 401
    assert shop.count(inbox) == 0


def test_a_delivery_for_a_shop_that_is_not_here_is_404(client: FlaskClient) -> None:
    assert client.post("/hooks/nobody", data=b"{}").status_code == 404


def test_a_giant_delivery_is_refused(client: FlaskClient) -> None:
    assert client.post("/hooks/demo", data=b"x" * (5 * 1024 * 1024)).status_code == 413


def test_a_webhook_changes_what_the_customer_sees(tmp_path: Path) -> None:
    from connector.web import serving

    with (
        connected(tmp_path / "data") as opened,
        serving.running(opened.inst, "127.0.0.1", 0, work=False) as url,
    ):
        opened.inst.platform(opened.shop).ensure_webhooks(f"{url}/hooks/demo")
        erika = opened.real.customer("erika@example.com")
        opened.real.order(customer_id=int(erika), paid=True)
        opened.real.control("GET", "/deliveries?wait=5")
        jobs.run_due(opened.inst)

        assert opened.points(erika) == 199


# ------------------------------------------------------------------ files and documents


def test_hashed_files_are_kept_for_ever(client: FlaskClient) -> None:
    for name in widgets.names():
        answer = client.get(f"/w/{name}")
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.data == widgets.read(name)


@pytest.mark.parametrize("lang", ["de", "en"])
def test_the_script_of_a_shop_brings_what_config_says_and_is_asked_for_again(
    client: FlaskClient, lang: str
) -> None:
    config = client.get(f"/v1/demo/config?lang={lang}").get_json()
    answer = client.get(f"/v1/demo/loader.js?lang={lang}")
    before, after = widgets.loader("HERE").split(b"HERE")
    said = answer.data.removeprefix(before).removesuffix(after)

    assert answer.mimetype == "text/javascript"
    assert json.loads(said) == config
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    again = client.get(
        f"/v1/demo/loader.js?lang={lang}", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")


def test_a_shop_that_is_none_has_no_script(client: FlaskClient) -> None:
    assert client.get("/v1/nobody/loader.js").status_code == 404


@pytest.mark.parametrize("name", ["../setup.cfg", "nothing.js", "__init__.py", "loader.js"])
def test_no_other_file_can_be_asked_for(client: FlaskClient, name: str) -> None:
    assert client.get(f"/w/{name}").status_code == 404


def test_the_api_describes_itself_without_another_server(client: FlaskClient) -> None:
    spec = client.get("/openapi.json").get_json()
    page = client.get("/docs/").text

    assert {"/v1/{slug}/config", "/v1/{slug}/me"} <= set(spec["paths"])
    assert "https://" not in page


def test_health_says_whether_the_database_answers(client: FlaskClient) -> None:
    assert client.get("/health").get_json()["ok"] is True


@pytest.fixture
def at_points_example(shop: Connected) -> Iterator[None]:
    """The installation has its public address."""
    before = shop.inst.config
    shop.inst.config = replace(before, url="https://points.example")
    yield
    shop.inst.config = before


@pytest.mark.usefixtures("at_points_example")
def test_a_forged_host_does_not_decide_where_keys_go(client: FlaskClient, shop: Connected) -> None:
    link = connecting.begin(shop.inst, "woocommerce", "new", shop.real.url, rulebook.preset("dach"))
    path = link.removeprefix("https://points.example")
    answer = client.get(path, headers={"Host": "evil.example"})

    asked = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert answer.headers["Location"].startswith(f"{shop.real.url}/wc-auth/v1/authorize")
    assert urlsplit(asked["callback_url"][0]).netloc == "points.example"


@pytest.mark.usefixtures("at_points_example")
def test_a_shop_is_connected_in_the_browser_once(client: FlaskClient, shop: Connected) -> None:
    link = connecting.begin(
        shop.inst, "woocommerce", "second", shop.real.url, rulebook.preset("dach")
    )
    told = {
        "key_id": 1, "user_id": link.rpartition("/")[2], "consumer_key": shop.real.key,
        "consumer_secret": shop.real.secret, "key_permissions": "read_write",
    }  # fmt: skip
    wrong = client.post(
        "/connect/woocommerce/callback", json=told | {"consumer_secret": "cs_" + "0" * 40}
    )
    first = client.post("/connect/woocommerce/callback", json=told)
    again = client.post("/connect/woocommerce/callback", json=told)

    assert first.status_code == 200
    assert wrong.status_code != 200
    assert again.status_code != 200
    assert shop.inst.shop("second").url == shop.real.url


def test_a_link_that_is_not_ours_connects_nothing(client: FlaskClient) -> None:
    answer = client.get("/connect/woocommerce/invented")

    assert answer.status_code in (400, 404, 409)


# ------------------------------------------------------------------ the accessibility statement


@pytest.mark.parametrize(
    ("lang", "said"), [("de", "Was niemand geprüft hat"), ("en", "What nobody has tested")]
)
def test_the_accessibility_statement_says_what_is_known_and_what_is_not(
    client: FlaskClient, lang: str, said: str
) -> None:
    answer = client.get(f"/v1/demo/accessibility?lang={lang}")

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert said in answer.text
    assert "WCAG 2.2" in answer.text
    assert "{" not in answer.text.partition("</style>")[2]
