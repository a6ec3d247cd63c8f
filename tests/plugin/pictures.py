"""Pictures of the plugin, into docs/pictures: `python -m tests.plugin.pictures [FOLDER]`.

A real WordPress with its own theme and admin; WooCommerce's part of the pages is the imitation's.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser import chromium
from tests.plugin import connector as pretend
from tests.plugin import wordpress as real
from tests.plugin.shop import PLACES, Shop

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
SETTINGS, ACCOUNT = "/wp-admin/admin.php?page=stammkunde", "/my-account/stammkunde/"
THANKS = "/checkout/order-received/101/?key=wc_order_mia"
SENTENCES = {
    "de": "Diese Bestellung bringt dir 142 Punkte, deine ab 12. Januar 2027.",
    "en": "This order brings you 142 points, yours from 12 January 2027.",
}


@dataclass(frozen=True)
class Picture:
    """One page as one person sees it."""

    name: str
    path: str
    lang: str
    who: str = "mia"
    width: int = 1200
    connected: bool = True


PICTURES = [
    Picture("plugin-new-de", SETTINGS, "de", who="boss", connected=False),
    Picture("plugin-settings-de", SETTINGS, "de", who="boss"),
    Picture("plugin-settings-en", SETTINGS, "en", who="boss"),
    Picture("plugin-account-de", ACCOUNT, "de"),
    Picture("plugin-account-phone-en", ACCOUNT, "en", width=380),
    Picture("plugin-product-de", "/product/espresso/", "de"),
    Picture("plugin-product-phone-en", "/product/espresso/", "en", width=380),
    Picture("plugin-thankyou-de", THANKS, "de"),
    Picture("plugin-thankyou-phone-en", THANKS, "en", width=380),
]


def take(browser: Browser, shop: Shop, picture: Picture, folder: Path) -> None:
    shop.clean(connected=picture.connected)
    locale = "de_DE" if picture.lang == "de" else "en_US"
    shop.php(f"return update_option('imitated_locale', '{locale}');")
    shop.places(**dict.fromkeys(PLACES, True))
    said = {
        "state": "coming",
        "points": 142,
        "on": "2027-01-12",
        "sentence": SENTENCES[picture.lang],
    }
    shop.connector.says["/v1/demo/order"] = (200, said)
    shop.connector.says["/v1/demo/preview"] = (200, {"points": 99})
    context = browser.new_context(
        viewport={"width": picture.width, "height": 900}, reduced_motion="reduce"
    )
    context.route(lambda url: "//127.0.0.1" not in url, lambda route: route.fulfill(body=""))
    for cookie in shop.as_(picture.who).cookies:
        value = cookie.value or ""
        context.add_cookies([{"name": cookie.name, "value": value, "url": shop.url}])
    page = context.new_page()
    page.goto(shop.url + picture.path)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)
    save(page, picture, folder)
    context.close()


def save(page: Page, picture: Picture, folder: Path) -> None:
    file = folder / f"{picture.name}.png"
    height = min(int(page.evaluate("document.documentElement.scrollHeight")), 1500)
    page.set_viewport_size({"width": picture.width, "height": height})
    page.screenshot(path=file)
    print(f"{file.name}: {file.stat().st_size // 1024} KB", flush=True)


def main(folder: Path = FOLDER) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as name,
        real.running(Path(name) / "wordpress") as wordpress,
        pretend.running() as connector,
        chromium() as browser,
    ):
        shop = Shop(wordpress, connector)
        # What people see of the shop is the shop: no bar of WordPress' above it.
        shop.php("foreach (['cart-block', 'checkout-block', 'by-blocks', 'by-shortcodes', 'sample-page'] as $slug) {"
                 "wp_trash_post(get_page_by_path($slug)->ID); } return 1;")  # fmt: skip
        shop.php("foreach (get_users() as $one) {"
                 "update_user_meta($one->ID, 'show_admin_bar_front', 'false'); } return 1;")  # fmt: skip
        for picture in PICTURES:
            take(browser, shop, picture, folder)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
