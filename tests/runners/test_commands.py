"""`web`, `worker`, `scheduler`, `jobs`, `migrate`: what they say, and what they refuse."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from connector.config import Config
from connector.errors import ConfigError
from connector.installation import Installation
from connector.runners import scale
from tests.conftest import SECRET
from tests.faults.run import ROOT
from tests.runners import bench
from tests.runners.test_many_processes import surroundings


def stammkunde(*words: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "connector", *words], cwd=ROOT, text=True,
                          env=os.environ | env, capture_output=True, timeout=60)  # fmt: skip


@pytest.mark.parametrize("command", ["web", "worker", "scheduler"])
def test_on_sqlite_it_refuses_in_one_sentence(command: str, tmp_path: Path) -> None:
    done = stammkunde(command, env={"STAMMKUNDE_DATA": str(tmp_path)})

    assert done.returncode == 2
    assert "use `stammkunde serve`" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_what_is_not_installed_is_named() -> None:
    config = Config(Path(), "postgresql://db/stammkunde", (SECRET,), "https://points.example")

    with pytest.raises(ConfigError, match=r"pip install 'stammkunde\[scale\]'"):
        scale.require(config, "a_package_that_nobody_has")


@pytest.mark.postgres
def test_before_migrate_a_worker_says_what_to_do(
    postgres_server: str, tmp_path: Path, inst: Installation
) -> None:
    from sqlalchemy import text

    inst.database.write(lambda tx: tx.execute(text("DROP SCHEMA stammkunde_engine CASCADE")))
    env = surroundings(inst, tmp_path)
    refused = stammkunde("worker", env=env)
    migrated = stammkunde("migrate", env=env)

    assert (refused.returncode, "stammkunde migrate" in refused.stderr) == (2, True)
    assert migrated.returncode == 0
    from connector.runners import engine

    engine.require_tables(inst.database)


@pytest.mark.postgres
def test_what_waits_is_shown(inst: Installation, tmp_path: Path) -> None:
    bench.wish(inst.database, "1", "2", of=bench.lane("mail"))
    done = stammkunde("jobs", "--json", env=surroundings(inst, tmp_path))
    shown = json.loads(done.stdout)

    assert shown["scheduler"] is None
    assert [(one["lane"], one["due"]) for one in shown["lanes"]] == [("mail", 2)]
    assert shown["oldest_due_seconds"] >= 0


def test_where_nothing_waits_it_says_so(tmp_path: Path) -> None:
    done = stammkunde("jobs", env={"STAMMKUNDE_DATA": str(tmp_path)})

    assert done.stdout.startswith("Nothing waits.")


CORE_ALONE = """
import sys
class Without:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("procrastinate", "gunicorn", "psycopg"):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Without())
import connector.cli, connector.web.serving, connector.runners.embedded
"""


def test_one_process_needs_none_of_it() -> None:
    done = subprocess.run([sys.executable, "-c", CORE_ALONE], cwd=ROOT, timeout=60)

    assert done.returncode == 0
