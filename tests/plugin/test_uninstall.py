"""Switched off, the plugin keeps its connection; deleted, it leaves nothing behind."""

from __future__ import annotations

from tests.plugin.shop import Shop

LEFT = """global $wpdb;
$like = '%' . $wpdb->esc_like('stammkunde') . '%';
return [
    $wpdb->get_col($wpdb->prepare("SELECT option_name FROM $wpdb->options WHERE option_name LIKE %s", $like)),
    $wpdb->get_col($wpdb->prepare("SELECT meta_key FROM $wpdb->usermeta WHERE meta_key LIKE %s", $like)),
    str_contains(serialize(get_option('rewrite_rules')), 'stammkunde'),
];"""
"""What of ours the database holds."""


def test_switched_off_it_keeps_its_connection_and_shows_nothing(shop: Shop) -> None:
    shop.php("require_once ABSPATH . 'wp-admin/includes/plugin.php';"
             "deactivate_plugins('stammkunde/stammkunde.php'); return 1;")  # fmt: skip
    try:
        product = shop.get("/product/espresso/").text
        kept = shop.option("stammkunde_connection")
    finally:
        shop.php("require_once ABSPATH . 'wp-admin/includes/plugin.php';"
                 "return activate_plugin('stammkunde/stammkunde.php');")  # fmt: skip

    assert "stammkunde" not in product
    assert kept["shop"] == "demo"
    assert shop.rest("GET").json()["connected"] is True


def test_deleted_it_leaves_nothing_behind(shop: Shop) -> None:
    shop.everywhere()
    shop.php(f"do_action('woocommerce_customer_email_verified', {shop.ids['mia']}); return 1;")
    shop.php("set_transient('stammkunde_flushed', '1', 60); return 1;")
    before = shop.php(LEFT)
    shop.php("define('WP_UNINSTALL_PLUGIN', 'stammkunde/stammkunde.php');"
             "require WP_PLUGIN_DIR . '/stammkunde/uninstall.php'; return 1;")  # fmt: skip
    after = shop.php("remove_action('wp_loaded', 'Stammkunde\\\\mend_rules'); " + LEFT)

    assert {"stammkunde_connection", "stammkunde_places"} <= set(before[0])
    assert before[1] == ["_stammkunde_verified"]
    assert after == [[], [], False]


def test_its_files_do_nothing_when_opened_by_their_address(shop: Shop) -> None:
    for file in sorted(shop.wordpress.plugin.rglob("*.php")):
        path = file.relative_to(shop.wordpress.folder).as_posix()
        answer = shop.get(f"/{path}")

        assert answer.text == "", path
