"""Invented people for the data sets: always the same ones, at example.com and example.org."""

from __future__ import annotations

import importlib.resources
import json
import random
import unicodedata
from collections.abc import Iterator

from adapters.woocommerce.simulator.shop import JSON

NAMES: JSON = json.loads(
    (importlib.resources.files(__package__) / "data" / "people.json").read_text("utf-8")
)
LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ı": "i"})


def plain(name: str) -> str:
    """A name as it stands in an e-mail address."""
    spelled = name.lower().translate(LETTERS)
    return unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()


def invented(count: int, seed: int) -> Iterator[JSON]:
    """So many people, each with an address of its own; the same ones for the same seed."""
    dice = random.Random(seed)
    taken: dict[str, int] = {}
    for _ in range(count):
        first, last = dice.choice(NAMES["first"]), dice.choice(NAMES["last"])
        base = f"{plain(first)}.{plain(last)}"
        taken[base] = taken.get(base, 0) + 1
        user = base if taken[base] == 1 else f"{base}{taken[base]}"
        yield person(first, last, user, dice)


def person(first: str, last: str, user: str, dice: random.Random) -> JSON:
    postcode, city, country = dice.choice(NAMES["cities"])
    address: JSON = {
        "first_name": first,
        "last_name": last,
        "address_1": f"{dice.choice(NAMES['streets'])} {dice.randint(1, 98)}",
        "city": city,
        "postcode": postcode,
        "country": country,
    }
    email = f"{user}@{dice.choice(('example.com', 'example.org'))}"
    return {
        "email": email,
        "username": user,
        "first_name": first,
        "last_name": last,
        "billing": address | {"email": email, "phone": f"030 55{dice.randint(1000, 9999)}"},
        "shipping": address,
    }
