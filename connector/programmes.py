"""Programmes as versions: a document that was applied stays for ever, and is in force from then on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from connector import (
    events_document,
    lasting_rules,
    merchants,
    rewards_document,
    rules_document,
    winding_down,
)
from connector.errors import BadInput
from connector.programme import (
    Earn,
    Exclusions,
    Programme,
    Rounding,
    Start,
    TakingPart,
    Tax,
    Trigger,
    Worth,
    months_before,
)
from connector.rulebook import checked, complete
from connector.tables import programme as table
from connector.values import MerchantId, Money, digits, minor

_VERSIONS = (
    select(table.c.n, table.c.document, table.c.valid_from, table.c.counts_from)
    .where(table.c.merchant_id == bindparam("merchant_id"))
    .order_by(table.c.n)
)


def apply(
    tx: Connection,
    merchant_id: MerchantId,
    document: Mapping[str, Any],
    by: str,
    now: datetime,
    counts_from: datetime | None = None,
) -> int:
    """Store the document as the version in force from now on; 0 where nothing differs.

    Version 1 says from when orders count; later versions never touch what was earned before.
    """
    known = documents(tx, merchant_id)
    document = checked(document)
    _fits_currency(tx, merchant_id, document)
    winding_down.fair(document, known, now)
    if known and known[-1] == document:
        return 0
    n = len(known) + 1
    if n == 1 and counts_from is None:
        # To the second, as shops date their orders: the first one after the start is not before it.
        begins = now.replace(microsecond=0)
        counts_from = months_before(begins, document["start"]["past_months"])
    tx.execute(
        insert(table).values(
            merchant_id=merchant_id, n=n, document=document, valid_from=now,
            counts_from=counts_from or now, by=by, applied_at=now,
        )
    )  # fmt: skip
    return n


def _fits_currency(tx: Connection, merchant_id: MerchantId, document: Mapping[str, Any]) -> None:
    """Refuse what the currency cannot pay: 0.001 EUR would be nothing, and nothing divides nothing."""
    currency = merchants.get(tx, merchant_id).currency
    places = [
        ("earn.per", document["earn"]["per"]),
        ("worth.amount", document["worth"]["amount"]),
        *rules_document.amounts(document["rules"]),
    ]
    wrong = [
        f"{where}: {text!r} cannot be used. {currency} has {digits(currency)} decimal digits."
        for where, text in places
        if Money(minor(text, currency), currency).decimal() != Decimal(text)
    ]
    wrong += rewards_document.misfits(document, currency)
    if wrong:
        raise BadInput("\n".join(wrong))


def documents(tx: Connection, merchant_id: MerchantId) -> list[dict[str, Any]]:
    """All versions' documents, oldest first, each with every key there is now."""
    return [complete(row.document) for row in tx.execute(_VERSIONS, {"merchant_id": merchant_id})]


def versions(tx: Connection, merchant_id: MerchantId, currency: str) -> tuple[Programme, ...]:
    """All versions as values, oldest first."""
    rows = tx.execute(_VERSIONS, {"merchant_id": merchant_id})
    return tuple(
        _value(row.document, row.n, row.valid_from, row.counts_from, currency) for row in rows
    )


def last_day(tx: Connection, merchant_id: MerchantId) -> date | None:
    """The day to which points live at least, where the programme is being wound down."""
    rows = tx.execute(_VERSIONS, {"merchant_id": merchant_id}).all()
    return lasting_rules.last_day_value(complete(rows[-1].document)) if rows else None


def as_if_live(document: Mapping[str, Any], currency: str, now: datetime) -> Programme:
    """The document as version 1 of a programme that goes live now."""
    return _value(
        checked(document), 1, now, months_before(now, document["start"]["past_months"]), currency
    )


def _value(
    document: Mapping[str, Any], n: int, valid_from: datetime, counts_from: datetime, currency: str
) -> Programme:
    document = complete(document)
    earn, start, worth = document["earn"], document["start"], document["worth"]
    return Programme(
        n=n,
        valid_from=valid_from,
        counts_from=counts_from,
        name=document["name"],
        languages=tuple(document["languages"]),
        taking_part=TakingPart(document["taking_part"]),
        earn=Earn(
            points=earn["points"],
            per=minor(earn["per"], currency),
            tax=Tax(earn["tax"]),
            rounding=Rounding(earn["rounding"]),
            trigger=Trigger(earn["trigger"]),
            exclude=Exclusions(
                gift_cards=earn["exclude"]["gift_cards"],
                products=tuple(earn["exclude"]["products"]),
                categories=tuple(earn["exclude"]["categories"]),
                tags=tuple(earn["exclude"]["tags"]),
                channels=tuple(earn["exclude"]["channels"]),
                groups=tuple(earn["exclude"]["groups"]),
            ),
            steps=earn["steps"],
            shipping=earn["shipping"],
        ),
        hold=lasting_rules.hold_value(document["hold"]),
        start=Start(**start),
        life=lasting_rules.life_value(document["life"]),
        worth=Worth(worth["points"], minor(worth["amount"], currency), worth["redeem_from"]),
        rules=tuple(rules_document.value(rule, currency) for rule in document["rules"]),
        events=tuple(map(events_document.value, document["events"])),
        texts=document["texts"],
        rewards=rewards_document.rewards(document, currency),
        ends_on=lasting_rules.last_day_value(document),
    )
