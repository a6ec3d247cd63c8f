"""What a proven visitor changes: he saw a warning, joins, leaves. Each by POST; each twice is once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, abort, g, request
from flask.views import MethodView
from flask_smorest import Blueprint
from flask_smorest.error_handler import ErrorSchema

from connector import forewarning, joining, leaving, members, programmes
from connector.errors import Refused
from connector.installation import Installation, utc_now
from connector.port import Visitor, VisitorKind
from connector.shops import Shop
from connector.values import MemberId
from connector.web import schemas
from connector.web.storefront import refusal, seen_by, shop_of, visitor_of


def blueprint(inst: Installation) -> Blueprint:
    v1 = Blueprint("taking_part", __name__, url_prefix="/v1", description="Joining and leaving.")

    _seen(v1, inst)
    _join(v1, inst)
    _leave(v1, inst)

    @v1.after_request
    def headers(response: Response) -> Response:
        return seen_by(inst, response)

    return v1


def _seen(v1: Blueprint, inst: Installation) -> None:
    @v1.route("/<slug>/seen")
    class Seen(MethodView):
        @proof_first(inst)
        @v1.arguments(schemas.SeenShape)
        @v1.response(200, schemas.SeenAnswerShape)
        @v1.doc(security=[{"identity": []}])
        @v1.alt_response(401, schema=ErrorSchema, description="No token, or forged or stale.")
        @v1.alt_response(404, schema=ErrorSchema, description="No such shop.")
        @v1.alt_response(409, schema=ErrorSchema, description="The visitor takes no part.")
        def post(self, asked: dict[str, Any], slug: str) -> Any:
            """These warnings were readable on the visitor's screen; without that nothing expires."""
            shop, visitor = g.shop, g.visitor
            now = utc_now()

            def work(tx: Any) -> int:
                member_id = _member(tx, shop, visitor)
                return forewarning.seen(tx, shop.merchant_id, member_id, asked["warnings"], now)

            return {"seen": inst.database.write(work)}


def _join(v1: Blueprint, inst: Installation) -> None:
    @v1.route("/<slug>/join")
    class Join(MethodView):
        @proof_first(inst)
        @v1.arguments(schemas.JoinShape)
        @v1.response(200, schemas.JoinAnswerShape)
        @v1.doc(security=[{"identity": []}])
        @v1.alt_response(401, schema=ErrorSchema, description="No token, or forged or stale.")
        @v1.alt_response(404, schema=ErrorSchema, description="No such shop.")
        @v1.alt_response(409, schema=ErrorSchema, description="Other terms are in force, or ended.")
        def post(self, asked: dict[str, Any], slug: str) -> Any:
            """Take part from now on, under the terms that were shown."""
            shop, visitor = g.shop, g.visitor

            def work(tx: Any) -> joining.Joined:
                _shown(tx, shop, asked["terms_version"])
                return joining.join(
                    tx, shop, visitor, "asked", f"storefront/{shop.slug}", inst.keys, utc_now()
                )

            joined = inst.database.write(work)
            return {"state": "member", "again": joined.again, "back": joined.back}


def _leave(v1: Blueprint, inst: Installation) -> None:
    @v1.route("/<slug>/leave")
    class Leave(MethodView):
        @proof_first(inst)
        @v1.arguments(schemas.LeaveShape)
        @v1.response(200, schemas.LeaveAnswerShape)
        @v1.doc(security=[{"identity": []}])
        @v1.alt_response(401, schema=ErrorSchema, description="No token, or forged or stale.")
        @v1.alt_response(404, schema=ErrorSchema, description="No such shop.")
        @v1.alt_response(409, schema=ErrorSchema, description="The visitor takes no part.")
        def post(self, _asked: dict[str, Any], slug: str) -> Any:
            """Take no part any more; what that costs, `me` says before (`leaving`)."""
            shop, visitor = g.shop, g.visitor

            def work(tx: Any) -> leaving.Lost:
                member_id = _member(tx, shop, visitor)
                return leaving.leave(tx, shop.merchant_id, member_id, "customer", utc_now())

            lost = inst.database.write(work)
            return {"state": "left", "again": lost.again, "points": lost.points,
                    "pending": lost.pending}  # fmt: skip


Answering = Callable[..., Any]


def proof_first(inst: Installation) -> Callable[[Answering], Answering]:
    """Ask who it is before reading what he says: a stranger learns nothing, not even what is wrong."""

    def around(answer: Answering) -> Answering:
        @wraps(answer)
        def asked(*args: Any, slug: str, **more: Any) -> Any:
            g.shop, g.visitor = proven(inst, slug)
            return answer(*args, slug=slug, **more)

        return asked

    return around


def proven(inst: Installation, slug: str) -> tuple[Shop, Visitor]:
    """The shop, and the customer its token names; nobody else may change anything."""
    shop = shop_of(inst, slug)
    request.get_data(cache=True)  # what is said is read again once it is known who says it
    visitor = visitor_of(inst, shop)
    if visitor.kind is not VisitorKind.CUSTOMER:
        abort(refusal(401, "Log in to the shop first."))
    return shop, visitor


def _shown(tx: Any, shop: Shop, version: int) -> None:
    now = len(programmes.documents(tx, shop.merchant_id))
    if version != now:
        raise Refused(f"The terms changed to version {now} meanwhile; show them and ask again.")


def _member(tx: Any, shop: Shop, visitor: Visitor) -> MemberId:
    buyer = f"{members.CUSTOMER}:{visitor.external_id}"
    found = members.find(tx, shop.merchant_id, shop.shop_id, [buyer])
    if buyer not in found:
        raise Refused("You do not take part in the programme.")
    return found[buyer]
