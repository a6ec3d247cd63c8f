"""Runs our commands as processes of their own that need not import everything first.

One process has imported the command line and forks for each command; what a command sees and leaves
(environment, streams, exit code) is its own. `python -m connector` takes a second, this a twentieth.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

LONGEST = 120
"""Seconds after which a command that hangs is ended."""


@dataclass(frozen=True, slots=True)
class Forking:
    """The process that forks."""

    process: subprocess.Popen[str]

    def run(self, words: Sequence[str], env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        assert self.process.stdin
        assert self.process.stdout
        with TemporaryDirectory() as folder:
            out, err = Path(folder) / "out", Path(folder) / "err"
            asked = {"words": list(words), "env": dict(env), "out": str(out), "err": str(err)}
            print(json.dumps(asked), file=self.process.stdin, flush=True)
            code = int(self.process.stdout.readline())
            return subprocess.CompletedProcess(words, code, out.read_text(), err.read_text())


@cache
def forking() -> Forking:
    """The one of this test process; it ends when its standard input does."""
    command = [sys.executable, "-m", "tests.forked"]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)
    atexit.register(process.communicate)  # closes its standard input and waits for it
    return Forking(process)


def _fork_for_each() -> None:
    import connector.web  # noqa: F401 - what commands import when they need it
    from connector.cli import main

    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            _become(asked)
            main()
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _become(asked: Mapping[str, Any]) -> None:
    """The process that the command would have been."""
    os.environ.clear()
    os.environ.update(asked["env"])
    sys.argv = ["stammkunde", *asked["words"]]
    for stream, file in enumerate((os.devnull, asked["out"], asked["err"])):
        os.dup2(os.open(file, os.O_RDWR | os.O_CREAT), stream)
    sys.stdin = open(os.devnull)  # noqa: SIM115 - the old one holds what the next command is told
    signal.alarm(LONGEST)


if __name__ == "__main__":
    _fork_for_each()
