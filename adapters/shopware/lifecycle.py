"""What a shop says of the app: switched on, switched off, removed.

`app.deleted` says `keepUserData` only since 6.7; 6.6.7.1 sends an empty list whatever was chosen (seen). Who did not
say that the data are to go keeps them, and a person is asked; who said it has thirty days to think again.
"""

from __future__ import annotations

from typing import Any

from connector.errors import Refused
from connector.port import JSON, Door

OFF = "The app is switched off in the shop's administration. Switch it on there."
GONE = "The app was removed from the shop. Install it again to go on."
INSTALLED, UPDATED, ACTIVATED = "app.installed", "app.updated", "app.activated"
DEACTIVATED, DELETED = "app.deactivated", "app.deleted"


class Corrupt(Refused):
    """A genuine message that is about the app and cannot be understood."""


def event_of(said: JSON) -> str:
    data = said.get("data")
    event = data.get("event") if isinstance(data, dict) else None
    if not isinstance(event, str):
        raise Corrupt("This message names no event.")
    return event


def heard(said: JSON, door: Door) -> None:
    """What follows for a connected shop. Raises Corrupt, and nothing follows."""
    event = event_of(said)
    if event == ACTIVATED or (event == UPDATED and door.stopped not in (OFF, GONE)):
        door.go_on()
    elif event == DEACTIVATED:
        door.stop(OFF)
    elif event == DELETED:
        kept = _kept(said["data"].get("payload"))
        door.stop(GONE)
        if kept is None:
            door.ask("app_gone", {})
        elif not kept:
            door.forget()


def _kept(payload: Any) -> bool | None:
    """Whether the merchant asked to keep what is there; None: he was not asked."""
    if payload == [] or payload == {}:
        return None
    kept = payload.get("keepUserData") if isinstance(payload, dict) else None
    if not isinstance(kept, bool):
        raise Corrupt("This message does not say what was removed.")
    return kept
