"""The admin in a real Chromium: accessible in light and dark, on a phone, by keyboard, without a script."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from connector.web import serving
from tests.admin import people
from tests.admin.people import PASSWORD, Office, member_of
from tests.browser import listen
from tests.widgets.test_access import violations

LOOKS: dict[str, dict[str, Any]] = {
    "light, German, desktop": {"color_scheme": "light", "locale": "de-DE", "width": 1200},
    "dark, English, phone": {"color_scheme": "dark", "locale": "en-GB", "width": 360},
}
PAGES = ("/", "/customers", "/customers/{member}", "/customers/{max}", "/programme", "/programme/1",
         "/rewards", "/campaigns", "/questions", "/shops", "/team", "/log")  # fmt: skip


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Over a real socket."""
    with ExitStack() as stack:
        opened = stack.enter_context(people.office(tmp_path_factory.mktemp("browser") / "data"))
        url = stack.enter_context(serving.running(opened.inst, "127.0.0.1", 0, work=False))
        opened.inst.config = replace(opened.inst.config, url=url)
        yield opened


@contextmanager
def window(
    browser: Browser, office: Office, who: str = "", expected: str = "", **look: Any
) -> Iterator[Page]:
    """A browser in which somebody is logged in; whatever else it complains about fails the test."""
    width = look.pop("width", 1200)
    context = browser.new_context(viewport={"width": width, "height": 900}, **look)
    context.set_default_timeout(8000)
    page, complaints = context.new_page(), list[str]()
    listen(page, complaints)
    if who:
        _let_in(context, office, who)
    yield page
    context.close()
    assert [one for one in complaints if not expected or expected not in one] == []


def _let_in(context: BrowserContext, office: Office, who: str) -> None:
    token = office.desk(who).token
    context.add_cookies([{"name": "stammkunde", "value": token, "url": office.inst.config.url}])


def path_of(office: Office, path: str) -> str:
    return (
        office.inst.config.url
        + office.here
        + path.format(member=member_of(office), max=member_of(office, "8"))
    )


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_on_any_page_and_nothing_is_wider_than_the_window(
    browser: Browser, office: Office, look: str
) -> None:
    office.task(f"order/{look[:4]}")
    office.question(f"Passt das auch so: {look}?")
    addresses = [path_of(office, path) for path in PAGES]
    addresses += [office.inst.config.url + path for path in ("/admin/", "/admin/profile")]
    with window(browser, office, "operator", **LOOKS[look]) as page:
        found = {}
        for address in addresses:
            page.goto(address)
            wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
            found[address] = violations(page) + (["wider than the window"] if wide else [])
        page.goto(path_of(office, "/customers/{max}"))
        page.locator(".do > summary").evaluate_all("(all) => all.forEach((one) => one.click())")
        found["a customer, everything open"] = violations(page)
        page.fill("#twin", "erika")
        page.locator("form[action$=twins] button").click()
        page.locator("form[action$=merge]").wait_for()
        found["two customers"] = violations(page)
        page.goto(path_of(office, "/team"))
        page.locator("form[action$=invite] button").click()
        page.locator("#link").wait_for()
        invitation = page.input_value("#link")
        found["the link"] = violations(page)
    with window(browser, office, **LOOKS[look]) as page:
        for address in (office.inst.config.url + "/admin/login", invitation):
            page.goto(address)
            found[address] = violations(page)

    assert {address: wrong for address, wrong in found.items() if wrong} == {}


def test_a_field_without_a_name_would_be_found(browser: Browser, office: Office) -> None:
    """The control."""
    with window(browser, office, locale="en-GB") as page:
        page.goto(office.inst.config.url + "/admin/login")
        page.evaluate("document.querySelector('label[for=email]').remove()")

        assert any("email" in one for one in violations(page))


def test_somebody_logs_in_and_marks_a_task_as_done_without_a_mouse(
    browser: Browser, office: Office
) -> None:
    office.task("order/4711")
    with window(browser, office, locale="en-GB") as page:
        page.goto(office.inst.config.url + "/admin/")
        page.keyboard.type(office.email("manager"))
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        task = page.locator(".tasks li", has_text="4711")
        task.wait_for()
        for _ in range(30):
            page.keyboard.press("Tab")
            if task.locator("button").evaluate("(one) => one === document.activeElement"):
                break
        seen = task.locator("button").evaluate("(one) => getComputedStyle(one).outlineStyle")
        page.keyboard.press("Enter")
        task.wait_for(state="detached")

    assert seen == "solid"
    assert "task.done" in office.log()


def test_the_first_key_leads_past_the_head_of_the_page(browser: Browser, office: Office) -> None:
    with window(browser, office, "viewer", locale="en-GB") as page:
        page.goto(path_of(office, "/"))
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")

        assert page.evaluate("document.activeElement.id") == "content"


def test_a_programme_is_put_in_force_without_a_script(browser: Browser, office: Office) -> None:
    with window(browser, office, "owner", java_script_enabled=False, locale="en-GB") as page:
        page.goto(path_of(office, "/programme"))
        text = page.input_value("#text")
        page.fill("#text", text.replace("points: 5", "points: five"))
        page.get_by_role("button", name="Check", exact=True).click()
        wrong = page.locator(".wrong").inner_text()
        page.fill("#text", text.replace("points: 5", "points: 6"))
        page.get_by_role("button", name="Check", exact=True).click()
        changes = page.locator(".diff").inner_text()
        page.check("#sure")
        page.get_by_role("button", name="Apply").click()
        notice = page.locator(".notice").inner_text()

    assert "Line " in wrong
    assert "earn.points: 5 -> 6" in changes
    assert notice == "The new version is in force."


def test_with_a_script_a_search_and_a_check_leave_the_page_where_it_is(
    browser: Browser, office: Office
) -> None:
    with window(browser, office, "owner", locale="en-GB") as page:
        page.goto(path_of(office, "/customers"))
        page.fill("#q", "erika")
        page.keyboard.press("Enter")
        page.locator("#found a").click()
        page.get_by_text("Older movements").click()
        page.locator(".timeline li").nth(29).wait_for()
        page.goto(path_of(office, "/programme"))
        page.fill("#text", "earn:\n  points: x\n")
        page.get_by_role("button", name="Check", exact=True).click()
        said = page.locator("#checked li").inner_text()

    assert said.startswith("Line 2: earn.points")


def test_a_session_that_ended_meanwhile_leads_to_the_login_also_from_a_part_of_a_page(
    browser: Browser, office: Office
) -> None:
    with window(browser, office, "viewer", expected="401", locale="en-GB") as page:
        page.goto(path_of(office, "/customers"))
        page.context.clear_cookies()
        page.fill("#q", "erika")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        heading = page.locator("h1").inner_text()

    assert heading == "Log in"
