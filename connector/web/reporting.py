"""What a shop's own programs report: a review was written, a survey answered, a newsletter confirmed."""

from __future__ import annotations

from typing import Any

from flask import g, request
from flask.views import MethodView
from flask_smorest import Blueprint
from flask_smorest.error_handler import ErrorSchema
from marshmallow import RAISE, Schema, ValidationError, fields, validate
from sqlalchemy import Connection

from connector import events, members, shops, tokens
from connector.errors import BadDelivery, NotThere, Refused
from connector.events import BIRTHDAY, SIGNUP, Happened
from connector.installation import Installation, utc_now
from connector.shops import Shop

OURS = (SIGNUP, BIRTHDAY)
"""What we find out ourselves; a report of it would bring the points a second time."""


def _one_line(text: str) -> None:
    """The pattern is for readers of the document too, and their `$` lets no line end pass."""
    if text.endswith("\n"):
        raise ValidationError("String does not match expected pattern.")


class ReportShape(Schema):
    """Something that a customer did."""

    class Meta:
        unknown = RAISE

    event = fields.String(
        required=True, validate=validate.Length(1, 30),
        metadata={"description": "The name it has in the programme."},
    )  # fmt: skip
    customer = fields.String(
        required=True, validate=validate.Length(1, 64),
        metadata={"description": "The shop's own id of the customer's account."},
    )  # fmt: skip
    reference = fields.String(
        required=True, validate=[validate.Regexp("^[A-Za-z0-9._:-]{1,64}$"), _one_line],
        metadata={"description": "Your own id of what happened: the same one counts once."},
    )  # fmt: skip
    at = fields.AwareDateTime(
        load_default=None, allow_none=True,
        metadata={"description": "When it happened; now, if it is left out."},
    )  # fmt: skip


class ReportedShape(Schema):
    points = fields.Integer(
        required=True,
        metadata={"description": "What it brought; 0 if it was reported before or a limit is reached."},
    )  # fmt: skip


def blueprint(inst: Installation) -> Blueprint:
    reports = Blueprint("reports", __name__, url_prefix="/v1", description="What programs report.")

    @reports.route("/<slug>/events")
    class Events(MethodView):
        @reports.arguments(ReportShape)
        @reports.response(200, ReportedShape)
        @reports.doc(security=[{"token": []}])
        @reports.alt_response(400, schema=ErrorSchema, description="The body is not JSON.")
        @reports.alt_response(401, schema=ErrorSchema, description="The token is unknown or ended.")
        @reports.alt_response(404, schema=ErrorSchema, description="No such shop.")
        @reports.alt_response(409, schema=ErrorSchema, description="Refused, and why.")
        def post(self, report: dict[str, Any], slug: str) -> Any:
            """Give points for something that a customer did; the same report again changes nothing."""
            shop = g.shop
            points = inst.database.write(lambda tx: _give(tx, shop, report))
            return {"points": points}

    @reports.before_request
    def proof_first() -> None:
        """A stranger learns nothing, not even what is wrong with what he says."""
        if request.method == "POST":
            g.shop = _proven(inst, (request.view_args or {})["slug"])

    return reports


def _proven(inst: Installation, slug: str) -> Shop:
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    with inst.database.read() as tx:
        shop = shops.find(tx, slug)
        if shop is None:
            raise NotThere("There is no such shop here.")
        if kind != "Bearer" or not text.startswith(tokens.PREFIX):
            raise BadDelivery("This needs a token in the Authorization header: Bearer stk_…")
        tokens.prove(tx, shop, text)
    return shop


def _give(tx: Connection, shop: Shop, report: dict[str, Any]) -> int:
    name = report["event"]
    if name in OURS:
        raise Refused(f"event: {name!r} is found out by the connector itself; do not report it.")
    buyer = f"{members.CUSTOMER}:{report['customer']}"
    member_id = members.find(tx, shop.merchant_id, shop.shop_id, [buyer]).get(buyer)
    if member_id is None:
        raise Refused("customer: nobody of this id takes part in the programme.")
    now = utc_now()
    at = min(report["at"] or now, now)
    return events.give(
        tx, shop.merchant_id, Happened(member_id, name, report["reference"], at), now
    )
