"""What the app asks of a shop, and only what every version from 6.5 to 6.7 knows: one unknown word fails it all."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from connector import __version__
from tests.adapters.shopware.app.pages import HERE, SECRET, opened

SCHEMAS = Path(
    os.environ.get("SHOPWARE_SCHEMAS", HERE.parents[4] / "shared" / "schemas" / "shopware")
)
VALIDATE = """
libxml_use_internal_errors(true);
$document = new DOMDocument();
$document->loadXML(stream_get_contents(STDIN));
if ($document->schemaValidate($argv[1])) { exit(0); }
foreach (libxml_get_errors() as $error) { echo $error->line, ': ', $error->message; }
exit(1);
"""
LINK = "eyJhIjoxfQ.aBc-_~" * 100
CONNECT = "https://connector.example/connect/shopware/demo"
STATE = re.compile(r"state_enter\.(\w+)\.state\.")


def read(name: str, **connection: str) -> bytes:
    return opened(**connection).read(f"Stammkunde/{name}")


@pytest.fixture
def manifest() -> Xml.Element:
    return Xml.fromstring(read("manifest.xml"))


def said(tree: Xml.Element, path: str) -> str:
    return tree.findtext(path) or ""


def languages(tree: Xml.Element, path: str) -> set[str]:
    return {each.get("lang", "en-GB") for each in tree.findall(path)}


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("manifest.xml", "manifest-2.0.xsd"),
        ("manifest.xml", "manifest-3.0.xsd"),
        ("Resources/config/config.xml", "config.xsd"),
        ("Resources/cms.xml", "cms-1.0.xsd"),
    ],
)
@pytest.mark.parametrize("link", ["", LINK], ids=["connected", "not yet"])
def test_shopwares_own_schema_takes_it(name: str, schema: str, link: str) -> None:
    if not (SCHEMAS / schema).is_file():
        pytest.skip(f"Shopware's schemas are not there; SHOPWARE_SCHEMAS may say where {schema} is")
    ran = subprocess.run(
        ["php", "-r", VALIDATE, str(SCHEMAS / schema)],
        input=read(name, link=link), capture_output=True, timeout=60,
    )  # fmt: skip

    assert ran.returncode == 0, ran.stdout.decode()


def test_it_is_called_as_its_folder_and_is_as_old_as_the_connector(manifest: Xml.Element) -> None:
    assert said(manifest, "meta/name") == "Stammkunde"
    assert said(manifest, "meta/version") == __version__
    for required in ("author", "copyright", "license", "icon"):
        assert said(manifest, f"meta/{required}")


def test_a_merchant_reads_german_or_english() -> None:
    for name in ("manifest.xml", "Resources/config/config.xml", "Resources/config/custom-fields.xml",
                 "Resources/cms.xml"):  # fmt: skip
        tree = Xml.fromstring(read(name))
        for parent in tree.iter():
            for tag in ("label", "description", "help-text", "title"):
                if parent.find(tag) is not None:
                    assert languages(parent, tag) == {"en-GB", "de-DE"}, (name, parent.tag)


def test_a_shop_registers_where_its_package_says(manifest: Xml.Element) -> None:
    waiting = Xml.fromstring(read("manifest.xml", link=LINK))

    assert said(manifest, "setup/registrationUrl") == f"{CONNECT}/register"
    assert said(waiting, "setup/registrationUrl") == f"{CONNECT}/{LINK}/register"
    assert said(manifest, "setup/secret") == SECRET


def test_the_administration_gets_one_page_and_one_button(manifest: Xml.Element) -> None:
    module, button = manifest.find("admin/module"), manifest.find("admin/action-button")

    assert module is not None
    assert button is not None
    assert (module.get("source"), module.get("parent")) == (f"{CONNECT}/panel", "sw-marketing")
    assert (button.get("url"), button.get("entity"), button.get("view")) == (
        f"{CONNECT}/points", "customer", "detail",
    )  # fmt: skip


def hooks(manifest: Xml.Element) -> dict[str, str]:
    return {
        hook.get("event", ""): hook.get("url", "") for hook in manifest.findall("webhooks/webhook")
    }


def test_what_happens_to_orders_and_customers_rings_at_one_door(manifest: Xml.Element) -> None:
    rings = {event for event, url in hooks(manifest).items() if url.endswith("/hooks/demo")}

    assert {STATE.sub(r"\1 ", event) for event in rings} == {
        "checkout.order.placed", "order.written", "order.deleted",
        *(f"order_transaction {s}" for s in ("paid", "paid_partially", "refunded",
                                             "refunded_partially", "chargeback", "cancelled")),
        *(f"order_delivery {s}" for s in ("shipped", "shipped_partially", "returned",
                                          "returned_partially")),
        *(f"order {state}" for state in ("in_progress", "completed", "cancelled", "open")),
        "checkout.customer.register", "checkout.customer.double_opt_in_registration",
        "checkout.customer.deleted", "customer.written", "customer.deleted",
    }  # fmt: skip


def test_what_becomes_of_the_app_rings_at_another(manifest: Xml.Element) -> None:
    lives = {event for event, url in hooks(manifest).items() if url == f"{CONNECT}/life"}

    assert lives == {f"app.{each}" for each in
                     ("installed", "updated", "activated", "deactivated", "deleted")}  # fmt: skip


def test_no_webhook_asks_for_the_live_version_only(manifest: Xml.Element) -> None:
    """6.5.6 refuses a manifest with the attribute; drafts are told apart when they ring."""
    assert manifest.findall("webhooks/webhook[@onlyLiveVersion]") == []


@pytest.mark.parametrize(
    "newer",
    ["shopware.updated", "app.config.changed", "app.permissions.updated", "app.system_heartbeat"],
)
def test_no_event_that_an_older_shop_does_not_know(manifest: Xml.Element, newer: str) -> None:
    assert newer not in hooks(manifest)


RIGHTS = {
    "read": "country currency customer customer_address language locale media order order_address order_customer order_delivery"
            " order_line_item order_transaction order_transaction_capture"
            " order_transaction_capture_refund order_transaction_capture_refund_position product product_media promotion promotion_discount"
            " promotion_individual_code promotion_persona_customer promotion_sales_channel rule"
            " sales_channel sales_channel_domain state_machine_state webhook",
    "create": "promotion promotion_cart_rule promotion_discount promotion_individual_code"
              " promotion_persona_customer promotion_sales_channel rule rule_condition",
    "update": "customer promotion promotion_discount promotion_individual_code"
              " promotion_persona_customer promotion_sales_channel rule rule_condition webhook",
    "delete": "promotion promotion_individual_code",
}  # fmt: skip


def test_it_asks_for_what_it_needs_and_for_nothing_else(manifest: Xml.Element) -> None:
    asked = {
        kind: sorted(each.text or "" for each in manifest.findall(f"permissions/{kind}"))
        for kind in RIGHTS
    }

    assert asked == {kind: names.split() for kind, names in RIGHTS.items()}
    assert len(list(manifest.find("permissions") or [])) == sum(map(len, asked.values()))


def fields(tree: Xml.Element) -> list[tuple[str, str | None]]:
    return [(each.tag, each.get("name")) for each in tree.findall(".//fields/*")]


def test_two_fields_of_a_customer_come_and_go_with_the_app(manifest: Xml.Element) -> None:
    """Declared here they are the app's: Shopware takes them away with it."""
    inline = manifest.find("custom-fields")

    assert inline is not None
    assert fields(inline) == [("int", "stammkunde_points"), ("text", "stammkunde_tier")]
    assert [each.tag for each in inline.findall(".//related-entities/*")] == ["customer"]


def flat(tree: Xml.Element) -> list[tuple[str, str, tuple[tuple[str, str], ...]]]:
    return [
        (each.tag, (each.text or "").strip(), tuple(sorted(each.attrib.items())))
        for each in tree.iter()
    ]


def test_old_and_new_shops_get_the_same_fields(manifest: Xml.Element) -> None:
    inline = manifest.find("custom-fields")
    own = Xml.fromstring(read("Resources/config/custom-fields.xml"))

    assert inline is not None
    assert flat(inline) == flat(own)


def test_no_cookie_is_announced_because_none_is_set(manifest: Xml.Element) -> None:
    """What the widgets store is nothing: tests/widgets/test_build.py holds their sources to it."""
    assert manifest.find("cookies") is None
