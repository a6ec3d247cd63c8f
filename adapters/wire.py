"""One request to a shop, whatever its platform: timeouts, pace, limits, and no word of it in a log or an error.

What an answer means is the adapter's business; here it is bytes.
"""

from __future__ import annotations

import logging
import re
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase
from requests_ratelimiter import LimiterAdapter
from urllib3 import Retry
from urllib3.exceptions import HTTPError

from adapters.reach import Reach, keep_within, reach_of
from connector.errors import TryLater, Unreadable

AT_ONCE = 65_536
LONGEST_WAIT = 300.0
"""Seconds we let a shop send us away. One hostile Retry-After must not park a shop for a day."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one answer may cost us: seconds, and bytes after unpacking."""

    connect: float = 5.0
    silence: float = 30.0
    """Between two pieces of an answer."""
    whole: float = 90.0
    """A shop that drips one byte at a time must not hold us for ever."""
    size: int = 32 * 1024 * 1024
    """A hundred orders are about 0.3 MB on WooCommerce 11.0 and 1 MB on Shopware 6.6 (seen)."""


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


@dataclass(frozen=True, slots=True)
class Raw:
    """An answer as it came over the wire, its body read up to our limit."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def _without_query(record: logging.LogRecord) -> bool:
    """urllib3 writes whole addresses into the log, and a query may hold a key."""
    record.msg, record.args = re.sub(r"\?\S*", "?…", record.getMessage()), None
    return True


for _name in ("urllib3.connectionpool", "urllib3.util.retry"):
    logging.getLogger(_name).addFilter(_without_query)


class Wire:
    """Requests to one shop; the address's own host is as far as they go."""

    def __init__(
        self,
        base: str,
        ca_file: str,
        per_second: int,
        limits: Limits = LIMITS,
        auth: AuthBase | None = None,
    ) -> None:
        self._limits = limits
        self._auth = auth
        self._session = requests.Session()
        # A proxy of the surroundings would look the shop's name up where we cannot check it.
        self._session.trust_env = False
        self._verify: str | bool = ca_file or True
        self._session.headers["User-Agent"] = "Stammkunde"
        self._session.headers["Accept"] = "application/json"
        self._session.headers["Accept-Encoding"] = "gzip"
        self._session.cookies.set_policy(_NO_COOKIES)
        pace = _pace(base, per_second, reach_of(base, ca_file))
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, pace)

    def exchange(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str | int] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        signed: bool = True,
    ) -> Raw:
        """One request and its whole answer; redirects are answers too. Raises TryLater or Unreadable.

        `body` is sent as JSON; `signed`: with the credentials this was made with.
        """
        asked = f"{method} {urlsplit(url).path}"
        try:
            with self._session.request(
                method,
                url,
                params=params,
                json=body,
                headers=headers,
                auth=(self._auth if signed else None) or _nobody,
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


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds to wait, from seconds or an HTTP date, never more than LONGEST_WAIT."""
    if value is None:
        return None
    if re.fullmatch(r"\s*[0-9]{1,12}\s*", value):
        return min(float(value), LONGEST_WAIT)
    until = date(value)
    return min(max((until - now).total_seconds(), 0.0), LONGEST_WAIT) if until else None


def date(value: str | None) -> datetime | None:
    """An HTTP date, such as the server's clock in the header Date."""
    try:
        parsed = parsedate_to_datetime(value or "")
    except (ValueError, OverflowError):
        return None
    return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)
