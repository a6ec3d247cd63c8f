"""The shapes of the storefront API, as the OpenAPI document shows them."""

from __future__ import annotations

from marshmallow import RAISE, Schema, fields, validate


class Asked(Schema):
    """Query of every request."""

    class Meta:
        unknown = RAISE

    lang = fields.String(
        load_default="", validate=validate.Length(max=10), metadata={"description": "de or en"}
    )


class MoneyShape(Schema):
    minor = fields.Integer(required=True)
    currency = fields.String(required=True)


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


class TermsShape(Schema):
    version = fields.Integer(required=True)
    url = fields.String(required=True)


class ConfigShape(Schema):
    """Everything that is the same for everybody."""

    shop = fields.String(required=True)
    lang = fields.String(required=True)
    programme = fields.Nested(ProgrammeShape, required=True)
    account_url = fields.String(required=True)
    terms = fields.Nested(TermsShape, required=True)
    texts = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    faq = fields.List(fields.Nested(EntryShape), required=True)


class DatedShape(Schema):
    points = fields.Integer(required=True)
    on = fields.Date(required=True)


class PointsShape(Schema):
    available = fields.Integer(required=True)
    pending = fields.Integer(required=True)
    shortfall = fields.Integer(required=True)
    worth = fields.Nested(MoneyShape, required=True)


class MovementShape(Schema):
    at = fields.AwareDateTime(required=True)
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
    warnings = fields.List(fields.Nested(WarningShape))
    waiting = fields.Integer()
    leaving = fields.String()
    ends_on = fields.Date()
    notice = fields.String()
