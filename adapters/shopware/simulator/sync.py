"""POST /api/_action/sync: many writes, all of them or none (seen)."""

from __future__ import annotations

from typing import Any

from adapters.shopware.simulator import checks, errors, writing
from adapters.shopware.simulator.kinds import JSON
from adapters.shopware.simulator.shop import Shop
from adapters.shopware.simulator.writing import Writer


def run(shop: Shop, writer: Writer, body: Any) -> JSON:
    """Operations are a list or an object whose keys name them; the keys come back in pointers."""
    named = body.items() if isinstance(body, dict) else enumerate(body or [])
    gone: dict[str, list[Any]] = {}
    absent: dict[str, list[Any]] = {}
    with shop.whole():
        for key, operation in named:
            _run(shop, writer, str(key), operation, gone, absent)
        writer.finish()
    return {
        "extensions": [],
        "data": writer.touched or [],
        "notFound": absent or [],
        "deleted": gone or [],
    }


def _run(
    shop: Shop,
    writer: Writer,
    key: str,
    operation: Any,
    gone: dict[str, list[Any]],
    absent: dict[str, list[Any]],
) -> None:
    if not isinstance(operation, dict) or not isinstance(operation.get("payload"), list):
        raise _invalid(f'Invalid payload in operation "{key}"')
    kind, action = operation.get("entity"), operation.get("action")
    joined = _joins(shop, str(kind))
    if kind not in shop.store.kinds and joined is None:
        raise _invalid(f'Definition for entity "{kind}" does not exist.')
    if action not in ("upsert", "delete"):
        raise _invalid(f'Invalid action in operation "{key}"')
    for number, entry in enumerate(operation["payload"]):
        if not isinstance(entry, dict):
            raise writing.malformed(f"/{key}/{number}")
        if joined is not None:
            _join(writer, *joined, str(kind), action, entry, gone, absent)
        elif action == "upsert":
            writer.upsert(str(kind), entry, f"/{key}/{number}")
        else:
            row = checks.row_id(entry.get("id"))
            done = writing.delete(writer, str(kind), row)
            (gone if done else absent).setdefault(str(kind), []).append(row)


def _joins(shop: Shop, table: str) -> tuple[str, str, str] | None:
    """The two sides of a table that only says what belongs together, and the association's name."""
    for kind in shop.store.kinds.values():
        for name, link in kind.links.items():
            if link.through == table:
                return kind.name, name, link.kind
    return None


def _join(
    writer: Writer,
    kind: str,
    name: str,
    other: str,
    table: str,
    action: str,
    entry: JSON,
    gone: dict[str, list[Any]],
    absent: dict[str, list[Any]],
) -> None:
    left, right = entry.get(f"{kind}Id"), entry.get(f"{other}Id")
    if not left or not right:
        raise errors.ApiError(400, [errors.blank(f"/{table}")])
    if left not in writer.shop.store.rows[kind]:
        raise errors.foreign(table, f"{kind}_id")
    if action == "upsert":
        writer.join(kind, left, name, right)
    else:
        done = writer.part(kind, left, name, right)
        (gone if done else absent).setdefault(table, []).append(entry)


def _invalid(detail: str) -> errors.ApiError:
    return errors.refuse(400, "FRAMEWORK__INVALID_SYNC_OPERATION", detail)
