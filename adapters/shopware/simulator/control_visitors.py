"""The control door for visitors: somebody is logged in to the storefront, without a login page."""

from __future__ import annotations

from flask import Blueprint, Response

from adapters.shopware.simulator import customers
from adapters.shopware.simulator.control import answer, asked
from adapters.shopware.simulator.visitors import Front


def blueprint(front: Front) -> Blueprint:
    pages = Blueprint("control_visitors", __name__, url_prefix="/_simulator/sessions")
    pages.register_error_handler(ValueError, lambda no: answer({"message": str(no)}, 400))

    @pages.post("")
    def log_in() -> Response:
        """`{"customer_id": …}`; the answer sets the session's cookie."""
        row = customers.find(front.shop, str(asked().get("customer_id")))
        response = answer({"customerId": row["id"]}, 201)
        front.log_in(row["id"], response)
        return response

    @pages.delete("")
    def log_out() -> Response:
        response = answer({"customerId": None})
        front.log_out(response)
        return response

    return pages
