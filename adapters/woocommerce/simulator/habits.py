"""The nasty habits a real shop can have, as switches; everything is off until a test asks for it."""

from __future__ import annotations

import threading
from typing import Any

JSON = dict[str, Any]

DEFAULTS: JSON = {
    "busy": None,  # {"status": 429|503, "retry_after": 7, "times": 2}
    "silent": None,  # {"times": 1, "seconds": 30}: no answer, then the connection is dropped
    "html": None,  # {"status": 200|503, "times": 1}: a maintenance page instead of JSON
    "truncated": None,  # {"times": 1}: half of the body
    "duplicate_coupon": None,  # {"times": 1}: the check for an existing code loses the race
    "lost_access": False,  # the key was revoked
    "read_only_key": False,
    "is_ssl": True,  # False: PHP does not know about the TLS in front of it
    "plain_permalinks": False,
    "refuse_private_urls": False,  # WordPress' own guard against delivering into private networks
    "coupons_disabled": False,
    "without_companion": False,  # our plugin is not in the shop
    "decimals": 2,
    "prices_include_tax": True,
    "currency": "EUR",
    "review_request_emails": "off",  # off (feature absent) | no | yes
    "clock_offset_seconds": 0,
    "webhooks": {
        "drop": 0.0,
        "duplicate": 0.0,
        "shuffle": False,
        "delay_seconds": 0.0,
        "owner": "ok",  # ok | demoted | deleted
    },
}


COUNTED = [name for name, value in DEFAULTS.items() if value is None]


class Habits:
    """The switches, and how often a counted one still happens."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values = _copy(DEFAULTS)

    def show(self) -> JSON:
        with self._lock:
            return _copy(self._values)

    def change(self, wanted: JSON) -> None:
        """Set the named switches; the others stay. Raises ValueError naming an unknown one."""
        unknown = sorted(set(wanted) - set(DEFAULTS))
        unknown += [
            f"webhooks.{name}"
            for name in wanted.get("webhooks") or {}
            if name not in DEFAULTS["webhooks"]
        ]
        if unknown:
            raise ValueError(f"There is no habit called {', '.join(unknown)}.")
        for name in COUNTED:
            if not isinstance(wanted.get(name), dict | None):
                raise ValueError(f'{name}: give an object like {{"times": 2}}, or null.')
        with self._lock:
            for name, value in wanted.items():
                if name == "webhooks":
                    self._values["webhooks"].update(value or DEFAULTS["webhooks"])
                else:
                    self._values[name] = value

    def reset(self) -> None:
        with self._lock:
            self._values = _copy(DEFAULTS)

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def due(self, name: str) -> JSON | None:
        """The settings of a counted habit if it happens now; uses up one of its times."""
        with self._lock:
            value = self._values[name]
            if not value:
                return None
            left = value.get("times", 1)
            if left <= 1:
                self._values[name] = None
            else:
                value["times"] = left - 1
            return dict(value)


def _copy(values: JSON) -> JSON:
    return {k: dict(v) if isinstance(v, dict) else v for k, v in values.items()}
