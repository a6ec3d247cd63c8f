"""The half of the contract about trouble and about writing; `contract` puts both halves together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from connector.errors import AccessLost, TryLater
from connector.port import ShopPlatform, Stream
from connector.values import Money
from tests.adapters.world import World, address, tells_no_secret, voucher


class InTrouble:
    """When the shop does not answer as it should."""

    @pytest.mark.parametrize("how", ["serve_fault", "serve_half", "serve_page", "serve_silence"])
    def test_a_shop_in_trouble_means_later(self, world: World, how: str) -> None:
        order = world.order_paid()
        getattr(world, how)()

        with pytest.raises(TryLater) as caught:
            world.platform.order(order)

        tells_no_secret(world, caught.value)

    def test_a_busy_shop_says_when_and_we_listen(self, world: World) -> None:
        order = world.order_paid()
        world.serve_busy(7)

        with pytest.raises(TryLater) as caught:
            world.platform.order(order)

        assert caught.value.after == 7

    def test_a_shop_cannot_send_us_away_for_a_day(self, world: World) -> None:
        order = world.order_paid()
        world.serve_busy(86_400)

        with pytest.raises(TryLater) as caught:
            world.platform.order(order)

        assert caught.value.after is not None
        assert caught.value.after <= 3_600

    @pytest.mark.parametrize(
        "act",
        [
            lambda platform, id_: platform.order(id_),
            lambda platform, id_: platform.customer(id_),
            lambda platform, id_: platform.products([id_]),
            lambda platform, _: platform.changes(Stream.ORDERS, None),
            lambda platform, _: platform.ensure_voucher(voucher()),
            lambda platform, _: platform.revoke_voucher("X"),
            lambda platform, _: platform.ensure_webhooks("http://127.0.0.1:9/hooks/demo"),
        ],
    )
    def test_lost_access_stops_everything_and_tells_no_secret(
        self, world: World, act: Callable[[ShopPlatform, str], object]
    ) -> None:
        world.lose_access()

        with pytest.raises(AccessLost) as caught:
            act(world.platform, world.an_id)

        tells_no_secret(world, caught.value)

    def test_preflight_names_lost_access_instead_of_failing(self, world: World) -> None:
        world.lose_access()

        findings = world.platform.preflight()
        assert any(finding.blocks and finding.code and finding.fix for finding in findings)

    def test_preflight_has_nothing_against_a_good_shop(self, world: World) -> None:
        assert [finding for finding in world.platform.preflight() if finding.blocks] == []


class Writing:
    """Each may be called twice with the same effect as once."""

    def test_a_voucher_made_twice_exists_once(self, world: World) -> None:
        wanted = voucher(amount=Money(500, world.currency))
        for _ in range(2):
            world.platform.ensure_voucher(wanted)

        assert world.codes(wanted.code) == 1

    @pytest.mark.parametrize("kind", ["amount", "percent", "free_shipping", "personal"])
    def test_every_kind_of_voucher_can_be_made(self, world: World, kind: str) -> None:
        five, email = Money(500, world.currency), address()
        world.customer(email)
        wanted = {
            "amount": voucher(amount=five, minimum=Money(2500, world.currency)),
            "percent": voucher(percent=10, combinable=True),
            "free_shipping": voucher(free_shipping=True),
            "personal": voucher(amount=five, email=email),
        }[kind]
        world.platform.ensure_voucher(wanted)

        assert world.codes(wanted.code) == 1

    def test_a_personal_voucher_follows_its_owner(self, world: World) -> None:
        """Made for a guest, then for his account, then for his new address: one code all the while."""
        five, addresses = Money(500, world.currency), [address(), address()]
        for each in addresses:
            world.customer(each)
        wanted = voucher(amount=five)
        for email in ("", *addresses):
            world.platform.ensure_voucher(replace(wanted, email=email))
            assert world.codes(wanted.code) == 1

    def test_a_revoked_voucher_is_gone(self, world: World) -> None:
        wanted = voucher(amount=Money(500, world.currency))
        world.platform.ensure_voucher(wanted)
        world.platform.revoke_voucher(wanted.code)

        assert world.codes(wanted.code) == 0

    def test_revoking_nothing_is_quiet(self, world: World) -> None:
        before = world.codes("NEVER-WAS")
        world.platform.revoke_voucher("NEVER-WAS")

        assert world.codes("NEVER-WAS") == before == 0

    def test_webhooks_set_up_twice_ring_once_each(self, world: World) -> None:
        url = world.callback
        for _ in range(2):
            world.platform.ensure_webhooks(url)

        bells = world.bells(url)
        assert bells
        assert len(bells) == len(set(bells))

    def test_a_webhook_that_was_switched_off_rings_again(self, world: World) -> None:
        url = world.callback
        world.platform.ensure_webhooks(url)
        all_of_them = sorted(world.bells(url))
        world.silence_a_bell(url)
        assert len(world.bells(url)) == len(all_of_them) - 1
        world.platform.ensure_webhooks(url)

        assert sorted(world.bells(url)) == all_of_them
