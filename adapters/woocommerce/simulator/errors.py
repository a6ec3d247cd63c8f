"""How WordPress says no: a code to branch on, an English sentence, and the status."""

from __future__ import annotations

from typing import Any


class RestError(Exception):
    """Becomes `{code, message, data}` with this status."""

    def __init__(self, code: str, message: str, status: int, data: Any = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.data = {"status": status} if data is None else data

    def body(self) -> dict[str, Any]:
        return {"code": self.code, "message": self.message, "data": self.data}


def invalid_id(kind: str) -> RestError:
    return RestError(f"woocommerce_rest_{kind}_invalid_id", "Invalid ID.", 404)
