"""People whose data must not travel: each value is spelled so that it is found wherever it goes."""

from __future__ import annotations

from dataclasses import dataclass

from tests.adapters.woocommerce import simulated


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account, as the shop knows them."""

    email: str
    first_name: str
    last_name: str
    company: str
    street: str
    postcode: str
    city: str
    phone: str

    @property
    def billing(self) -> dict[str, str]:
        return {
            "first_name": self.first_name, "last_name": self.last_name, "company": self.company,
            "address_1": self.street, "postcode": self.postcode, "city": self.city,
            "country": "DE", "email": self.email, "phone": self.phone,
        }  # fmt: skip

    @property
    def everything(self) -> tuple[str, ...]:
        return (self.email, self.first_name, self.last_name, self.company, self.street,
                self.postcode, self.city, self.phone)  # fmt: skip


ERIKA = Person("erika.zwetschgenkern@example.com", "Erikalotte", "Zwetschgenkern",
               "Kernobst Quittengelee GmbH", "Mirabellenstieg 4711", "48599-QX", "Reneklodenhausen",
               "+49 2562 77001188")  # fmt: skip
MALLORY = Person("mallory.holunder@example.com", "Malloriana", "Holunderbusch",
                 "Schlehdorn und Soehne", "Sanddornkoppel 815", "23999-HZ", "Weissdornkirchen",
                 "+49 38425 99887766")  # fmt: skip
NEIGHBOUR = Person("nachbar.berberitze@example.com", "Nepomukius", "Berberitzer",
                   "Hagebutte Handels KG", "Vogelbeergasse 1234", "94575-KV", "Kornelkirschbach",
                   "+49 8546 55443322")  # fmt: skip
GUEST = Person("gast.preiselbeer@example.com", "Gastolina", "Preiselbeerin",
               "Moosbeere Verwaltung KG", "Heidelbeerweg 6789", "26434-MB", "Cranbeerenmoor",
               "+49 4463 66554433")  # fmt: skip
"""Orders without an account, so that not even the address is kept."""


def shops_with(shop: simulated.Shop, person: Person) -> str:
    """An account in this shop with one paid order; its number."""
    account = shop.customer(person.email)
    body = {"first_name": person.first_name, "last_name": person.last_name,
            "billing": person.billing}  # fmt: skip
    shop.rest("PUT", f"/customers/{account}", body)
    shop.order(customer_id=int(account), paid=True, billing=person.billing)
    return account
