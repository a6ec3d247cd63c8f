"""A server before the simulated shop that spoils its answers, over real sockets; it counts requests."""

from __future__ import annotations

import http.client
import json
import socket
import socketserver
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import urlsplit

FAR_TOO_MANY = 500
HOP = ("connection", "content-length", "transfer-encoding", "date", "server")


@dataclass(frozen=True)
class Upstream:
    """What the shop itself would have answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Exchange:
    """One request on its way, and the ways to answer it."""

    def __init__(self, handler: BaseHTTPRequestHandler, server: Faulty) -> None:
        self._handler, self._server = handler, server
        self.method, self.path = handler.command, handler.path
        self.seen = server.requests
        self.body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))

    def shop(self) -> Upstream:
        line = http.client.HTTPConnection(*self._server.upstream, timeout=20)
        headers = {k: v for k, v in self._handler.headers.items() if k.lower() != "accept-encoding"}
        line.request(self.method, self.path, self.body, headers)
        answer = line.getresponse()
        kept = {k: v for k, v in answer.getheaders() if k.lower() not in HOP}
        body = answer.read()
        line.close()
        return Upstream(answer.status, kept, body)

    def answer(
        self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> None:
        sent = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        self.begin(status, sent | dict(headers or {}))
        self.write(body)

    def pass_on(self, changed: Upstream, **headers: str) -> None:
        self.answer(changed.status, changed.body, changed.headers | headers)

    def json(self, body: Any) -> None:
        self.answer(200, json.dumps(body).encode(), {"X-WP-Total": "40"})

    def begin(self, status: int, headers: Mapping[str, str]) -> None:
        self._handler.send_response_only(status)
        if "Date" not in headers:
            self._handler.send_header("Date", self._handler.date_time_string())
        for name, value in headers.items():
            self._handler.send_header(name, value)
        self._handler.end_headers()

    def write(self, piece: bytes) -> None:
        self._handler.wfile.write(piece)
        self._handler.wfile.flush()

    def reset(self) -> None:
        """The line breaks as when a server dies: with RST, not with a good-bye."""
        line = self._handler.connection
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.hang_up()

    def hang_up(self) -> None:
        self._handler.close_connection = True
        self._handler.wfile.flush()
        self._handler.connection.close()


Spoil = Callable[[Exchange], None]


@dataclass
class Faulty:
    """`spoil` answers what asks for something in `where`; all else goes through."""

    upstream: tuple[str, int]
    url: str = ""
    spoil: Spoil | None = None
    where: str = "/orders"
    requests: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, handler: BaseHTTPRequestHandler) -> None:
        with self._lock:
            self.requests += 1
        exchange = Exchange(handler, self)
        if self.spoil and self.requests > FAR_TOO_MANY:
            exchange.hang_up()  # so that a hot loop ends, and is counted
        elif self.spoil is None or self.where not in exchange.path:
            exchange.pass_on(exchange.shop())
        else:
            self.spoil(exchange)


@contextmanager
def before(shop_url: str, context: ssl.SSLContext | None = None) -> Iterator[Faulty]:
    """A faulty server before the shop at this address; with `context` it speaks TLS."""
    parts = urlsplit(shop_url)
    faulty = Faulty((parts.hostname or "", parts.port or 80))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _take(self) -> None:
            faulty.take(self)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _take  # noqa: N815

        def log_message(self, *args: object) -> None:
            """Be quiet."""

    class Server(socketserver.ThreadingMixIn, HTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that hangs up is part of the test."""

    with Server(("127.0.0.1", 0), Handler) as server:
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        host = "https://localhost" if context else "http://127.0.0.1"
        faulty.url = f"{host}:{server.server_address[1]}"
        try:
            yield faulty
        finally:
            server.shutdown()
            thread.join()
