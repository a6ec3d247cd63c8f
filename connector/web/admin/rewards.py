"""Rewards and the vouchers they became; campaigns and what they have granted."""

from __future__ import annotations

from functools import partial
from typing import Any

from babel.numbers import format_decimal
from flask import Blueprint, Response, abort, redirect, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from connector import explain, figures, lanes, offers, programmes, rewards, shops, vouchers
from connector.access import audit
from connector.access.users import Place
from connector.installation import Installation, utc_now
from connector.programme import Programme
from connector.rules import Extra, Rate, Rule, Times
from connector.values import Money, zone_of
from connector.vouchers import Voucher
from connector.web.admin import guard
from connector.web.admin.pages import page, to, words

AT_ONCE = 50


def routes(admin: Blueprint, inst: Installation) -> None:
    @admin.get("/<merchant_id>/rewards", endpoint="rewards")
    def show(merchant_id: str) -> Response:
        place, lang = guard.here(), guard.visitor().lang
        with inst.database.read() as tx:
            rules = _in_force(tx, place)
            newest = figures.newest_vouchers(tx, place.merchant_id, AT_ONCE)
        told = [_reward(one, place, lang) for one in rules.rewards] if rules else []
        return page("rewards.html", rewards=told, vouchers=newest, **said_of_vouchers(lang))

    @admin.post("/<merchant_id>/vouchers/<voucher_id>/back", endpoint="voucher_back")
    def back(merchant_id: str, voucher_id: str) -> AnyResponse:
        place, by = guard.here(), guard.me()[0]
        one = inst.database.write(partial(_back, place=place, voucher_id=voucher_id, by=by.user_id))
        with inst.database.read() as tx:
            inst.hint(lanes.of_shop(shops.get(tx, one.merchant_id, one.shop_id)))
        if request.form.get("from") == "customer":
            return redirect(to("customer", member_id=one.member_id, done="voucher"), 303)
        return redirect(to("rewards", done="voucher"), 303)

    @admin.get("/<merchant_id>/campaigns", endpoint="campaigns")
    def campaigns(merchant_id: str) -> Response:
        place = guard.here()
        with inst.database.read() as tx:
            rules = _in_force(tx, place)
            granted = figures.granted(tx, place.merchant_id)
        told = [_campaign(one, place, granted) for one in rules.rules] if rules else []
        return page("campaigns.html", campaigns=told)


def _in_force(tx: Connection, place: Place) -> Programme | None:
    versions = programmes.versions(tx, place.merchant_id, place.currency)
    return versions[-1] if versions else None


def _back(tx: Connection, place: Place, voucher_id: str, by: str) -> Voucher:
    if vouchers.get(tx, place.merchant_id, voucher_id) is None:
        abort(404)
    now = utc_now()
    one = vouchers.take_back(tx, place.merchant_id, voucher_id, now, by=by)
    audit.write(tx, place.merchant_id, by, "voucher.back", one.subject, now)
    return one


def said_of_vouchers(lang: str) -> dict[str, Any]:
    """What the templates need to show vouchers."""
    return {"offer": partial(offers.sentence, lang=lang), "open_states": ("wanted", "ready")}


def _reward(one: rewards.Reward, place: Place, lang: str) -> dict[str, Any]:
    least = rewards.claim(one, rewards.least(one), rewards.least(one) if _slides(one) else None)
    return {"id": one.id, "title": one.titled(lang), "points": least.points, "slides": _slides(one),
            "what": offers.words_of(one, least, place.currency, lang)}  # fmt: skip


def _slides(one: rewards.Reward) -> bool:
    return one.kind is rewards.Kind.SLIDER


def _campaign(one: Rule, place: Place, granted: dict[str, int]) -> dict[str, Any]:
    """A rule as people read it; `granted` only where something limits it."""
    lang, when = guard.visitor().lang, one.when
    zone, now = zone_of(place.zone), utc_now()
    starts, ends = (at.replace(tzinfo=at.tzinfo or zone) if at else None
                    for at in (when.starts, when.ends))  # fmt: skip
    state = "planned" if starts and starts > now else "over" if ends and ends <= now else "running"
    return {
        "id": one.id, "title": one.title.get(lang) or next(iter(one.title.values()), one.id),
        "gives": _gives(one.gives, place.currency, lang), "starts": starts, "ends": ends,
        "state": state, "budget": one.limits.budget, "limited": one.limited,
        "granted": granted.get(one.id, 0),
    }  # fmt: skip


def _gives(gives: Rate | Times | Extra, currency: str, lang: str) -> str:
    t = words()
    if isinstance(gives, Rate):
        per = explain.money(Money(gives.per, currency), lang)
        return t("campaigns.rate", points=explain.points(gives.points, lang), per=per)
    if isinstance(gives, Times):
        factor = round(float(gives.factor), 2)
        return t("campaigns.times", factor=format_decimal(factor, locale=lang))
    return t("campaigns.extra", points=explain.points(gives.points, lang))
