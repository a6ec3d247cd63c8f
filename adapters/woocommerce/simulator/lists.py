"""One page of a collection: filters by date and id, order, X-WP-Total and Link as the vendor sends."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

from adapters.woocommerce.simulator.clock import FORMAT
from adapters.woocommerce.simulator.rest import Answer, Call
from adapters.woocommerce.simulator.shop import JSON, Shop

DATES = {
    "after": ("date_created_gmt", 1),
    "before": ("date_created_gmt", -1),
    "modified_after": ("date_modified_gmt", 1),
    "modified_before": ("date_modified_gmt", -1),
}


def threshold(shop: Shop, moment: datetime, dates_are_gmt: bool) -> str:
    """The GMT text a date parameter is compared with, misreadings included (seen on 11.0.1).

    Naive means shop time, with dates_are_gmt it means GMT; an offset is right without the flag.
    An offset together with the flag is turned into shop time and then taken for GMT.
    """
    if moment.tzinfo is None:
        if dates_are_gmt:
            return moment.strftime(FORMAT)
        return shop.clock.from_local(moment).strftime(FORMAT)
    if dates_are_gmt:
        return shop.clock.local(moment)
    return moment.astimezone(UTC).strftime(FORMAT)


def by_dates(shop: Shop, things: Iterable[JSON], wanted: JSON) -> list[JSON]:
    """Strictly later or earlier, in whole seconds (seen on 11.0.1)."""
    kept = list(things)
    for name, (field, sign) in DATES.items():
        if wanted.get(name) is None:
            continue
        limit = threshold(shop, wanted[name], bool(wanted.get("dates_are_gmt")))
        if sign > 0:
            kept = [t for t in kept if (t.get(field) or "") > limit]
        else:
            kept = [t for t in kept if (t.get(field) or "") < limit]
    return kept


def by_ids(things: Iterable[JSON], wanted: JSON) -> list[JSON]:
    kept = list(things)
    if wanted.get("include"):
        ids = set(wanted["include"])
        kept = [t for t in kept if t["id"] in ids]
    if wanted.get("exclude"):
        ids = set(wanted["exclude"])
        kept = [t for t in kept if t["id"] not in ids]
    return kept


def sort(things: list[JSON], wanted: JSON, fields: dict[str, str], default: str = "date") -> None:
    """Equal dates fall back to the id, in the same direction."""
    field = fields.get(wanted.get("orderby") or default, "id")
    falling = (wanted.get("order") or "desc") == "desc"
    things.sort(key=lambda t: (t.get(field) or "", t["id"]), reverse=falling)


def page(
    call: Call, things: list[JSON], defaults: list[tuple[str, str]], forgets_total: bool = False
) -> Answer:
    """`defaults` are the parameters the vendor adds to the Link.

    `forgets_total`: a page past the end says X-WP-Total 0 (seen for orders on 11.0.1 and 8.2).
    """
    per_page = call.params.get("per_page") or 10
    number = call.params.get("page") or 1
    start = call.params.get("offset") or (number - 1) * per_page
    found = things[start : start + per_page]
    total = 0 if forgets_total and not found else len(things)
    pages = -(-total // per_page)
    headers = {"X-WP-Total": str(total), "X-WP-TotalPages": str(pages)}
    links = []
    if number > 1:
        links.append(_link(call, min(number - 1, pages), "prev", defaults))
    if number < pages:
        links.append(_link(call, number + 1, "next", defaults))
    if links:
        headers["Link"] = ", ".join(links)
    return Answer(found, 200, headers)


def _link(call: Call, number: int, rel: str, defaults: list[tuple[str, str]]) -> str:
    query: list[tuple[str, Any]] = []
    had_page = False
    for name, value in call.query:
        query.append((name, str(number) if name == "page" else value))
        had_page = had_page or name == "page"
    given = {name.split("[")[0] for name, _ in query}
    query += [(name, value) for name, value in defaults if name.split("[")[0] not in given]
    if not had_page:
        query.append(("page", str(number)))
    address = f"{call.shop.url}{call.path}?{urlencode(query, quote_via=quote)}"
    return f'<{address}>; rel="{rel}"'
