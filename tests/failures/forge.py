"""A process that has imported everything and forks children to be killed, so that a kill costs no start.

It has neither threads nor connections, so what it forks is sound. Talked to by lines of JSON.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.failures.death import NONE, Death

PATIENCE = 60
"""Seconds after which a child counts as hanging and ends itself."""


class Forge:
    """The warmed process as a test sees it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.kills = 0

    def run(self, job: str, death: Death = NONE, **arguments: Any) -> bool:
        """Let a child do this job; True where it came to its end, False where it was killed."""
        assert self._process.stdin
        assert self._process.stdout
        asked = {"job": job, "death": death.told(), "arguments": arguments}
        print(json.dumps(asked), file=self._process.stdin, flush=True)
        code = json.loads(self._process.stdout.readline())
        assert code in (0, -signal.SIGKILL), f"{job} under {death} ended with {code}"
        self.kills += code != 0
        return bool(code == 0)


@contextmanager
def warmed() -> Iterator[Forge]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.failures.forge"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin
        yield Forge(process)
        process.stdin.close()
        process.wait(PATIENCE)


def main() -> None:
    from tests.failures import doomed

    for line in sys.stdin:
        asked = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _child(asked, getattr(doomed, asked["job"]))
        if asked["death"]["kind"] == "moment":
            time.sleep(asked["death"]["at"])
            os.kill(pid, signal.SIGKILL)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


def _child(asked: dict[str, Any], job: Any) -> None:
    from tests.failures import death

    code = 1
    try:
        signal.alarm(PATIENCE)
        death.arm(asked["death"])
        job(**asked["arguments"])
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
