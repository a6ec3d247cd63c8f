"""One simulated shop of each version for all tests here, with good manners at the start of each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.adapters.woocommerce import simulated


@pytest.fixture(scope="session")
def shop_11() -> Iterator[simulated.Shop]:
    with simulated.running() as shop:
        yield shop


@pytest.fixture(scope="session")
def shop_8() -> Iterator[simulated.Shop]:
    with simulated.running("--version", "8.2.1") as shop:
        yield shop


@pytest.fixture
def own_shop() -> Iterator[simulated.Shop]:
    """For tests that turn its clock or date things in the future."""
    with simulated.running() as shop:
        yield shop


@pytest.fixture
def shop(shop_11: simulated.Shop) -> Iterator[simulated.Shop]:
    shop_11.good_again()
    yield shop_11
    shop_11.good_again()


@pytest.fixture
def old_shop(shop_8: simulated.Shop) -> Iterator[simulated.Shop]:
    shop_8.good_again()
    yield shop_8
    shop_8.good_again()
