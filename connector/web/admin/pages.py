"""How a page is made: the template, the texts in the caller's language, and words for refusals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, cast

from babel.dates import format_datetime, format_timedelta
from flask import Blueprint, Response, current_app, g, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException

from connector import explain
from connector.declined import Declined
from connector.errors import StammkundeError
from connector.installation import utc_now
from connector.values import Money, zone_of
from connector.web.admin import guard
from connector.web.admin.assets import asset
from connector.web.admin.german import said_in
from connector.web.admin.texts import say, table

Said = Callable[..., str]


def words() -> Said:
    """The texts in the caller's language."""
    found: guard.Visitor | None = g.get("visitor")
    return partial(say, found.lang if found else "en")


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A whole page, or with htmx the part of it that the template keeps in its own file."""
    visitor = guard.visitor()
    zone = visitor.place.zone if visitor.place else "UTC"
    said = {
        "t": words(), "said": partial(said_in, visitor.lang), "texts": table(visitor.lang), "visitor": visitor, "place": visitor.place, "lang": visitor.lang, "to": to,
        "asset": asset, "now": utc_now(), "endpoint": (request.endpoint or "").partition(".")[2],
        "number": partial(explain.number, lang=visitor.lang),
        "points": partial(explain.points, lang=visitor.lang),
        "day": partial(_day, lang=visitor.lang, zone=zone),
        "moment": partial(_moment, lang=visitor.lang, zone=zone),
        "ago": partial(_ago, lang=visitor.lang),
        "browser": browser, "money": partial(_money, lang=visitor.lang), "notice": request.args.get("done", ""),
    }  # fmt: skip
    return Response(render_template(f"admin/{template}", **(said | values)), status)


def to(endpoint: str, **values: Any) -> str:
    """The address of a page, of the same merchant unless it says another."""
    place, endpoint = guard.visitor().place, f"admin.{endpoint}"
    if place is not None and current_app.url_map.is_endpoint_expecting(endpoint, "merchant_id"):
        values.setdefault("merchant_id", place.merchant_id)
    return url_for(endpoint, **values)


def back_to(endpoint: str, done: str = "", **values: Any) -> Response:
    """After a change: to a page that can be loaded again, and what was done as a word for its notice."""
    return cast(Response, redirect(to(endpoint, done=done or None, **values), 303))


def is_part() -> bool:
    """Whether htmx asks for a part of the page only."""
    return "HX-Request" in request.headers


def install(admin: Blueprint) -> None:
    @admin.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        status = error.code or 500
        which = "form" if error.description == "form" else str(status)
        if "visitor" not in g or which not in ("form", "403", "404"):
            return Response(f"{status} {error.name}", status, mimetype="text/plain")
        return page("refused.html", status, which=which)

    @admin.errorhandler(StammkundeError)
    def said(error: StammkundeError) -> Response:
        lang = guard.visitor().lang
        sentence = (
            error.sentence(lang) if isinstance(error, Declined) else said_in(lang, str(error))
        )
        return page("refused.html", 409, which="said", sentence=sentence)


_BROWSERS = ("Edg", "OPR", "Firefox", "Chrome", "Safari")
_SYSTEMS = ("iPhone", "iPad", "Android", "Windows", "Macintosh", "Linux")
_SHORT = {"Edg": "Edge", "OPR": "Opera", "Macintosh": "Mac"}


def browser(agent: str) -> str:
    """What a person recognises of a browser's long name: Firefox, Linux."""
    found = [next((one for one in of if one in agent), "") for of in (_BROWSERS, _SYSTEMS)]
    return ", ".join(_SHORT.get(one, one) for one in found if one) or agent[:40] or "–"


def _day(value: date | datetime, lang: str, zone: str) -> str:
    if isinstance(value, datetime):
        value = value.astimezone(zone_of(zone)).date()
    return explain.day(value, lang)


def _moment(value: datetime, lang: str, zone: str) -> str:
    """22. Nov. 2026, 13:05, in the merchant's zone."""
    return format_datetime(value.astimezone(zone_of(zone)), "d. MMM y, HH:mm" if lang == "de" else "d MMM y, HH:mm", locale=lang)  # fmt: skip


def _ago(value: datetime | None, lang: str) -> str:
    if value is None:
        return "–"
    return str(format_timedelta(min(value - utc_now(), -timedelta(seconds=1)), locale=lang, add_direction=True))  # fmt: skip


def _money(minor: int, currency: str, lang: str) -> str:
    return explain.money(Money(minor, currency), lang)
