"""The tab in the account is there, is never a 404, and costs nothing on other pages."""

from __future__ import annotations

import pytest

from tests.plugin.shop import Shop

TAB = "/my-account/stammkunde/"
HAS_RULE = "return \\Stammkunde\\has_tab((array) get_option('rewrite_rules'));"
WITHOUT_RULE = """
update_option('rewrite_rules', array_filter(get_option('rewrite_rules'),
    fn($leads_to) => !str_contains($leads_to, 'stammkunde')));
return 1;"""


def test_a_customer_finds_points_link_and_questions_in_the_account(shop: Shop) -> None:
    account = shop.get("/my-account/", shop.as_("mia")).text
    tab = shop.get(TAB, shop.as_("mia")).text

    assert f'<a href="{shop.url}{TAB}">Points</a>' in account
    assert account.index(">Points</a>") < account.index(">Log out</a>")
    for name in ("balance", "redeem", "referral", "faq"):
        assert f"<stammkunde-{name}></stammkunde-{name}>" in tab
    assert ">Points</h1>" in tab


@pytest.mark.parametrize(
    "change",
    [
        WITHOUT_RULE,
        "update_option('rewrite_rules', ['x/?$' => 'index.php?x=1']); return 1;",
        "delete_option('rewrite_rules'); return 1;",
        "switch_theme('other'); return 1;",
        "$GLOBALS['wp_rewrite']->set_permalink_structure('/shop/%postname%/');"
        "flush_rewrite_rules(); return 1;",
    ],
    ids=["rules lost", "rules foreign", "rules gone", "theme", "permalinks"],
)
def test_the_tab_survives_what_happens_to_a_shop(shop: Shop, change: str) -> None:
    shop.php(change)
    shop.get("/about/")
    tab = shop.get(TAB, shop.as_("mia"))

    assert tab.status_code == 200
    assert "<stammkunde-balance>" in tab.text
    assert shop.php(HAS_RULE) is True


def test_rules_are_written_anew_once_an_hour_at_most_and_never_for_nothing(shop: Shop) -> None:
    shop.get("/about/")
    untouched = shop.option("_transient_stammkunde_flushed")
    shop.php(WITHOUT_RULE)
    shop.get("/about/")
    mended = shop.php(HAS_RULE)
    shop.php(WITHOUT_RULE)
    shop.get("/about/")
    again = shop.php(HAS_RULE)
    shop.php("delete_transient('stammkunde_flushed'); return 1;")
    shop.get("/about/")

    assert untouched is None
    assert (mended, again) == (True, False)
    assert shop.php(HAS_RULE) is True


def test_a_shop_that_is_not_connected_has_no_tab(unconnected: Shop) -> None:
    account = unconnected.get("/my-account/", unconnected.as_("mia")).text
    tab = unconnected.get(TAB, unconnected.as_("mia"))

    assert "stammkunde" not in account
    assert "<stammkunde-" not in tab.text


def test_a_merchant_who_wants_no_tab_has_none(shop: Shop) -> None:
    shop.places(account=False)

    assert TAB not in shop.get("/my-account/", shop.as_("mia")).text
    assert "<stammkunde-" not in shop.get(TAB, shop.as_("mia")).text
