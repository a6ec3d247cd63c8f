"""The Admin API of one shop: addresses, tokens and questions; an answer's meaning is in `answers`.

Nothing is followed anywhere else: a redirect makes a GET of a POST and takes our token along.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from adapters.shopware import answers
from adapters.shopware.answers import Answer, Rejected, Stale
from adapters.shopware.fields import record
from adapters.shopware.tokens import TOKENS, Tokens, client_of
from adapters.wire import LIMITS, Limits, Wire
from connector.errors import TryLater, Unreadable
from connector.port import JSON

PER_PAGE = 100
"""What every version gives: 6.5 up to .3 refuses 101, 6.6 refuses 501 (seen)."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search brought, and the shop's clock when it did."""

    items: list[JSON]
    total: int
    at: datetime | None


class Client:
    """One shop's API under `/api`."""

    def __init__(
        self,
        credentials: JSON,
        per_second: int,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        limits: Limits = LIMITS,
        tokens: Tokens = TOKENS,
    ) -> None:
        self.base: str = credentials["url"]
        self.clock = clock
        self._key, self._secret = credentials["key"], credentials["key_secret"]
        self._client = client_of(self.base, self._key, self._secret)
        self._tokens = tokens
        self._wire = Wire(self.base, credentials["ca_file"], per_second, limits)

    def search(self, entity: str, criteria: Mapping[str, Any]) -> Found:
        """Things of one kind. A question the shop does not understand is ours to repair."""
        answer = self._question(f"/search/{entity}", criteria)
        body = record(answer.body, f"a search for {entity}")
        items = body.get("data")
        if not isinstance(items, list):
            raise Unreadable(f"The shop answered a search for {entity} without a list.")
        total = body.get("total")
        return Found(
            [record(item, entity) for item in items],
            total if isinstance(total, int) else len(items),
            answer.at,
        )

    def there(self, entity: str, ids: Sequence[str]) -> set[str]:
        """Those of these ids that the shop has; naming ids lifts the limit of a page."""
        answer = self._question(f"/search-ids/{entity}", {"ids": list(ids), "limit": len(ids)})
        found = record(answer.body, f"a search for {entity}").get("data")
        if not isinstance(found, list):
            raise Unreadable(f"The shop answered a search for {entity} without a list.")
        return {each for each in found if isinstance(each, str)}

    def get(self, path: str) -> Answer:
        return self._call("GET", path, None)

    def post(self, path: str, body: JSON) -> Answer:
        return self._call("POST", path, body)

    def patch(self, path: str, body: JSON) -> Answer:
        return self._call("PATCH", path, body)

    def delete(self, path: str) -> Answer:
        return self._call("DELETE", path, None)

    def upsert(self, **operations: tuple[str, Sequence[JSON]]) -> Answer:
        """Write several kinds of things at once, all or nothing: name=(entity, things)."""
        body = {
            name: {"entity": entity, "action": "upsert", "payload": list(payload)}
            for name, (entity, payload) in operations.items()
        }
        return self._call("POST", "/_action/sync", body)

    def forget_token(self) -> None:
        """Log in anew for the next question."""
        self._tokens.forget(self._client)

    def _question(self, path: str, criteria: Mapping[str, Any]) -> Answer:
        try:
            return self._call("POST", path, dict(criteria))
        except Rejected as no:
            raise Unreadable(f"The shop does not understand our question: {no}") from None

    def _call(self, method: str, path: str, body: JSON | None) -> Answer:
        """With a token; once more with another one if the shop does not know it."""
        token = self._tokens.get(self._client, self._fetch)
        try:
            return self._send(method, path, body, token)
        except Stale:
            self._tokens.drop(self._client, token)
        return self._send(method, path, body, self._tokens.get(self._client, self._fetch))

    def _send(self, method: str, path: str, body: JSON | None, token: str = "") -> Answer:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        raw = self._wire.exchange(method, f"{self.base}/api{path}", body=body, headers=headers)
        return answers.read(raw, f"{method} /api{path}", self.clock())

    def _fetch(self) -> tuple[str, float]:
        """A new token and its life in seconds. No scope is asked for: 6.7 knows it only as a text, 6.5 as
        a list too, and all give everything the key may do."""
        wish = {"grant_type": "client_credentials", "client_id": self._key,
                "client_secret": self._secret}  # fmt: skip
        given = self._send("POST", "/oauth/token", wish).body
        token = given.get("access_token") if isinstance(given, dict) else None
        life = given.get("expires_in") if isinstance(given, dict) else None
        if not isinstance(token, str) or not token or not isinstance(life, int | Decimal):
            raise TryLater("The shop gave no token where it should have; something answers for it.")
        return token, float(life)
