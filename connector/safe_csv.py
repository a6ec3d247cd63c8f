"""Cells of a table that a spreadsheet opens without running them."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from connector.chain import moment

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def cell(value: Any) -> Any:
    """Numbers as they are, moments and documents as text, and text never as a formula."""
    if value is None:
        return ""
    if isinstance(value, bool | int):
        return value
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict | list):
        return cell(json.dumps(value, ensure_ascii=False, sort_keys=True))
    text = str(value)
    return f"'{text}" if text.lstrip().startswith(_FORMULA) or text.startswith(_FORMULA) else text
