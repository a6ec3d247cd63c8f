"""Invented people for the data sets: the same ones in every imitated shop, at example.com and example.org."""

from __future__ import annotations

import json
import random
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from adapters.shopware.simulator.kinds import JSON

SHARED = Path(__file__).parents[2] / "woocommerce" / "simulator" / "data"
"""The purchase log and the names lie once, beside the first simulator; read as files, not imported."""
NAMES: JSON = json.loads((SHARED / "people.json").read_text("utf-8"))
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
    """Dice fall in the same order as in the other simulator, so the people are the same."""
    zipcode, city, country = dice.choice(NAMES["cities"])
    street = f"{dice.choice(NAMES['streets'])} {dice.randint(1, 98)}"
    email = f"{user}@{dice.choice(('example.com', 'example.org'))}"
    phone = f"030 55{dice.randint(1000, 9999)}"
    place = {"street": street, "zipcode": zipcode, "city": city, "country": country}
    return {"email": email, "first_name": first, "last_name": last, "phone": phone} | place
