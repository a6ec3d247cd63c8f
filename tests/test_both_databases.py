"""The whole way on PostgreSQL ends at the same figure as on SQLite."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.woocommerce import simulated
from tests.conftest import SECRET
from tests.postgres import create_database
from tests.test_cli import Terminal


def whole_way(terminal: Terminal, real: simulated.Shop, **env: str) -> Any:
    """Connect, read, do what is due, prove; the digest of what everybody deserves and holds."""

    add = terminal.run("shop", "add", "woocommerce", "--slug", "demo", "--url", real.url,
                       "--key", real.key, "--secret", real.secret, **env)  # fmt: skip
    assert add.returncode == 0, add.stderr
    for words in (["sync", "demo"], ["run-due"], ["reconcile", "demo"]):
        done = terminal.run(*words, **env)
        assert done.returncode == 0, done.stderr
    proven = terminal.run("verify", "--full", "--digest", "--json", **env)
    return json.loads(proven.stdout)


@pytest.mark.postgres
def test_both_databases_end_at_the_same_figure(tmp_path: Path, postgres_server: str) -> None:
    create_database(postgres_server, "whole", "template0")
    env = {
        "STAMMKUNDE_DATABASE_URL": postgres_server.format("whole"),
        "STAMMKUNDE_SECRET_KEY": SECRET,
    }
    with simulated.running("--data", "small") as real:
        here = whole_way(Terminal(tmp_path / "sqlite"), real)
        there = whole_way(Terminal(tmp_path / "postgres"), real, **env)

    assert here["ok"]
    assert there["ok"]
    assert here["transfers"] == there["transfers"] > 3
    assert here["digest"] == there["digest"]
