"""What Shopware says of orders and customers, in our words."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.shopware import positions, translate
from adapters.shopware.settings import load_document
from connector.errors import NotThere, Unreadable
from connector.port import Account, Guest, Line, Order, Unknown
from tests.adapters.shopware.orders import (
    ANSWERS,
    AT,
    CUSTOMER,
    LATER,
    a_customer,
    an_id,
    an_order,
    delivery,
    discount,
    goods,
    payment,
    priced,
    state,
)

USUAL = load_document({})
WHEN, THEN = datetime(2026, 11, 2, 10, tzinfo=UTC), datetime(2026, 11, 5, 8, 30, tzinfo=UTC)


def read(payload: Any, **document: Any) -> Order:
    return translate.order(payload, load_document(document))


def line(order: Order) -> Line:
    (only,) = order.lines
    return only


def cost(order: Order) -> int:
    return sum(each.net + each.tax for each in order.lines) + order.other


# ------------------------------------------------------------------ real orders


@pytest.mark.parametrize("version", ["6.5", "6.6"])
def test_a_recorded_order_with_a_credit_reads_as_it_was_charged(version: str) -> None:
    payload = ANSWERS[version]["orders"][0]

    order = read(payload)
    assert (order.number, order.currency, cost(order)) == ("10000", "EUR", 21_800)
    assert (line(order).net, line(order).tax, line(order).discount) == (18_319, 3_481, 2_000)
    assert line(order).quantity == 2
    assert isinstance(order.buyer, Account)
    assert order.referral_code == "REF-BOB"
    assert order.refunded_loose is None  # refunded in part, and nobody says how much


@pytest.mark.parametrize("version", ["6.5", "6.6"])
def test_a_recorded_order_names_its_voucher_and_is_cancelled(version: str) -> None:
    payload = ANSWERS[version]["orders"][1]

    order = read(payload)
    assert len(order.voucher_codes) == 1
    assert (cost(order), line(order).discount) == (11_400, 500)
    assert order.cancelled_at is not None
    assert order.paid_at is None


# ------------------------------------------------------------------ amounts


def test_prices_with_tax_are_split_into_net_and_tax() -> None:
    order = read(an_order())

    assert (line(order).net, line(order).tax, order.other) == (3_192, 607, 499)


def test_prices_without_tax_get_theirs_on_top() -> None:
    payload = an_order(goods("100", "19"), total="123.76", taxStatus="net")

    order = read(payload)
    assert (line(order).net, line(order).tax, order.other) == (10_000, 1_900, 476)


def test_a_tax_free_order_has_none() -> None:
    untaxed = goods("100", "0") | {"price": {"totalPrice": 100, "calculatedTaxes": []}}

    order = read(an_order(untaxed, total="100", taxStatus="tax-free"))
    assert (line(order).net, line(order).tax, order.other) == (10_000, 0, 0)


def test_an_order_in_another_currency_brings_its_rate() -> None:
    order = read(an_order(currency={"isoCode": "USD"}, currencyFactor=Decimal("1.17085")))

    assert (order.currency, order.rate) == ("USD", Decimal("1.17085"))


def test_a_currency_without_decimals_is_counted_in_whole_units() -> None:
    payload = an_order(goods("3800", "345"), total="3800", currency={"isoCode": "JPY"})

    assert line(read(payload)).net + line(read(payload)).tax == 3_800


@pytest.mark.parametrize("factor", [0, -1, None, True, "1.2"])
def test_no_rate_is_made_of_nonsense(factor: object) -> None:
    assert read(an_order(currencyFactor=factor)).rate is None


def test_a_discount_goes_where_it_says() -> None:
    mug, tea = goods("20", "3.19"), goods("10", "0.65")
    off = discount("-5", "-0.33", "SK-1", of={tea["identifier"]: 5})

    first, second = read(an_order(mug, tea, off, total="25")).lines
    assert (first.discount, second.discount) == (0, 500)
    assert (second.net, second.tax) == (468, 32)


def test_a_discount_that_says_nothing_is_shared_by_worth() -> None:
    off = discount("-3", "-0.48", type="credit", payload=[])

    first, second = read(an_order(goods("20", "3.19"), goods("10", "1.60"), off, total="27")).lines
    assert (first.discount, second.discount) == (200, 100)


def test_a_discount_on_shipping_takes_nothing_off_the_goods() -> None:
    free = discount("0", "0", "SK-FREE")

    order = read(an_order(goods("37.99", "6.07"), free, total="37.99"))
    assert (line(order).discount, order.other, order.voucher_codes) == (0, 0, ("SK-FREE",))


def test_nested_positions_are_counted_once_and_name_their_product() -> None:
    child = goods("30", "4.79")
    whole = goods("30", "4.79", type="container", productId=None, referencedId=None)
    child["parentId"] = whole["id"]

    order = read(an_order(whole, child, total="30"))
    assert (line(order).product, cost(order)) == (child["productId"], 3_000)


def test_an_extra_by_hand_is_paid_for_and_no_goods() -> None:
    wrapping = goods("3", "0.48", type="custom", productId=None)

    order = read(an_order(goods("37.99", "6.07"), wrapping, total="45.98"))
    assert (len(order.lines), order.other) == (1, 799)


def test_a_variant_reports_as_its_parent() -> None:
    parent = an_id()
    variant = goods("37.99", "6.07", product={"id": an_id(), "parentId": parent})

    assert line(read(an_order(variant))).product == parent


def test_a_product_that_was_deleted_is_still_named() -> None:
    gone = goods("37.99", "6.07", productId=None)

    assert line(read(an_order(gone))).product == gone["referencedId"]


@given(
    st.integers(-10_000, 10_000),
    st.lists(st.integers(0, 5_000), max_size=8),
)
def test_splitting_loses_no_cent(total: int, weights: list[int]) -> None:
    shares = positions.split(total, weights)

    assert sum(shares) == (total if sum(weights) else 0)
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - total * weight / max(sum(weights), 1)) < 1


@given(
    st.lists(st.tuples(st.integers(1, 90_000), st.integers(0, 27)), min_size=1, max_size=5),
    st.lists(st.tuples(st.integers(0, 9_000), st.integers(0, 27)), max_size=4),
    st.sampled_from(["gross", "net", "tax-free"]),
)
def test_lines_and_the_rest_are_always_what_was_charged(
    things: list[tuple[int, int]], cuts: list[tuple[int, int]], shown: str
) -> None:
    def money(cents: int) -> str:
        return str(Decimal(cents) / 100)

    lines = [goods(money(cents), money(cents * rate // 100)) for cents, rate in things]
    lines += [discount(money(-cents), money(-cents * rate // 100)) for cents, rate in cuts]
    whole = sum(cents for cents, _ in things) - sum(cents for cents, _ in cuts)

    order = read(an_order(*lines, total=money(whole), taxStatus=shown))
    assert cost(order) == whole
    assert len(order.lines) == len(things)


# ------------------------------------------------------------------ payment and delivery


def test_a_paid_order_says_since_when() -> None:
    order = read(an_order(transactions=[payment("paid", changed=LATER)]))

    assert order.paid_at == THEN


def test_a_later_try_that_failed_does_not_hide_the_payment() -> None:
    tries = [payment("paid", changed=AT), payment("failed", at=LATER), payment("open", at=LATER)]

    assert read(an_order(transactions=tries)).paid_at == WHEN


def test_the_payment_that_the_shop_names_counts_among_several() -> None:
    first, second = payment("paid", changed=AT), payment("paid", at=LATER)
    named = {"primaryOrderTransactionId": first["id"]}

    assert read(an_order(transactions=[first, second], **named)).paid_at == WHEN


@pytest.mark.parametrize("name", ["open", "failed", "cancelled", "in_progress", "paid_partially"])
def test_what_is_not_wholly_paid_is_not_paid(name: str) -> None:
    assert read(an_order(transactions=[payment(name, changed=LATER)])).paid_at is None


def test_an_order_without_any_payment_is_not_paid() -> None:
    assert read(an_order(transactions=None)).paid_at is None


def test_a_charge_back_is_an_end() -> None:
    order = read(an_order(transactions=[payment("chargeback", changed=LATER)]))

    assert order.cancelled_at == THEN


@pytest.mark.parametrize("name", ["shipped", "returned", "returned_partially"])
def test_what_was_shipped_stays_shipped(name: str) -> None:
    order = read(an_order(deliveries=[delivery(name, changed=LATER)]))

    assert order.shipped_at == THEN


def test_half_a_shipment_is_none() -> None:
    assert read(an_order(deliveries=[delivery("shipped_partially")])).shipped_at is None


def test_the_delivery_of_the_goods_counts_and_not_that_of_a_discount() -> None:
    both = [delivery("open", "-4.99"), delivery("shipped", "4.99", changed=LATER)]

    assert read(an_order(deliveries=both)).shipped_at == THEN


def test_an_order_is_delivered_when_the_agency_says_how_that_is_known() -> None:
    done = an_order(stateMachineState=state("completed"), updatedAt=LATER)
    kept = an_order(customFields={"arrived": AT})

    assert read(done).delivered_at is None
    assert read(done, states={"delivered": ["completed"]}).delivered_at == THEN
    assert read(kept, fields={"delivered": "arrived"}).delivered_at == WHEN


def test_a_withdrawal_is_kept_where_the_agency_says() -> None:
    order = read(an_order(customFields={"widerruf": LATER}), fields={"withdrawn": "widerruf"})

    assert order.withdrawn_at == THEN


# ------------------------------------------------------------------ refunds


def refund(total: str, *parts: Any, name: str = "completed") -> Any:
    """What a payment plugin writes down."""
    positions = [
        {"orderLineItemId": item["id"], "amount": priced(amount)} for item, amount in parts
    ]
    made = {"amount": priced(total), "positions": positions, "stateMachineState": state(name)}
    return {"captures": [{"refunds": [made]}]}


def test_a_partial_refund_without_an_amount_is_unknown_and_never_guessed() -> None:
    order = read(an_order(transactions=[payment("refunded_partially")]))

    assert order.refunded_loose is None
    assert order.paid_at == WHEN


def test_what_was_refunded_whole_was_given_back_whole() -> None:
    order = read(an_order(transactions=[payment("refunded")]))

    assert (line(order).refunded_net, line(order).refunded_tax) == (3_192, 607)
    assert (order.refunded_other, order.refunded_loose) == (499, 0)


def test_a_refund_that_names_its_line_is_taken_off_it() -> None:
    mug = goods("37.99", "6.07", 2)
    paid = payment("refunded_partially", **refund("19.00", (mug, "19.00")))

    order = read(an_order(mug, transactions=[paid]))
    assert (line(order).refunded_net, line(order).refunded_tax) == (1_597, 303)
    assert order.refunded_loose == 0


def test_a_refund_that_names_no_line_is_loose() -> None:
    paid = payment("refunded_partially", **refund("10"))

    assert read(an_order(transactions=[paid])).refunded_loose == 1_000


def test_a_refund_that_failed_gives_nothing_back() -> None:
    paid = payment("paid", **refund("10", name="failed"))

    assert read(an_order(transactions=[paid])).refunded_loose == 0


def test_more_than_a_line_cost_is_loose() -> None:
    mug = goods("10", "1.60")
    paid = payment("refunded_partially", **refund("14.99", (mug, "14.99")))

    order = read(an_order(mug, transactions=[paid], total="14.99"))
    assert (line(order).refunded_net, line(order).refunded_tax) == (840, 160)
    assert order.refunded_loose == 499


def test_a_custom_field_may_say_what_went_back() -> None:
    payload = an_order(
        transactions=[payment("refunded_partially")], customFields={"back": Decimal("5.5")}
    )

    assert read(payload, fields={"refunded": "back"}).refunded_loose == 550


def test_a_custom_field_that_is_no_amount_is_named() -> None:
    payload = an_order(customFields={"back": "viel"})

    with pytest.raises(Unreadable, match="refunded amount"):
        read(payload, fields={"refunded": "back"})


def test_commercial_returns_count_once_they_are_settled() -> None:
    mug = goods("37.99", "6.07", 2)
    item = {"orderLineItemId": mug["id"], "refundAmount": Decimal("19")}
    done = {"state": state("done"), "lineItems": [item]}
    waiting = {"state": state("open"), "lineItems": [item]}
    payload = an_order(mug, transactions=[payment("refunded_partially")], returns=[done, waiting])

    assert line(read(payload, commercial_returns=True)).refunded_net == 1_597
    assert read(payload).refunded_loose is None


# ------------------------------------------------------------------ people


def test_a_guest_is_known_by_his_address_and_not_by_the_customer_made_for_the_order() -> None:
    person = {"customerId": CUSTOMER, "email": "Gast@Example.com", "customer": {"guest": True}}

    assert read(an_order(orderCustomer=person)).buyer == Guest("Gast@Example.com")


def test_of_a_deleted_customer_the_address_is_left() -> None:
    person = {"customerId": None, "email": "weg@example.com", "customer": None}

    assert read(an_order(orderCustomer=person)).buyer == Guest("weg@example.com")


def test_an_order_of_nobody_has_an_unknown_buyer() -> None:
    assert read(an_order(orderCustomer=None)).buyer == Unknown()


def test_a_customer_is_read_with_country_group_and_language() -> None:
    customer = translate.customer(a_customer(birthday="1950-04-23T00:00:00.000+00:00"), USUAL)

    assert (customer.country, customer.group, customer.language) == ("AT", "6" * 32, "de")
    assert (customer.birthday, customer.verified) == ((4, 23), False)


def test_an_address_is_verified_by_double_opt_in_and_by_nothing_else() -> None:
    confirmed = a_customer(doubleOptInRegistration=True, doubleOptInConfirmDate=AT)

    assert translate.customer(confirmed, USUAL).verified
    assert not translate.customer(a_customer(), USUAL).verified


@pytest.mark.parametrize(
    "person", [{"guest": True}, {"doubleOptInRegistration": True}], ids=["guest", "unconfirmed"]
)
def test_who_has_no_account_is_no_customer(person: Any) -> None:
    with pytest.raises(NotThere):
        translate.customer(a_customer(**person), USUAL)


@pytest.mark.parametrize("text", ["", "gestern", "1990-02-31", "0000"])
def test_a_birthday_that_cannot_be_read_is_none_and_no_error(text: str) -> None:
    assert translate.customer(a_customer(birthday=text), USUAL).birthday is None


# ------------------------------------------------------------------ settings and rubbish


def test_trials_and_other_channels_earn_nothing() -> None:
    payload = an_order(salesChannel={"name": "Amazon", "translated": {"name": "Amazon"}})

    assert not read(payload).test
    assert read(payload, test_orders={"emails": ["MIA@example.com"]}).test
    assert read(payload, channels=["Headless"]).test
    assert not read(payload, channels=["Amazon"]).test
    assert not read(payload, channels=["5" * 32]).test


def test_a_code_is_named_once_and_without_blanks() -> None:
    twice = [discount("-1", "0", " SK-1 "), discount("-1", "0", "SK-1")]

    assert read(an_order(goods("37.99", "6.07"), *twice)).voucher_codes == ("SK-1",)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"id": "7"}, "id"),
        ({"currency": None}, "currency"),
        ({"amountTotal": "42.98"}, "amountTotal"),
        ({"amountTotal": True}, "amountTotal"),
        ({"orderDateTime": "gestern"}, "orderDateTime"),
        ({"orderDateTime": None}, "orderDateTime"),
        ({"taxStatus": None}, "taxStatus"),
        ({"lineItems": "none"}, "lineItems"),
        ({"lineItems": [{"type": "product"}]}, r"lineItems\[0\]"),
        ({"transactions": [{"stateMachineState": None}]}, "stateMachineState"),
        ({"deliveries": [{"stateMachineState": {}}]}, "stateMachineState"),
        ({"orderCustomer": []}, ""),
    ],
)
def test_what_cannot_be_read_is_named_and_never_shown(wrong: Any, named: str) -> None:
    payload = an_order(**wrong)
    if not named:
        assert read(payload).buyer == Unknown()
        return

    with pytest.raises(Unreadable, match=named) as caught:
        read(payload)

    assert "mia@" not in str(caught.value)
    assert "42.98" not in str(caught.value)
