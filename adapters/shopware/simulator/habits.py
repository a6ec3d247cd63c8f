"""The nasty habits a real shop can have, as switches; everything is off until a test asks for it."""

from __future__ import annotations

import threading
from typing import Any

JSON = dict[str, Any]

DEFAULTS: JSON = {
    "busy": None,  # {"status": 429|503, "retry_after": 7, "times": 2}
    "silent": None,  # {"times": 1, "seconds": 30}: no answer, then the connection is dropped
    "html": None,  # {"status": 200|502|503, "times": 1}: a proxy's or maintenance page
    "truncated": None,  # {"times": 1}: half of the body
    "duplicate_code": None,  # {"times": 1}: a new individual code was taken by somebody else just now
    "throttle": None,  # {"times": 1, "seconds": 10}: the token route says that it was asked too often
    "old_secret": None,  # {"times": 1}: a webhook that waited since before the secret changed
    "lost_access": False,  # the integrations are gone
    "missing_privileges": [],  # rights the merchant has taken away from everybody
    "clock_offset_seconds": 0,
    "webhooks": {
        "drop": 0.0,
        "duplicate": 0.0,
        "shuffle": False,
        "delay_seconds": 0.0,
        "worker": False,  # True: own worker with retries and the failure counter
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
    return {
        k: dict(v) if isinstance(v, dict) else list(v) if isinstance(v, list) else v
        for k, v in values.items()
    }
