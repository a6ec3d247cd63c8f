"""The main job, whole: a real purchase history becomes points a customer sees, and they follow him."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import demo
from tests.browser import listen


@pytest.mark.parametrize("platform", ["woocommerce", "shopware"])
def test_the_whole_history_becomes_exactly_its_points(platform: str) -> None:
    """The same figures on each platform: the same people bought the same things."""
    words = [sys.executable, "-m", "connector", "demo", "--once", "--json", "--platform", platform]
    done = subprocess.run(words, capture_output=True, text=True, timeout=300, check=False)
    result = json.loads(done.stdout)

    assert done.returncode == 0, done.stderr
    assert (result["orders"], result["customers"], result["members"]) == (6919, 2357, 2357)
    assert result["points_available"] + result["points_pending"] == 1_215_881
    assert result["points_pending"] > 0
    assert result["transfers"] == 6919 - 8
    assert result["verify"] == "ok"
    assert result["seconds"] > 0


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_however_it_is_stopped_the_demo_keeps_nothing(tmp_path: Path, how: signal.Signals) -> None:
    # A shell starts what stands behind `&` deaf to Ctrl-C.
    words = [
        "sh",
        "-c",
        "trap '' INT; exec \"$@\"",
        "sh",
        sys.executable,
        "-m",
        "connector",
        "demo",
    ]
    env = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen([*words, "--port", "0"], env=env, stderr=subprocess.DEVNULL) as running:
        wait_for(lambda: any(tmp_path.glob("stammkunde-demo-*/*")))
        running.send_signal(how)
        code = running.wait(60)

    assert code == 1
    assert list(tmp_path.iterdir()) == []


def wait_for(there: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture(scope="module")
def addresses() -> Iterator[dict[str, str]]:
    with demo.running() as found:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A visitor of the shop; the browser must have nothing to complain about."""
    context = browser.new_context(locale="de-DE", timezone_id="Europe/Berlin")
    opened = context.new_page()
    complaints: list[str] = []
    listen(opened, complaints)
    yield opened
    context.close()
    assert complaints == []


def act(page: Page, name: str) -> None:
    """Click behind the scenes; the page comes back by itself."""
    page.get_by_role("button", name=name, exact=True).first.click()
    page.wait_for_load_state()


def test_the_balance_follows_what_happens_to_an_order(
    page: Page, addresses: dict[str, str]
) -> None:
    page.goto(addresses["kaffeerad"] + "/my-account/")
    page.get_by_role("button", name="ganz Neues").click()
    balance = page.locator("stammkunde-balance")
    expect(balance).to_contain_text("keine Punkte", timeout=20_000)

    page.locator("input[name=quantity]").fill("2")
    act(page, "Bestellung aufgeben")
    act(page, "Bezahlen")
    expect(balance).to_contain_text(re.compile(r"\d+ Punkte für Bestellung \d+"), timeout=20_000)
    earned = pending(page)

    act(page, "Ein Stück erstatten")
    expect(balance).to_contain_text("weniger vorgemerkt", timeout=20_000)
    assert pending(page) == earned // 2

    act(page, "Stornieren")
    expect(balance).to_contain_text("wurde storniert", timeout=20_000)
    expect(balance).to_contain_text("keine Punkte", timeout=20_000)


def pending(page: Page) -> int:
    """Points on the way, as the widget's main sentence says."""
    sentence = page.locator("stammkunde-balance [part~=sentence]").inner_text()
    found = re.search(r"([\d.]+) Punkte, deine ab", sentence)
    assert found, sentence
    return int(found.group(1).replace(".", ""))


def test_a_question_is_found_and_answered(page: Page, addresses: dict[str, str]) -> None:
    page.goto(addresses["plattenkiste"] + "/help/")
    faq = page.locator("stammkunde-faq")
    faq.get_by_role("searchbox").fill("verfallen")
    faq.get_by_role("button", name="Verfallen meine Punkte?").click()

    expect(faq).to_contain_text("36 Monate")


def test_a_link_can_be_passed_on(page: Page, addresses: dict[str, str]) -> None:
    page.goto(addresses["plattenkiste"] + "/my-account/")
    page.locator("form button").first.click()
    referral = page.locator("stammkunde-referral")

    expect(referral).to_contain_text("QR-Code")
    link = referral.locator("input").input_value()
    assert link.startswith(addresses["plattenkiste"] + "/?ref=")
