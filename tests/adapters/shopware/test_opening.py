"""A key opens a shop or does not, whatever was remembered of it a moment ago."""

from __future__ import annotations

import pytest

from adapters.shopware.client import Client
from adapters.shopware.opening import opens
from connector.errors import AccessLost, TryLater
from connector.port import JSON
from tests.adapters.shopware.simulated import Shop


def credentials(shop: Shop, **changes: str) -> JSON:
    usual = {
        "url": shop.url,
        "key": shop.client_id,
        "key_secret": shop.client_secret,
        "ca_file": "",
    }
    return usual | changes


def test_a_key_of_the_shop_opens_it(shop: Shop) -> None:
    opens(credentials(shop))


@pytest.mark.parametrize("changed", ["key", "key_secret"])
def test_another_key_opens_nothing(shop: Shop, changed: str) -> None:
    with pytest.raises(AccessLost) as refused:
        opens(credentials(shop, **{changed: "SWIAGUESSED"}))

    assert "SWIAGUESSED" not in str(refused.value)


def test_a_shop_that_is_not_there_opens_nothing() -> None:
    with pytest.raises(TryLater):
        opens({"url": "http://127.0.0.1:9", "key": "SWIA", "key_secret": "k", "ca_file": ""})


def test_a_key_that_was_refused_a_moment_ago_is_tried_again(
    own_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The app was off when it registered, and is switched on a second later."""
    mine = credentials(own_shop)
    wrong = mine | {"key_secret": "not-yet"}
    asked: list[str] = []
    fetch = Client._fetch

    def counted(self: Client) -> tuple[str, float]:
        asked.append(self._key)
        return fetch(self)

    monkeypatch.setattr(Client, "_fetch", counted)
    for _ in range(2):
        with pytest.raises(AccessLost):
            opens(wrong)
    opens(mine)

    assert len(asked) == 3


def test_what_was_refused_before_is_believed_once_the_key_opens(own_shop: Shop) -> None:
    """A round asked while the app was off; the app is on now, and the next round must not wait."""
    own_shop.habits(lost_access=True)
    with pytest.raises(AccessLost):
        own_shop.open().facts()
    own_shop.good_again()

    opens(own_shop.settings().value["credentials"])
    assert own_shop.open().facts().currency == "EUR"
