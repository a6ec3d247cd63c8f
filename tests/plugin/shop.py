"""A test's view of the one WordPress: connected, with orders, and as it was before when the test is over."""

from __future__ import annotations

import base64
import json
from typing import Any

import requests

from tests.plugin.connector import Connector
from tests.plugin.wordpress import PATIENCE, WordPress

SECRET = "a-secret-that-only-the-two-servers-know"
SHOP = "https://shop.example"
"""The shop's address as the connector knows it; tokens name it."""
KEY, READ_ONLY, OF_A_CUSTOMER = "ck_boss", "ck_read", "ck_mia"
PLACES = ("account", "product", "cart", "thankyou", "mail", "launcher")

CLEAN = """
$theme = wp_get_theme('twentytwentyfour')->exists() ? 'twentytwentyfour' : 'other';
if (get_option('permalink_structure') !== '/%postname%/' || get_stylesheet() !== $theme) {
    $GLOBALS['wp_rewrite']->set_permalink_structure('/%postname%/');
    switch_theme($theme);
    delete_option('rewrite_rules');
}
delete_option('stammkunde_connection'); delete_option('stammkunde_places');
delete_option('imitated_locale'); delete_option('imitated_tls'); delete_option('imitated_currency');
delete_transient('stammkunde_flushed');
delete_metadata('user', 0, '_stammkunde_verified', '', true);
foreach (['mia', 'max'] as $name) {
    $one = get_user_by('login', $name);
    if ($one->user_email !== "$name@example.com") {
        wp_update_user(['ID' => $one->ID, 'user_email' => "$name@example.com"]);
    }
    $ids[$name] = $one->ID;
}
$order = fn($id, $key, $who, $refund = false) =>
    ['id' => $id, 'key' => $key, 'customer' => $who, 'refund' => $refund];
update_option('imitated_orders', [
    101 => $order(101, 'wc_order_mia', $ids['mia']),
    102 => $order(102, 'wc_order_max', $ids['max']),
    103 => $order(103, 'wc_order_guest', 0),
    104 => $order(104, '', 0),
    105 => $order(105, 'wc_order_refund', 0, true),
]);
$key = fn($who, $may) => ['secret' => 'cs', 'user' => get_user_by('login', $who)->ID,
    'permissions' => $may];
update_option('imitated_keys', ['ck_boss' => $key('boss', 'read_write'),
    'ck_read' => $key('boss', 'read'), 'ck_mia' => $key('mia', 'read_write')]);
foreach (['debug.log', 'wc.log'] as $log) {
    if (is_file(WP_CONTENT_DIR . "/$log")) unlink(WP_CONTENT_DIR . "/$log");
}
if (is_file(WP_PLUGIN_DIR . '/stammkunde/connection.json')) {
    unlink(WP_PLUGIN_DIR . '/stammkunde/connection.json');
}
"""


class Shop:
    """The words tests use."""

    def __init__(self, wordpress: WordPress, connector: Connector) -> None:
        self.wordpress = wordpress
        self.connector = connector
        self.url = wordpress.url
        self.get = wordpress.get
        self.php = wordpress.php
        self._sessions: dict[str, requests.Session] = {}
        self.ids: dict[str, int] = {}

    def clean(self, *, connected: bool = False) -> None:
        self.connector.forget()
        given = base64.b64encode(json.dumps(self.connection()).encode()).decode()
        kept = f"json_decode(base64_decode('{given}'), true)"
        connect = f"\\Stammkunde\\connect({kept});" if connected else ""
        self.ids = self.php(CLEAN + connect + "return $ids;")

    def connection(self, **changes: Any) -> dict[str, Any]:
        usual = {"connector": self.connector.url, "shop": "demo", "secret": SECRET, "url": SHOP}
        return usual | changes

    def rest(self, method: str, body: Any = None, key: str = KEY) -> requests.Response:
        """The connector's request: its key, over TLS as far as the shop can tell."""
        return requests.request(
            method,
            f"{self.url}/wp-json/wc-stammkunde/v1/connection",
            data=body if isinstance(body, str) else json.dumps(body),
            auth=(key, "cs") if key else None,
            headers={"X-Forwarded-Proto": "https", "Content-Type": "application/json"},
            timeout=PATIENCE,
        )

    def connect(self, **changes: Any) -> None:
        answer = self.rest("PUT", self.connection(**changes))
        assert answer.status_code == 200, answer.text

    def option(self, name: str) -> Any:
        return self.php(f"return get_option({json.dumps(name)}, null);")

    def places(self, **on: bool) -> None:
        said = "".join(f"'{name}' => {str(value).lower()}," for name, value in on.items())
        self.php(f"return update_option('stammkunde_places', [{said}]);")

    def everywhere(self) -> None:
        self.places(**dict.fromkeys(PLACES, True))

    def as_(self, name: str) -> requests.Session:
        """Whoever is logged in stays so for the other tests."""
        if name not in self._sessions:
            self._sessions[name] = self.wordpress.session(name)
        return self._sessions[name]

    def identity(self, who: str = "") -> requests.Response:
        return self.get("/?wc-ajax=stammkunde_identity", self.as_(who) if who else None)

    def order(self, number: object, key: str, who: str = "") -> requests.Response:
        path = f"/?wc-ajax=stammkunde_order&order={number}&key={key}"
        return self.get(path, self.as_(who) if who else None)

    def token(self, who: str = "mia") -> str:
        return str(self.identity(who).json()["token"])

    def mail(self, kind: str, order: int = 101, *, admin: bool = False, plain: bool = False) -> str:
        said = f"'{kind}', {order}, {str(admin).lower()}, {str(plain).lower()}"
        return str(self.php(f"return imitated_mail({said});"))
