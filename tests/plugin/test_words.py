"""Everything a person reads exists in German, and the built file says what the written one says."""

from __future__ import annotations

import html
import re

import pytest

from tests.plugin.catalogue import built, german, said, words
from tests.plugin.shop import Shop


def test_every_text_has_a_german_sentence_and_no_sentence_is_left_over() -> None:
    written = words(german())

    assert set(written) == said()
    assert [text for text, sentence in written.items() if not sentence.strip()] == []


def test_places_to_fill_in_are_the_same_in_both_languages() -> None:
    for one in german():
        places = [sorted(re.findall(r"%(?:\d\$)?s", str(text))) for text in (one.id, one.string)]

        assert places[0] == places[1], one.id


def test_german_says_du() -> None:
    formal = [
        one.id for one in german() if re.search(r"\b(?:Ihr|Ihre[rnms]?|Ihnen)\b", str(one.string))
    ]

    assert formal == []


def test_the_built_file_is_the_written_one() -> None:
    assert words(built()) == words(german()), "python -m tests.plugin.catalogue"


@pytest.mark.parametrize("locale", ["de_DE", "de_AT", "de_DE_formal", "de_CH_informal"])
def test_every_german_speaks_german(shop: Shop, locale: str) -> None:
    shop.php(f"return update_option('imitated_locale', '{locale}');")
    settings = html.unescape(shop.get("/wp-admin/admin.php?page=stammkunde", shop.as_("boss")).text)

    assert f"Dein Shop ist mit {shop.connector.url} verbunden" in settings
    assert ">Punkte</a>" in shop.get("/my-account/", shop.as_("mia")).text


def test_other_languages_speak_english(shop: Shop) -> None:
    shop.php("return update_option('imitated_locale', 'fr_FR');")

    assert ">Points</a>" in shop.get("/my-account/", shop.as_("mia")).text


def test_the_editor_names_the_blocks_in_german(shop: Shop) -> None:
    shop.php("return update_option('imitated_locale', 'de_DE');")
    titles = shop.php(
        """return array_map(fn($name) => WP_Block_Type_Registry::get_instance()
            ->get_registered("stammkunde/$name")->title, ['balance', 'redeem', 'referral', 'faq']);"""
    )

    assert titles == ["Punktestand", "Punkte einlösen", "Persönlicher Link", "Fragen zu Punkten"]
