"""The shapes of the storefront API, as the OpenAPI document shows them."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, RAISE, Schema, fields, validate

from connector import placed, reservations
from connector.programme import Rounding
from connector.rewards import Kind
from connector.voucher_rows import State


class Asked(Schema):
    """Query of every request."""

    class Meta:
        unknown = RAISE

    lang = fields.String(
        load_default="", validate=validate.Length(max=10), metadata={"description": "de or en"}
    )


class AskedForOrder(Asked):
    """An order named by the page, where the platform's proof names none."""

    order = fields.String(
        load_default="",
        validate=validate.Length(max=64),
        metadata={"description": "id of the order in the shop"},
    )


class MoneyShape(Schema):
    """An amount in minor units of its currency; `text` says it in the language of the answer."""

    minor = fields.Integer(required=True)
    currency = fields.String(required=True)
    text = fields.String(required=True)


class EarnShape(Schema):
    points = fields.Integer(required=True)
    per = fields.Nested(MoneyShape, required=True)


class WorthShape(Schema):
    points = fields.Integer(required=True)
    amount = fields.Nested(MoneyShape, required=True)


class ProgrammeShape(Schema):
    name = fields.String(required=True)
    earn = fields.Nested(EarnShape, required=True)
    worth = fields.Nested(WorthShape, required=True)
    redeem_from = fields.Integer(required=True)
    taking_part = fields.String(required=True)
    sentence = fields.String(required=True)
    ends_on = fields.Date()
    notice = fields.String()


class EntryShape(Schema):
    id = fields.String(required=True)
    question = fields.String(required=True)
    answer = fields.String(required=True)


class ClaimShape(Schema):
    points = fields.Integer(required=True)
    value = fields.Nested(MoneyShape, required=True, allow_none=True)
    text = fields.String(required=True)


class RewardShape(ClaimShape):
    """What it brings for its fewest points."""

    id = fields.String(required=True)
    title = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf([kind.value for kind in Kind]))


class TermsShape(Schema):
    version = fields.Integer(required=True)
    url = fields.String(required=True)


class TableShape(Schema):
    """What a purchase brings, as a sum: `points` for each `per` minor units of the price that counts."""

    points = fields.Integer(required=True)
    per = fields.Integer(required=True)
    basis = fields.String(required=True, validate=validate.OneOf(["gross", "net"]))
    rounding = fields.String(
        required=True, validate=validate.OneOf([rounding.value for rounding in Rounding])
    )
    steps = fields.Boolean(required=True)
    products = fields.List(fields.String(), required=True, data_key="except", attribute="except")


class ConfigShape(Schema):
    """Everything that is the same for everybody."""

    shop = fields.String(required=True)
    lang = fields.String(required=True)
    programme = fields.Nested(ProgrammeShape, required=True)
    account_url = fields.String(required=True)
    terms = fields.Nested(TermsShape, required=True)
    texts = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    faq = fields.List(fields.Nested(EntryShape), required=True)
    rewards = fields.List(fields.Nested(RewardShape), required=True)
    platform = fields.String(required=True)
    url = fields.String(required=True)
    preview = fields.Nested(TableShape, required=True, allow_none=True)


class DatedShape(Schema):
    """Points and their day; `day` says it in the language of the answer."""

    points = fields.Integer(required=True)
    on = fields.Date(required=True)
    day = fields.String(required=True)


class PointsShape(Schema):
    available = fields.Integer(required=True)
    pending = fields.Integer(required=True)
    shortfall = fields.Integer(required=True)
    worth = fields.Nested(MoneyShape, required=True)


class MovementShape(Schema):
    """A movement; `day` is that of the shop's zone, in the language of the answer."""

    at = fields.AwareDateTime(required=True)
    day = fields.String(required=True)
    points = fields.Integer(required=True)
    direction = fields.String(required=True, validate=validate.OneOf(["in", "out", "none"]))
    pending = fields.Boolean(required=True)
    text = fields.String(required=True)


class QrShape(Schema):
    size = fields.Integer(required=True)
    path = fields.String(required=True)


class ReferralShape(Schema):
    link = fields.String(required=True)
    code = fields.String(required=True)
    share_text = fields.String(required=True)
    qr = fields.Nested(QrShape, required=True)


class ChosenShape(RewardShape):
    missing = fields.Integer(required=True)
    choices = fields.List(fields.Nested(ClaimShape), required=True)


class VoucherShape(Schema):
    """A voucher as its owner sees it. `code` is empty where a person hands over the reward."""

    id = fields.String(required=True)
    code = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf([state.value for state in State]))
    title = fields.String(required=True)
    sentence = fields.String(required=True)
    points = fields.Integer(required=True)
    value = fields.Nested(MoneyShape, required=True, allow_none=True)
    expires_on = fields.Date(required=True, allow_none=True)
    can_be_taken_back = fields.Boolean(required=True)


class WarningShape(Schema):
    id = fields.String(required=True)
    points = fields.Integer(required=True)
    on = fields.Date(required=True)
    text = fields.String(required=True)


class SeenShape(Schema):
    """Body of `seen`: the `id` of each warning that was readable."""

    class Meta:
        unknown = RAISE

    warnings = fields.List(
        fields.String(validate=validate.Length(max=40)),
        required=True,
        validate=validate.Length(1, 50),
    )


class SeenAnswerShape(Schema):
    seen = fields.Integer(required=True)


class JoinShape(Schema):
    """Body of `join`: the version of the terms that was shown."""

    class Meta:
        unknown = RAISE

    terms_version = fields.Integer(required=True, strict=True)


class LeaveShape(Schema):
    """Body of `leave`: said outright, so that no stray request ends anything."""

    class Meta:
        unknown = RAISE

    sure = fields.Boolean(required=True, validate=validate.Equal(True))


class JoinAnswerShape(Schema):
    state = fields.String(required=True, validate=validate.Equal("member"))
    again = fields.Boolean(required=True)
    back = fields.Boolean(required=True)


class LeaveAnswerShape(Schema):
    state = fields.String(required=True, validate=validate.Equal("left"))
    again = fields.Boolean(required=True)
    points = fields.Integer(required=True)
    pending = fields.Integer(required=True)


class TermsAsked(Asked):
    """Query of `terms`."""

    version = fields.Integer(load_default=None, validate=validate.Range(1, 2**31 - 1))


class MeShape(Schema):
    """Everything personal, in one answer. Only `state` and `sentence` are always there."""

    state = fields.String(
        required=True,
        validate=validate.OneOf(["member", "not_joined", "left", "guest", "nobody", "arriving"]),
    )
    sentence = fields.String(required=True)
    first_name = fields.String()
    points = fields.Nested(PointsShape)
    pending_next = fields.Nested(DatedShape, allow_none=True)
    next_expiry = fields.Nested(DatedShape, allow_none=True)
    movements = fields.List(fields.Nested(MovementShape))
    referral = fields.Nested(ReferralShape)
    rewards = fields.List(fields.Nested(ChosenShape))
    vouchers = fields.List(fields.Nested(VoucherShape))
    warnings = fields.List(fields.Nested(WarningShape))
    waiting = fields.Integer()
    leaving = fields.String()
    ends_on = fields.Date()
    notice = fields.String()


# ------------------------------------------------------------------ redeeming

MOST = 1_000_000_000
MOST_LINES = 50


class Whole(fields.Integer):
    """A JSON number without a fraction, also where it is written 500.0; no text and no true."""

    def _deserialize(self, value: Any, *more: Any, **named: Any) -> Any:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, *more, **named)


class Keyed(Schema):
    """Headers of a request that moves points: the same key is the same wish."""

    class Meta:
        unknown = EXCLUDE

    key = fields.String(
        data_key="Idempotency-Key", required=True, validate=validate.Regexp("^[!-~]{8,100}$")
    )


class Wish(Schema):
    class Meta:
        unknown = RAISE

    reward = fields.String(required=True, validate=validate.Length(1, 40))
    points = Whole(load_default=None, allow_none=True, validate=validate.Range(1, MOST))


class Basket(Schema):
    class Meta:
        unknown = RAISE

    points = Whole(required=True, validate=validate.Range(1, MOST))


class PieceShape(Schema):
    """A product, its price with and without tax in minor units of the shop's currency, and how many."""

    class Meta:
        unknown = RAISE

    product = fields.String(required=True, validate=validate.Length(1, 64))
    gross = Whole(required=True, validate=validate.Range(0, MOST))
    net = Whole(required=True, validate=validate.Range(0, MOST))
    quantity = Whole(load_default=1, validate=validate.Range(1, 1000))


class PurchaseShape(Schema):
    class Meta:
        unknown = RAISE

    lines = fields.List(
        fields.Nested(PieceShape), required=True, validate=validate.Length(1, MOST_LINES)
    )


class PreviewShape(Schema):
    points = fields.Integer(required=True)


class QuestionShape(Schema):
    class Meta:
        unknown = RAISE

    question = fields.String(
        required=True,
        validate=[validate.Length(10, 1000), validate.Regexp(r"^\S[\s\S]*\S$")],
        metadata={"description": "Without blanks around it."},
    )


class AskedShape(Schema):
    asked = fields.Boolean(required=True, validate=validate.Equal(True))


class ItemShape(Schema):
    name = fields.String(required=True)
    value = fields.String(required=True)


class GroupShape(Schema):
    """One thing that is kept: what it is, and its parts."""

    name = fields.String(required=True)
    items = fields.List(fields.Nested(ItemShape), required=True)


class ExportShape(Schema):
    groups = fields.List(fields.Nested(GroupShape), required=True)


class ErasedShape(Schema):
    """How many accounts and guest identities were forgotten, and what stays without a name."""

    erased = fields.Integer(required=True)
    kept = fields.List(fields.String(), required=True)


class OrderShape(Schema):
    """What an order brings that was just placed."""

    state = fields.String(required=True, validate=validate.OneOf(placed.STATES))
    points = fields.Integer(required=True)
    on = fields.Date(required=True, allow_none=True)
    sentence = fields.String(required=True)


class ReservationShape(Schema):
    cart = fields.String(required=True)
    points = fields.Integer(required=True)
    state = fields.String(
        required=True, validate=validate.OneOf([state.value for state in reservations.State])
    )
    until = fields.AwareDateTime(required=True)


class DeclinedShape(Schema):
    """Why not, in the visitor's language; nothing was changed."""

    code = fields.Integer(required=True)
    status = fields.String(required=True)
    message = fields.String(required=True)
    why = fields.String()
