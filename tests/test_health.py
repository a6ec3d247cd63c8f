"""How a shop's connection does: when it rang, what waits, what had drifted, and hurrying on."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from connector import health, inbox, outbox, rounds
from connector.port import Change, Stream
from connector.tables import outbox as table
from connector.tables import sync
from tests.make import NOW, Book


def test_a_new_shop_has_not_rung_nor_been_read(demo: Book) -> None:
    with demo.database.read() as tx:
        found = health.of(tx, demo.shop)

    assert found == health.Health(None, 0, None, None, None, None)


def test_the_last_webhook_is_remembered_by_the_minute(demo: Book) -> None:
    for seconds in (0, 20, 59):
        demo.database.write(lambda tx: health.rang(tx, demo.shop, NOW + timedelta(seconds=seconds)))  # noqa: B023
    with demo.database.read() as tx:
        assert health.of(tx, demo.shop).last_bell == NOW

    demo.database.write(lambda tx: health.rang(tx, demo.shop, NOW + timedelta(seconds=60)))
    with demo.database.read() as tx:
        assert health.of(tx, demo.shop).last_bell == NOW + timedelta(seconds=60)


def test_what_waits_is_counted_with_the_oldest_and_of_this_shop_only(demo: Book) -> None:
    other = demo.another_shop("other")
    for shop, id_, later in ((demo.shop, "1", 0), (demo.shop, "2", 5), (other.shop, "1", -9)):
        at = NOW + timedelta(minutes=later)
        changes = [Change(Stream.ORDERS, id_)]
        demo.database.write(
            lambda tx: inbox.ring(tx, shop.merchant_id, shop.shop_id, changes, at)  # noqa: B023
        )

    with demo.database.read() as tx:
        found = health.of(tx, demo.shop)
    assert (found.waiting, found.oldest) == (2, NOW)


def test_the_last_whole_look_says_how_much_had_drifted_and_the_stream_read_last_is_the_slowest(
    demo: Book,
) -> None:
    here = {"merchant_id": demo.shop.merchant_id, "shop_id": demo.shop.shop_id}
    rows = [here | {"stream": name, "cursor": "", "looked_at": NOW - timedelta(minutes=age)}
            for name, age in (("orders", 3), ("customers", 7))]  # fmt: skip
    demo.database.write(lambda tx: tx.execute(sync.insert(), rows))
    demo.database.write(lambda tx: health.reconciled(tx, demo.shop, 4, NOW))

    with demo.database.read() as tx:
        found = health.of(tx, demo.shop)
    assert (found.last_reconcile, found.drift) == (NOW, 4)
    assert found.last_sync == NOW - timedelta(minutes=7)


def test_what_fails_outside_is_shown_with_what_was_said(demo: Book) -> None:
    mine = demo.shop.merchant_id
    for kind in ("webhooks", "other"):
        demo.database.write(
            lambda tx: outbox.add(tx, mine, key=kind, lane="x", kind=kind, args={}, due_at=NOW)  # noqa: B023
        )
    with demo.database.read() as tx:
        work = next(one for one in outbox.due(tx, mine, "x", NOW, 9) if one.kind == "webhooks")
    demo.database.write(lambda tx: outbox.claim(tx, work, NOW))
    demo.database.write(lambda tx: outbox.again(tx, work, "The shop is down.", NOW))

    with demo.database.read() as tx:
        found = health.stuck(tx, mine)
    assert [(one.kind, one.error, one.tries) for one in found] == [
        ("webhooks", "The shop is down.", 1)
    ]


def test_hurrying_makes_the_next_walk_due_and_puts_none_off(demo: Book) -> None:
    lane = f"shop/{demo.shop.shop_id}/walk"
    key = rounds.Round(demo.shop.merchant_id, "sync", lane, demo.shop.shop_id).key
    assert demo.database.write(lambda tx: health.hurry(tx, demo.shop, NOW)) is False
    demo.database.write(
        lambda tx: outbox.add(tx, demo.shop.merchant_id, key=key, lane=lane, kind="sync", args={},
                              due_at=NOW + timedelta(hours=1))
    )  # fmt: skip

    for now in (NOW, NOW + timedelta(minutes=5)):
        assert demo.database.write(lambda tx: health.hurry(tx, demo.shop, now)) is True  # noqa: B023

    with demo.database.read() as tx:
        assert tx.execute(select(table.c.due_at).where(table.c.key == key)).scalar_one() == NOW
