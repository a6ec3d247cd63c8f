"""An installation at which Shopware shops ring, and simulated shops of each version with good manners."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adapters.shopware import simulated, standin
from tests.adapters.shopware.standin import Lab


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with standin.lab(tmp_path / "data") as opened:
        yield opened


@pytest.fixture(scope="session")
def shop_66() -> Iterator[simulated.Shop]:
    with simulated.running() as shop:
        yield shop


@pytest.fixture
def own_shop() -> Iterator[simulated.Shop]:
    """For tests that count everything in it, or turn its clock."""
    with simulated.running() as shop:
        yield shop


@pytest.fixture
def shop(shop_66: simulated.Shop) -> Iterator[simulated.Shop]:
    shop_66.good_again()
    yield shop_66
    shop_66.good_again()
