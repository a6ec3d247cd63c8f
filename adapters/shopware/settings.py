"""The document in which an agency says how a Shopware shop is read; unknown words are refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate

from adapters.documents import OfAnyShop, Strict, checked, words
from connector.port import JSON
from connector.values import zone_of

DEFAULT_OVERLAP = 600
"""Seconds read again before the last round: a long transaction stamps early and shows itself late."""


def _zone(name: str) -> None:
    try:
        zone_of(name)
    except ValueError:
        raise ValidationError("Not a time zone; take one such as Europe/Berlin.") from None


class States(Strict):
    """Which states prove what, by technical name: of payments, deliveries, and twice of orders."""

    paid = words("paid")
    shipped = words("shipped", "returned", "returned_partially")
    delivered = words()
    cancelled = words("cancelled")


class CustomFields(Strict):
    """Which custom field of an order (or customer) holds what; "" where the shop has none."""

    delivered = fields.String(load_default="", validate=validate.Length(max=255))
    withdrawn = fields.String(load_default="", validate=validate.Length(max=255))
    refunded = fields.String(load_default="", validate=validate.Length(max=255))
    """What was given back of the order, with tax, in its currency: a number such as 19.99."""
    referral = fields.String(load_default="", validate=validate.Length(max=255))
    """Else the order's affiliate code."""
    birthday = fields.String(load_default="", validate=validate.Length(max=255))
    """Of a customer; else the birthday of the account."""


class Document(OfAnyShop):
    """The whole document; an empty one is a German shop as Shopware ships it.

    Shopware keeps no time zone of the shop, and whether prices show tax is a matter of customer groups.
    """

    zone = fields.String(load_default="Europe/Berlin", validate=_zone)
    prices = fields.String(load_default="gross", validate=validate.OneOf(["gross", "net"]))
    states = fields.Nested(States, load_default=lambda: States().load({}))
    fields_ = fields.Nested(
        CustomFields,
        load_default=lambda: CustomFields().load({}),
        data_key="fields",
        attribute="fields",
    )
    gift_cards = words()
    """Product numbers of vouchers that are sold: they earn nothing."""
    commercial_returns = fields.Boolean(load_default=False)
    """The shop has Shopware's commercial return management, and our access may read it."""
    overlap_seconds = fields.Integer(
        load_default=DEFAULT_OVERLAP, strict=True, validate=validate.Range(min=1, max=86_400)
    )


def load_document(given: Mapping[str, Any]) -> JSON:
    """Check a document and fill in defaults; the result loads again to itself."""
    return checked(Document(), given)
