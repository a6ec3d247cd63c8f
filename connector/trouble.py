"""What a database says when it cannot go on, as a sentence of ours and a decision for the caller.

A full disk, a lock that stays, a file that may not be written: later, by itself. Pages that make no
sense: nobody may go on. Everything else is our bug and stays what it is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from connector.errors import LedgerBroken, TryLater

AFTER = 30.0
"""Seconds after which somebody may have made room."""

_NOT_NOW = {
    # what SQLite says, then PostgreSQL's codes: what it means and what to do
    "disk is full": "The disk is full. Make room; it goes on by itself.",
    "disk I/O error": "The disk refuses to write. Look at its space and its health.",
    "readonly database": "The database file may not be written. Give its owner the right to, or"
    " end the mount that is read-only.",
    "unable to open": "The database file cannot be opened. Look at its folder and its rights.",
    "53100": "The database server's disk is full. Make room; it goes on by itself.",
    "53300": "The database server has no connection left for us. It goes on by itself.",
    "25006": "The database server only reads at the moment. It goes on by itself.",
    "57P03": "The database server is starting or stopping. It goes on by itself.",
    "connection failed": "The database server cannot be reached. Look whether it runs, and at"
    " STAMMKUNDE_DATABASE_URL. Once it answers it goes on by itself.",
    "server closed the connection": "The database server hung up. It goes on by itself.",
    "connection is closed": "The database server hung up. It goes on by itself.",
}
_DAMAGED = ("malformed", "not a database", "Could not decode to UTF-8")


_READ_ONLY = ("readonly", "25006")


def explained(error: BaseException, *, reading: bool = False) -> BaseException:
    """The error as one of ours, where we know what it means; its own text may name rows.

    Who writes while `reading` is told that he may not by the same words, and that is our bug.
    """
    own = getattr(error, "orig", error)  # a literal statement raises the driver's own error
    said = f"{getattr(own, 'sqlstate', '')} {own}"
    if "locked" in said or "busy" in said:
        return TryLater("Another process holds the database and does not let go.", 5)
    if reading and any(words in said for words in _READ_ONLY):
        return error
    for words, sentence in _NOT_NOW.items():
        if words in said:
            return TryLater(f"{sentence} Nothing that was confirmed is lost.", AFTER)
    if any(words in said for words in _DAMAGED):
        return LedgerBroken(
            "The database file is damaged: its pages do not fit together. Stop, keep the file for"
            " an inquiry, and restore the newest backup."
        )
    return error


@contextmanager
def in_words(*, reading: bool = False) -> Iterator[None]:
    """Raise what a database says as `explained`."""
    try:
        yield
    except Exception as error:
        if not _is_of_the_database(error):
            raise
        said = explained(error, reading=reading)
        if said is error:
            raise
        raise said from None


def _is_of_the_database(error: Exception) -> bool:
    """SQLAlchemy's, or a driver's own: psycopg's errors have a `sqlstate`, and it may not be installed."""
    return isinstance(error, DBAPIError | sqlite3.Error) or hasattr(error, "sqlstate")
