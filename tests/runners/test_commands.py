"""`web`, `worker`, `scheduler`, `jobs`, `migrate`: what they say, and what they refuse."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from connector.cli import exit_code, stammkunde
from connector.config import Config
from connector.errors import ConfigError
from connector.installation import Installation
from connector.runners import engine, scale
from tests.conftest import SECRET
from tests.faults.run import ROOT
from tests.runners import bench
from tests.runners.conftest import surroundings

Run = Callable[..., str]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line in this process, in these surroundings; what it prints."""

    def run(*words: str, env: dict[str, str]) -> str:
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        stammkunde.main(list(words), standalone_mode=False)
        return capsys.readouterr().out

    return run


@pytest.mark.parametrize("command", ["web", "worker", "scheduler"])
def test_on_sqlite_it_refuses_in_one_sentence(command: str, run: Run, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="use `stammkunde serve`") as refused:
        run(command, env={"STAMMKUNDE_DATA": str(tmp_path)})

    assert len(str(refused.value).splitlines()) == 1
    assert exit_code(refused.value) == 2


def test_what_is_not_installed_is_named() -> None:
    config = Config(Path(), "postgresql://db/stammkunde", (SECRET,), "https://points.example")

    with pytest.raises(ConfigError, match=r"pip install 'stammkunde\[scale\]'"):
        scale.require(config, "a_package_that_nobody_has")


@pytest.mark.postgres
def test_before_migrate_a_worker_says_what_to_do(
    inst: Installation, run: Run, tmp_path: Path
) -> None:
    inst.database.write(lambda tx: tx.execute(text("DROP SCHEMA stammkunde_engine CASCADE")))
    env = surroundings(inst, tmp_path)
    with pytest.raises(ConfigError, match="run `stammkunde migrate`"):
        run("worker", env=env)
    run("migrate", env=env)

    engine.require_tables(inst.database)


@pytest.mark.postgres
def test_what_waits_is_shown(inst: Installation, run: Run, tmp_path: Path) -> None:
    bench.wish(inst.database, "1", "2", of=bench.lane("mail"))
    shown = json.loads(run("jobs", "--json", env=surroundings(inst, tmp_path)))

    assert shown["scheduler"] is None
    assert [(one["lane"], one["due"]) for one in shown["lanes"]] == [("mail", 2)]
    assert shown["oldest_due_seconds"] >= 0


def test_where_nothing_waits_it_says_so(run: Run, tmp_path: Path) -> None:
    assert run("jobs", env={"STAMMKUNDE_DATA": str(tmp_path)}).startswith("Nothing waits.")


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
