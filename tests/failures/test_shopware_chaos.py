"""A Shopware shop whose bells are lost, doubled, late, shuffled, refused and switched off: after one reconcile the
books are those of the installation that was told of everything at once, and of the one that heard nothing.

The twin of `test_webhook_chaos`, with the real adapter, the real application over real sockets, and the
shop's own way of ringing.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import ROUNDS
from tests.failures.storms import rage, settled, storm

VERSIONS = ("6.5.6.1", "6.6.7.1", "6.7.9.1")
"""Only the newest can change its secret; only the oldest rings for drafts."""


@pytest.mark.parametrize("seed", range(3 * ROUNDS))
def test_after_one_reconcile_the_books_are_those_of_the_orderly_shop(
    tmp_path: Path, seed: int
) -> None:
    with storm(tmp_path, f"storm {seed}", VERSIONS[seed % 3]) as raging:
        rage(raging)
        orderly, unheard = settled(raging.told), settled(raging.deaf)
        stormy = settled(raging.there.inst)

    assert stormy == orderly
    assert unheard == orderly
