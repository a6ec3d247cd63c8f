"""`make fresh`: does the README, as written, work for somebody who has nothing yet?

The last commit is cloned into an empty folder and the README's ```sh blocks run there in their order.
The demo stays until it is stopped, so it is looked at over HTTP, stopped with Ctrl-C, and must leave
nothing behind.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).parents[1]
STAYS = "make run"
READY, STAYING = "Open in your browser", "Stop with Ctrl-C"
SECONDS = {"make test": 3600}
SECONDS_OTHERWISE = 900  # the first block downloads what pip needs
SECONDS_TO_STOP = 30
STOPPED = {0, 130, -signal.SIGINT}


class NotAsWritten(Exception):
    """The README promises something that does not happen; the text says what."""


def blocks(readme: str) -> list[str]:
    """What the README tells people to type, in its order."""
    return [found.strip() for found in re.findall(r"^```sh\n(.*?)^```$", readme, re.M | re.S)]


def clone(folder: Path) -> Path:
    changed = _git("status", "--porcelain")
    if changed:
        print("Note: what is not committed is not tried.", flush=True)
    _git("clone", "--quiet", str(ROOT), str(folder / "stammkunde"))
    return folder / "stammkunde"


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, check=True, stdout=subprocess.PIPE)
    return done.stdout.decode().strip()


def strangers_environment() -> dict[str, str]:
    """Ours without what would lead back into this checkout, its venv or its make."""
    ours = ("STAMMKUNDE_", "VIRTUAL_ENV", "PYTHON", "MAKE", "MFLAGS")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


@contextmanager
def typed(
    block: str, where: Path, stdout: int | None = None, stderr: int | None = None
) -> Iterator[subprocess.Popen[str]]:
    """The block in a shell of its own process group, all of which is gone afterwards."""
    shell = subprocess.Popen(
        ["sh", "-eu", "-c", block], cwd=where, env=strangers_environment(),
        stdin=subprocess.DEVNULL, start_new_session=True, stdout=stdout, stderr=stderr, text=True,
    )  # fmt: skip
    limit = SECONDS.get(block, SECONDS_OTHERWISE)
    timer = threading.Timer(limit, _signal, (shell, signal.SIGKILL))
    timer.start()
    try:
        yield shell
    finally:
        timer.cancel()
        _signal(shell, signal.SIGKILL)
        shell.wait()


def _signal(shell: subprocess.Popen[str], which: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(shell.pid, which)


def follow(block: str, where: Path) -> None:
    with typed(block, where) as shell:
        code = shell.wait()
    if code:
        limit = SECONDS.get(block, SECONDS_OTHERWISE)
        why = f"took longer than {limit} s" if code == -signal.SIGKILL else f"ended with {code}"
        raise NotAsWritten(f"`{block}` {why}.")


def visit(block: str, where: Path) -> None:
    """Run the demo, open every address it prints, stop it like a person would."""
    with typed(block, where, subprocess.PIPE, subprocess.STDOUT) as shell:
        addresses = _printed(shell)
        if not addresses:
            raise NotAsWritten(
                f"`{block}` printed no address to open and ended with {_end(shell)}."
            )
        for address in addresses:
            with urllib.request.urlopen(address, timeout=30) as answer:
                print(f"    {address} answered {answer.status}", flush=True)
        _signal(shell, signal.SIGINT)
        said, _ = shell.communicate(timeout=SECONDS_TO_STOP)
        print(said, flush=True)
        if found := re.search("Traceback|Fatal Python error", said):
            raise NotAsWritten(f"`{block}` ended with a {found[0]} after Ctrl-C.")
        if shell.returncode not in STOPPED:
            raise NotAsWritten(f"`{block}` ended with {shell.returncode} after Ctrl-C.")
        if left := _left(shell.pid) + [one for one in addresses if _answers(one)]:
            raise NotAsWritten(f"`{block}` was stopped, but still runs: {', '.join(left)}.")


def _printed(shell: subprocess.Popen[str]) -> list[str]:
    """The addresses below the line that says they can be opened."""
    assert shell.stdout is not None
    ready, found = False, []
    for line in shell.stdout:
        print(line, end="", flush=True)
        ready = ready or READY in line
        if ready:
            found += re.findall(r"http://\S+", line)
        if STAYING in line:
            break
    return found


def _end(shell: subprocess.Popen[str]) -> int:
    """How it ended by itself; its output is closed, so it is about to."""
    return shell.wait(timeout=SECONDS_TO_STOP)


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=5).close()
    except OSError:
        return False
    return True


def _left(group: int) -> list[str]:
    """What still runs of a process group, after a moment to end in."""
    until = time.monotonic() + SECONDS_TO_STOP
    while (left := list(_members(group))) and time.monotonic() < until:
        time.sleep(0.2)
    return left


def _members(group: int) -> Iterator[str]:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            name, _, rest = stat.read_text("utf-8").partition("(")[2].rpartition(")")
            state, _, its_group = rest.split()[:3]
            if int(its_group) == group and state != "Z":
                yield name


def main(given: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fresh", description=__doc__)
    parser.add_argument("--without", action="append", default=[], metavar="WORD",
                        help="leave out blocks that hold this word")  # fmt: skip
    without = parser.parse_args(given).without
    with tempfile.TemporaryDirectory(prefix="stammkunde-fresh-") as folder:
        home = clone(Path(folder))
        todo = blocks((home / "README.md").read_text("utf-8"))
        try:
            if STAYS not in todo:
                raise NotAsWritten(f"The README has no block `{STAYS}`.")
            for block in todo:
                if any(word in block.split() for word in without):
                    print(f"==> left out: {block}", flush=True)
                    continue
                print(f"==> {block}", flush=True)
                (visit if block == STAYS else follow)(block, home)
        except (NotAsWritten, OSError, subprocess.SubprocessError) as broken:
            print(f"The README does not work as written: {broken}", file=sys.stderr)
            return 1
    print("The README works as written.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
