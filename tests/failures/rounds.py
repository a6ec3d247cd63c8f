"""How many cases there are: enough for every day, and with ROUNDS many more."""

from __future__ import annotations

import pytest

from tests.conftest import ROUNDS

LIVES = min(ROUNDS, 6)
"""Kills are slow; with ROUNDS they grow to some 1,500 and no further."""


def seeds(count: int) -> pytest.MarkDecorator:
    """One case for each seed; what a seed does once, it does again."""
    return pytest.mark.parametrize("seed", range(count * LIVES))
