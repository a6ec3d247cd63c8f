"""What a mock cannot do to us: resetting, dripping, lying about a length, an unknown authority."""

from __future__ import annotations

import http.server
import socketserver
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from urllib3.connection import HTTPConnection
from urllib3.exceptions import NewConnectionError

from adapters.wire import Limits
from adapters.woocommerce.client import Client
from connector.errors import TryLater
from tests.adapters.woocommerce.authority import private_authority
from tests.adapters.woocommerce.test_client import KEY, SECRET, client


@contextmanager
def serving(handle: Callable[[Any], None], context: ssl.SSLContext | None = None) -> Iterator[str]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            handle(self)

        def log_message(self, *args: object) -> None:
            """Be quiet."""

    class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that hangs up is part of the test."""

    with Server(("127.0.0.1", 0), Handler) as server:
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        host = "https://localhost" if context else "http://127.0.0.1"
        try:
            yield f"{host}:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def test_a_truncated_answer_passes() -> None:
    def half(request: Any) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "1000")
        request.end_headers()
        request.wfile.write(b'[{"id": 1}')

    with serving(half) as url, pytest.raises(TryLater, match="broke off"):
        client(url).get("/orders")


def test_a_connection_cut_off_passes() -> None:
    def cut(request: Any) -> None:
        request.connection.close()

    with serving(cut) as url, pytest.raises(TryLater):
        client(url).get("/orders")


def test_silence_passes() -> None:
    with (
        serving(lambda request: time.sleep(0.4)) as url,
        pytest.raises(TryLater, match="in time"),
    ):
        client(url, Limits(silence=0.1)).get("/orders")


def test_an_answer_that_drips_for_ever_passes() -> None:
    def drip(request: Any) -> None:
        request.send_response(200)
        request.end_headers()
        for _ in range(30):  # far less than a library would wait for before it hands anything on
            request.wfile.write(b" ")
            time.sleep(0.02)

    with serving(drip) as url, pytest.raises(TryLater, match="did not finish"):
        client(url, Limits(whole=0.1)).get("/orders")


def test_a_shop_that_is_not_there_passes() -> None:
    with serving(lambda request: None) as url:
        pass

    with pytest.raises(TryLater, match="could not be reached"):
        client(url).get("/orders")


def test_a_refused_connection_is_tried_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[str] = []

    def refuse(connection: Any) -> None:
        tries.append(connection.host)
        raise NewConnectionError(connection, "refused")

    monkeypatch.setattr(HTTPConnection, "connect", refuse)

    with pytest.raises(TryLater):
        client("http://127.0.0.1:9").get("/orders")
    assert tries == ["127.0.0.1"] * 2


@pytest.fixture
def authority(tmp_path: Path) -> tuple[Path, ssl.SSLContext]:
    return private_authority(tmp_path)


def test_a_private_authority_is_trusted_only_when_its_file_is_given(
    authority: tuple[Path, ssl.SSLContext],
) -> None:
    def answer(request: Any) -> None:
        request.send_response(200)
        request.end_headers()
        request.wfile.write(b"[]")

    certificate, context = authority
    with serving(answer, context) as url:
        credentials = {"url": url, "key": KEY, "secret": SECRET, "ca_file": ""}
        with pytest.raises(TryLater, match="--ca-file"):
            Client(credentials, 1000).get("/orders")

        trusting = credentials | {"ca_file": str(certificate)}
        assert Client(trusting, 1000).get("/orders").body == []
