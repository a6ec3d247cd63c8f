"""The document in which an agency says how a WooCommerce shop is read; unknown words are refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate

from adapters.documents import OfAnyShop, Strict, checked, words
from connector.port import JSON

DEFAULT_OVERLAP = 120
"""Seconds read again before the last mark: WooCommerce stamps an order before it is saved."""


class States(Strict):
    """Which order states prove what; custom states of plugins are added here, without `wc-`."""

    paid = words("processing", "completed")
    shipped = words("completed")
    delivered = words()
    cancelled = words("cancelled", "failed", "trash")


class MetaFields(Strict):
    """Which meta field of an order (or customer) holds what; "" where the shop has none."""

    delivered = fields.String(load_default="_delivered_at", validate=validate.Length(max=255))
    withdrawn = fields.String(load_default="", validate=validate.Length(max=255))
    referral = fields.String(load_default="_stammkunde_ref", validate=validate.Length(max=255))
    rate = fields.String(
        load_default="_wcpay_multi_currency_order_exchange_rate",
        validate=validate.Length(max=255),
    )
    """Units of the order's currency for one of the shop's: WooPayments' field unless said otherwise."""
    birthday = fields.String(load_default="", validate=validate.Length(max=255))
    """Of a customer; a day such as 1990-04-23, 04-23 or 23.04.1990."""


class Document(OfAnyShop):
    """The whole document; an empty one is a shop as WooCommerce ships it."""

    states = fields.Nested(States, load_default=lambda: States().load({}))
    fields_ = fields.Nested(
        MetaFields,
        load_default=lambda: MetaFields().load({}),
        data_key="fields",
        attribute="fields",
    )
    overlap_seconds = fields.Integer(
        load_default=DEFAULT_OVERLAP, strict=True, validate=validate.Range(min=1, max=86_400)
    )


def load_document(given: Mapping[str, Any]) -> JSON:
    """Check a document and fill in defaults; the result loads again to itself."""
    return checked(Document(), given)
