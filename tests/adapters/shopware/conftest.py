"""An installation at which Shopware shops ring."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adapters.shopware import standin
from tests.adapters.shopware.standin import Lab


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with standin.lab(tmp_path / "data") as opened:
        yield opened
