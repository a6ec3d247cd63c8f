"""Embedded mode: web server and jobs in one process, until somebody stops it."""

from __future__ import annotations

import contextlib
import logging
import signal
import threading
from collections.abc import Iterator
from typing import Any

from waitress.server import create_server

from connector import logs
from connector.errors import ConfigError
from connector.installation import Installation
from connector.runners import embedded
from connector.web import create_app

THREADS = 8


@contextlib.contextmanager
def running(inst: Installation, host: str, port: int, *, work: bool = True) -> Iterator[str]:
    """The server (and with `work` the jobs) in the background; gives its address."""
    try:
        server = create_server(
            create_app(inst), host=host, port=port, threads=THREADS, ident=None,
            asyncore_use_poll=True,  # `select` is blind beyond 1,024 open files, and each shop keeps some
        )  # fmt: skip
    except OSError as taken:
        raise ConfigError(
            f"Port {port} on {host} cannot be used ({taken.strerror}); choose another with --port."
        ) from taken
    thread = threading.Thread(target=_until_closed, args=[server], name="web", daemon=True)
    thread.start()
    scheduler = embedded.start(inst) if work else None
    try:
        yield f"http://{host}:{server.effective_port}"
    finally:
        if scheduler is not None:
            scheduler.shutdown()
        server.close()
        thread.join(timeout=5)


def _until_closed(server: Any) -> None:
    """waitress may look once more at a socket that `close` has taken away from under it."""
    with contextlib.suppress(OSError, ValueError):
        server.run()


def serve(inst: Installation, host: str, port: int) -> None:
    logs.to_stderr()
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    with running(inst, host, port) as url:
        logging.getLogger("stammkunde").info("serving on %s", url)
        stop.wait()
