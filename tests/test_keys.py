"""The data keys: what they sealed opens again with them only, and what is on paper holds for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from connector import keys as keys_module
from connector.db import Database
from connector.errors import ConfigError
from connector.keys import PURPOSES, Keys
from connector.tables import installation
from tests.make import NOW

OLD, NEW = "the outer key of last year, long enough", "the outer key of this year, long enough"
OURS = Keys(*(bytes([n]) * 32 for n in range(6)))
OTHERS = Keys(*(bytes([n]) * 32 for n in range(6, 12)))


def load(database: Database, *secrets: str) -> Keys:
    later = NOW + timedelta(days=1)
    return database.write(lambda tx: keys_module.load(tx, secrets, later))


def wrapped(database: Database) -> dict[str, bytes]:
    with database.read() as tx:
        rows = tx.execute(select(installation.c.purpose, installation.c.wrapped))
        return {row.purpose: row.wrapped for row in rows}


def test_a_shops_settings_open_again() -> None:
    sealed = OURS.seal_settings('{"secret":"cs_ü"}')

    assert "cs_" not in sealed
    assert OURS.open_settings(sealed) == '{"secret":"cs_ü"}'


def test_settings_that_somebody_else_wrote_are_refused() -> None:
    for sealed in ("", "rubbish", "ü", "\udcff", OTHERS.seal_settings("{}")):
        with pytest.raises(ConfigError, match=r"^A shop's settings cannot be opened: they were ch"):
            OURS.open_settings(sealed)


def test_a_code_on_paper_stays_the_same_for_ever() -> None:
    assert OURS.referral_code("kaffeerad", "erika") == "CBCGA428"


def test_a_code_belongs_to_one_member_of_one_merchant_of_one_installation() -> None:
    whose = [(OURS, "a", "b"), (OURS, "a", "c"), (OURS, "c", "b"), (OTHERS, "a", "b")]

    assert len({keys.referral_code(merchant, member) for keys, merchant, member in whose}) == 4


def test_an_address_is_the_same_person_in_every_spelling() -> None:
    spelled = {OURS.address_digest(each) for each in ("erika@x.example", " Erika@X.Example\n")}

    assert len(spelled) == 1
    assert OURS.address_digest("STRASSE@x.example") == OURS.address_digest("straße@x.example")
    assert OURS.address_digest("erika@y.example") not in spelled


def test_an_address_stays_known_after_it_was_erased() -> None:
    assert (
        OURS.address_digest("erika@example.com")
        == "0db0389f880cacbd17393f3bac7305fce4b0f080946eb61f17fa3be04a23677b"
    )
    assert OTHERS.address_digest("erika@example.com") != OURS.address_digest("erika@example.com")


def test_each_key_is_made_once_and_is_another(sqlite_database: Database) -> None:
    fresh = keys_of_a_new_installation(sqlite_database)

    assert load(sqlite_database, OLD) == fresh
    assert len({getattr(fresh, purpose) for purpose in PURPOSES}) == len(PURPOSES)
    assert {len(getattr(fresh, purpose)) for purpose in PURPOSES} == {32}


def keys_of_a_new_installation(database: Database) -> Keys:
    database.write(lambda tx: tx.execute(installation.delete()))
    return load(database, OLD)


def test_a_key_is_dated(sqlite_database: Database) -> None:
    keys_of_a_new_installation(sqlite_database)

    with sqlite_database.read() as tx:
        made = set(tx.execute(select(installation.c.made_at)).scalars())
    assert made == {NOW + timedelta(days=1)}


def test_a_new_outer_key_wraps_all_anew_and_the_old_one_can_go(sqlite_database: Database) -> None:
    fresh = keys_of_a_new_installation(sqlite_database)
    before = wrapped(sqlite_database)

    assert load(sqlite_database, NEW, OLD) == fresh
    after = wrapped(sqlite_database)
    assert [purpose for purpose in PURPOSES if before[purpose] == after[purpose]] == []
    assert load(sqlite_database, NEW) == fresh


def test_what_the_newest_key_wrapped_is_left_alone(sqlite_database: Database) -> None:
    keys_of_a_new_installation(sqlite_database)
    before = wrapped(sqlite_database)

    load(sqlite_database, OLD, NEW)
    assert wrapped(sqlite_database) == before


def test_a_key_that_comes_with_an_upgrade_is_made_beside_the_old_ones(
    sqlite_database: Database,
) -> None:
    fresh = keys_of_a_new_installation(sqlite_database)
    links = installation.c.purpose == "links"
    sqlite_database.write(lambda tx: tx.execute(installation.delete().where(links)))

    upgraded = load(sqlite_database, OLD)
    assert upgraded.chain == fresh.chain
    assert upgraded.links != fresh.links


def test_a_foreign_key_opens_nothing_and_says_which_one_does(sqlite_database: Database) -> None:
    keys_of_a_new_installation(sqlite_database)

    with pytest.raises(ConfigError) as refused:
        load(sqlite_database, NEW)
    assert str(refused.value) == (
        "STAMMKUNDE_SECRET_KEY does not open this database; use the key it was made with "
        "(a newer one goes in front of it, separated by a comma)."
    )


def test_a_damaged_key_is_no_reason_to_make_another(sqlite_database: Database) -> None:
    keys_of_a_new_installation(sqlite_database)
    sqlite_database.write(lambda tx: tx.execute(update(installation).values(wrapped=b"damaged")))

    with pytest.raises(ConfigError, match="does not open this database"):
        load(sqlite_database, OLD)
    assert set(wrapped(sqlite_database).values()) == {b"damaged"}


def test_a_key_is_not_shown_by_accident() -> None:
    assert repr(OURS) == f"{OURS}" == "Keys(…)"
