"""What every shop has before anything is in it: languages, currencies, countries, states, one sales channel."""

from __future__ import annotations

from datetime import datetime, timedelta

from adapters.shopware.simulator import money, states
from adapters.shopware.simulator.kinds import JSON
from adapters.shopware.simulator.shop import Shop

ENGLISH = "2fbb5fe2e29a4d70aa5854ce7ce3e20b"
EURO = "b7d2554b0ce847cd82f3ac9bd1c0dfca"
STANDARD_GROUP = "cfbd5018d38d41d8adca10d94fc8bdd6"
"""Ids that are the same in every Shopware shop (seen)."""
DOLLARS_PER_EURO = 1.17085
COUNTRIES = [
    ("Germany", "DE", "DEU"),
    ("Austria", "AT", "AUT"),
    ("Switzerland", "CH", "CHE"),
    ("France", "FR", "FRA"),
    ("Netherlands", "NL", "NLD"),
]
ADDRESS_FORMAT = [
    ["address/company", "symbol/dash", "address/department"],
    ["address/first_name", "address/last_name"],
    ["address/street"],
    ["address/zipcode", "address/city"],
    ["address/country"],
]
NO_TAX_LIMIT = {
    "extensions": [],
    "enabled": False,
    "currencyId": EURO,
    "amount": 0,
    "apiAlias": "shopware_core_framework_data_abstraction_layer_tax_free_config",
}


def furnish(shop: Shop) -> None:
    at = shop.now() - timedelta(days=900)
    _languages(shop, at)
    _currencies(shop, at)
    _countries(shop, at)
    _people(shop, at)
    _ways(shop, at)
    _states(shop, at)
    _channel(shop, at)


def _keep(shop: Shop, name: str, row: JSON) -> JSON:
    shop.base[name] = row["id"]
    return row


def _languages(shop: Shop, at: datetime) -> None:
    spoken = [
        ("en-GB", "English", "United Kingdom", ENGLISH),
        ("de-DE", "Deutsch", "Deutschland", None),
    ]
    for code, name, territory, known in spoken:
        locale = shop.add("locale", at, code=code, name=name, territory=territory)
        ids = {"localeId": locale["id"], "translationCodeId": locale["id"]}
        _keep(shop, f"language.{code[:2]}", shop.add("language", at, id=known, name=name, **ids))


def _currencies(shop: Shop, at: datetime) -> None:
    known = [("EUR", "Euro", "€", 1, EURO), ("USD", "US-Dollar", "$", DOLLARS_PER_EURO, None)]
    for position, (code, name, sign, factor, row) in enumerate(known, 1):
        values: JSON = {"isoCode": code, "shortName": code, "name": name, "symbol": sign}
        values |= {"factor": factor, "position": position, "isSystemDefault": factor == 1}
        values |= {"itemRounding": money.ROUNDING, "totalRounding": money.ROUNDING}
        made = shop.add("currency", at, id=row, taxFreeFrom=0, **values)
        _keep(shop, f"currency.{code}", made)


def _countries(shop: Shop, at: datetime) -> None:
    new = not shop.version.startswith("6.5")
    for position, (name, iso, iso3) in enumerate(COUNTRIES, 1):
        no = ["displayStateInRegistration", "forceStateInRegistration", "checkVatIdPattern"]
        no += ["vatIdRequired", "checkPostalCodePattern", "checkAdvancedPostalCodePattern"]
        values: JSON = dict.fromkeys(no, False) | {
            "name": name,
            "iso": iso,
            "iso3": iso3,
            "position": position,
            "active": True,
            "shippingAvailable": True,
            "vatIdPattern": f"{iso}\\d{{9}}",
            "customerTax": NO_TAX_LIMIT,
            "companyTax": NO_TAX_LIMIT,
            "postalCodeRequired": new,
            "isEu": iso != "CH",
            "defaultPostalCodePattern": "\\d{5}" if iso in ("DE", "FR") else "\\d{4}",
            "addressFormat": ADDRESS_FORMAT,
        }
        _keep(shop, f"country.{iso}", shop.add("country", at, **values))


def _people(shop: Shop, at: datetime) -> None:
    for key, display, letter in [
        ("mr", "Mr.", "Dear Mr."),
        ("not_specified", "Not specified", " "),
    ]:
        values: JSON = {"salutationKey": key, "displayName": display, "letterName": letter}
        _keep(shop, f"salutation.{key}", shop.add("salutation", at, **values))
    group: JSON = {"name": "Standard customer group", "displayGross": True}
    _keep(shop, "group", shop.add("customer_group", at, id=STANDARD_GROUP, **group))


def _ways(shop: Shop, at: datetime) -> None:
    """How one pays, how it is sent, how it is taxed."""
    payment: JSON = {"name": "Cash on delivery", "distinguishableName": "Cash on delivery"}
    payment |= {"shortName": "cash_payment", "technicalName": "payment_cashpayment"}
    payment |= {"description": "Payment upon receipt of goods.", "position": 1}
    payment |= {"active": True, "afterOrderEnabled": True, "synchronous": True}
    payment |= dict.fromkeys(["asynchronous", "prepared", "refundable", "recurring"], False)
    _keep(shop, "payment", shop.add("payment_method", at, **payment))
    delay = shop.add("delivery_time", at, name="1-3 days", min=1, max=3, unit="day")
    way: JSON = {"name": "Standard", "active": True, "position": 1, "taxType": "auto"}
    way |= {"deliveryTimeId": delay["id"], "technicalName": "shipping_standard"}
    _keep(shop, "shipping", shop.add("shipping_method", at, **way))
    for rate in (19, 7):
        made = shop.add("tax", at, taxRate=rate, name=f"{rate} %", position=rate)
        _keep(shop, f"tax.{rate}", made)


def _states(shop: Shop, at: datetime) -> None:
    for machine, ways in states.MACHINES.items():
        names = {"technicalName": f"{machine}.state", "name": machine.replace("_", " ")}
        made = shop.add("state_machine", at, **names)
        for state in ways:
            values = {"technicalName": state, "name": states.name(state)}
            row = shop.add("state_machine_state", at, stateMachineId=made["id"], **values)
            _keep(shop, f"state.{machine}.{state}", row)


def _channel(shop: Shop, at: datetime) -> None:
    root = shop.add("category", at, name="Catalogue", breadcrumb=["Catalogue"], level=1)
    _keep(shop, "category", root)
    values: JSON = {
        "name": "Storefront",
        "typeId": "8a243080f92e4c719546314b577cf82b",
        "languageId": shop.base["language.de"],
        "customerGroupId": STANDARD_GROUP,
        "currencyId": EURO,
        "paymentMethodId": shop.base["payment"],
        "shippingMethodId": shop.base["shipping"],
        "countryId": shop.base["country.DE"],
        "navigationCategoryId": root["id"],
        "accessKey": "SWSC" + "".join(shop.dice.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ", k=22)),
        "paymentMethodIds": [shop.base["payment"]],
    }
    channel = _keep(shop, "channel", shop.add("sales_channel", at, **values))
    for address, code in ((shop.url, "de"), (f"{shop.url}/en", "en")):
        ids = {"salesChannelId": channel["id"], "languageId": shop.base[f"language.{code}"]}
        domain: JSON = ids | {"currencyId": EURO, "snippetSetId": shop.new_id(at), "url": address}
        shop.add("sales_channel_domain", at, **domain)
