"""What our widgets cost a shop's page: script time, blocking and layout shift at a quarter of the speed.

The same page four times: without any script, with a stub that does the least a widget could (one script, one
JSON, a shadow root of reserved height), and with our three core widgets for a guest and for a member.
"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, CDPSession, Page, Route

from benchmarks import lighthouse
from benchmarks.measure import Contest, Runs
from tests.browser import chromium
from tests.widgets import shop as pretend
from tests.widgets.shop import Shop

ROUNDS, SLOWER = 9, 4
BARE, STUB = "no script", "a vanilla stub"
GUEST, MEMBER = "three widgets, a guest", "three widgets, a member"
ADDRESS = {BARE: "guest?bare=1", STUB: "stub", GUEST: "guest?known=1", MEMBER: "member?account=1"}
SHOWN = {BARE: "h1", STUB: "vanilla-stub p", GUEST: ".lead", MEMBER: ".number"}
WATCH = """
    window.seen = {blocking: 0, shift: 0};
    new PerformanceObserver((list) => {
        for (const {duration} of list.getEntries()) seen.blocking += Math.max(duration - 50, 0);
    }).observe({type: 'longtask', buffered: true});
    new PerformanceObserver((list) => {
        for (const {value} of list.getEntries()) seen.shift += value;
    }).observe({type: 'layout-shift', buffered: true});
"""
STUB_SCRIPT = """
customElements.define('vanilla-stub', class extends HTMLElement {
    async connectedCallback() {
        const root = this.attachShadow({mode: 'open'});
        const said = await (await fetch('/stub.json')).json();
        const text = document.createElement('p');
        text.textContent = said.text;
        root.append(text);
    }
});
"""
STUB_PAGE = """<!doctype html><html lang="de"><head><meta charset="utf-8"><title>Shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/gallery/page.css"><script defer src="/stub.js"></script></head>
<body><main><h1>Mein Konto</h1>
<div style="min-height: 300px"><vanilla-stub></vanilla-stub></div></main></body></html>"""


def contests(folder: Path) -> list[Contest]:
    with pretend.running() as shop:
        with chromium() as browser:
            cost = _measured(browser, shop)
        pages = {name: ADDRESS[name] for name in (BARE, GUEST)}
        addresses = {name: f"{shop.url}/page/{path}" for name, path in pages.items()}
        return [cost, lighthouse.contest(addresses, BARE, ROUNDS, folder)]


def _measured(browser: Browser, shop: Shop) -> Contest:
    names = list(ADDRESS)
    result = Contest(f"script of a page, at 1/{SLOWER} of the speed", "pages", STUB,
                     {name: Runs() for name in names})  # fmt: skip
    for number in range(ROUNDS):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            _visit(browser, shop, name, result.runs[name])
    return result


def _visit(browser: Browser, shop: Shop, name: str, runs: Runs) -> None:
    """A rate here is pages by the time their scripts take, and by nothing else."""
    context = browser.new_context(viewport={"width": 412, "height": 823})
    page = context.new_page()
    page.add_init_script(WATCH)
    devtools = _slowed(context.new_cdp_session(page))
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    if name == STUB:
        _serve_the_stub(page)
    page.goto(f"{shop.url}/page/{ADDRESS[name]}")
    page.locator(SHOWN[name]).first.wait_for()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)  # what was put off is done, too
    metrics = devtools.send("Performance.getMetrics")["metrics"]
    seconds = next(one["value"] for one in metrics if one["name"] == "ScriptDuration")
    runs.per_second.append(1 / max(seconds, 1e-6))
    runs.cpu_us.append(seconds * 1e6)
    seen = page.evaluate("seen")
    context.close()
    runs.note("blocking ms", seen["blocking"])
    runs.note("layout shift", seen["shift"])
    runs.note("requests", len(requests) - 2)  # but for the page and its stylesheet


def _slowed(devtools: CDPSession) -> CDPSession:
    devtools.send("Performance.enable")
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return devtools


def _serve_the_stub(page: Page) -> None:
    def html(route: Route) -> None:
        route.fulfill(body=STUB_PAGE, content_type="text/html; charset=utf-8")

    page.route("**/page/stub", html)
    page.route(
        "**/stub.js", lambda route: route.fulfill(body=STUB_SCRIPT, content_type="text/javascript")
    )
    page.route("**/stub.json", lambda route: route.fulfill(json={"text": "1.250 Punkte"}))
