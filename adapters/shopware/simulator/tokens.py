"""Access tokens for client id and secret; whoever guesses too often has to wait, by address (seen)."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from adapters.shopware.simulator import errors
from adapters.shopware.simulator.kinds import JSON
from adapters.shopware.simulator.rights import Caller
from adapters.shopware.simulator.shop import Shop

LIFETIME_SECONDS = 600
WAITS = [(20, 60), (15, 30), (10, 10)]
"""Seen: so many failures in a row, so many seconds; a success forgets them."""
GRANT = "The authorization grant type is not supported by the authorization server."
INVALID = "The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed."
DENIED = "The resource owner or authorization server denied the request."


@dataclass
class Failures:
    """What came from one address."""

    count: int = 0
    last: datetime | None = None


@dataclass
class Door:
    """The tokens that are out, and who has failed how often."""

    shop: Shop
    given: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    failed: dict[str, Failures] = field(default_factory=dict)

    def token(self, wanted: JSON, address: str) -> JSON:
        """An answer of POST /api/oauth/token."""
        self._throttle(address)
        if wanted.get("grant_type") != "client_credentials":
            raise _oauth(400, "2", GRANT, "Check that all required parameters have been provided")
        self._scope(wanted.get("scope"))
        key, secret = wanted.get("client_id"), wanted.get("client_secret")
        if not isinstance(key, str) or not isinstance(secret, str):
            raise _oauth(400, "3", INVALID, "Check the `client_id` parameter")
        if not self._fits(key, secret):
            seen = self.failed.setdefault(address, Failures())
            seen.count, seen.last = seen.count + 1, self.shop.now()
            raise _oauth(401, "4", "Client authentication failed", None)
        self.failed.pop(address, None)
        return {
            "token_type": "Bearer",
            "expires_in": LIFETIME_SECONDS,
            "access_token": self._give(key),
        }

    def caller(self, header: str | None) -> Caller:
        """Who holds this token. Raises the 401 of a wrong, old or withdrawn one."""
        kind, _, token = (header or "").partition(" ")
        if kind.lower() != "bearer" or not token:
            raise _oauth(401, "9", DENIED, 'Missing "Authorization" header')
        known = self.given.get(token)
        if known is None:
            detail = "Error while decoding from Base64Url, invalid base64 characters detected"
            raise _oauth(401, "9", DENIED, detail)
        key, until = known
        if until <= self.shop.now() or self._integration(key) is None:
            raise _oauth(401, "9", DENIED, "Access token could not be verified")
        return Caller(key, self.shop.privileges.get(key))

    def _throttle(self, address: str) -> None:
        """Seen: the address is what counts, not the client; and there is no Retry-After."""
        habit = self.shop.habits.due("throttle")
        if habit is not None:
            raise _throttled(int(habit.get("seconds", 10)))
        seen = self.failed.get(address)
        if seen is None or seen.last is None:
            return
        wait = next((seconds for count, seconds in WAITS if seen.count >= count), 0)
        left = seen.last + timedelta(seconds=wait) - self.shop.now()
        if wait and left > timedelta(0):
            raise _throttled(wait)

    def _scope(self, scope: Any) -> None:
        """6.7 takes a text only; before it, a list did too (read in the release notes)."""
        strict = self.shop.double_signed
        if scope is not None and not isinstance(scope, str) and (strict or type(scope) is not list):
            raise _oauth(400, "3", INVALID, "Check the `scope` parameter")

    def _fits(self, key: str, secret: str) -> bool:
        row = self._integration(key)
        return row is not None and hmac.compare_digest(row["_secret"].encode(), secret.encode())

    def _integration(self, key: str) -> JSON | None:
        """Read in source: the key of an app that is not switched on opens nothing."""
        if self.shop.habits["lost_access"]:
            return None
        rows = self.shop.store.rows["integration"].values()
        return next((row for row in rows if row["accessKey"] == key and not row.get("_off")), None)

    def _give(self, key: str) -> str:
        parts = (secrets.token_urlsafe(n) for n in (24, 120, 32))
        token = "eyJ" + ".".join(parts)
        self.given[token] = (key, self.shop.now() + timedelta(seconds=LIFETIME_SECONDS))
        return token


def integrate(shop: Shop, label: str, privileges: frozenset[str] | None) -> tuple[str, str, str]:
    """A new integration: its id, its key and its secret. Without privileges it is an administrator's."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    key = "SWIA" + "".join(secrets.choice(alphabet) for _ in range(22))
    secret = secrets.token_urlsafe(38)
    values: JSON = {
        "label": label,
        "accessKey": key,
        "admin": privileges is None,
        "_secret": secret,
    }
    row = shop.add("integration", **values)
    shop.privileges[key] = privileges
    return str(row["id"]), key, secret


def _oauth(status: int, code: str, title: str, detail: str | None) -> errors.ApiError:
    error = {"code": code, "status": str(status), "title": title, "detail": detail}
    return errors.ApiError(status, [error])


def _throttled(seconds: int) -> errors.ApiError:
    return errors.refuse(
        429, "FRAMEWORK__AUTH_THROTTLED", f"Auth throttled for {seconds} seconds.", seconds=seconds
    )
