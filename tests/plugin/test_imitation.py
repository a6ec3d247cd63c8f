"""The imitation of WooCommerce refuses what it does not know: one that forgives would prove nothing."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.plugin.shop import Shop
from tests.plugin.wordpress import WordPress


@pytest.fixture
def strict(opened: Shop) -> Iterator[WordPress]:
    """What it refuses is noted; the next test begins with an empty log."""
    opened.clean()
    yield opened.wordpress
    opened.clean()


REFUSED = {
    "wc_get_order(101)->get_billing_email();": "WC_Order::get_billing_email()",
    "wc_get_order(101)->billing_email;": "WC_Order::$billing_email",
    "wc_get_product(get_page_by_path('espresso', OBJECT, 'product')->ID)->get_name();": (
        "WC_Product::get_name()"
    ),
    "WC()->cart->get_cart();": "WooCommerce::$cart",
    "wc_get_logger()->error('x');": "WC_Logger::error()",
    "(new WC_Email('x'))->is_customer_email();": "WC_Email::is_customer_email()",
    "\\Automattic\\WooCommerce\\Utilities\\FeaturesUtil::declare_compatibility('x', 'y');": (
        "compatibility outside of before_woocommerce_init"
    ),
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_is_not_imitated_is_refused_by_its_name(strict: WordPress, code: str) -> None:
    with pytest.raises(AssertionError):
        strict.php(f"{code} return 1;")

    assert f"The imitation of WooCommerce knows no {REFUSED[code]}." in strict.complaints()


def test_an_ajax_action_that_nobody_answers_is_refused(strict: WordPress) -> None:
    assert strict.get("/?wc-ajax=stammkunde_unheard_of").status_code == 500
    assert "knows no wc-ajax=stammkunde_unheard_of." in strict.complaints()


def test_a_hook_that_nobody_fires_is_refused(strict: WordPress) -> None:
    file = strict.folder / "wp-content" / "mu-plugins" / "listens.php"
    file.write_text("<?php add_action( 'woocommerce_unheard_of', '__return_true' );", "utf-8")
    try:
        answer = strict.get("/about/")
    finally:
        file.unlink()

    assert answer.status_code == 500
    assert "knows no hook woocommerce_unheard_of." in strict.complaints()


def test_many_may_write_at_once(strict: WordPress) -> None:
    """As in a database with a server: who comes second waits, and is not refused."""
    write = "for ($n = 0; $n < 40; $n++) { update_option('imitated_' . $n, wp_rand()); } return 1;"
    with ThreadPoolExecutor(6) as many:
        done = list(many.map(strict.php, [write] * 12))

    assert done == [1] * 12
    log = strict.folder / "wp-content" / "debug.log"
    assert not log.is_file() or "locked" not in log.read_text("utf-8")
