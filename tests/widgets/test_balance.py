"""The balance says what a person has, from when and until when, in every situation."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.widgets import answers
from tests.widgets.conftest import Visit
from tests.widgets.shop import Shop
from tests.widgets.situations import Answer, Situation

SAYS = [
    ("member", "de", "Treuepunkte", "1.250 Punkte gehören dir. 142 weitere ab 12. Januar."),
    ("member", "de", "Wert", "12,50\u00a0€"),
    ("member", "de", "Unterwegs", "deine ab 12. Januar 2027"),
    ("member", "de", "Nächster Ablauf", "am 31. Dezember 2027"),
    ("member", "en", "Loyalty points", "1,250 points are yours. 142 more from January 12."),
    ("member", "en", "Worth", "€12.50"),
    ("member", "en", "On the way", "yours from 12 January 2027"),
    ("member", "en", "Next to expire", "on 31 December 2027"),
    ("shortfall", "de", "Noch auszugleichen: 58 Punkte.", "142 Punkte ab 12. Januar 2027"),
    ("shortfall", "en", "Still to settle: 58 points.", "142 points from 12 January 2027"),
    (
        "zero",
        "de",
        "Deine ersten Punkte kommen",
        "Für jeden vollen Euro bekommst du 5 Treuepunkte.",
    ),
    ("zero", "en", "Your first points come", "Every full euro brings you 5 loyalty points."),
    ("guest", "de", "Für jeden vollen Euro bekommst du 5", "100 Punkte sind 1,00\u00a0€ wert."),
    ("guest", "en", "Every full euro brings you 5 loyalty", "100 points are worth €1.00."),
    ("nobody", "de", "Für jeden vollen Euro", "Anmelden und Punkte sehen"),
    ("nobody", "en", "Every full euro", "Log in to see your points"),
    ("not_joined", "de", "Du machst noch nicht mit, Mia.", "Mitmachen"),
    ("not_joined", "en", "You have not joined yet, Mia.", "Join"),
    ("not_joined", "de", "Treuepunkte", "Dein Vorteil für 100 Punkte: 1,00\u00a0€"),
    ("not_joined", "en", "Loyalty points", "Your advantage for 100 points: €1.00"),
    ("left", "de", "Du hast das Programm verlassen.", "hat alles wieder"),
    ("left", "en", "You have left the programme.", "has everything again"),
    ("waiting", "de", "320 Punkte warten auf dich.", "gelten die Teilnahmebedingungen"),
    ("waiting", "en", "320 points are waiting for you.", "you accept the terms of participation"),
    ("warned", "de", "300 Punkte verfallen mit Ablauf", "950 Punkte verfallen mit Ablauf"),
    ("warned", "en", "300 points expire at the end", "950 points expire at the end"),
    ("ending", "de", "Das Programm endet", "1.250 Punkte gehören dir."),
    ("ending-guest", "en", "The programme is ending", "Log in to see your points"),
    ("arriving", "de", "Treuepunkte", "Wir holen gerade deine Bestellungen …"),
    ("arriving", "en", "Loyalty points", "We are fetching your orders …"),
    ("error", "de", "Deine Punkte sind gerade nicht erreichbar.", "Noch einmal versuchen"),
    ("error", "en", "Your points cannot be reached right now.", "Try again"),
    ("own-words", "de", "Deine Herzen", "142 Herzen"),
]


def balance(read: Visit, situation: str = "member", **query: str) -> Page:
    return read(situation, widgets="balance", **query)


@pytest.mark.parametrize(("situation", "lang", "one", "other"), SAYS)
def test_every_situation_says_what_it_must(
    read: Visit, situation: str, lang: str, one: str, other: str
) -> None:
    widget = balance(read, situation, lang=lang).locator("stammkunde-balance")

    expect(widget).to_contain_text(one)
    expect(widget).to_contain_text(other)
    expect(widget.locator(".card").first).to_have_attribute("lang", lang)


def test_the_big_number_is_what_is_available_now(read: Visit) -> None:
    number = balance(read).locator("stammkunde-balance .balance")

    expect(number).to_have_text("1.250 Punkte")


def test_one_point_is_not_called_points(read: Visit, shop: Shop) -> None:
    one = Answer(lambda lang: answers.member(lang, points=answers.points(1)))
    shop.add("one", Situation(me=(one,)))

    expect(balance(read, "one").locator(".balance")).to_have_text("1 Punkt")


def test_money_is_written_as_the_connector_writes_it(read: Visit, shop: Shop) -> None:
    points = answers.points(1250) | {"worth": answers.money("en", 1250, "JPY")}
    yen = Answer(lambda lang: answers.member(lang, points=points))
    shop.add("yen", Situation(me=(yen,)))

    expect(balance(read, "yen", lang="en").locator(".facts")).to_contain_text("¥1,250")


def test_history_shows_five_movements_and_all_on_request(read: Visit) -> None:
    page = balance(read)
    rows = page.locator(".movement")
    more = page.get_by_role("button", name="Alle anzeigen")
    expect(rows).to_have_count(5)
    expect(more).to_have_attribute("aria-expanded", "false")
    more.focus()
    page.keyboard.press("Enter")

    expect(rows).to_have_count(7)
    less = page.get_by_role("button", name="Weniger anzeigen")
    expect(less).to_be_focused()
    expect(less).to_have_attribute("aria-expanded", "true")


def test_movements_show_their_direction_and_what_is_not_yet_theirs(read: Visit) -> None:
    rows = balance(read).locator(".movement")

    expect(rows.nth(0)).to_contain_text("20. November 2026 · vorgemerkt")
    expect(rows.nth(0).locator(".figure")).to_have_text("+142")
    expect(rows.nth(1).locator(".figure")).to_have_text("−500")
    expect(rows.nth(4).locator(".figure")).to_have_text("640")


def test_the_way_in_leads_to_the_shops_account_page(read: Visit) -> None:
    link = balance(read, "guest").get_by_role("link")

    expect(link).to_have_attribute("href", "https://shop.example/my-account/")


@pytest.mark.parametrize("situation", ["guest", "nobody"])
def test_a_stranger_reads_only_once_what_points_are_worth(read: Visit, situation: str) -> None:
    card = balance(read, situation).locator("stammkunde-balance > .card")
    card.locator(".lead").wait_for()

    assert card.inner_text().count("1,00\u00a0€") == 1


def test_height_is_reserved_while_loading(read: Visit) -> None:
    page = balance(read, "slow")
    card = page.locator("stammkunde-balance .card:has(.skeleton)")
    card.wait_for()

    box = card.bounding_box()
    assert box
    assert box["height"] > 200


def test_after_a_refresh_the_new_balance_is_shown_and_said(read: Visit, shop: Shop) -> None:
    richer = Answer(lambda lang: answers.member(lang, points=answers.points(1300)))
    shop.add("richer", Situation(me=(Answer(answers.member), richer)))
    page = balance(read, "richer")
    status = page.locator("stammkunde-balance > [role=status]")
    expect(page.locator(".number")).to_have_text("1.250")
    expect(status).to_be_empty()
    page.evaluate("document.dispatchEvent(new Event('stammkunde:refresh'))")

    expect(page.locator(".number")).to_have_text("1.300")
    expect(status).to_have_text("Neuer Stand: 1.300 Punkte")


def test_retry_after_an_error_brings_the_balance(read: Visit, shop: Shop) -> None:
    broken_once = (Answer({"code": 500}, status=500), Answer(answers.member))
    shop.add("broken-once", Situation(me=broken_once))
    page = balance(read, "broken-once")
    page.get_by_role("button", name="Noch einmal versuchen").click()

    expect(page.locator(".number")).to_have_text("1.250")


def test_offline_says_so_and_recovers_by_itself(visit: Visit, shop: Shop) -> None:
    broken_once = (Answer({"code": 500}, status=500), Answer(answers.member))
    page = balance(visit, shop.add("tunnel", Situation(me=broken_once)))
    retry = page.get_by_role("button", name="Noch einmal versuchen")
    retry.wait_for()
    page.context.set_offline(True)
    retry.click()
    expect(page.locator(".error")).to_have_text(re.compile("^Du bist gerade offline"))
    page.context.set_offline(False)

    expect(page.locator(".number")).to_have_text("1.250")


def test_a_day_is_the_same_day_all_over_the_world(visit: Visit) -> None:
    page = visit.on(visit.blank(timezone_id="America/Los_Angeles"), widgets="balance")

    expect(page.locator(".facts")).to_contain_text("deine ab 12. Januar 2027")


def test_heading_level_follows_the_page(read: Visit) -> None:
    page = read(widgets="")
    page.evaluate(
        "document.querySelector('main').innerHTML = '<stammkunde-balance heading-level=3></stammkunde-balance>'"
    )

    expect(page.get_by_role("heading", level=3, name="Treuepunkte")).to_be_visible()
    expect(page.get_by_role("heading", level=4, name="Verlauf")).to_be_visible()


def test_a_programme_that_ends_offers_guests_no_rewards(read: Visit) -> None:
    page = read("ending-guest", widgets="redeem")

    expect(page.locator("stammkunde-redeem[empty]")).to_have_count(1)
