"""Answers of the simulated shop, held against Shopware's own OpenAPI description of 6.7, fetched with npm.

Relaxed in two ways only, because real answers need both: null where the description forgets it, and a list where
it says "object" without saying what is in it (PHP writes an empty object as []).
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from tests.adapters.shopware.test_simulator_world import JSON, World
from tests.widgets.build import run

HERE = Path(__file__).parent / "schema"
PACKAGE = "node_modules/@shopware/api-client/api-types/adminApiSchema.json"


def fetched() -> Path:
    """The description, kept between runs under the lock file's name."""
    lock = (HERE / "package-lock.json").read_bytes()
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "stammkunde"
    kept = caches / f"shopware-{hashlib.sha256(lock).hexdigest()[:12]}.json"
    caches.mkdir(parents=True, exist_ok=True)
    with (caches / "shopware.lock").open("w") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        if not kept.is_file():
            _fetch(caches, kept)
    return kept


def _fetch(caches: Path, kept: Path) -> None:
    with tempfile.TemporaryDirectory(dir=caches) as name:
        folder = Path(name)
        for file in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(HERE / file, folder)
        run("npm", "ci", "--ignore-scripts", where=folder)
        (folder / PACKAGE).rename(kept)


def relaxed(node: Any) -> Any:
    if isinstance(node, list):
        return [relaxed(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return {"anyOf": [{"$ref": node["$ref"]}, {"type": "null"}]}
    found = {name: relaxed(value) for name, value in node.items()}
    kinds = node.get("type")
    if isinstance(kinds, str | list):
        lists = ["array"] if "object" in kinds else []
        listed = [kinds] if isinstance(kinds, str) else list(kinds)
        found["type"] = [*dict.fromkeys([*listed, "null", *lists])]
        if "object" in listed and "array" not in listed and node.get("properties"):
            found["maxItems"] = 0
    if isinstance(node.get("enum"), list):
        found["enum"] = [*node["enum"], None]
    return found


@pytest.fixture(scope="module")
def described() -> JSON:
    found: JSON = json.loads(fetched().read_text("utf-8"))
    # A breadcrumb is a list of names; the description says objects that may hold nothing.
    found["components"]["schemas"]["Category"]["properties"]["breadcrumb"]["items"] = {
        "type": "string"
    }
    return {name: relaxed(schema) for name, schema in found["components"]["schemas"].items()}


def wrong(described: JSON, name: str, answer: Any) -> list[str]:
    whole = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": described}}
    validator = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
    return [
        f"{'/'.join(map(str, e.instance_path))}: {e.message}" for e in validator.iter_errors(answer)
    ]


@pytest.fixture(scope="module")
def world() -> World:
    """A shop where everything that is described has happened."""
    world = World("6.7.9.1", "small")
    world.promotion("LOYAL-1")
    made = world.order(customer_id=world.ada(birthday="1990-01-01"), codes=["LOYAL-1"])
    for action in ("pay", "ship", "refund_partially"):
        world.act(made, action, **({"amount": "5.00"} if action.startswith("refund") else {}))
    wanted = {"name": "Picture", "price": "3.00", "image": "https://shop.test/p.png", "tags": ["a"]}
    parent = world.control("POST", "/products", wanted)["id"]
    world.control("POST", "/products", {"name": "Red", "price": "3.50", "parent_id": parent})
    return world


LOADED: dict[str, JSON] = {
    "order": {
        "lineItems": {"associations": {"product": {}, "promotion": {}}},
        "transactions": {
            "associations": {
                "stateMachineState": {},
                "captures": {"associations": {"refunds": {}}},
            }
        },
        "deliveries": {"associations": {"stateMachineState": {}, "shippingOrderAddress": {}}},
        "orderCustomer": {"associations": {"customer": {}}},
        "currency": {},
        "stateMachineState": {},
        "billingAddress": {"associations": {"country": {}}},
        "addresses": {},
        "language": {},
        "salesChannel": {},
        "tags": {},
    },
    "customer": {"addresses": {}, "group": {}, "salesChannel": {}, "tags": {}, "language": {}},
    "product": {
        "cover": {"associations": {"media": {}}},
        "categories": {},
        "tags": {},
        "children": {},
        "media": {},
    },
    "promotion": {"discounts": {}, "individualCodes": {}, "salesChannels": {}, "cartRules": {}},
    "sales-channel": {"domains": {"associations": {"language": {}, "currency": {}}}},
    "category": {},
    "country": {},
    "currency": {},
    "customer-group": {},
    "integration": {},
    "language": {},
    "promotion-discount": {},
    "promotion-individual-code": {},
    "sales-channel-domain": {},
    "webhook": {},
}


@pytest.mark.parametrize("kind", list(LOADED))
def test_an_answer_is_as_shopware_describes_it(kind: str, world: World, described: JSON) -> None:
    if kind == "webhook":
        plain = {"name": "plain", "eventName": "order.written", "url": "http://127.0.0.1:9/"}
        world.api("POST", "webhook", plain)
    name = "".join(part.title() for part in kind.split("-"))

    rows = world.found(kind, limit=100, associations=LOADED[kind])

    assert rows
    for row in rows:
        assert wrong(described, name, row) == []


def test_what_is_not_as_described_is_noticed(world: World, described: JSON) -> None:
    row = world.found("order", limit=1)[0]

    assert wrong(described, "Order", row | {"amountTotal": "238.00"})
    assert wrong(described, "Order", row | {"orderDateTime": "yesterday"})
    assert wrong(described, "Order", row | {"orderCustomer": [{"id": 1}]})
    assert wrong(described, "Order", {k: v for k, v in row.items() if k != "stateId"})
