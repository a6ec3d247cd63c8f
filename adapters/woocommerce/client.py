"""HTTP to one shop: timeouts, pace, limits and credentials; an answer's meaning is in `answers`."""

from __future__ import annotations

import logging
import re
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.auth import HTTPBasicAuth
from requests_ratelimiter import LimiterAdapter
from urllib3 import Retry
from urllib3.exceptions import HTTPError

from adapters.reach import Reach, keep_within, reach_of
from adapters.woocommerce import access, answers
from adapters.woocommerce.answers import Answer, Denied, Raw, Rejected
from connector.errors import TryLater, Unreadable
from connector.port import JSON

REDIRECTS = 3
AT_ONCE = 65_536


@dataclass(frozen=True, slots=True)
class Limits:
    """What one answer may cost us: seconds, and bytes after unpacking."""

    connect: float = 5.0
    silence: float = 30.0
    """Between two pieces of an answer."""
    whole: float = 90.0
    """A shop that drips one byte at a time must not hold us for ever."""
    size: int = 32 * 1024 * 1024
    """A hundred orders are about 0.3 MB (seen on 11.0)."""


LIMITS = Limits()

CONNECT_ONCE_MORE = Retry(
    total=None,
    connect=1,
    read=False,
    redirect=0,
    status=0,
    other=0,
    respect_retry_after_header=False,
)


def _without_query(record: logging.LogRecord) -> bool:
    """urllib3 writes whole addresses into the log, and a query may hold a key (`Client._probe`)."""
    record.msg, record.args = re.sub(r"\?\S*", "?…", record.getMessage()), None
    return True


for _name in ("urllib3.connectionpool", "urllib3.util.retry"):
    logging.getLogger(_name).addFilter(_without_query)


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
        self._limits = limits
        self._auth = HTTPBasicAuth(credentials["key"], credentials["secret"])
        self._session = requests.Session()
        # A proxy of the surroundings would look the shop's name up where we cannot check it.
        self._session.trust_env = False
        self._verify: str | bool = credentials["ca_file"] or True
        self._session.headers["User-Agent"] = "Stammkunde"
        self._session.headers["Accept"] = "application/json"
        self._session.headers["Accept-Encoding"] = "gzip"
        self._session.cookies.set_policy(_NO_COOKIES)
        pace = _pace(self.base, per_second, reach_of(self.base, credentials["ca_file"]))
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, pace)

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
            raw = self._exchange(method, url, query, body, signed)
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

    def _exchange(
        self,
        method: str,
        url: str,
        params: Mapping[str, str | int] | None,
        body: JSON | None,
        signed: bool,
    ) -> Raw:
        asked = f"{method} {urlsplit(url).path}"
        try:
            with self._session.request(
                method,
                url,
                params=params,
                json=body,
                auth=self._auth if signed else _nobody,
                timeout=(self._limits.connect, self._limits.silence),
                verify=self._verify,
                allow_redirects=False,
                stream=True,
            ) as response:
                came = _body(response, asked, self._limits)
                return Raw(response.status_code, response.headers, came)
        except requests.exceptions.SSLError:
            raise TryLater(
                "The shop's certificate is not trusted: expired, for another name, or from a"
                " private authority. Renew it, or give its authority's file with --ca-file."
            ) from None
        except requests.exceptions.Timeout:
            raise TryLater(f"The shop did not answer {asked} in time.") from None
        except (requests.exceptions.RequestException, HTTPError, OSError, ValueError, zlib.error):
            # The library's own text repeats the whole address with its query; a ValueError is what
            # it makes of a redirect to no address, even where it is told not to follow.
            raise TryLater(f"The shop could not be reached, or broke off, at {asked}.") from None


_NO_COOKIES = DefaultCookiePolicy(allowed_domains=[])
"""A shop's cookies are for people: a session or a cart would make answers depend on earlier ones."""

_CHECK_ADDRESS = "Give the address to which the shop really answers as --url."


def _nobody(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keeps requests from finding credentials elsewhere."""
    return request


@lru_cache(maxsize=1024)
def _pace(base: str, per_second: int, reach: Reach) -> LimiterAdapter:
    """One limiter per shop and process, however often the shop is opened; no burst.

    Its own handling of 429 is off: it writes whole addresses into the log.
    """
    pace = LimiterAdapter(per_second=per_second, limit_statuses=(), max_retries=CONNECT_ONCE_MORE)
    keep_within(pace, reach)
    return pace


def _body(response: requests.Response, asked: str, limits: Limits) -> bytes:
    """The whole body, unless it is larger or slower than any honest answer.

    Piece by piece as they come: the library's own stream waits until 64 KB are there, which a shop
    that drips one byte at a time never sends. Packed bodies are unpacked here, where they are counted.
    """
    until, pieces, size = time.monotonic() + limits.whole, list[bytes](), 0
    while piece := response.raw.read1(AT_ONCE, decode_content=False):
        size += len(piece)
        if size > limits.size:
            raise _too_large(asked, limits)
        if time.monotonic() > until:
            raise TryLater(f"The shop did not finish its answer to {asked} in time.")
        pieces.append(piece)
    body = b"".join(pieces)
    packed = response.headers.get("Content-Encoding", "").lower() in ("gzip", "x-gzip")
    return _unpacked(body, asked, limits) if packed else body


def _unpacked(body: bytes, asked: str, limits: Limits) -> bytes:
    """A kilobyte may unpack to a megabyte, so it is stopped at the limit."""
    unpacking = zlib.decompressobj(zlib.MAX_WBITS | 16)
    plain = unpacking.decompress(body, limits.size + 1)
    if len(plain) > limits.size:
        raise _too_large(asked, limits)
    return plain


def _too_large(asked: str, limits: Limits) -> Unreadable:
    return Unreadable(f"The shop answered {asked} with more than {limits.size} bytes.")


def listed(answer: Answer) -> list[Any]:
    """The body of a list; an object in its place is an error we do not know."""
    if not isinstance(answer.body, list):
        raise Unreadable("WooCommerce sent an object where a list was expected.")
    return answer.body
