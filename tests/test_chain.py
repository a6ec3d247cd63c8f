"""The chain: what was hashed once hashes the same for ever, and nothing hashed changes unseen.

The digests in here were written by the first version. Books out there hold such digests; a change
that makes one of these tests fail makes every one of those books look forged.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from connector import chain

KEY = bytes(range(32))
FIRST = "84fcd1ba5808368b6d8e3b2e055cb5eff78f69bd2a4e468e123a67094e8059e8"
SECOND = "57d70d301d91d334c5dbc341c9cecf0d66ad209760eba95bda9e82da74d98f50"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def transfer(**changed: Any) -> dict[str, Any]:
    """A row with something in each column."""
    usual = {name: name for name in chain.COLUMNS} | {
        "n": 1, "points": 142, "lots": [["2029-12-31", 142]], "undoes": None,
        "basis": {"order": "1001", "ü": 1}, "occurred_at": NOON,
        "recorded_at": NOON + timedelta(microseconds=7),
    }  # fmt: skip
    return usual | changed


def test_a_transfer_hashes_as_it_always_did() -> None:
    assert chain.link(KEY, "", transfer()) == FIRST
    assert chain.link(KEY, FIRST, transfer()) == SECOND


@pytest.mark.parametrize("column", chain.COLUMNS)
def test_no_column_of_a_transfer_changes_unseen(column: str) -> None:
    assert chain.link(KEY, "", transfer(**{column: "changed"})) != FIRST


def test_what_is_not_hashed_may_stand_beside_it() -> None:
    assert chain.link(KEY, "", transfer(hash="…", note="…")) == FIRST


def test_nobody_makes_a_hash_without_the_key() -> None:
    assert chain.link(bytes(32), "", transfer()) != FIRST


def test_a_moment_hashes_the_same_in_every_zone() -> None:
    cologne = NOON.astimezone(timezone(timedelta(hours=1)))

    assert chain.moment(cologne) == chain.moment(NOON) == "2026-11-22T12:00:00.000000Z"
    assert chain.link(KEY, "", transfer(occurred_at=cologne)) == FIRST


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "America/Denver"])
def test_a_moment_hashes_the_same_wherever_the_server_stands(
    zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", zone)
        time.tzset()
        moved = chain.link(KEY, "", transfer())
    time.tzset()

    assert moved == FIRST


def test_the_order_of_a_document_does_not_count() -> None:
    turned = {"ü": 1, "order": "1001"}

    assert chain.link(KEY, "", transfer(basis=turned)) == FIRST
    assert chain.canonical(turned) == '{"order":"1001","ü":1}'.encode()


@pytest.mark.parametrize("value", [Decimal("1.50"), NOON.date(), b"", {1}])
def test_what_has_no_one_spelling_is_not_hashed(value: Any) -> None:
    with pytest.raises(TypeError, match=f"{type(value).__name__} does not belong into a hashed"):
        chain.link(KEY, "", transfer(basis={"amount": value}))


def test_a_member_adds_to_a_seal_what_it_always_did() -> None:
    assert chain.head_digest(KEY, "erika", 2, FIRST) == (
        33176688721690525228445507646272199855161554393948273360193721867030053055343
    )


def test_a_seal_says_what_it_always_did() -> None:
    digest = chain.seal_digest(KEY, "kaffeerad", 3, NOON, "before", (2, 9), 5)

    assert digest == "c6bb0fd5992cc9c16ee77ba8c34f271ca469a2f39df7cb9bf6aefe8ae67548af"


def test_a_seal_changes_with_everything_it_covers() -> None:
    usual: list[Any] = [KEY, "kaffeerad", 3, NOON, "before", (2, 9), 5]
    changed: list[Any] = [bytes(32), "other", 4, NOON + timedelta(seconds=1), "", (9, 2), 6]
    digests = {chain.seal_digest(*usual)}
    for place, value in enumerate(changed):
        other = [*usual[:place], value, *usual[place + 1 :]]
        digests.add(chain.seal_digest(*other))

    assert len(digests) == 1 + len(changed)


def test_the_heads_of_all_members_add_up_in_any_order_and_part_by_part() -> None:
    heads = [chain.head_digest(KEY, name, 1, FIRST) for name in ("erika", "jonas", "mia")]
    carried = chain.total([chain.total(heads[:2]), heads[2]])

    assert chain.total(heads) == chain.total(reversed(heads)) == carried < 1 << 256
    assert chain.total([(1 << 256) - 1, 1]) == 0
    assert sealed(sum(heads)) == sealed(chain.total(heads))


def sealed(heads: int) -> str:
    return chain.seal_digest(KEY, "kaffeerad", 1, NOON, "", (3, 3), heads)


def test_an_erased_note_cannot_be_guessed_from_what_stays_of_it() -> None:
    digest = chain.note_digest(KEY, "Kulanz")

    assert digest == "2dcc19cc602c7f6f240b6376aa67e92d5178103b2e25f2898708b37790e1d3ee"
    assert digest != chain.note_digest(bytes(32), "Kulanz")
