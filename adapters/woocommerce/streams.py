"""What changed in the shop, page by page; the cursor is a small JSON text of our own.

Orders: first a walk over all by id, then for ever rounds of three questions: what was modified
since the mark (seen: `modified_after` is strictly greater and has one second), what lies in the
trash (hidden from every other list), which refunds are new. Marks are the shop's own times, so no
clock has to agree with another.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from adapters.woocommerce import fields, walk
from adapters.woocommerce.answers import NoRoute
from adapters.woocommerce.client import Client, listed
from connector.errors import BadInput, Unreadable
from connector.port import JSON

QUIET = timedelta(seconds=60)
"""How long to leave the shop alone when it had nothing new; webhooks ring in between."""
LONG_AGO = "1970-01-01T00:00:00"


@dataclass(frozen=True, slots=True)
class Found:
    """One step through a stream, untranslated."""

    items: Sequence[JSON]
    cursor: JSON
    more: bool = True
    total: int | None = None


def read(cursor: str | None) -> JSON:
    """The cursor we wrote; None is the beginning."""
    if cursor is None:
        return {"phase": "start"}
    try:
        state = json.loads(cursor)
        if all(isinstance(state[name], kind) for name, kind in _NEEDED[state["phase"]].items()):
            return dict(state)
    except (ValueError, KeyError, TypeError):
        pass
    raise BadInput("The saved position in the shop's changes is damaged. Run `sync --full` once.")


def write(state: JSON) -> str:
    return json.dumps(state, separators=(",", ":"), sort_keys=True)


def orders(client: Client, state: JSON, document: JSON) -> Found:
    return _phase(state)(client, state, "/orders", document)


def products(client: Client, state: JSON, document: JSON) -> Found:
    return _phase(state)(client, state, "/products", document)


def customers(client: Client, state: JSON) -> Found:
    """New accounts only: the list knows no modified filter and ignores one silently (seen).

    Changed accounts ring a webhook, and are looked at with their next order.
    """
    here = walk.Place() if state["phase"] == "start" else walk.place(state)
    step = walk.step(client, "/customers", here)
    cursor = {"phase": "accounts", **step.place.save()}
    return Found(step.items, cursor, step.more, step.total)


def _start(client: Client, state: JSON, path: str, document: JSON) -> Found:
    """Before the first walk, note the newest change: what changes meanwhile is read again later."""
    answer = client.get(path, orderby="modified", order="desc", per_page=1)
    newest = [fields.record(item, path) for item in listed(answer)]
    mark = _mark(newest, LONG_AGO, _naive(answer.at or client.clock()))
    return _walk(client, {"mark": mark, **walk.Place().save()}, path, document)


def _walk(client: Client, state: JSON, path: str, document: JSON) -> Found:
    step = walk.step(client, path, walk.place(state), **_window(path, document))
    if step.more:
        cursor = {"phase": "walk", "mark": state["mark"], **step.place.save()}
    else:
        cursor = _round(state, document)
    return Found(step.items, cursor, True, step.total)


def _round(state: JSON, document: JSON) -> JSON:
    """The beginning of a round: some seconds before the mark are read again, because an order is
    stamped a moment before it is saved. Once the mark was that old before a whole round began, all
    of it has been seen; else a quiet shop would be asked for its last bulk edit for ever."""
    mark, overlap = state["mark"], document["overlap_seconds"]
    settled = _earlier(str(state.get("at", mark)), 2 * overlap) >= mark
    since = mark if settled else _earlier(mark, overlap)
    return {"phase": "modified", "mark": mark, "since": since, "began": since}


def _modified(client: Client, state: JSON, path: str, document: JSON) -> Found:
    """Oldest change first; the next page begins at the last change of this one, because what is
    modified meanwhile moves to the end and the rest slides forward."""
    answer = client.get(
        path,
        **(_window(path, document) | _since(state["since"])),
        orderby="modified",
        order="asc",
        per_page=walk.PER_PAGE,
    )
    items = [fields.record(item, path) for item in listed(answer)]
    state = {"at": _naive(answer.at or client.clock())} | state
    state["mark"] = _mark(items, state["mark"], state["at"])
    if len(items) < walk.PER_PAGE:
        return Found(items, *_after_modified(state, path, document), answer.total)
    last = _latest(items, state["since"])
    if last <= state["since"]:  # asked for what is later, so this is no answer to our question
        raise walk.same_page(path)
    if _earlier(last, 1) > state["since"]:
        return Found(items, state | {"since": _earlier(last, 1)}, total=answer.total)
    return Found(items, state | {"phase": "crowd", "second": last, **walk.Place().save()})


def _crowd(client: Client, state: JSON, path: str, document: JSON) -> Found:
    """More than a page within one second, after an import or a bulk edit: walk it by id."""
    second = state["second"]
    step = walk.step(
        client,
        path,
        walk.place(state),
        **(_window(path, document) | _since(_earlier(second, 1))),
        modified_before=_earlier(second, -1),
    )
    if step.more:
        return Found(step.items, state | step.place.save())
    return Found(step.items, {"phase": "modified", "since": second, **_kept(state)})


def _after_modified(state: JSON, path: str, document: JSON) -> tuple[JSON, bool]:
    if path != "/orders":
        return _round(state, document), False
    return {"phase": "trash", **_kept(state), **walk.Place().save()}, True


def _kept(state: JSON) -> JSON:
    """What a round carries on: the mark now, from when it asked, and the shop's time at its start."""
    return {name: state[name] for name in ("mark", "began", "at")}


def _trash(client: Client, state: JSON, path: str, document: JSON) -> Found:
    """All of it each time: whether trashing moves `date_modified` differs between stores."""
    step = walk.step(client, path, walk.place(state), status="trash", **_window(path, document))
    if step.more:
        return Found(step.items, state | step.place.save())
    return Found(step.items, state | {"phase": "refunds", **walk.Place().save()})


def _refunds(client: Client, state: JSON, path: str, document: JSON) -> Found:
    """Orders of new refunds, in case their own date stood still; there since 9.0, 404 before."""
    done = _round(state, document)
    try:
        step = walk.step(client, "/refunds", walk.place(state), **_since(state["began"]))
    except NoRoute:
        return Found([], done, more=False)
    items = _by_id(
        client, path, [fields.external_id(it, "parent_id", "a refund") for it in step.items]
    )
    return Found(items, state | step.place.save() if step.more else done, step.more)


def _by_id(client: Client, path: str, ids: Sequence[str]) -> list[JSON]:
    if not ids:
        return []
    wanted = ",".join(sorted(set(ids), key=int))
    answer = client.get(path, include=wanted, per_page=walk.PER_PAGE)
    return [fields.record(item, path) for item in listed(answer)]


def _phase(state: JSON) -> Callable[[Client, JSON, str, JSON], Found]:
    if state["phase"] not in _PHASES:
        raise BadInput("The saved position belongs to another list of the shop. Run `sync --full`.")
    return _PHASES[state["phase"]]


_PHASES: dict[str, Callable[[Client, JSON, str, JSON], Found]] = {
    "start": _start,
    "walk": _walk,
    "modified": _modified,
    "crowd": _crowd,
    "trash": _trash,
    "refunds": _refunds,
}

_PLACE: dict[str, type] = {"offset": int, "last": int}
_ROUND: dict[str, type] = {"mark": str, "began": str}
_NEEDED: dict[str, dict[str, type]] = {
    "start": {},
    "accounts": _PLACE,
    "walk": {"mark": str, **_PLACE},
    "modified": {"since": str, **_ROUND},
    "crowd": {"second": str, "at": str, **_ROUND, **_PLACE},
    "trash": {"at": str, **_ROUND, **_PLACE},
    "refunds": {"at": str, **_ROUND, **_PLACE},
}


def _window(path: str, document: JSON) -> dict[str, str]:
    """From when orders count. `after` is about the order's own date."""
    since = document["orders_since"]
    if path != "/orders" or not since:
        return {}
    return {"after": _earlier(f"{since}T00:00:00", 1), "dates_are_gmt": "true"}


def _since(moment: str) -> dict[str, str]:
    """Naive GMT with the flag is the one spelling that is read right everywhere: without the flag
    it is local time, and an offset together with the flag finds nothing (seven ways were seen)."""
    return {"modified_after": moment, "dates_are_gmt": "true"}


def _mark(items: Sequence[JSON], mark: str, began: str) -> str:
    """The newest change we have seen, but none after the round began: what was saved slowly then
    would be left behind in a long round, and a date of the future would hide everything until it.
    """
    return max(mark, min(_latest(items, mark), began))


def _latest(items: Sequence[JSON], mark: str) -> str:
    """The newest change among them, as naive GMT text, which sorts like time.

    One that cannot be read is left to whoever reads the item: it must not hold up the others.
    """
    moments = []
    for item in items:
        with suppress(Unreadable):
            moments.append(fields.moment(item, "date_modified_gmt", "a list"))
    return max([mark, *(_naive(moment) for moment in moments if moment)])


def _earlier(moment: str, seconds: int) -> str:
    return _naive(datetime.fromisoformat(moment).replace(tzinfo=UTC) - timedelta(seconds=seconds))


def _naive(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat()
