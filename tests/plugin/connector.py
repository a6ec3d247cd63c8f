"""A pretend connector for the plugin: it serves the built widgets, answers what a test says, remembers all."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import widgets
from tests.widgets import answers

JSON = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """One request."""

    method: str
    path: str
    headers: dict[str, str]

    @property
    def token(self) -> str:
        return self.headers.get("authorization", "").removeprefix("Bearer ")


@dataclass
class Connector:
    """What it says for which path, and what it was asked."""

    url: str = ""
    says: dict[str, tuple[int, Any]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    silent: threading.Event = field(default_factory=threading.Event)
    """While set, it accepts a request and never answers."""
    closing: threading.Event = field(default_factory=threading.Event)

    def forget(self) -> None:
        self.says.clear()
        self.asked.clear()
        self.silent.clear()

    def about_people(self) -> list[Asked]:
        """Every request that is not for a script or the public texts."""
        return [one for one in self.asked if not re.match(r"/w/|/v1/\w+/loader\.js", one.path)]


class _Handler(BaseHTTPRequestHandler):
    connector: Connector

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: tests read `asked` instead."""

    def do_OPTIONS(self) -> None:
        self._give(204, b"", "text/plain")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.connector.asked.append(Asked(self.command, self.path, headers))
        if self.connector.silent.is_set():
            self.connector.closing.wait()
            return
        parts = urlsplit(self.path)
        said = self.connector.says.get(parts.path) or self._usual(parts.path, parts.query)
        if isinstance(said, bytes):
            self._give(200, said, "text/javascript")
            return
        status, body = said
        text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
        self._give(status, text.encode(), "application/json")

    def _usual(self, path: str, query: str) -> bytes | tuple[int, Any]:
        name = path.rpartition("/")[2]
        lang = parse_qs(query).get("lang", ["en"])[0]
        if path.startswith("/w/") and name in widgets.names():
            return widgets.read(name)
        if name == "loader.js":
            return widgets.loader(json.dumps(answers.config(lang)))
        if name == "config":
            return 200, answers.config(lang)
        if name == "me":
            return 200, answers.member(lang)
        return 404, {"message": "There is nothing here."}

    def _give(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Access-Control-Allow-Origin", self.headers.get("Origin") or "*")
        self.send_header("Access-Control-Allow-Headers", "Authorization, Content-Type")
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def running() -> Iterator[Connector]:
    connector = Connector()
    handler = type("Handler", (_Handler,), {"connector": connector})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        connector.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield connector
        connector.closing.set()
        server.shutdown()
        thread.join()
