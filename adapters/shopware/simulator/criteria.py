"""What a search asks for: page, limit, filters, order, associations; wrong ones refused as the shop does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from adapters.shopware.simulator import errors, filters
from adapters.shopware.simulator.kinds import JSON
from adapters.shopware.simulator.store import Store

KNOWN = {
    *["page", "limit", "ids", "filter", "sort", "associations", "includes", "total-count-mode"],
}
TOTAL = {0: 0, 1: 1, 2: 2, "none": 0, "exact": 1, "next-pages": 2}


@dataclass
class Criteria:
    """One search, read and checked."""

    limit: int | None
    offset: int
    total: int
    ids: list[str]
    filter: list[Any]
    sort: list[tuple[str, bool]]
    """Field, and whether it goes down."""
    associations: JSON = field(default_factory=dict)
    includes: JSON = field(default_factory=dict)


def read(store: Store, kind: str, body: JSON, most: int | None) -> Criteria:
    """`most`: how many rows a call may ask for in this version."""
    unknown = sorted(set(body) - KNOWN)
    if unknown:
        raise errors.beyond(f"the search parameter {', '.join(unknown)}")
    ids = _ids(body.get("ids"))
    # Read in source: whoever names ids is given them all, and says nothing about pages.
    limit = None if ids else _limit(body, most) or most
    page = 1 if ids else _page(body)
    total = body.get("total-count-mode", 0)
    return Criteria(
        limit=limit,
        # Read in source: without a limit the page is ignored.
        offset=(page - 1) * limit if limit and "limit" in body else 0,
        total=TOTAL.get(total, 0) if isinstance(total, int | str) else 0,
        ids=ids,
        filter=filters.listed(body.get("filter")),
        sort=_sort(body.get("sort")),
        associations=_tree(store, kind, body.get("associations")),
        includes=_includes(body.get("includes")),
    )


def _ids(given: object) -> list[str]:
    """A list, or a text with `|` between them."""
    listed = given.split("|") if isinstance(given, str) else given or []
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        raise filters.invalid("The ids parameter has to be a list.")
    return [one for one in listed if one]


def _limit(body: JSON, most: int | None) -> int | None:
    given = body.get("limit")
    if given is None:
        return None
    if isinstance(given, bool) or not str(given).isdigit() or int(given) <= 0:
        detail = f"The limit parameter must be a positive integer greater or equals than 1. Given: {given}"
        raise _limited("FRAMEWORK__INVALID_LIMIT_QUERY", detail, limit=given)
    if most is not None and int(given) > most:
        # Seen on 6.6.7.1; 6.5.6.1 takes any.
        detail = f"The limit must be lower than or equal to MAX_LIMIT(={most}). Given: {given}"
        raise _limited("FRAMEWORK__QUERY_LIMIT_EXCEEDED", detail, maxLimit=most, limit=int(given))
    return int(given)


def _limited(code: str, detail: str, **parameters: Any) -> errors.ApiError:
    found = errors.refuse(400, code, detail, **parameters)
    found.errors[0]["source"] = {"pointer": "/limit"}
    return found


def _page(body: JSON) -> int:
    given = body.get("page", 1)
    if isinstance(given, bool) or not str(given).isdigit() or int(given) <= 0:
        detail = f"The page parameter must be a positive integer. Given: {given}"
        found = errors.refuse(400, "FRAMEWORK__INVALID_PAGE_QUERY", detail, page=given)
        found.errors[0]["source"] = {"pointer": "/page"}
        raise found
    return int(given)


def _sort(given: object) -> list[tuple[str, bool]]:
    if given is None:
        return []
    listed = given if isinstance(given, list) else None
    if listed is None or not all(isinstance(s, dict) and s.get("field") for s in listed):
        detail = "A value for the sort parameter is required."
        raise errors.refuse(400, "FRAMEWORK__INVALID_SORT_QUERY", detail)
    return [(str(s["field"]), str(s.get("order", "ASC")).upper() == "DESC") for s in listed]


def _tree(store: Store, kind: str, given: object) -> JSON:
    """The associations, checked: name to what hangs on it. PHP sends an empty object as a list."""
    if not isinstance(given, dict):
        if given:
            raise errors.no_association("0", kind)
        return {}
    found: JSON = {}
    for name, inner in given.items():
        link = store.kinds[kind].links.get(name)
        if link is None:
            if name in store.kinds[kind].others:
                raise errors.beyond(f"the association {name} of {kind}")
            raise errors.no_association(name, kind)
        rest = inner if isinstance(inner, dict) else {}
        unknown = sorted(set(rest) - {"associations", "limit"})
        if unknown:
            raise errors.beyond(f"{', '.join(unknown)} inside an association")
        found[name] = _tree(store, link.kind, rest.get("associations"))
        if "limit" in rest:
            raise errors.beyond("a limit inside an association")
    return found


def _includes(given: object) -> JSON:
    """Lists of fields by alias."""
    if not given:
        return {}
    if not isinstance(given, dict) or not all(isinstance(names, list) for names in given.values()):
        raise filters.invalid("The includes parameter has to name lists of fields.")
    return given


def needed(store: Store, kind: str, asked: Criteria) -> list[str]:
    """The rights a search needs, in the order read in source: its entity's, what it loads, what it asks for."""
    wanted = [f"{kind}:read", *_reads(store, kind, asked.associations)]
    for path in [*filters.paths(asked.filter), *[name for name, _ in asked.sort]]:
        for at, link in filters.steps(store, kind, path)[0]:
            wanted.append(f"{store.kinds[at].links[link].kind}:read")
    return list(dict.fromkeys(wanted))


def _reads(store: Store, kind: str, tree: JSON) -> list[str]:
    found = []
    for name, inner in tree.items():
        other = store.kinds[kind].links[name].kind
        found += [f"{other}:read", *_reads(store, other, inner)]
    return found
