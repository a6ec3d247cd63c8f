"""Where a process that stays says what it does: on standard error, ours only, others when they warn."""

from __future__ import annotations

import logging


def to_stderr() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    for others in ("alembic", "apscheduler", "procrastinate", "psycopg"):
        logging.getLogger(others).setLevel(logging.WARNING)
