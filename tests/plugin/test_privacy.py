"""Requests about a person: WordPress' tools pass them on, and claim no more than the connector said."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connector.errors import BadDelivery
from tests.plugin.shop import Shop
from tests.plugin.test_identity import claims, visit
from tests.plugin.test_servers import say

EXPORT, ERASE = "/v1/demo/privacy/export", "/v1/demo/privacy/erase"


def exported(shop: Shop) -> Any:
    return shop.php(
        """$said = \\Stammkunde\\export('mia@example.com');
        return is_wp_error($said) ? $said->get_error_message() : $said;"""
    )


def erased(shop: Shop) -> Any:
    return shop.php("return \\Stammkunde\\erase('mia@example.com');")


def test_wordpress_asks_the_connector_what_it_knows_about_a_person(shop: Shop) -> None:
    groups = [{"name": "Points", "items": [{"name": "Available", "value": "1,250"}]}]
    say(shop, EXPORT, {"groups": groups})

    assert exported(shop) == {
        "data": [
            {
                "group_id": "stammkunde-0",
                "group_label": "Points",
                "item_id": "stammkunde-0",
                "data": [{"name": "Available", "value": "1,250"}],
            }
        ],
        "done": True,
    }


def test_what_is_exported_is_text(shop: Shop) -> None:
    items = [{"name": "<b>x</b>", "value": "<script>alert(1)</script>"}, "no item", {"value": []}]
    say(shop, EXPORT, {"groups": [{"name": "<i>", "items": items}, "no group"]})
    said = json.dumps(exported(shop))

    assert "<" not in said
    assert "&lt;script&gt;" in said


def test_requests_about_a_person_carry_a_token_that_no_browser_gets(shop: Shop) -> None:
    say(shop, EXPORT, {"groups": []})
    say(shop, ERASE, {"erased": 1, "kept": []})
    exported(shop)
    erased(shop)

    for asked, path in zip(shop.connector.asked, (EXPORT, ERASE), strict=True):
        said = claims(asked.token)
        assert (asked.method, asked.path) == ("POST", path)
        assert (said["aud"], said["email"]) == ("stammkunde-server", "mia@example.com")
        assert "sub" not in said
        with pytest.raises(BadDelivery):
            visit(asked.token)


def test_erasing_says_what_went_and_what_was_kept(shop: Shop) -> None:
    say(shop, ERASE, {"erased": 2, "kept": ["Orders are kept for the tax office."]})
    some = erased(shop)
    say(shop, ERASE, {"erased": 1, "kept": []})
    everything = erased(shop)

    assert some == {
        "items_removed": True,
        "items_retained": True,
        "messages": ["Orders are kept for the tax office."],
        "done": True,
    }
    assert everything == {
        "items_removed": True,
        "items_retained": False,
        "messages": [],
        "done": True,
    }


@pytest.mark.parametrize(
    ("status", "answer"),
    [(503, {}), (401, {}), (200, {}), (200, []), (200, {"erased": True, "kept": []}),
     (200, {"erased": 1}), (200, {"erased": "1", "kept": []}), (200, "<html>"),
     (302, {"erased": 1, "kept": []})],
)  # fmt: skip
def test_the_eraser_never_claims_a_success_it_was_not_told(
    shop: Shop, status: int, answer: Any
) -> None:
    say(shop, ERASE, answer, status)
    said = erased(shop)

    assert said["items_removed"] is False
    assert said["items_retained"] is True
    assert said["messages"] == [
        "The points were not erased, because the connector does not answer. Try again later."
    ]


@pytest.mark.parametrize(("status", "answer"), [(503, {}), (200, {}), (200, {"groups": "x"})])
def test_half_an_export_is_an_error_and_no_report(shop: Shop, status: int, answer: Any) -> None:
    say(shop, EXPORT, answer, status)

    assert exported(shop) == (
        "The points could not be asked for, because the connector does not answer. Try again later."
    )


def test_a_shop_that_is_not_connected_knows_nothing_and_asks_nobody(unconnected: Shop) -> None:
    assert exported(unconnected) == {"data": [], "done": True}
    assert erased(unconnected)["items_removed"] is False
    assert unconnected.connector.asked == []


def test_wordpress_knows_the_exporter_the_eraser_and_a_text_for_the_policy(shop: Shop) -> None:
    known = shop.php(
        """require_once ABSPATH . 'wp-admin/includes/plugin.php';
        return [isset(apply_filters('wp_privacy_personal_data_exporters', [])['stammkunde']),
            isset(apply_filters('wp_privacy_personal_data_erasers', [])['stammkunde']),
            apply_filters('wp_consent_api_registered_stammkunde/stammkunde.php', false)];"""
    )
    told = shop.php(
        """function wp_add_cookie_info(...$said) { $GLOBALS['told'][] = $said; }
        Stammkunde\\declare_cookie();
        return $GLOBALS['told'];"""
    )
    guide = shop.get("/wp-admin/options-privacy.php?tab=policyguide", shop.as_("boss")).text

    assert known == [True, True, True]
    assert [cookie[:3] for cookie in told] == [["stammkunde_known", "Stammkunde", "functional"]]
    assert "Our loyalty programme runs on a server of our own" in guide
