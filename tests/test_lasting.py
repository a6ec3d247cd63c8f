"""How points live and end: never retroactive, never unsaid, and a programme ends in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from connector import (
    forewarning,
    inactivity,
    lasting_words,
    life,
    programmes,
    rulebook,
    standing,
    winding_down,
)
from connector.errors import BadInput
from connector.holding import Elsewhere, hold_for
from connector.lasting import Activity, Life, fair_end, next_day
from connector.ledger import Reason
from connector.tables import lot, member, transfer, warning
from connector.values import NEVER
from tests.make import NOW, PAID, Book, due_lots, merged, order, posting

RELEASED = PAID + timedelta(days=60)
END = date(2029, 12, 31)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def have(demo: Book) -> None:
    """The holder of account 7 has 140 points to the end of 2029."""
    demo.see(order())
    demo.pass_time(RELEASED)


def expire(demo: Book, on: date) -> int:
    """What the clock ends on that day."""
    with demo.database.read() as tx:
        due = due_lots(tx, at(on))
    return sum(
        demo.database.write(
            partial(life.expire, merchant_id=m, member_id=id_, expires_on=day, now=at(on))
        )
        for m, id_, day in due
    )


def warn(demo: Book, on: date) -> int:
    m, zone = demo.shop.merchant_id, demo.shop.zone

    def work(tx: Any) -> int:
        return forewarning.make(tx, m, forewarning.due(tx, m, zone, at(on)), zone, at(on))

    return demo.database.write(work)


def shown(demo: Book, on: date, lang: str = "de") -> list[dict[str, Any]]:
    one = demo.member().member_id
    with demo.database.read() as tx:
        return forewarning.shown(tx, demo.shop.merchant_id, one, demo.shop.zone, at(on), lang)


def see_warnings(demo: Book, on: date, *names: str) -> int:
    one = demo.member().member_id
    wanted = names or [each["id"] for each in shown(demo, on)]
    return demo.database.write(
        lambda tx: forewarning.seen(tx, demo.shop.merchant_id, one, wanted, at(on))
    )


def lots(demo: Book) -> dict[date, date]:
    with demo.database.read() as tx:
        open_ = select(lot).where(lot.c.remaining > 0)
        return {row.expires_on: row.due_on for row in tx.execute(open_)}


# ------------------------------------------------------------------ the calendar


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 22), date(2030, 9, 30)),
        (date(2026, 9, 30), date(2029, 9, 30)),
        (date(2026, 10, 1), date(2030, 9, 30)),
        (date(2028, 2, 29), date(2031, 9, 30)),
    ],
)
def test_a_sweep_comes_on_its_day_after_the_months(day: date, expected: date) -> None:
    assert Life(months=36, sweep="09-30").ends_on(day) == expected


def test_points_without_an_end_meet_no_sweep() -> None:
    assert next_day(NEVER, "09-30") == NEVER


@pytest.mark.parametrize(
    ("life_", "expected"),
    [(Life(at_least=36), date(2029, 11, 22)), (Life(at_least=None), date(2027, 11, 22)),
     (Life(at_least=6), date(2027, 11, 22))],
)  # fmt: skip
def test_an_end_is_announced_in_time(life_: Life, expected: date) -> None:
    assert fair_end(life_, date(2026, 11, 22)) == expected


# ------------------------------------------------------------------ the document


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("life: {months: 24}", "life.months", "Points live at least 36 months under these rules"),
        ("life: {inactive_months: 12}", "life.inactive_months", "at least 36 months"),
        ('life: {sweep: "02-29"}', "life.sweep", "Write month and day"),
        ("life: {sweep: soon}", "life.sweep", "Write month and day"),
        ('life: {months: null, sweep: "09-30"}', "life.sweep", "It needs life.months"),
        ("life: {activity: []}", "life.activity", "Shorter than minimum length 1"),
        ("life: {activity: [visit]}", "life.activity.0", "Must be one of"),
        ("hold: {elsewhere: [{delivered_days: 3}]}", "hold.elsewhere.0", "Say for which country"),
        ("hold: {elsewhere: [{country: ch}]}", "hold.elsewhere.0.country", "Write it as CH"),
        ("ends_on: tomorrow", "ends_on", "Write a day, such as 2029-12-31"),
    ],
)
def test_what_cannot_be_is_refused_by_its_place(text: str, place: str, said: str) -> None:
    with pytest.raises(BadInput, match=said) as wrong:
        rulebook.parse(text)
    assert place in str(wrong.value)


def test_shorter_is_allowed_where_nobody_promised_a_floor() -> None:
    document = rulebook.parse("life: {months: 6, at_least: null}\nends_on: 2029-12-31")

    assert (document["life"]["months"], document["ends_on"]) == (6, "2029-12-31")


def test_an_older_document_means_what_it_meant() -> None:
    old = rulebook.preset("dach")
    for key in ("sweep", "inactive_months", "activity", "at_least"):
        del old["life"][key]
    del old["hold"]["elsewhere"], old["ends_on"]
    now = rulebook.complete(old)

    assert (now["life"]["at_least"], now["life"]["inactive_months"], now["ends_on"]) == (None,) * 3
    assert now["hold"]["elsewhere"] == []


def test_days_differ_by_country_and_channel(demo: Book) -> None:
    demo.programme(NOW, hold={"elsewhere": [
        {"channel": "pos", "paid_days": 0}, {"country": "CH", "delivered_days": 30, "paid_days": 40},
        {"country": "CH", "channel": "pos", "paid_days": 1},
    ]})  # fmt: skip
    with demo.database.read() as tx:
        rules = programmes.versions(tx, demo.shop.merchant_id, "EUR")[-1]

    def days(country: str, channel: str) -> tuple[int, int, int]:
        hold = hold_for(rules, country, channel)
        return hold.delivered_days, hold.shipped_days, hold.paid_days

    assert days("DE", "web") == days("", "") == (21, 21, 30)
    assert days("CH", "web") == (30, 21, 40)
    assert days("DE", "pos") == (21, 21, 0)
    assert days("CH", "pos") == (30, 21, 1)


def test_of_two_that_say_as_much_the_first_decides(demo: Book) -> None:
    with demo.database.read() as tx:
        rules = programmes.versions(tx, demo.shop.merchant_id, "EUR")[-1]
    twice = (Elsewhere(country="CH", paid_days=1), Elsewhere(country="CH", paid_days=2))
    rules = replace(rules, hold=replace(rules.hold, elsewhere=twice))

    assert hold_for(rules, "CH", "").paid_days == 1


@pytest.mark.parametrize(
    ("life_", "lang", "said"),
    [
        (Life(), "de", "Deine Punkte gelten 36 Monate ab dem Tag, an dem sie dir gehören, "
         "und dann noch bis zum Jahresende."),
        (Life(months=1, round_to="day"), "en", "Your points are valid for a month from the day they are yours."),
        (Life(months=None), "en", "Your points do not expire."),
        (Life(sweep="09-30"), "de", "und dann noch bis zum nächsten 30. September."),
        (Life(inactive_months=24), "de",
         "Alle Punkte enden, wenn du 24 Monate lang nichts bestellst, nichts sammelst und nichts einlöst."),
        (Life(inactive_months=24, activity=(Activity.ORDER,)), "en",
         "All points end if for 24 months you order nothing."),
    ],
)  # fmt: skip
def test_a_life_is_said_in_words(life_: Life, lang: str, said: str) -> None:
    assert said in lasting_words.sentences(life_, lang)


# ------------------------------------------------------------------ never retroactive


def test_a_shorter_life_is_for_new_points_only(demo: Book) -> None:
    demo.see(order())
    demo.programme(NOW, life={"months": 6, "round_to": "day", "at_least": None})
    demo.see(order("2", placed_at=NOW, paid_at=NOW))
    demo.pass_time(NOW + timedelta(days=40))

    assert set(lots(demo)) == {END, date(2027, 6, 23)}  # 30 days until they are his, then 6 months


# ------------------------------------------------------------------ warnings


def test_points_are_warned_of_sixty_and_fourteen_days_before_and_once(demo: Book) -> None:
    have(demo)

    assert warn(demo, END - timedelta(days=61)) == 0
    assert warn(demo, END - timedelta(days=60)) == 1
    assert warn(demo, END - timedelta(days=59)) == 0
    assert warn(demo, END - timedelta(days=14)) == 1
    assert warn(demo, END) == 0
    assert warn(demo, END + timedelta(days=1)) == 0


def test_a_warning_that_was_made_is_not_yet_one_that_was_seen(demo: Book) -> None:
    have(demo)
    warn(demo, END - timedelta(days=60))
    shown(demo, END - timedelta(days=60))

    assert expire(demo, END + timedelta(days=1)) == 0
    assert lots(demo) == {END: date(2030, 12, 31)}


def test_what_was_seen_may_end(demo: Book) -> None:
    have(demo)
    soon = END - timedelta(days=60)
    warn(demo, soon)

    assert shown(demo, soon) == [
        {"id": "2029-12-31/2029-12-31", "points": 140, "on": END,
         "text": "140 Punkte verfallen mit Ablauf des 31. Dezember 2029, wenn du sie nicht einlöst."}
    ]  # fmt: skip
    assert see_warnings(demo, soon) == 1
    assert expire(demo, END + timedelta(days=1)) == 1
    assert shown(demo, END + timedelta(days=2)) == []


def test_what_was_delivered_may_end(demo: Book) -> None:
    have(demo)
    soon, one = END - timedelta(days=60), demo.member().member_id
    warn(demo, soon)
    names = [each["id"] for each in shown(demo, soon, "en")]
    demo.database.write(
        lambda tx: forewarning.delivered(tx, demo.shop.merchant_id, one, names, at(soon))
    )

    assert expire(demo, END + timedelta(days=1)) == 1


def test_seeing_what_nobody_was_warned_of_is_nothing(demo: Book) -> None:
    have(demo)
    warn(demo, END - timedelta(days=60))

    assert see_warnings(demo, END, "2030-12-31/2030-12-31", "nonsense") == 0
    assert expire(demo, END + timedelta(days=1)) == 0


def test_points_live_through_their_last_day_also_where_somebody_asks_too_early(demo: Book) -> None:
    have(demo)
    warn(demo, END - timedelta(days=60))
    see_warnings(demo, END - timedelta(days=60))
    one, m = demo.member().member_id, demo.shop.merchant_id

    assert demo.database.write(lambda tx: life.expire(tx, m, one, END, at(END))) == 0
    assert demo.balance() == (140, 0)


def test_points_that_were_put_off_are_warned_of_again(demo: Book) -> None:
    have(demo)
    warn(demo, END - timedelta(days=60))
    expire(demo, END + timedelta(days=1))
    following = date(2030, 12, 31)

    assert warn(demo, following - timedelta(days=60)) == 1
    assert see_warnings(demo, following, "2029-12-31/2029-12-31") == 1  # the old one is no help
    assert expire(demo, following + timedelta(days=1)) == 0
    last = date(2031, 12, 31)
    assert expire(demo, last + timedelta(days=1)) == 1


def test_the_day_that_is_shown_is_the_day_it_really_ends(demo: Book) -> None:
    have(demo)
    expire(demo, END + timedelta(days=1))

    with demo.database.read() as tx:
        has = standing.of(tx, demo.shop.merchant_id, demo.member().member_id, demo.shop.zone)
    assert has.next_expiry == (140, date(2030, 12, 31))


# ------------------------------------------------------------------ inactivity


def pass_day(demo: Book, on: date) -> int:
    one = demo.member().member_id
    return demo.database.write(
        lambda tx: inactivity.pass_day(tx, demo.shop.merchant_id, one, at(on))
    )


def inactive(demo: Book, **more: Any) -> None:
    """Points end after 12 months of inactivity, from NOW on."""
    demo.programme(NOW, life={"inactive_months": 12, "at_least": None, **more})


def ends(demo: Book) -> date | None:
    found: date | None = demo.member().inactive_due_on
    return found


def test_a_rule_that_is_switched_on_takes_nothing_before_a_whole_period(demo: Book) -> None:
    have(demo)
    demo.database.write(lambda tx: tx.execute(update(member).values(joined_at=PAID)))
    assert pass_day(demo, date(2026, 12, 1)) == 0
    assert ends(demo) is None
    inactive(demo, activity=["redeem"])

    assert pass_day(demo, date(2026, 12, 1)) == 0
    assert ends(demo) == date(2027, 11, 22)


@pytest.mark.parametrize(
    ("activity", "expected"),
    [(["order"], date(2027, 3, 1)), (["earn"], date(2027, 3, 1)), (["redeem"], date(2027, 4, 5)),
     (["order", "redeem"], date(2027, 4, 5))],
)  # fmt: skip
def test_what_counts_as_activity_is_a_choice(
    demo: Book, activity: list[str], expected: date
) -> None:
    have(demo)
    inactive(demo, activity=activity)
    demo.see(order("2", placed_at=at(date(2027, 3, 1)), paid_at=at(date(2027, 3, 1))), at=RELEASED)
    one, m = demo.member().member_id, demo.shop.merchant_id
    spent = replace(posting(one, Reason.HOLD, 5, "h"), occurred_at=at(date(2027, 4, 5)))
    from connector import ledger

    demo.database.write(lambda tx: ledger.post(tx, m, [spent], at(date(2027, 4, 5))))
    pass_day(demo, date(2027, 5, 1))

    assert ends(demo) == expected.replace(year=expected.year + 1)


def test_inactivity_is_warned_of_and_ends_all_points(demo: Book) -> None:
    have(demo)
    inactive(demo)
    end = date(2027, 11, 22)
    pass_day(demo, end - timedelta(days=60))

    (said,) = shown(demo, end - timedelta(days=60), "en")
    assert (
        said["text"]
        == "140 points expire at the end of 22 November 2027 unless something happens before."
    )
    see_warnings(demo, end - timedelta(days=60))
    assert pass_day(demo, end) == 0
    assert pass_day(demo, end + timedelta(days=1)) == 1
    assert demo.balance() == (0, 0)
    with demo.database.read() as tx:
        last = tx.execute(select(transfer).order_by(transfer.c.n.desc())).first()
    assert last is not None
    from connector.explain import sentence

    assert sentence(last._asdict(), "de") == "140 Punkte verfallen: Es war lange nichts geschehen."


def test_who_could_not_be_reached_keeps_his_points_to_the_year_end_at_most_twice(
    demo: Book,
) -> None:
    have(demo)
    inactive(demo)

    assert pass_day(demo, date(2027, 11, 23)) == 0
    assert ends(demo) == date(2028, 12, 31)
    assert pass_day(demo, date(2029, 1, 1)) == 0
    assert ends(demo) == date(2029, 12, 31)
    assert pass_day(demo, date(2030, 1, 1)) == 1


def test_points_that_come_after_an_end_have_a_whole_period_again(demo: Book) -> None:
    have(demo)
    inactive(demo, activity=["redeem"])
    end = date(2027, 11, 22)
    pass_day(demo, end - timedelta(days=60))
    see_warnings(demo, end)
    assert pass_day(demo, end + timedelta(days=1)) == 1
    later = at(end + timedelta(days=2))
    demo.see(order("2", placed_at=later, paid_at=later - timedelta(days=60)), at=later)

    assert demo.balance() == (140, 0)
    assert pass_day(demo, end + timedelta(days=3)) == 0
    assert ends(demo) == date(2028, 11, 23)


def test_a_rule_that_became_shorter_begins_when_it_did(demo: Book) -> None:
    have(demo)
    demo.programme(NOW, life={"inactive_months": 60, "at_least": None})
    pass_day(demo, date(2026, 12, 1))
    assert ends(demo) == date(2031, 11, 22)
    demo.programme(NOW + timedelta(days=30), life={"inactive_months": 12})
    pass_day(demo, date(2027, 1, 1))

    assert ends(demo) == date(2027, 12, 22)


def test_only_those_are_looked_at_whose_end_is_near_or_unknown(demo: Book) -> None:
    have(demo)
    inactive(demo)
    m = demo.shop.merchant_id

    def asked(on: date) -> int:
        with demo.database.read() as tx:
            assert inactivity.matters(tx, m)
            return len(inactivity.members(tx, m, at(on), "", 10))

    assert asked(date(2026, 12, 1)) == 1
    pass_day(demo, date(2026, 12, 1))
    assert asked(date(2026, 12, 2)) == 0
    assert asked(date(2027, 11, 1)) == 1


# ------------------------------------------------------------------ the end of a programme


def wind_down(demo: Book, last: date | None, now: datetime = NOW) -> int:
    m = demo.shop.merchant_id

    def work(tx: Any) -> int:
        document = programmes.documents(tx, m)[-1] | {"ends_on": last and last.isoformat()}
        n = programmes.apply(tx, m, document, "test", now)
        winding_down.bring_forward(tx, m, last)
        return n

    return demo.database.write(work)


FAIR = date(2029, 11, 22)


def test_an_end_that_comes_too_soon_is_refused_with_the_earliest_day(demo: Book) -> None:
    with pytest.raises(
        BadInput, match=r"2029-11-21 is too soon.*the earliest last day is 2029-11-22"
    ):
        wind_down(demo, FAIR - timedelta(days=1))
    assert wind_down(demo, FAIR) == 2


def test_a_promise_of_yesterday_is_not_shortened_by_the_same_document(demo: Book) -> None:
    with pytest.raises(BadInput, match="the earliest last day is 2029-11-22"):
        demo.programme(NOW, life={"at_least": None}, ends_on="2028-01-01")


def test_an_end_may_be_put_later_at_any_time_and_not_sooner(demo: Book) -> None:
    wind_down(demo, FAIR)

    assert wind_down(demo, date(2030, 6, 30), NOW + timedelta(days=365)) == 3
    with pytest.raises(BadInput, match="too soon"):
        wind_down(demo, FAIR, NOW + timedelta(days=365))


def test_what_is_ordered_after_it_was_announced_earns_nothing(demo: Book) -> None:
    demo.see(order("1"))
    wind_down(demo, FAIR)
    later = NOW + timedelta(hours=1)
    demo.see(order("2", placed_at=later, paid_at=later), at=later)
    demo.see(order("1", cancelled_at=later), at=later)

    assert demo.balance() == (0, 0)
    wind_down(demo, None, NOW + timedelta(days=1))
    again = NOW + timedelta(days=2)
    demo.see(order("2", placed_at=later, paid_at=later), at=again)
    demo.see(order("3", placed_at=again, paid_at=again), at=again)
    assert demo.balance() == (0, 140)


def test_no_points_end_before_the_last_day_and_the_warning_names_it(demo: Book) -> None:
    demo.programme(
        NOW - timedelta(days=30), life={"months": 1, "round_to": "day", "at_least": None}
    )
    demo.see(order(placed_at=NOW - timedelta(days=29)))
    demo.pass_time(RELEASED)
    last = date(2028, 6, 30)
    wind_down(demo, last)
    (own,) = lots(demo)

    assert expire(demo, own + timedelta(days=1)) == 0
    assert lots(demo) == {own: last}
    warn(demo, last - timedelta(days=14))
    see_warnings(demo, last - timedelta(days=14))
    assert expire(demo, last) == 0
    assert expire(demo, last + timedelta(days=1)) == 1


def test_unwarned_points_outlive_the_last_day_as_any_others(demo: Book) -> None:
    have(demo)
    last = date(2033, 6, 30)
    wind_down(demo, last)
    expire(demo, END + timedelta(days=1))
    assert lots(demo) == {END: last}

    assert expire(demo, last + timedelta(days=1)) == 0
    assert lots(demo) == {END: date(2034, 12, 31)}


def test_points_without_an_end_get_the_last_day_and_lose_it_when_it_is_undone(demo: Book) -> None:
    demo.programme(NOW - timedelta(days=30), life={"months": None})
    demo.see(order(placed_at=NOW - timedelta(days=29)))
    demo.pass_time(RELEASED)
    wind_down(demo, FAIR)
    assert lots(demo) == {NEVER: FAIR}

    wind_down(demo, None, NOW + timedelta(days=1))
    assert lots(demo) == {NEVER: NEVER}
    wind_down(demo, date(2030, 1, 31), NOW + timedelta(days=2))
    assert expire(demo, date(2030, 2, 1)) == 0  # nobody was warned
    assert lots(demo) == {NEVER: date(2031, 12, 31)}


def test_inactivity_ends_nothing_before_the_last_day(demo: Book) -> None:
    have(demo)
    demo.programme(NOW, life={"inactive_months": 12, "at_least": None}, ends_on="2029-12-01")
    pass_day(demo, date(2027, 12, 1))

    assert ends(demo) == date(2029, 12, 1)


def test_warnings_are_asked_for_in_pages(demo: Book) -> None:
    """More lots than a page: each is found once, none is found twice."""
    have(demo)
    one, m = demo.member().member_id, demo.shop.merchant_id
    days = [END - timedelta(days=n) for n in range(1, 31)]
    rows = [{"merchant_id": m, "member_id": one, "expires_on": day, "due_on": day, "remaining": 1}
            for day in days]  # fmt: skip

    class Enough(Exception):
        pass

    def work(tx: Any) -> None:
        tx.execute(insert(lot), rows)
        found: list[Any] = []
        after = forewarning.FIRST
        while page := forewarning.due(tx, m, "UTC", at(END - timedelta(days=50)), after)[:7]:
            found += page
            after = page[-1]
        assert [each[1] for each in found] == sorted([*days, END])
        raise Enough

    with pytest.raises(Enough):
        demo.database.write(work)


def test_a_preset_promises_what_the_law_of_its_countries_asks(demo: Book) -> None:
    assert rulebook.preset("dach")["life"]["at_least"] == 36
    assert rulebook.preset("open")["life"]["at_least"] is None
    assert merged(rulebook.preset("dach"), {})["life"]["months"] == 36
    with demo.database.read() as tx:
        assert tx.execute(select(warning)).all() == []
