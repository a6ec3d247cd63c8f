"""The widgets are guests in somebody else's page: they store nothing, break nothing, run nothing."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.widgets import answers
from tests.widgets.conftest import Visit
from tests.widgets.shop import Shop
from tests.widgets.situations import Answer, Situation

NAMES = ("balance", "referral", "faq")
SCRIPT_ADDRESSES = [
    "javascript:hit()",
    "JaVaScRiPt:hit()",
    " javascript:hit()",
    "java\tscript:hit()",
    "java\nscript:hit()",
    "\u0001javascript:hit()",
    "javascript://%0ahit()",
    "data:text/html,<script>hit()</script>",
    "vbscript:hit()",
    "blob:https://shop.example/x",
]
VECTORS = [
    "<script>hit()</script>",
    "<img src=x onerror=hit()>",
    "<svg onload=hit()>",
    "<svg><script>hit()</script></svg>",
    "<iframe src=javascript:hit()></iframe>",
    "<iframe srcdoc='<script>parent.hit()</script>'></iframe>",
    "<body onload=hit()>",
    "<details open ontoggle=hit()>",
    "<input autofocus onfocus=hit()>",
    "<video><source onerror=hit()></video>",
    "<math><mtext><script>hit()</script></mtext></math>",
    "<object data=javascript:hit()></object>",
    "<embed src=javascript:hit()>",
    "<a href=javascript:hit()>click</a>",
    "<form action=javascript:hit()><button>go</button></form>",
    "<style>*{background:url(javascript:hit())}</style>",
    "<link rel=stylesheet href=javascript:hit()>",
    "<meta http-equiv=refresh content='0;url=javascript:hit()'>",
    "<template><script>hit()</script></template>",
    '"><script>hit()</script>',
    "'><img src=x onerror=hit()>",
    "</style><script>hit()</script>",
    "</template></div><script>hit()</script>",
    "--><script>hit()</script>",
    "]]><script>hit()</script>",
    "${hit()}",
    "{{constructor.constructor('hit()')()}}",
    '" onmouseover="hit()" x="',
    "' autofocus onfocus='hit()",
    "`${hit()}`",
    "<scr<script>ipt>hit()</scr</script>ipt>",
    "&lt;script&gt;hit()&lt;/script&gt;",
    "\u2028hit()//",
]
OUT_OF = ["", '"', "'>", "</textarea>", "</style>", "-->", "]]>"]
MARKUP = [way + vector for way in OUT_OF for vector in VECTORS]
"""Each alone, and each behind what would end an attribute, a text field, a style, a comment, a section."""
HIT = "window.hits = []; window.hit = () => window.hits.push(1)"
FOREIGN = "script, img, iframe, object, embed, style, link, meta, form:not(#form), video, template, math, details"


def rendered(page: Page) -> Page:
    page.locator("stammkunde-balance .number").wait_for()
    page.locator("stammkunde-faq .question").first.wait_for()
    return page


def test_nothing_is_stored_in_the_browser(visit: Visit) -> None:
    page = rendered(visit(widgets="balance,referral,faq,earn,order,launcher"))
    page.get_by_role("button", name="QR-Code").click()
    page.locator(".question").first.click()
    page.locator("stammkunde-order .sentence").wait_for()
    page.locator("#launch").click()
    page.locator("dialog[open]").wait_for()
    stored: Any = page.evaluate(
        """async () => [localStorage.length, sessionStorage.length, document.cookie.length,
            (await indexedDB.databases()).length, (await caches.keys()).length]"""
    )

    assert stored == [0, 0, 0, 0, 0]
    assert page.context.cookies() == []


def test_a_strict_policy_with_trusted_types_has_nothing_to_complain_about(visit: Visit) -> None:
    page = rendered(visit(strict="1", widgets="balance,referral,faq,earn,order,launcher"))
    page.get_by_role("button", name="QR-Code").click()
    page.locator(".question").first.click()
    page.locator("stammkunde-earn .earn").wait_for()
    page.locator("stammkunde-order .sentence").wait_for()
    page.locator("stammkunde-ask #open").click()
    page.locator("#question").fill("Ist das eine Frage?")
    page.get_by_role("button", name="Frage abschicken").click()
    page.locator(".news").wait_for()
    page.get_by_label("Fragen durchsuchen").fill("punkte")
    page.locator("#launch").click()
    page.keyboard.press("Escape")
    radius = "(card) => getComputedStyle(card).borderTopLeftRadius"

    assert page.locator("stammkunde-balance > .card").first.evaluate(radius) == "16px"
    assert visit.complaints == []


def test_a_nonce_on_the_tag_is_handed_on(visit: Visit) -> None:
    rendered(visit(nonce="1"))

    assert visit.complaints == []


def _texts(payload: str) -> dict[str, str]:
    keys = ("balance.title", "balance.points", "balance.worth", "faq.title", "referral.title")
    return dict.fromkeys(keys, payload)


def _hostile_config(lang: str) -> answers.JSON:
    question = [{"id": text, "question": text, "answer": text} for text in MARKUP]
    whole = answers.everywhere(answers.config(lang), "\n".join(MARKUP))
    return whole | {"faq": question, "texts": _texts("\n".join(MARKUP))}


def _hostile_me(lang: str) -> answers.JSON:
    whole = answers.everywhere(answers.member(lang), "\n".join(MARKUP))
    warnings = [{"id": text, "points": 1, "on": "2027-12-31", "text": text} for text in MARKUP]
    row = answers.member(lang)["movements"][0]
    link = {"link": "https://shop.example/?ref=" + MARKUP[0], "qr": {"size": 9, "path": MARKUP[2]}}
    reward, voucher = answers.rewards(lang)[0], answers.voucher(lang)
    redeeming = {"rewards": [reward | {"id": text, "title": text, "text": text} for text in MARKUP],
                 "vouchers": [voucher | {"id": text, "code": text, "title": text} for text in MARKUP]}  # fmt: skip
    movements = [row | {"text": text} for text in MARKUP]
    return whole | redeeming | {"movements": movements, "referral": link, "warnings": warnings}


def test_markup_in_any_text_stays_text(visit: Visit, shop: Shop) -> None:
    no = Answer({"code": 409, "message": "\n".join(MARKUP)}, status=409)
    order = Answer(answers.placed("waiting", "de") | {"sentence": "\n".join(MARKUP)})
    shop.add(
        "hostile",
        Situation(
            me=(Answer(_hostile_me),), config=(Answer(_hostile_config),), ask=(no,), order=(order,)
        ),
    )
    page = visit.blank()
    page.add_init_script(HIT)
    rendered(visit.on(page, "hostile", widgets="balance,referral,faq,redeem,order,launcher"))
    assert page.locator("stammkunde-order .sentence").text_content() == "\n".join(MARKUP)
    assert page.locator("#launch").text_content() == "\n".join(MARKUP)
    page.locator("stammkunde-ask #open").click()
    page.locator("#question").fill(MARKUP[0])
    page.get_by_role("button", name="Frage abschicken").click()
    expect(page.locator("#problem")).not_to_be_empty()
    assert page.locator("#problem").text_content() == "\n".join(MARKUP)
    page.locator(".voucher .code").first.wait_for()
    page.locator(".warning").first.wait_for(state="attached")
    page.locator("#more").click()
    assert page.locator(".reward .name").all_text_contents() == MARKUP
    assert page.locator(".voucher .code").all_text_contents() == MARKUP
    page.locator(".reward button").first.click()
    assert page.locator(".warning").all_text_contents() == MARKUP
    page.locator("#leave").click()
    assert page.locator("#lost").text_content() == "\n".join(MARKUP)
    questions = page.locator(".question")

    assert questions.all_text_contents() == MARKUP
    assert page.locator(".movement p:not(.small)").all_text_contents() == MARKUP
    assert page.locator("stammkunde-balance .sentence").text_content() == "\n".join(MARKUP)
    for name in (*NAMES, "redeem", "membership", "warnings", "order", "launcher"):
        assert page.locator(f"stammkunde-{name}").locator(FOREIGN).count() == 0
    page.get_by_role("textbox").first.focus()
    questions.first.hover()
    assert page.evaluate("window.hits") == []
    assert only_the_network(visit.complaints)


@pytest.mark.parametrize("address", SCRIPT_ADDRESSES)
def test_an_address_that_is_no_web_page_becomes_no_link(
    read: Visit, shop: Shop, address: str
) -> None:
    """A guest is led to his account, an outsider to the terms, a member to what he may share."""
    terms = {"version": 3, "url": address}
    config = Answer(lambda lang: answers.config(lang, account_url=address, terms=terms))
    for me in (
        Answer(lambda lang: answers.outsider("nobody", lang)),
        Answer(answers.waiting),
        Answer(lambda lang: answers.member(lang, referral={"link": address})),
    ):
        shop.forget()
        waiting = (Answer(answers.placed("waiting", "de")),)
        shop.add("trap", Situation(me=(me,), config=(config,), order=waiting))
        page = read("trap", widgets="balance,referral,order")
        page.wait_for_load_state("networkidle")
        page.locator("stammkunde-referral[empty]").wait_for(state="attached")

        assert page.locator("a").all() == []


@pytest.mark.parametrize("situation", ["config-error", "config-cut-off", "nonsense"])
def test_without_a_config_there_is_nothing_to_see_and_nothing_thrown(
    visit: Visit, situation: str
) -> None:
    page = visit(situation)
    page.wait_for_function("document.querySelectorAll('[empty]').length === 3")

    expect(page.get_by_role("heading", name="Mein Konto")).to_be_visible()
    for name in NAMES:
        expect(page.locator(f"stammkunde-{name}")).to_be_hidden()
    assert only_the_network(visit.complaints)


@pytest.mark.parametrize(
    "half",
    [
        {"points": {}},
        {"movements": [{}]},
        {"next_expiry": {"points": "three", "on": "2027-12-31", "day": "31. Dezember 2027"}},
        {"points": answers.points(5) | {"worth": None}},
    ],
)
def test_an_answer_we_do_not_understand_shows_nothing_and_throws_nothing(
    visit: Visit, shop: Shop, half: answers.JSON
) -> None:
    me = Answer(lambda lang: answers.member(lang, **half))
    config = Answer(lambda lang: answers.config(lang, faq=7))
    page = visit(shop.add("half-said", Situation(me=(me,), config=(config,))))
    page.locator("stammkunde-referral .primary").wait_for()

    expect(page.locator("stammkunde-balance")).to_be_hidden()
    expect(page.locator("stammkunde-faq")).to_be_hidden()
    assert visit.complaints == []


@pytest.mark.parametrize("situation", ["error", "cut-off", "unauthorised"])
def test_without_a_balance_the_rest_still_works(visit: Visit, situation: str) -> None:
    page = visit(situation)

    expect(page.locator("stammkunde-balance .error")).to_be_visible()
    expect(page.locator("stammkunde-faq .question").first).to_be_visible()
    expect(page.locator("stammkunde-referral")).to_be_hidden()
    assert only_the_network(visit.complaints)


def test_a_slow_connector_does_not_hold_the_shops_page(visit: Visit) -> None:
    page = visit("config-slow")
    assert page.evaluate("document.readyState") == "complete"
    expect(page.get_by_role("heading", name="Mein Konto")).to_be_visible()
    page.locator("stammkunde-balance .skeleton").wait_for()

    assert visit.complaints == []


def test_a_file_that_was_tampered_with_does_not_run(visit: Visit) -> None:
    def tamper(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text() + "\nwindow.tampered = true")

    page = visit.blank()
    page.route("**/w/ask-*", tamper)
    visit.on(page)
    page.locator("stammkunde-faq .question").first.wait_for()
    page.wait_for_load_state("networkidle")

    assert page.evaluate("window.tampered") is None
    assert page.evaluate("customElements.get('stammkunde-ask')") is None
    assert any("integrity" in complaint for complaint in visit.complaints)


@pytest.mark.parametrize("lost", ["v1/*/loader.js*", "w/core-*", "w/membership-*", "w/ask-*"])
def test_a_file_that_does_not_come_breaks_nothing(visit: Visit, lost: str) -> None:
    page = visit.blank()
    page.route(f"**/{lost}", lambda route: route.abort())
    visit.on(page)
    page.wait_for_load_state("networkidle")

    expect(page.get_by_role("heading", name="Mein Konto")).to_be_visible()
    assert only_the_network(visit.complaints)


def test_the_shops_page_hears_what_happened_and_nothing_personal(visit: Visit) -> None:
    page = visit.blank(permissions=["clipboard-write"])
    page.add_init_script(
        """window.heard = [];
        for (const name of ['ready', 'copied', 'opened'])
            addEventListener(`stammkunde:${name}`, (e) => heard.push([name, e.detail]));"""
    )
    rendered(visit.on(page))
    page.locator("#leave").wait_for()
    page.locator("stammkunde-ask #open").wait_for()
    page.get_by_role("button", name="Link kopieren").click()
    page.get_by_role("button", name="Link kopiert").wait_for()
    page.locator(".question").first.click()
    heard: Any = page.evaluate("window.heard")

    assert sorted(heard[:5], key=str) == [
        ["ready", {"widget": "ask"}],
        ["ready", {"widget": "balance", "state": "member"}],
        ["ready", {"widget": "faq"}],
        ["ready", {"widget": "membership", "state": "member"}],
        ["ready", {"widget": "referral", "state": "member"}],
    ]
    assert heard[5:] == [
        ["copied", {"widget": "referral"}],
        ["opened", {"widget": "faq", "id": "how-earn"}],
    ]


def only_the_network(complaints: list[str]) -> bool:
    """The browser itself reports failed requests; a script of ours has no business in there."""
    return all(complaint.startswith("Failed to load resource") for complaint in complaints)
