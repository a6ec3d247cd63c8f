"""A shop is taken over by nobody: every way in that is not the shop's own leaves what is live as it is."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.shopware import registration, signatures
from adapters.shopware.registration import App, Registration, Trust
from connector.errors import BadDelivery
from connector.port import Delivery
from tests.adapters.shopware.test_signatures import REQUESTS, SIGNED, delivery
from tests.conftest import ROUNDS

OURS = App(SIGNED["app"]["name"], SIGNED["app"]["secret"])
SHOP_ID = "kx98eQAelVsm2mJ1"
URL, MOVED = "http://127.0.0.1:18000", "https://new.example/shop"
START = datetime(2026, 11, 22, 12, tzinfo=UTC)


class World:
    """One shop id, our side of it, and whoever knows what."""

    def __init__(self) -> None:
        self.now = START
        self.known: Registration | None = None
        self.made = 0

    @property
    def live(self) -> registration.Access | None:
        return self.known.live if self.known else None

    def secrets(self) -> tuple[str, ...]:
        return self.known.secrets(self.now) if self.known else ()

    def later(self, seconds: float = 1) -> None:
        self.now += timedelta(seconds=seconds)

    def ask(
        self, url: str = URL, app: str = OURS.secret, shop: str = "", at: datetime | None = None,
        shop_id: str = SHOP_ID,
    ) -> Delivery:  # fmt: skip
        moment = int((at or self.now).timestamp())
        query = f"shop-id={shop_id}&shop-url={url}&timestamp={moment}".encode()
        signed = {signatures.APP: signatures.sign(app, query)} if app else {}
        if shop:
            signed[signatures.SHOP] = signatures.sign(shop, query)
        return Delivery("GET", "/shopware/register", query, signed, b"")

    def begin(self, asked: Delivery) -> Any:
        self.made += 1
        secret = f"secret-{self.made:02}-" + "s" * 54
        self.known, answer = registration.begin(OURS, self.known, asked, secret, self.now)
        return answer

    def say(self, secret: str, before: str = "", url: str = URL, **changes: str) -> Delivery:
        said = {"apiKey": f"SWIA{self.made}", "secretKey": "k", "shopUrl": url, "shopId": SHOP_ID,
                "timestamp": str(int(self.now.timestamp()))} | changes  # fmt: skip
        body = json.dumps(said).replace("/", "\\/").encode()
        headers = {signatures.SHOP: signatures.sign(secret, body)}
        if before:
            headers[signatures.BEFORE] = signatures.sign(before, body)
        return Delivery("POST", "/shopware/confirm", b"", headers, body)

    def confirm(self, said: Delivery) -> None:
        self.known = registration.confirm(self.known, said, self.now)

    def take(self) -> None:
        assert self.known
        self.known = registration.take(self.known, self.now)

    def register(self, url: str = URL, shop: str = "") -> str:
        """All of it, as the shop itself does it."""
        self.later()
        secret: str = self.begin(self.ask(url, shop=shop))["secret"]
        self.confirm(self.say(secret, shop, url))
        self.take()
        return secret


@pytest.fixture
def world() -> World:
    return World()


# ------------------------------------------------------------------ the way it goes


def test_what_a_real_shop_sent_registers_it() -> None:
    asked, said = delivery(REQUESTS[0]), delivery(REQUESTS[1])
    now = datetime.fromtimestamp(1795304968, UTC)
    secret = REQUESTS[1]["secret"]
    known, answer = registration.begin(OURS, None, asked, secret, now)
    known = registration.take(registration.confirm(known, said, now), now)

    assert answer == {
        "secret": secret,
        "proof": signatures.sign(OURS.secret, f"{SHOP_ID}{URL}{OURS.name}".encode()),
    }
    assert known.live == registration.Access(
        URL, secret, "SWIAMFPSTMTXQ0FBT2RKD0DLSG",
        "T1NjYTZONVRMS1ltWHBkTHN0NzJ0cm9xRDJQSGlHNFprdEhmTVo",
    )  # fmt: skip
    assert registration.shop_of(OURS, asked) == SHOP_ID


def test_a_new_secret_counts_for_nothing_until_it_is_confirmed(world: World) -> None:
    first = world.register()
    world.later()
    second = world.begin(world.ask(shop=first))["secret"]

    assert world.secrets() == (first,)
    world.confirm(world.say(second, first))
    assert world.secrets() == (first,)
    world.take()
    assert world.secrets() == (second, first)


@pytest.mark.parametrize(("after", "good"), [(0, True), (59, True), (60, False), (3600, False)])
def test_the_secret_before_is_good_for_a_minute(world: World, after: int, good: bool) -> None:
    first = world.register()
    second = world.register(shop=first)
    world.later(after)

    assert world.secrets() == ((second, first) if good else (second,))


def test_a_shop_that_proves_itself_may_move(world: World) -> None:
    first = world.register()
    world.register(MOVED, shop=first)

    assert world.live == registration.Access(MOVED, world.secrets()[0], "SWIA2", "k")
    assert world.known
    assert (world.known.proven, world.known.doubled) == (False, True)


@pytest.mark.parametrize(("url", "needs"), [(URL, Trust.KEY), (URL + "/", Trust.KEY), (MOVED, Trust.MERCHANT)])  # fmt: skip
def test_without_proof_a_known_shop_stays_what_it_is_until_somebody_decides(
    world: World, url: str, needs: Trust
) -> None:
    first = world.register()
    world.later()
    second = world.begin(world.ask(url))["secret"]
    world.confirm(world.say(second, url=url))

    assert world.known
    assert world.known.trust is needs
    assert world.secrets() == (first,)
    dropped = registration.drop(world.known)
    assert (dropped.live, dropped.candidate) == (world.known.live, None)
    world.take()
    assert world.secrets() == (second, first)


# ------------------------------------------------------------------ ways in that are none


def attack_wrong_app(w: World, live: str) -> None:
    w.begin(w.ask(app="guessed"))


def attack_no_signature(w: World, live: str) -> None:
    w.begin(w.ask(app=""))


def attack_foreign_proof(w: World, live: str) -> None:
    w.begin(w.ask(shop="guessed"))


def attack_empty_proof(w: World, live: str) -> None:
    asked = w.ask()
    w.begin(replace(asked, headers={**asked.headers, signatures.SHOP: ""}))


def attack_replay(w: World, live: str) -> None:
    w.begin(w.ask(at=START + timedelta(seconds=1)))


def attack_old_request(w: World, live: str) -> None:
    w.later(3600)
    w.begin(w.ask(at=w.now - timedelta(minutes=11)))


def attack_future_request(w: World, live: str) -> None:
    w.begin(w.ask(at=w.now + timedelta(minutes=11)))


def attack_other_shop_id(w: World, live: str) -> None:
    w.begin(w.ask(shop_id="other"))


def attack_two_shop_ids(w: World, live: str) -> None:
    w.begin(w.ask(shop_id=f"{SHOP_ID}&shop-id=other"))


def attack_password_in_address(w: World, live: str) -> None:
    w.begin(w.ask("https://shop.example@evil.example"))


def attack_no_web_address(w: World, live: str) -> None:
    w.begin(w.ask("file:///etc/passwd"))


def attack_confirm_unasked(w: World, live: str) -> None:
    w.confirm(w.say(live))


def attack_confirm_with_the_old_secret(w: World, live: str) -> None:
    w.begin(w.ask(shop=live))
    w.confirm(w.say(live, live))


def attack_confirm_with_the_apps_secret(w: World, live: str) -> None:
    w.begin(w.ask(shop=live))
    w.confirm(w.say(OURS.secret, live))


def attack_confirm_without_the_old_secret(w: World, live: str) -> None:
    w.confirm(w.say(w.begin(w.ask(shop=live))["secret"]))


def attack_confirm_another_shop(w: World, live: str) -> None:
    w.confirm(w.say(w.begin(w.ask(shop=live))["secret"], live, shopId="other"))


def attack_confirm_another_address(w: World, live: str) -> None:
    w.confirm(w.say(w.begin(w.ask(shop=live))["secret"], live, url=MOVED))


def attack_confirm_twice(w: World, live: str) -> None:
    said = w.say(w.begin(w.ask(shop=live))["secret"], live)
    w.confirm(said)
    w.confirm(said)


def attack_confirm_late(w: World, live: str) -> None:
    said = w.say(w.begin(w.ask(shop=live))["secret"], live)
    w.later(700)
    w.confirm(said)


def attack_confirm_with_a_list(w: World, live: str) -> None:
    secret = w.begin(w.ask(shop=live))["secret"]
    body = b'["apiKey"]'
    w.confirm(Delivery("POST", "/", b"", {signatures.SHOP: signatures.sign(secret, body),
                                          signatures.BEFORE: signatures.sign(live, body)}, body))  # fmt: skip


def attack_take_nothing(w: World, live: str) -> None:
    w.take()


ATTACKS = {name: act for name, act in list(globals().items()) if name.startswith("attack_")}
UNSIGNED = "This request is not signed with the secret that the two of us share."
STALE = "The request is too old, or the clocks differ."
NOWHERE = "The shop's address is none."
UNASKED = "No registration of this shop waits for a confirmation."
NOT_OURS = "The confirmation is not signed with the secret that we gave out."
TWICE = "The registration names its shop, address and time not exactly once."
NO_CONFIRMATION = "The confirmation is not what Shopware sends."
SAYS = {
    **dict.fromkeys(["wrong_app", "no_signature", "foreign_proof", "empty_proof"], UNSIGNED),
    **dict.fromkeys(["old_request", "future_request", "confirm_late"], STALE),
    **dict.fromkeys(["password_in_address", "no_web_address"], NOWHERE),
    **dict.fromkeys(["confirm_unasked", "confirm_twice"], UNASKED),
    **dict.fromkeys(["confirm_with_the_old_secret", "confirm_with_the_apps_secret"], NOT_OURS),
    **dict.fromkeys(["confirm_another_shop", "confirm_another_address"], "The confirmation is about another shop."),
    "replay": "This registration has been here before.",
    "other_shop_id": "This registration is another shop's.",
    "two_shop_ids": TWICE,
    "confirm_without_the_old_secret": "The confirmation is not signed with the shop's old secret.",
    "confirm_with_a_list": NO_CONFIRMATION,
    "take_nothing": "There is nothing to decide about this shop.",
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_nobody_takes_over_a_shop(world: World, name: str) -> None:
    live = world.register()
    before = world.live
    world.later()
    with pytest.raises(BadDelivery) as no:
        ATTACKS[name](world, live)

    assert str(no.value) == SAYS[name.removeprefix("attack_")]
    assert world.live == before
    assert world.secrets() == (live,)


def test_a_shop_that_has_proven_itself_once_always_must(world: World) -> None:
    second = world.register(shop=world.register())
    world.later()
    with pytest.raises(
        BadDelivery,
        match=r"^This shop has proven itself by its old secret before, and now does not.$",
    ):
        world.begin(world.ask())

    assert world.secrets()[0] == second


def test_what_waits_for_the_merchant_is_not_proven_by_a_later_registration(world: World) -> None:
    live = world.register()
    world.later()
    forged = world.begin(world.ask(MOVED))["secret"]
    world.confirm(world.say(forged, url=MOVED))
    world.later()
    world.begin(world.ask(shop=live))

    with pytest.raises(BadDelivery, match="nothing to decide"):
        world.take()
    assert world.secrets() == (live,)


SECRETS = st.sampled_from(["", "live", "app", "pending", "guess"])


@settings(max_examples=60 * ROUNDS, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["ask", "say"]), SECRETS, SECRETS, st.sampled_from([URL, MOVED])),
        max_size=12,
    )
)
def test_without_the_live_secret_no_order_of_requests_changes_what_is_live(
    steps: list[tuple[str, str, str, str]],
) -> None:
    """The attacker has the app's secret, which is in the package, and every answer that he was given."""
    world = World()
    live = world.register()
    world.register(shop=live)  # it can prove itself, so it must
    before = world.live
    mine = {"": "", "live": "guess", "app": OURS.secret, "pending": "", "guess": "guess"}
    for what, first, second, url in steps:
        world.later()
        try:
            if what == "ask":
                mine["pending"] = world.begin(world.ask(url, shop=mine[first]))["secret"]
            else:
                world.confirm(world.say(mine[first] or "none", mine[second], url))
                world.take()
        except BadDelivery:
            continue

    assert world.live == before


# ------------------------------------------------------------------ a package was made for it again


def expecting(world: World, days: int = 7) -> str:
    """A shop that always must prove itself, and is expected anew; gives its secret."""
    live = world.register(shop=world.register())
    world.later()
    assert world.known
    world.known = registration.expect(world.known, world.now + timedelta(days=days))
    return live


@pytest.mark.parametrize("shop", ["", "guessed"])
@pytest.mark.parametrize(("url", "needs"), [(URL, Trust.KEY), (MOVED, Trust.MERCHANT)])
def test_who_is_expected_anew_need_not_prove_himself_and_is_not_believed_for_it(
    world: World, shop: str, url: str, needs: Trust
) -> None:
    live = expecting(world)
    secret = world.begin(world.ask(url, shop=shop, shop_id="other"))["secret"]
    world.confirm(world.say(secret, url=url, shopId="other"))

    assert world.known
    assert world.known.trust is needs
    assert (world.known.shop_id, world.secrets()[0]) == (SHOP_ID, live)
    world.take()
    assert (world.known.shop_id, world.secrets()) == ("other", (secret, live))
    assert (world.known.doubled, world.known.expected) == (False, None)


def test_who_is_expected_anew_and_proves_himself_is_believed(world: World) -> None:
    live = expecting(world)
    secret = world.begin(world.ask(MOVED, shop=live))["secret"]
    world.confirm(world.say(secret, live, MOVED))

    assert world.known
    assert world.known.trust is Trust.PROVEN
    world.take()
    assert world.known.doubled is True


@pytest.mark.parametrize(("after", "good"), [(7 * 86400 - 1, True), (7 * 86400, False)])
def test_the_window_ends_with_its_last_second(world: World, after: int, good: bool) -> None:
    expecting(world)
    world.later(after)
    if good:
        assert world.begin(world.ask(shop_id="other"))["secret"]
        return
    with pytest.raises(BadDelivery, match="another shop's"):
        world.begin(world.ask(shop_id="other"))


def test_a_confirmation_for_the_id_that_was_known_does_not_fit_another_that_registered(
    world: World,
) -> None:
    expecting(world)
    secret = world.begin(world.ask(shop_id="other"))["secret"]

    with pytest.raises(BadDelivery, match="about another shop"):
        world.confirm(world.say(secret))


def test_what_was_kept_before_ids_were_asked_for_reads_as_it_was(world: World) -> None:
    """A registration that waited while the connector was brought up to date."""
    secret = world.begin(world.ask())["secret"]
    assert world.known
    kept = registration.dumped(world.known)
    del kept["expected"], kept["pending"]["shop_id"]
    world.known = registration.loaded(kept)
    world.confirm(world.say(secret))
    world.take()

    assert (world.known.shop_id, world.secrets()) == (SHOP_ID, (secret,))


@settings(max_examples=60 * ROUNDS, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["ask", "say"]), SECRETS, SECRETS,
                  st.sampled_from([URL, MOVED]), st.sampled_from([SHOP_ID, "other"])),
        max_size=12,
    )
)  # fmt: skip
def test_in_the_window_too_no_order_of_requests_is_believed_without_a_key_or_a_person(
    steps: list[tuple[str, str, str, str, str]],
) -> None:
    world = World()
    expecting(world)
    before = world.live
    mine = {"": "", "live": "guess", "app": OURS.secret, "pending": "", "guess": "guess"}
    for what, first, second, url, shop_id in steps:
        world.later()
        try:
            if what == "ask":
                asked = world.ask(url, shop=mine[first], shop_id=shop_id)
                mine["pending"] = world.begin(asked)["secret"]
            else:
                world.confirm(world.say(mine[first] or "none", mine[second], url, shopId=shop_id))
        except BadDelivery:
            continue
        assert world.known
        assert world.known.candidate is None or world.known.trust is not Trust.PROVEN

    assert world.live == before


# ------------------------------------------------------------------ what is no registration


NO_ID = "The registration's shop id is none."
TIMELESS = "The request says no time."


def signed(query: str | bytes) -> Delivery:
    raw = query.encode() if isinstance(query, str) else query
    headers = {signatures.APP: signatures.sign(OURS.secret, raw)}
    return Delivery("GET", "/shopware/register", raw, headers, b"")


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("shop-id=a1&shop-url=https://shop.example", TWICE),
        ("shop-id=a1&shop-id=a2&shop-url=https://shop.example&timestamp=1795348800", TWICE),
        ("shop-id=&shop-url=https://shop.example&timestamp=1795348800", NO_ID),
        ("shop-id=a-1&shop-url=https://shop.example&timestamp=1795348800", NO_ID),
        (f"shop-id={'a' * 65}&shop-url=https://shop.example&timestamp=1795348800", NO_ID),
        ("shop-id=a1&shop-url=https://shop.example&timestamp=now", TIMELESS),
        ("shop-id=a1&shop-url=https://shop.example&timestamp=179534880012", TIMELESS),
        ("shop-id=a1&shop-url=https://shop.example&timestamp=17953488001", STALE),
        ("shop-id=a1&shop-url=https://shop.example&timestamp=1795300000", STALE),
        ("shop-id=a1&shop-url=https://[shop.example&timestamp=1795348800", NOWHERE),
        ("shop-id=a1&shop-url=https://me:secret@shop.example&timestamp=1795348800", NOWHERE),
        ("shop-id=a1&shop-url=ftp://shop.example&timestamp=1795348800", NOWHERE),
        ("shop-id=a1&shop-url=https://shop.example:0&timestamp=1795348800", NOWHERE),
        ("shop-id=a1&shop-url=https://shop.example?to=evil&timestamp=1795348800", NOWHERE),
    ],
)
def test_what_is_signed_and_says_nonsense_registers_nothing(query: str, says: str) -> None:
    with pytest.raises(BadDelivery, match=f"^{re.escape(says)}$"):
        registration.begin(OURS, None, signed(query), "s" * 64, START)


def test_the_same_with_sense_does(world: World) -> None:
    """The control."""
    query = f"shop-id=a1&shop-url=https://shop.example&timestamp={int(START.timestamp())}"

    assert registration.begin(OURS, None, signed(query), "s" * 64, START)[0].pending


def test_what_nobody_asked_for_may_be_written_in_any_letters() -> None:
    query = f"shop-id=a1&shop-url=https://shop.example&timestamp={int(START.timestamp())}"
    odd = query.encode() + b"&\xff=1&more=\xff"

    assert registration.begin(OURS, None, signed(odd), "s" * 64, START)[0].pending


@pytest.mark.parametrize(
    "url", ["https://shop.example/a=b", "https://shop.example:1", "https://shop.example/X"]
)
def test_an_address_is_kept_as_it_was_said_but_for_its_last_slash(world: World, url: str) -> None:
    world.register(url + "/")

    assert world.live
    assert world.live.url == url


@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_registration_of_ten_minutes_is_fresh(world: World, minutes: int) -> None:
    assert world.begin(world.ask(at=world.now + timedelta(minutes=minutes)))["secret"]


def test_what_is_taken_or_dropped_leaves_nothing_of_the_asking_behind(world: World) -> None:
    secret = world.register()
    last = int(world.now.timestamp())
    live = registration.Access(URL, secret, "SWIA1", "k")
    assert world.known == Registration(SHOP_ID, live=live, last=last)
    expecting = registration.expect(world.known, world.now)
    world.known = replace(expecting, proven=True, candidate=live)

    assert registration.drop(world.known) == Registration(SHOP_ID, live=live, last=last)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"{}", b'{"shopId":7}'])
def test_what_is_signed_and_is_no_confirmation_confirms_nothing(world: World, body: bytes) -> None:
    secret = world.begin(world.ask())["secret"]
    said = Delivery("POST", "/", b"", {signatures.SHOP: signatures.sign(secret, body)}, body)

    with pytest.raises(BadDelivery, match=f"^{NO_CONFIRMATION}$"):
        world.confirm(said)


def test_a_shop_that_has_not_registered_signs_with_nothing() -> None:
    assert Registration(SHOP_ID).secrets(START) == ()
    assert Registration(SHOP_ID).trust is Trust.PROVEN


def test_what_is_kept_reads_as_it_was(world: World) -> None:
    world.register()
    world.register(shop=world.secrets()[0])
    assert world.known
    world.known = registration.expect(world.known, START)

    assert registration.loaded(registration.dumped(world.known)) == world.known
