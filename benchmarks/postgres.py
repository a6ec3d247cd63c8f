"""A real PostgreSQL from a wheel, and the processor time it spends."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import postgres
from tests.postgres import create_database


@dataclass(frozen=True, slots=True)
class Server:
    """`url` has {} in the place of the database's name."""

    url: str
    pid: int

    def create(self, name: str) -> str:
        """An empty database; its URL."""
        create_database(self.url, name, "template0")
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
    """With its own settings, fsync on."""
    with postgres.running() as (url, data):
        yield Server(url, int((data / "postmaster.pid").read_text().splitlines()[0]))
