"""A pretend shop and its connector on two origins, as strict as the storefront API says.

`python -m tests.widgets.shop` serves the gallery: every situation of every widget to look at.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import widgets
from tests.widgets.situations import SITUATIONS, Answer, Situation

GALLERY = Path(widgets.__file__).parent / "gallery"
TYPES = {".js": "text/javascript", ".html": "text/html; charset=utf-8", ".css": "text/css"}
Headers = dict[str, str]
NONCE = "bm9uY2U"
ALL = ("balance", "referral", "faq")
CHANGES = ("seen", "join", "leave", "ask", "redeem")
PUBLIC = ("preview",)
GIVEN = ("me", "order")
KEY = "wc_order_K7QP2M9X"
ATTRIBUTES = {
    "earn": 'product="17" gross="1999" net="1680" currency="EUR"',
    "order": f'order="1042" key="{KEY}"',
}
"""What the shop's page says on an element's tag."""


@dataclass
class Shop:
    """Both servers and what they have been asked."""

    situations: dict[str, Situation] = field(default_factory=lambda: dict(SITUATIONS))
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Each request of a widget as (situation, kind), where kind is a field of `Situation`."""
    sent: list[tuple[str, Any]] = field(default_factory=list)
    """What customers changed, as (kind, body)."""
    langs: list[str] = field(default_factory=list)
    url: str = ""
    connector: str = ""
    closing: threading.Event = field(default_factory=threading.Event)
    _given: Counter[tuple[str, str]] = field(default_factory=Counter)

    def count(self, situation: str, kind: str) -> int:
        return self.asked.count((situation, kind))

    def add(self, name: str, situation: Situation) -> str:
        self.situations[name] = situation
        return name

    def next(self, situation: str, kind: str) -> Answer:
        self.asked.append((situation, kind))
        given: tuple[Answer, ...] = getattr(self.situations[situation], kind)
        at = self._given[situation, kind]
        self._given[situation, kind] += 1
        return given[min(at, len(given) - 1)]

    def forget(self) -> None:
        self.asked.clear()
        self.sent.clear()
        self.langs.clear()
        self._given.clear()


class _Handler(BaseHTTPRequestHandler):
    shop: Shop

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: tests read `shop.asked` instead."""

    def send(
        self, body: bytes, type_: str, status: int = 200, headers: Headers | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", type_)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def give(self, answer: Answer, body: object, headers: Headers) -> None:
        self.shop.closing.wait(answer.delay)
        if answer.status and not self.shop.closing.is_set():
            text = json.dumps(body, ensure_ascii=False).encode()
            self.send(text, "application/json", answer.status, headers)
        self.close_connection = True

    def query(self) -> dict[str, str]:
        return {
            name: values[-1]
            for name, values in parse_qs(urlsplit(self.path).query, keep_blank_values=True).items()
        }


class ShopHandler(_Handler):
    """The shop's own origin: pages, its identity address and the gallery."""

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == "/favicon.ico":
            return self.send(b"", "image/x-icon")
        if path in ("/identity", "/order"):
            return self._identity("proof" if path == "/order" else "identity")
        if path.startswith("/page/"):
            return self._page(path.removeprefix("/page/"))
        file = GALLERY / (path.removeprefix("/gallery/") or "index.html")
        if not path.startswith("/gallery/") or not file.is_file() or file.parent != GALLERY:
            return self.send(b"", "text/plain", 404)
        return self.send(file.read_bytes(), TYPES[file.suffix])

    def _identity(self, kind: str) -> None:
        query = self.query()
        answer = self.shop.next(query["as"], kind)
        if kind == "proof" and (query.get("order"), query.get("key")) != ("1042", KEY):
            answer = Answer({"guest": True}, status=403)
        token = f"{query['as']}-{kind}-{self.shop.count(query['as'], kind)}"
        self.give(answer, answer.body or {"token": token}, {"Cache-Control": "no-store"})

    def _page(self, situation: str) -> None:
        query = self.query()
        scripts = f"'nonce-{NONCE}'" if "nonce" in query else self.shop.connector
        strict = "strict" in query or "nonce" in query
        headers = {"Content-Security-Policy": self._policy(scripts)} if strict else {}
        self.send(self.page(situation, query).encode(), TYPES[".html"], headers=headers)

    def page(self, situation: str, query: dict[str, str]) -> str:
        return page(self.shop, situation, query)

    def _policy(self, scripts: str) -> str:
        connector = self.shop.connector
        return (
            f"default-src 'none'; script-src {scripts}; style-src 'self'; base-uri 'none'; "
            f"connect-src 'self' {connector}; form-action 'none'; "
            "require-trusted-types-for 'script'; trusted-types stammkunde"
        )


class _ConnectorHandler(_Handler):
    """The connector's origin: built files for everyone, `me` for the shop's origin only."""

    def do_OPTIONS(self) -> None:
        changes = urlsplit(self.path).path.rpartition("/")[2] in CHANGES + PUBLIC
        allowed = "Authorization, Content-Type, Idempotency-Key" if changes else "Authorization"
        headers = self._cors() | {"Access-Control-Allow-Headers": allowed}
        self.send(b"", "text/plain", 204, headers)

    def do_GET(self) -> None:
        parts = urlsplit(self.path).path.strip("/").split("/")
        if parts[0] == "w" and parts[-1] in widgets.names():
            return self._file(parts[-1])
        if parts[0] != "v1" or len(parts) != 3 or parts[1] not in self.shop.situations:
            return self.send(b"", "text/plain", 404)
        public = {"config": self._config, "loader.js": self._loader}
        if act := public.get(parts[2]):
            return act(parts[1])
        return self._proven(*parts[1:])

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", "0"))))
        _, situation, kind = urlsplit(self.path).path.strip("/").split("/")
        assert kind in CHANGES + PUBLIC
        assert self.headers.get("Content-Type") == "application/json"
        self.shop.sent.append((kind, body))
        answer = self.shop.next(situation, kind)
        if kind in PUBLIC:
            assert not self.headers.get("Authorization")
        elif self._stranger(situation):
            return self.give(Answer(status=401), {"code": 401}, self._cors())
        return self.give(answer, answer.json(self._lang()), self._cors())

    def _stranger(self, situation: str, proof: str = "identity") -> bool:
        newest = f"Bearer {situation}-{proof}-{self.shop.count(situation, proof)}"
        return self.headers.get("Authorization") != newest or bool(self.headers.get("Cookie"))

    def _file(self, name: str) -> None:
        headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=31536000"}
        self.send(widgets.read(name), TYPES[".js"], headers=headers)

    def _loader(self, situation: str) -> None:
        """With the answer of `config` in it, which is thereby given; one that fails is left to be asked for."""
        first = self.shop.situations[situation].config[0]
        said = "null"
        if first.status == 200 and not first.delay and "none" not in self.query():
            self.shop.langs.append(self.query().get("lang", ""))
            said = json.dumps(self.shop.next(situation, "config").json(self._lang()))
        self.send(widgets.loader(said), TYPES[".js"])

    def _config(self, situation: str) -> None:
        self.shop.langs.append(self.query().get("lang", ""))
        answer = self.shop.next(situation, "config")
        headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=300"}
        self.give(answer, answer.json(self._lang()), headers)

    def _proven(self, situation: str, kind: str) -> None:
        assert kind in GIVEN
        answer = self.shop.next(situation, kind)
        by_key = kind == "order" and "order" not in self.query()
        if self._stranger(situation, "proof" if by_key else "identity"):
            return self.give(Answer(status=401), {"code": 401}, self._cors())
        return self.give(answer, answer.json(self._lang()), self._cors())

    def _lang(self) -> str:
        asked = self.query().get("lang", "")[:2]
        return asked if asked in ("de", "en") else "de"

    def _cors(self) -> dict[str, str]:
        allowed = self.headers.get("Origin") == self.shop.url
        return {"Access-Control-Allow-Origin": self.shop.url, "Vary": "Origin"} if allowed else {}


def page(shop: Shop, situation: str, query: dict[str, str]) -> str:
    """A shop's page with the widgets that `query` asks for."""
    names = query.get("widgets", ",".join(ALL)).split(",")
    tags = "\n".join(_tag(name, query) for name in names if name)
    proofs = f'data-identity="/identity?as={situation}" data-order="/order?as={situation}"'
    known = 'data-known="known"' if "known" in query else ""
    said = f"{'' if query.get('identity') == 'none' else proofs} {known} {query.get('more', '')}"
    lang = query.get("lang", "de")
    script = f"{shop.connector}/v1/{situation}/loader.js{query.get('tag', f'?lang={lang}')}"
    theme = query.get("theme", "plain")
    loader = f'<script defer nonce="{NONCE}" src="{script}" {said}></script>'
    if "bare" in query:  # the same page of a shop without us, for benchmarks
        loader = tags = ""
    wanted = query.get("press")
    press = (
        f'<script defer src="/gallery/press.js" data-press="{wanted}"></script>' if wanted else ""
    )
    return f"""<!doctype html>
<html lang="{lang}" class="{theme}">
<head><meta charset="utf-8"><title>Shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="/gallery/page.css">
{press}
{loader}
{loader if "twice" in query else ""}
</head>
<body><main{' class="stammkunde-account"' if "account" in query else ""}><h1>{"My account" if lang == "en" else "Mein Konto"}</h1>
{tags}
</main><footer><p>{"Legal notice" if lang == "en" else "Impressum"}</p></footer></body></html>"""


def _tag(name: str, query: dict[str, str]) -> str:
    """`earn` and `order` with what a shop says on them, or with what the test wants there."""
    said = query.get(name, ATTRIBUTES.get(name, ""))
    return f"<stammkunde-{name} {said}></stammkunde-{name}>"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64  # a page asks for a dozen things at once, on a machine that may be busy

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that leaves while we answer is no news."""


@contextmanager
def running(port: int = 0, pages: type[ShopHandler] = ShopHandler) -> Iterator[Shop]:
    """Both servers on the loopback; port 0 takes free ones."""
    shop = Shop()
    servers = []
    for handler, name, at in (
        (pages, "url", port),
        (_ConnectorHandler, "connector", port and port + 1),
    ):
        server = _Server(("127.0.0.1", at), type(handler.__name__, (handler,), {"shop": shop}))
        setattr(shop, name, f"http://127.0.0.1:{server.server_port}")
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}).start()
        servers.append(server)
    try:
        yield shop
    finally:
        shop.closing.set()
        for server in servers:
            server.shutdown()
            server.server_close()


def main() -> None:
    with running(8765) as shop:
        print(f"Gallery: {shop.url}/gallery/ (end with Ctrl+C)")
        threading.Event().wait()


if __name__ == "__main__":
    main()
