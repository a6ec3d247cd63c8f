"""What every shop platform promises; an adapter's tests inherit it and cannot leave anything out.

The situations are in `world`, the second half of the promises in `contract_writing`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from connector.errors import BadDelivery, NotThere, Unreadable
from connector.port import Account, Delivery, Guest, Product, Stream, VisitorKind
from tests.adapters.contract_writing import InTrouble, Writing
from tests.adapters.world import NOW, World, address, total, walk


class ShopPlatformContract(InTrouble, Writing, ABC):
    """Inherit, give a world, and all of this is tested."""

    @pytest.fixture
    @abstractmethod
    def world(self) -> Iterator[World]:
        """A fresh or cleaned-up world."""

    # Coming in

    def test_a_genuine_delivery_names_its_order(self, world: World) -> None:
        rung = world.rung()

        assert list(world.platform.receive(rung.delivery, NOW)) == [rung.change]

    def test_the_same_delivery_twice_rings_twice_and_does_no_harm(self, world: World) -> None:
        rung = world.rung()

        first = world.platform.receive(rung.delivery, NOW)
        assert world.platform.receive(rung.delivery, NOW) == first

    def test_a_delivery_with_a_changed_body_is_refused(self, world: World) -> None:
        delivery = world.rung().delivery
        altered = replace(delivery, body=delivery.body.replace(b"1", b"2") + b" ")

        with pytest.raises(BadDelivery):
            world.platform.receive(altered, NOW)

    def test_a_delivery_without_its_headers_is_refused(self, world: World) -> None:
        with pytest.raises(BadDelivery):
            world.platform.receive(replace(world.rung().delivery, headers={}), NOW)

    def test_a_delivery_about_nothing_of_ours_rings_no_bell(self, world: World) -> None:
        for delivery in world.rung_about_nothing():
            assert list(world.platform.receive(delivery, NOW)) == []

    def test_a_logged_in_customer_is_recognised(self, world: World) -> None:
        customer = world.customer(address())

        visitor = world.platform.visitor(world.visit(customer, NOW), NOW)
        assert (visitor.kind, visitor.external_id) == (VisitorKind.CUSTOMER, customer)
        assert visitor.until is not None
        assert NOW < visitor.until <= NOW + timedelta(minutes=10)

    def test_a_visitor_without_proof_is_nobody(self, world: World) -> None:
        bare = Delivery("GET", "/v1/demo/me", b"", {}, b"")

        assert world.platform.visitor(bare, NOW).kind is VisitorKind.NOBODY

    def test_a_stale_proof_is_refused(self, world: World) -> None:
        visit = world.visit(world.customer(address()), NOW)

        with pytest.raises(BadDelivery):
            world.platform.visitor(visit, NOW + timedelta(minutes=11))

    # Reading

    def test_the_shop_says_what_it_is(self, world: World) -> None:
        facts = world.platform.facts()

        assert facts.currency == world.currency
        assert facts.clock.tzinfo is not None
        assert facts.origins
        assert all(origin.count("/") == 2 for origin in facts.origins)

    def test_an_unpaid_order_is_not_paid(self, world: World) -> None:
        order = world.platform.order(world.order_unpaid())

        assert (order.paid_at, order.shipped_at, order.cancelled_at) == (None, None, None)

    def test_a_paid_order_says_who_bought_what_for_how_much(self, world: World) -> None:
        order = world.platform.order(world.order_paid())

        assert isinstance(order.buyer, Account)
        assert order.paid_at is not None
        assert [line.quantity for line in order.lines] == [2]
        assert order.currency == world.currency
        assert order.other > 0
        assert all(line.net > 0 and line.tax >= 0 and line.product for line in order.lines)

    def test_times_are_aware_and_utc(self, world: World) -> None:
        order = world.platform.order(world.order_shipped())

        moments = [order.placed_at, order.paid_at, order.shipped_at, order.changed_at]
        assert all(moment and moment.utcoffset() == timedelta(0) for moment in moments)

    def test_a_guest_is_known_by_the_address_as_typed(self, world: World) -> None:
        order = world.platform.order(world.order_of_guest("Gast@Example.com"))

        assert order.buyer == Guest("Gast@Example.com")

    def test_a_partial_refund_changes_what_was_given_back_and_nothing_else(
        self, world: World
    ) -> None:
        whole = world.platform.order(world.order_paid())
        order = world.platform.order(world.order_partly_refunded())

        (line,) = order.lines
        assert (line.net, line.tax, total(order)) == (
            whole.lines[0].net,
            whole.lines[0].tax,
            total(whole),
        )
        assert abs(2 * (line.refunded_net or 0) - line.net) <= 1
        assert abs(2 * (line.refunded_tax or 0) - line.tax) <= 1
        assert (order.refunded_other, order.refunded_loose) == (0, 0)
        assert order.paid_at is not None

    def test_a_cancelled_order_says_since_when(self, world: World) -> None:
        assert world.platform.order(world.order_cancelled()).cancelled_at is not None

    def test_an_unreadable_order_names_the_field(self, world: World) -> None:
        order, field = world.order_unreadable()

        with pytest.raises(Unreadable, match=field):
            world.platform.order(order)

    def test_an_order_that_is_gone_is_not_there(self, world: World) -> None:
        with pytest.raises(NotThere):
            world.platform.order(world.order_gone())

    def test_an_id_of_another_world_is_not_there(self, world: World) -> None:
        for odd in ("999999999", "../customers", "", "1 OR 1=1"):
            with pytest.raises(NotThere):
                world.platform.order(odd)

    def test_a_customer_is_known_by_the_address_of_the_account(self, world: World) -> None:
        email = address()
        customer = world.platform.customer(world.customer(email))

        assert customer.email == email

    def test_only_products_that_exist_come_back(self, world: World) -> None:
        product = world.product("Espresso Nr. 7")

        (found,) = world.platform.products([product, "999999999", "rubbish"])
        assert (found.external_id, found.title) == (product, "Espresso Nr. 7")
        assert world.platform.products([]) == []

    # Streams

    def test_all_pages_are_read(self, world: World) -> None:
        placed = world.old_orders(world.page_size + 5)

        found, _ = walk(world.platform, Stream.ORDERS)
        assert set(placed) <= set(found)

    def test_what_changes_after_the_walk_is_found_by_the_next_one(self, world: World) -> None:
        old, late = world.orders(2)
        _, cursor = walk(world.platform, Stream.ORDERS)
        world.edit_order(old)
        (new,) = world.orders(1)

        found, cursor = walk(world.platform, Stream.ORDERS, cursor)
        assert {old, new} <= set(found)
        assert late in walk(world.platform, Stream.ORDERS)[0]

    def test_an_order_deleted_during_the_walk_hides_no_other(self, world: World) -> None:
        placed = world.old_orders(world.page_size + 5)
        first = world.platform.changes(Stream.ORDERS, None)
        while not first.items and first.more:
            first = world.platform.changes(Stream.ORDERS, first.cursor)
        seen = [item.external_id for item in first.items]
        for external_id in seen[:3]:
            world.delete_order(external_id)

        rest, _ = walk(world.platform, Stream.ORDERS, first.cursor)
        assert set(placed) <= {*seen, *rest}

    def test_new_customers_and_products_are_found(self, world: World) -> None:
        _, customers = walk(world.platform, Stream.CUSTOMERS)
        _, products = walk(world.platform, Stream.PRODUCTS)
        customer, product = world.customer(address()), world.product("Neu")

        assert customer in walk(world.platform, Stream.CUSTOMERS, customers)[0]
        assert product in walk(world.platform, Stream.PRODUCTS, products)[0]

    def test_a_quiet_shop_is_left_alone_for_a_while(self, world: World) -> None:
        _, cursor = walk(world.platform, Stream.CUSTOMERS)

        page = world.platform.changes(Stream.CUSTOMERS, cursor)
        assert not page.more
        assert page.not_before is not None
        assert page.not_before.tzinfo is not None

    def test_products_of_a_walk_are_products(self, world: World) -> None:
        world.product("Tasse")

        page = world.platform.changes(Stream.PRODUCTS, None)
        assert page.items
        assert all(isinstance(item, Product) for item in page.items)
