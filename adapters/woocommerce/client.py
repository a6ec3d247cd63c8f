"""WooCommerce's API of one shop: addresses, credentials and redirects; an answer's meaning is in `answers`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from requests.auth import HTTPBasicAuth

from adapters.wire import LIMITS, Limits, Raw, Wire
from adapters.woocommerce import access, answers
from adapters.woocommerce.answers import Answer, Denied, Rejected
from connector.errors import Unreadable
from connector.port import JSON

REDIRECTS = 3


class Client:
    """One shop's API under `/wp-json/wc/v3`."""

    def __init__(
        self,
        credentials: JSON,
        per_second: int,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        limits: Limits = LIMITS,
    ) -> None:
        self.base: str = credentials["url"]
        self.clock = clock
        self._auth = HTTPBasicAuth(credentials["key"], credentials["secret"])
        self._wire = Wire(self.base, credentials["ca_file"], per_second, limits, self._auth)

    def get(self, path: str, **params: str | int) -> Answer:
        """A question the shop does not understand is ours to repair: no person can answer it."""
        try:
            return self._call("GET", f"/wp-json/wc/v3{path}", params=params)
        except Rejected as no:
            raise Unreadable(f"The shop does not understand our question: {no}") from None

    def post(self, path: str, body: JSON) -> Answer:
        return self._call("POST", f"/wp-json/wc/v3{path}", body=body)

    def put(self, path: str, body: JSON) -> Answer:
        return self._call("PUT", f"/wp-json/wc/v3{path}", body=body)

    def put_at(self, path: str, body: JSON) -> Answer:
        """The same in a namespace that is not WooCommerce's own."""
        return self._call("PUT", path, body=body)

    def delete(self, path: str) -> Answer:
        """Delete for good; without `force` WooCommerce moves to the trash, or refuses with 501."""
        return self._call("DELETE", f"/wp-json/wc/v3{path}", params={"force": "true"})

    def index(self) -> Answer:
        """WordPress's description of itself; needs no key."""
        return self._call("GET", "/wp-json/", signed=False)

    def knock(self, path: str) -> Raw:
        """Ask without a key and take whatever comes; for diagnosis only."""
        return self._send("GET", self.base + path, {}, None, signed=False)

    def may_write(self) -> Denied | None:
        """Whether the key may write, without writing: a coupon without a code is never made."""
        try:
            self.post("/coupons", {})
        except Rejected:
            return None
        except Denied as denied:
            return denied
        return None

    def _call(
        self,
        method: str,
        path: str,
        params: Mapping[str, str | int] | None = None,
        body: JSON | None = None,
        signed: bool = True,
    ) -> Answer:
        raw = self._send(method, self.base + path, params or {}, body, signed)
        try:
            return answers.read(raw, f"{method} {path}", self.clock())
        except Denied as denied:
            raise access.explain(denied, method, self.base, self._probe) from None

    def _probe(self, method: str, as_query: bool) -> Raw:
        """For diagnosis. Credentials in a query end up in access logs, so only once and only here."""
        query: dict[str, str | int] = {"per_page": 1} if method == "GET" else {}
        if as_query:
            query |= {
                "consumer_key": str(self._auth.username),
                "consumer_secret": str(self._auth.password),
            }
        body: JSON | None = {} if method == "POST" else None
        return self._send(method, self.base + access.PROBED[method], query, body, not as_query)

    def _send(
        self,
        method: str,
        url: str,
        params: Mapping[str, str | int],
        body: JSON | None,
        signed: bool,
    ) -> Raw:
        """One request, following redirects only within the same origin and only for reading."""
        query: Mapping[str, str | int] | None = params
        for _ in range(REDIRECTS + 1):
            raw = self._wire.exchange(method, url, params=query, body=body, signed=signed)
            if raw.status not in (301, 302, 303, 307, 308):
                return raw
            url, query = self._redirected(method, url, raw), None
        raise Denied("redirect", "The shop redirects in a circle.", _CHECK_ADDRESS)

    def _redirected(self, method: str, url: str, raw: Raw) -> str:
        target = urljoin(url, raw.headers.get("Location", ""))
        here, there = urlsplit(url), urlsplit(target)
        if (here.scheme, here.netloc) != (there.scheme, there.netloc):
            elsewhere = f"{there.scheme}://{there.hostname or ''}"
            raise Denied("redirect", f"The shop redirects to {elsewhere}.", _CHECK_ADDRESS)
        if method != "GET":
            raise Denied("redirect", f"The shop redirects {method} requests.", _CHECK_ADDRESS)
        return target


_CHECK_ADDRESS = "Give the address to which the shop really answers as --url."


def listed(answer: Answer) -> list[Any]:
    """The body of a list; an object in its place is an error we do not know."""
    if not isinstance(answer.body, list):
        raise Unreadable("WooCommerce sent an object where a list was expected.")
    return answer.body
