"""The app's templates as text: static places only, in blocks that every version has."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree as Xml

import pytest

from tests.adapters.shopware.app.pages import PLACES, SECRET, blocks, opened, ours
from tests.adapters.shopware.app.test_manifest import SCHEMAS, read

PAPER = SCHEMAS.parents[1] / "reference" / "shopware_blocks.txt"
TEMPLATES = ours(opened())
EXTENDS = re.compile(r"\{% sw_extends '@Storefront/storefront/(.*)\.html\.twig' %\}")
SOMEBODYS = re.compile(
    r"customer|email|firstName|lastName|address|orderNumber|deepLink|app\.user|salutation|birthday"
    r"|lineItem\.|payload|customFields|\.token|session",
    re.IGNORECASE,
)
BOTH_KNOW = {"escape", "trans", "length", "first", "format"}
"""Filters that Twig and Jinja have alike: the demo shop draws the same files with Jinja."""


def extended() -> list[tuple[str, str, str]]:
    """(our file, the template it extends, a block in it)."""
    found = []
    for name, text in TEMPLATES.items():
        (parent,) = EXTENDS.findall(text)
        found += [(name, parent, block) for block in re.findall(r"\{% block (\w+) %\}", text)]
    return found


def test_every_block_that_is_extended_exists_in_shopware() -> None:
    known = {(template, block) for template, names in blocks().items() for block in names}

    assert {(parent, block) for _, parent, block in extended()} == known


def test_a_template_lies_where_the_one_that_it_extends_lies() -> None:
    """Shopware finds it by its path; blocks of the Shopping Experiences have names of their own."""
    for name, parent, _ in extended():
        assert name == parent or name.startswith("block/cms-block-stammkunde-")


def test_the_list_of_blocks_is_true() -> None:
    if not PAPER.is_file():
        pytest.skip("the whole list of Shopware's blocks is not there; SHOPWARE_SCHEMAS says where")
    lines = [line.split() for line in PAPER.read_text("utf-8").splitlines()]
    whole = {(template, block) for template, block in lines}
    listed = {template for template, _ in whole}
    ours_there = {(t, b) for t, names in blocks().items() if t in listed for b in names}

    assert ours_there <= whole
    assert len(ours_there) >= 6  # layout/meta, component/buy-widget and block/ are not in it


@pytest.mark.parametrize("name", TEMPLATES)
def test_what_shopware_draws_itself_stays(name: str) -> None:
    text = TEMPLATES[name]

    assert text.count("{{ parent() }}") == len(re.findall(r"\{% block ", text))


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_template_speaks_of_a_person(name: str) -> None:
    code = " ".join(re.findall(r"\{[{%](.*?)[}%]\}", TEMPLATES[name], re.DOTALL))

    assert SOMEBODYS.findall(code) == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_style_and_no_script_stands_in_a_page(name: str) -> None:
    """A shop's policy may forbid both, and then it forbids them for good reasons."""
    text = TEMPLATES[name]

    assert not re.search(r"<style|\bstyle=|\bon\w+=|javascript:|\|raw|autoescape", text)
    assert all("src=" in tag for tag in re.findall(r"<script\b[^>]*>", text))
    assert re.findall(r"<script[^>]*>\s*[^<\s]", re.sub(r"\{\{.*?\}\}", "", text)) == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_twig_and_jinja_read_the_same(name: str) -> None:
    code = re.findall(r"\{[{%].*?[}%]\}", TEMPLATES[name], re.DOTALL)

    for part in code:
        assert set(re.findall(r"\|\s*(\w+)", part)) <= BOTH_KNOW
        assert not re.search(r"\?|~|elseif|elif|is defined|sw_include|\bdo\b", part), part


@pytest.mark.parametrize("name", TEMPLATES)
def test_what_is_put_into_a_page_is_escaped(name: str) -> None:
    for part in re.findall(r"\{\{ (.*?) \}\}", TEMPLATES[name]):
        number = part.startswith("'%.0f'|format(")

        assert number or part == "parent()" or part.endswith("|escape"), part


def test_the_secret_is_in_no_template() -> None:
    assert not any(SECRET in text for text in TEMPLATES.values())


def test_both_pages_of_a_product_reckon_alike() -> None:
    """A shop has the one where the page is a Shopping Experience, as most are, and else the other."""
    new, old = (TEMPLATES[f"{folder}/buy-widget"].split("%}", 3)[3] for folder in
                ("component/buy-widget", "page/product-detail"))  # fmt: skip

    assert new == old.replace("= page.product %}", "= product %}")


def test_every_place_has_a_switch_and_every_switch_a_place() -> None:
    config = Xml.fromstring(read("Resources/config/config.xml"))
    switches = {
        field.findtext("name"): field.findtext("defaultValue")
        for field in config.iter("input-field")
    }
    used = set(re.findall(r"Stammkunde\.config\.(\w+)", "".join(TEMPLATES.values())))

    assert set(switches) == used == set(PLACES)
    assert {name for name, value in switches.items() if value == "false"} == {"launcher"}


def test_every_word_exists_in_german_and_english() -> None:
    packed = opened()
    german, english = (
        json.loads(packed.read(f"Stammkunde/Resources/snippet/stammkunde.{locale}.json"))
        for locale in ("de-DE", "en-GB")
    )
    used = set(re.findall(r"'([\w.]+)'\|trans", "".join(TEMPLATES.values())))

    assert used == {"stammkunde.account.title"}
    assert german == {"stammkunde": {"account": {"title": "Punkte"}}}
    assert english == {"stammkunde": {"account": {"title": "Points"}}}


def test_each_block_of_the_shopping_experiences_has_its_three_files() -> None:
    """Shopware throws where the preview or its styles are missing, and looks for `-component` in the storefront."""
    packed = opened()
    names = [
        block.findtext("name") or ""
        for block in Xml.fromstring(read("Resources/cms.xml")).iter("block")
    ]

    assert names
    for name in names:
        for file in ("preview.html", "styles.css"):
            assert packed.read(f"Stammkunde/Resources/cms/blocks/{name}/{file}")
        assert f"block/cms-block-{name}-component" in TEMPLATES
