"""A Shopware shop and a WooCommerce shop of two merchants, in one installation: nothing of one is in the other's answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner

from connector.cli import stammkunde
from tests.attacks import tokens
from tests.attacks.evidence import bells, contents, silence
from tests.attacks.people import ERIKA, MALLORY, NEIGHBOUR
from tests.attacks.test_tenants import WISHES, addresses, path_of
from tests.attacks.test_webhook_signatures import BODY, Sent, signed
from tests.attacks.tokens import token
from tests.attacks.two_platforms import Corner, written
from tests.connected import IDENTITY_SECRET

ORDER = "0" * 32
OF = {"demo": (ERIKA, MALLORY), "other": (NEIGHBOUR,)}
OTHERS = {"demo": "other", "other": "demo"}


def headers_of(corner: Corner, who: str) -> dict[str, str]:
    """What each may say for himself."""
    secret = corner.credentials("other")["webhook_secret"]
    made: dict[str, Callable[[], dict[str, str]]] = {
        "nobody": dict,
        "Erika": lambda: bearer(corner.token(corner.erika)),
        "the neighbour": lambda: bearer(
            token(tokens.claims(corner.other.url, corner.neighbour), IDENTITY_SECRET)
        ),
        "the WooCommerce shop": lambda: (
            Sent("", "", None).signing(signed(secret, BODY)).headers
        ),
    }  # fmt: skip
    return made[who]()


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


@pytest.mark.parametrize("slug", OF)
@pytest.mark.parametrize("who", ["nobody", "Erika", "the neighbour", "the WooCommerce shop"])
def test_no_address_of_one_shop_says_a_word_of_the_others_people(
    corner: Corner, slug: str, who: str
) -> None:
    """Every address there is, asked by everybody, in both shops."""
    headers = headers_of(corner, who)
    strangers = [word for one in OF[OTHERS[slug]] for word in one.everything]
    heard = {}
    for method, rule in sorted(addresses(corner)):  # type: ignore[arg-type]
        path = path_of(rule.replace("<slug>", slug))
        more: dict[str, Any] = {"data": BODY if method != "GET" else None, "headers": headers}
        if rule in WISHES:
            more = {
                "json": WISHES[rule],
                "headers": headers | {"Idempotency-Key": "invented-by-us"},
            }
        answer = corner.client.open(path, method=method, buffered=True, **more)
        heard[method, rule] = answer.text + str(answer.headers)
    silence(corner.inst)

    assert [
        (rule, word) for rule, text in heard.items() for word in strangers if word in text
    ] == []
    assert len(heard) > 30


def test_each_shop_shows_its_own_people_to_themselves(corner: Corner) -> None:
    """The control of the test above."""
    for slug, who, person in (("demo", "Erika", ERIKA), ("other", "the neighbour", NEIGHBOUR)):
        answer = corner.client.get(f"/v1/{slug}/me", headers=headers_of(corner, who))
        assert person.first_name in answer.text


def test_neither_shop_rings_at_the_others_door(corner: Corner) -> None:
    """Each with its own signature, at both doors, and with the other's way of signing."""
    silence(corner.inst)  # an earlier test may have bought something
    body = written(corner.caller, ORDER)
    shopware = {"shopware-shop-signature": signed(corner.caller.secret, body).hex()}
    woo = headers_of(corner, "the WooCommerce shop")
    before = contents(corner.inst)

    for slug, headers, said in (
        ("other", shopware, body),
        ("demo", woo, BODY),
        ("other", woo | shopware, body),
        ("demo", woo | shopware, BODY),
    ):
        answer = corner.client.post(f"/hooks/{slug}", data=said, headers=headers)
        assert answer.status_code == 401, (slug, said)
    assert contents(corner.inst) == before
    assert corner.client.post("/hooks/demo", data=body, headers=shopware).status_code == 200
    assert bells(corner.inst) == [(corner.demo.shop_id, "orders", ORDER)]
    silence(corner.inst)


@pytest.mark.parametrize(("slug", "person"), [("other", ERIKA), ("demo", NEIGHBOUR)])
def test_a_search_finds_nobody_across_the_street(corner: Corner, slug: str, person: object) -> None:
    runner = CliRunner(env={"STAMMKUNDE_DATA": str(corner.inst.config.data)})
    email = getattr(person, "email", "")
    here, there = (
        runner.invoke(stammkunde, ["customer", "show", email, "--shop", one, "--json"])
        for one in (OTHERS[slug], slug)
    )

    assert json.loads(here.stdout)["pending"] > 0
    assert there.exception is not None
    assert "pending" not in there.output


def test_the_panel_of_the_one_is_no_page_of_the_other(corner: Corner) -> None:
    query = corner.caller.query()
    own = corner.client.get(f"/connect/shopware/demo/panel?{query}")
    strange = corner.client.get(f"/connect/shopware/other/panel?{query}")

    assert (own.status_code, strange.status_code) == (200, 404)
    assert corner.other.url not in own.text + strange.text
