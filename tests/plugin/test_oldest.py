"""The oldest WordPress that the plugin promises to run in."""

from __future__ import annotations

from pathlib import Path

from tests.plugin import wordpress as real
from tests.plugin.connector import Connector
from tests.plugin.shop import Shop
from tests.plugin.test_places import THANKS, ours, tag
from tests.plugin.wordpress import OLDEST, PLUGIN


def test_the_plugin_runs_in_the_oldest_wordpress_that_it_promises(
    tmp_path: Path, connector: Connector
) -> None:
    with real.running(tmp_path / "wordpress", OLDEST) as wordpress:
        shop = Shop(wordpress, connector)
        shop.clean()
        shop.connect()
        product = shop.get("/product/espresso/").text
        thanks = shop.get(THANKS).text
        tab = shop.get("/my-account/stammkunde/", shop.as_("mia")).text
        settings = shop.get("/wp-admin/admin.php?page=stammkunde", shop.as_("boss"))
        identity = shop.identity("mia")
        version = shop.php("return get_bloginfo('version');")
        complaints = wordpress.complaints()

    promised = next(
        line.rpartition(" ")[2]
        for line in (PLUGIN / "stammkunde.php").read_text("utf-8").splitlines()
        if "Requires at least" in line
    )
    assert version.startswith(promised)
    assert " defer" in tag(product)
    assert product.index("<stammkunde-earn ") < product.index(tag(product))
    assert ours(thanks) == ['<stammkunde-order order="101" key="wc_order_mia">']
    assert "<stammkunde-balance>" in tab
    assert settings.status_code == 200
    assert identity.headers["Cache-Control"] == "no-store, private"
    assert complaints == ""
