"""What a person pastes becomes the shop's address, or a sentence that says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.woocommerce import credentials
from adapters.woocommerce.address import shop_url
from connector.errors import BadInput

KEY, SECRET = "ck_" + "1" * 40, "cs_" + "2" * 40


@pytest.mark.parametrize(
    ("pasted", "meant"),
    [
        ("https://shop.example", "https://shop.example"),
        ("https://shop.example/", "https://shop.example"),
        ("  HTTPS://Shop.Example/  ", "https://shop.example"),
        ("shop.example", "https://shop.example"),
        ("https://shop.example/shop", "https://shop.example/shop"),
        ("https://shop.example/shop/wp-json/", "https://shop.example/shop"),
        ("https://shop.example/wp-json/wc/v3/orders", "https://shop.example"),
        ("https://shop.example/wp-admin/admin.php?page=wc", "https://shop.example"),
        ("https://shop.example:443", "https://shop.example"),
        ("https://shop.example:8443/", "https://shop.example:8443"),
        ("https://käse.example", "https://xn--kse-qla.example"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("http://localhost", "http://localhost"),
        ("http://[::1]:81", "http://[::1]:81"),
    ],
)
def test_the_address_is_understood_as_pasted(pasted: str, meant: str) -> None:
    assert shop_url(pasted) == meant


@pytest.mark.parametrize(
    "pasted",
    [
        "",
        "   ",
        "https://",
        "ftp://shop.example",
        "javascript://shop.example",
        "https://shop.example:99999",
        "https://shop.example:0",
        "https://ck:cs@shop.example",
        "https://a b.example",
        "https://[::1",
        "https://shop..example\\evil",
    ],
)
def test_what_is_no_address_is_refused_by_name(pasted: str) -> None:
    with pytest.raises(BadInput, match="--url"):
        shop_url(pasted)


@pytest.mark.parametrize(
    "pasted", ["http://shop.example", "http://10.0.0.5", "http://127.0.0.1.evil.example"]
)
def test_http_is_refused_except_on_this_very_machine(pasted: str) -> None:
    with pytest.raises(BadInput, match="https"):
        shop_url(pasted)


def test_our_own_secrets_are_made_and_kept() -> None:
    first = credentials({"url": "https://shop.example", "key": KEY, "secret": SECRET})
    again = credentials({**first, "url": "https://shop.example/"})

    assert first == again
    assert len(first["webhook_secret"]) >= 32
    assert first["identity_secret"] != first["webhook_secret"]
    assert first["ca_file"] == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [("key", ""), ("key", SECRET), ("key", "ck_ä"), ("secret", ""), ("secret", KEY)],
)
def test_a_wrong_key_is_named_and_never_repeated(name: str, value: str) -> None:
    given = {"url": "https://shop.example", "key": KEY, "secret": SECRET, name: value}

    with pytest.raises(BadInput, match=f"--{name}") as caught:
        credentials(given)

    assert not value or value not in str(caught.value)


def test_a_short_secret_of_our_own_is_refused() -> None:
    given = {"url": "https://shop.example", "key": KEY, "secret": SECRET}

    with pytest.raises(BadInput, match="--webhook-secret"):
        credentials({**given, "webhook_secret": "short"})


def test_a_missing_certificate_file_is_named(tmp_path: Path) -> None:
    given = {"url": "https://shop.example", "key": KEY, "secret": SECRET}
    (tmp_path / "ca.pem").write_text("x")

    assert credentials({**given, "ca_file": str(tmp_path / "ca.pem")})["ca_file"]
    with pytest.raises(BadInput, match="--ca-file"):
        credentials({**given, "ca_file": str(tmp_path / "no.pem")})
