"""Customers: accounts and guests, how they come and go; a guest's address may be an account's too."""

from __future__ import annotations

from datetime import datetime

from adapters.shopware.simulator import events
from adapters.shopware.simulator.clock import stamp
from adapters.shopware.simulator.kinds import JSON
from adapters.shopware.simulator.shop import Shop

FIRST_NUMBER = 10000
PLACE = {"street": "Lindenweg 1", "zipcode": "50667", "city": "Köln", "country": "DE"}
TEXTS = ("affiliateCode", "campaignCode", "birthday", "company", "title")


def register(shop: Shop, wanted: JSON, at: datetime | None = None, quietly: bool = False) -> JSON:
    """`{email, guest?, first_name?, last_name?, street?, zipcode?, city?, country?, double_opt_in?, ...}`."""
    moment = at or shop.now()
    email = str(wanted.get("email") or "")
    guest = wanted.get("guest") is True
    if "@" not in email:
        raise ValueError("A customer needs an email.")
    if not guest and account(shop, email):
        raise ValueError(f"There is an account with the address {email} already.")
    waits = wanted.get("double_opt_in") is True
    row, place = shop.new_id(moment), shop.new_id(moment)
    values = _values(shop, wanted, moment) | {"email": email, "guest": guest}
    values |= {"defaultBillingAddressId": place, "defaultShippingAddressId": place}
    values |= {"active": not waits, "doubleOptInRegistration": waits}
    if waits:
        values |= {"doubleOptInEmailSentDate": stamp(moment), "hash": shop.new_id(moment)}
    _address(shop, place, row, wanted, values, moment)
    made = shop.add("customer", moment, id=row, **values)
    if not quietly:
        events.written(shop, "customer", "insert", row, events.inserted(shop, "customer"))
        events.customer(shop, _came(guest, waits), made)
    return made


def _came(guest: bool, waits: bool) -> str:
    if waits:
        return "checkout.customer.double_opt_in_registration"
    return f"checkout.customer.{'guest_register' if guest else 'register'}"


def _values(shop: Shop, wanted: JSON, moment: datetime) -> JSON:
    return {
        "customerNumber": str(FIRST_NUMBER + shop.store.count.get("customer", 0)),
        "firstName": wanted.get("first_name") or "Ada",
        "lastName": wanted.get("last_name") or "Kunde",
        "groupId": shop.base["group"],
        "salesChannelId": shop.base["channel"],
        "boundSalesChannelId": wanted.get("boundSalesChannelId"),
        "languageId": wanted.get("languageId") or shop.base["language.de"],
        "salutationId": shop.base["salutation.mr"],
        "firstLogin": stamp(moment),
        "remoteAddress": "127.0.0.0",
        "customFields": wanted.get("customFields"),
        **({"defaultPaymentMethodId": shop.base["payment"]} if _pays(shop) else {}),
        **{name: wanted.get(name) for name in TEXTS},
    }


def _pays(shop: Shop) -> bool:
    """6.7 knows no default payment any more."""
    return "defaultPaymentMethodId" in shop.store.kinds["customer"].blank


def _address(
    shop: Shop, row: str, customer: str, wanted: JSON, names: JSON, moment: datetime
) -> None:
    place = {name: wanted.get(name) or known for name, known in PLACE.items()}
    country = shop.base.get(f"country.{place.pop('country')}") or shop.base["country.DE"]
    who = {name: names[name] for name in ("firstName", "lastName", "salutationId")}
    ids = {"customerId": customer, "countryId": country}
    shop.add("customer_address", moment, id=row, **ids, **who, **place)


def account(shop: Shop, email: str) -> JSON | None:
    """The account with this address; guests do not count."""
    rows = shop.store.holders("customer", "email", email)
    return next((row for row in rows if not row["guest"]), None)


def find(shop: Shop, row: str) -> JSON:
    found = shop.store.get("customer", row)
    if found is None:
        raise ValueError(f"There is no customer {row}.")
    return found


def confirm(shop: Shop, row: str) -> JSON:
    """The link in the double opt-in mail was followed."""
    find(shop, row)
    now = shop.stamp()
    changed = shop.store.change(
        "customer", row, active=True, doubleOptInConfirmDate=now, updatedAt=now, hash=None
    )
    fields = ["active", "doubleOptInConfirmDate", "id", "updatedAt"]
    events.written(shop, "customer", "update", row, fields)
    events.customer(shop, "checkout.customer.register", changed)
    return changed


def delete(shop: Shop, row: str) -> None:
    """Gone for good; the orders stay, with name and address and without the customer (seen)."""
    events.customer(shop, "checkout.customer.deleted", find(shop, row))
    shop.store.remove("customer", row)
    for promotion in list(shop.store.rows["promotion"].values()):
        bound = promotion.get("_personaCustomerIds") or []
        if row in bound:
            left = [other for other in bound if other != row]
            shop.store.change("promotion", promotion["id"], _personaCustomerIds=left)
    events.written(shop, "customer", "delete", row, ())
