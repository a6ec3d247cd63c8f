"""An office for a whole module; tests that break something make their own people."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connector.tables import attempt
from tests.admin import people
from tests.admin.people import Office


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with people.office(tmp_path_factory.mktemp("office") / "data") as opened:
        yield opened


@pytest.fixture(autouse=True)
def patience(office: Office) -> None:
    """Each test begins without failed logins of the one before it."""
    office.inst.database.write(lambda tx: tx.execute(attempt.delete()))
