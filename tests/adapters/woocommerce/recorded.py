"""Recorded answers and webhooks of real shops, ready for tests."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connector.port import Delivery

FIXTURES = Path(__file__).parent / "fixtures"


def names(folder: str) -> list[str]:
    """Every recording in a folder."""
    return sorted(path.stem for path in (FIXTURES / folder).glob("*.json"))


def recording(folder: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FIXTURES / folder / f"{name}.json").read_text("utf-8"))
    return found


def body(folder: str, name: str) -> Any:
    return recording(folder, name)["response"]["body"]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A webhook as it came in, and the secret it was signed with."""

    delivery: Delivery
    secret: str


def webhook(name: str) -> Recorded:
    found = recording("webhooks", name)
    headers = {key.lower(): value for key, value in found["headers"]}
    raw = base64.b64decode(found["body_b64"])
    return Recorded(Delivery("POST", "/hooks/demo", b"", headers, raw), found["secret"] or "")
