"""How a child process ends: by SIGKILL, at a moment, a statement, a commit, a line or an acknowledgement.

A death is counted, so that a seed repeats it; only "moment" is left to the clock.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import sys
import threading
from dataclasses import asdict, dataclass
from types import FrameType
from typing import Any

from sqlalchemy import Engine, event

KINDS = ("moment", "statement", "commit", "line", "ack")


@dataclass
class Death:
    """After `at` of what `kind` says (seconds for a moment); lines count only in files whose path contains one of `files`."""

    kind: str
    at: float
    files: tuple[str, ...] = ()

    def told(self) -> dict[str, Any]:
        return asdict(self)


NONE = Death("none", 0)


def somewhere(
    chance: random.Random, *, seconds: float, statements: int, files: tuple[str, ...], lines: int
) -> Death:
    """Any death within a piece of work of about this size."""
    kind = chance.choice(["moment", "statement", "line"])
    if kind == "moment":
        return Death(kind, chance.uniform(0.002, seconds))
    if kind == "statement":
        return Death(kind, chance.randint(1, statements))
    return Death(kind, chance.randint(1, lines), files)


_armed = NONE
_left = 0.0


def come(kind: str) -> None:
    """One more of these; the last one is fatal."""
    global _left
    if kind != _armed.kind:
        return
    _left -= 1
    if _left <= 0:
        os.kill(os.getpid(), signal.SIGKILL)


def arm(told: dict[str, Any]) -> None:
    """In the child, before it begins."""
    global _armed, _left
    _armed = Death(told["kind"], told["at"], tuple(told["files"]))
    _left = _armed.at
    if _armed.kind in ("statement", "commit"):
        event.listen(Engine, "connect", _listen)
        event.listen(Engine, "before_cursor_execute", _core_statement)
    if _armed.kind == "line":
        threading.settrace(_entering)
        sys.settrace(_entering)


def _listen(connection: Any, _record: Any) -> None:
    """SQLite itself tells of each statement before it runs it, whoever asked."""
    if isinstance(connection, sqlite3.Connection):
        connection.set_trace_callback(
            lambda text: come("commit" if text.startswith("COMMIT") else "statement")
        )


def _core_statement(connection: Any, *_: Any) -> None:
    """PostgreSQL's driver does not tell, so there it is what SQLAlchemy runs."""
    if connection.dialect.name != "sqlite":
        come("statement")


def _entering(frame: FrameType, what: str, _value: Any) -> Any:
    return _inside if any(file in frame.f_code.co_filename for file in _armed.files) else None


def _inside(_frame: FrameType, what: str, _value: Any) -> Any:
    if what == "line":
        come("line")
    return _inside
