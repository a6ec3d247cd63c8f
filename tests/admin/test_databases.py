"""What the admin keeps, on both databases: logins, roles, sessions, tries, links, the log, searching."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from connector import figures, finding, members
from connector.access import attempts, audit, links, sessions, users
from connector.access.roles import Role
from connector.errors import BadInput, Refused
from connector.port import Account, Customer, Guest
from tests.make import NOW, Book, order

EMAIL = "nora@kaffeerad.example"


@pytest.fixture
def nora(demo: Book) -> users.User:
    return demo.database.write(
        lambda tx: users.add(tx, f" {EMAIL.upper()} ", "kept", NOW, name="Nora")
    )


def test_a_login_is_one_whatever_the_spelling_and_ends_for_good(
    demo: Book, nora: users.User
) -> None:
    with pytest.raises(Refused, match="has a login already"):
        demo.database.write(lambda tx: users.add(tx, "Nora@Kaffeerad.example", "", NOW))
    for wrong in ("", "nora", "a@b@c", "a b@c", "x" * 65 + "@a", "\n@a"):
        with pytest.raises(BadInput, match="no e-mail address"):
            demo.database.write(lambda tx: users.add(tx, wrong, "", NOW))  # noqa: B023
    demo.database.write(lambda tx: users.close(tx, nora.user_id, NOW))
    with demo.database.read() as tx:
        assert users.find(tx, EMAIL) is None
        assert users.names(tx, {nora.user_id}) == {nora.user_id: "Nora"}


def test_roles_are_for_one_merchant_or_for_all_and_the_higher_counts(
    demo: Book, nora: users.User
) -> None:
    mine = demo.shop.merchant_id

    def roles() -> list[Role]:
        with demo.database.read() as tx:
            return [one.role for one in users.places(tx, users.require(tx, EMAIL))]

    assert roles() == []
    demo.database.write(lambda tx: users.give(tx, nora.user_id, mine, Role.MANAGER))
    demo.database.write(lambda tx: users.give(tx, nora.user_id, mine, Role.OWNER))
    assert roles() == [Role.OWNER]
    demo.database.write(lambda tx: users.everywhere(tx, nora.user_id, Role.VIEWER))
    assert roles() == [Role.OWNER]
    demo.database.write(lambda tx: users.take(tx, nora.user_id, mine))
    assert roles() == [Role.VIEWER]
    demo.database.write(lambda tx: users.everywhere(tx, nora.user_id, None))
    assert roles() == []


def test_sessions_are_found_listed_and_ended(demo: Book, nora: users.User) -> None:
    one, two = sessions.fresh_token(), sessions.fresh_token()
    for token in (one, two):
        demo.database.write(lambda tx: sessions.begin(tx, token, nora.user_id, "x" * 999, NOW))  # noqa: B023
    later = NOW + timedelta(minutes=5)
    with demo.database.read() as tx:
        found = sessions.find(tx, one, NOW)
        assert sessions.find(tx, "ü", NOW) is None
    assert found is not None
    demo.database.write(lambda tx: sessions.seen(tx, found, later))
    with demo.database.read() as tx:
        assert sessions.of_user(tx, nora.user_id, later)[0].id == found.id
    assert demo.database.write(lambda tx: sessions.end(tx, found.id, "somebody")) is False
    assert demo.database.write(lambda tx: sessions.end_all(tx, nora.user_id, but=found.id)) == 1
    with demo.database.read() as tx:
        assert sessions.find(tx, two, NOW) is None
        assert sessions.find(tx, one, NOW) is not None


def test_twenty_tries_at_once_are_twenty_tries(demo: Book) -> None:
    """Counted before the password is looked at: however many come together, five are looked at."""
    tried = attempts.tried(demo.keys, EMAIL, "203.0.113.9")

    def one(_: int) -> timedelta:
        return demo.database.write(lambda tx: attempts.count(tx, tried, NOW))

    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(one, range(20)))

    assert waits.count(timedelta(0)) == attempts.FREE["address"]


def test_tries_are_forgotten_after_a_day(demo: Book) -> None:
    tried = attempts.tried(demo.keys, EMAIL, "203.0.113.9")
    for _ in range(9):
        demo.database.write(lambda tx: attempts.count(tx, tried, NOW))

    tomorrow = NOW + attempts.FORGOTTEN + timedelta(hours=1)
    free = [demo.database.write(lambda tx: attempts.count(tx, tried, tomorrow)) for _ in range(5)]
    assert free == [timedelta(0)] * 5


def test_an_invitation_is_taken_up_by_one_of_two_and_ends_by_itself(demo: Book) -> None:
    mine = demo.shop.merchant_id
    secret = demo.database.write(lambda tx: links.invite(tx, mine, Role.VIEWER, NOW))

    with ThreadPoolExecutor(2) as pool:
        taken = list(
            pool.map(
                lambda _: demo.database.write(lambda tx: links.use(tx, mine, secret, NOW)), "ab"
            )
        )

    assert sorted(taken, key=str) == sorted([None, Role.VIEWER], key=str)
    old = demo.database.write(lambda tx: links.invite(tx, mine, Role.OWNER, NOW))
    with demo.database.read() as tx:
        assert links.invitation(tx, mine, old, NOW + links.LIVES) is Role.OWNER
        assert links.invitation(tx, mine, old, NOW + links.LIVES + timedelta(seconds=1)) is None


def test_the_log_is_read_newest_first_under_names(demo: Book, nora: users.User) -> None:
    mine = demo.shop.merchant_id
    for n in range(3):
        at = NOW + timedelta(minutes=n)
        demo.database.write(
            lambda tx: audit.write(tx, mine, nora.user_id, "task.done", f"task/{n}", at, {"n": n})  # noqa: B023
        )

    with demo.database.read() as tx:
        found = audit.newest(tx, mine, 2)
        older = audit.newest(tx, mine, 2, found[-1].at)
    assert [(one.by, one.subject, one.facts) for one in found] == [
        ("Nora", "task/2", {"n": 2}), ("Nora", "task/1", {"n": 1})
    ]  # fmt: skip
    assert [one.subject for one in older] == ["task/0"]


def test_customers_are_found_by_address_guest_and_order(demo: Book) -> None:
    mine, shop_id = demo.shop.merchant_id, demo.shop.shop_id
    erika = Customer("7", "erika_x@example.com", "Erika", "DE", "", True)
    demo.database.write(
        lambda tx: members.keep_customers(tx, mine, shop_id, [erika], demo.keys, NOW)
    )
    demo.programme(NOW - timedelta(days=40), taking_part="everyone")
    demo.see(order("1001"), order("1002", buyer=Guest("gast@example.com"), number="R-77"))

    def found(asked: str) -> list[tuple[str, str, bool]]:
        with demo.database.read() as tx:
            every = finding.customers(tx, mine, asked, demo.keys)
        return [(one.email, one.order, one.member_id is not None) for one in every]

    assert found("erika_x") == found("ERIKA_X@example.com") == [("erika_x@example.com", "", True)]
    assert found("erikaXx") == []
    assert found("gast@example.com") == [("gast@example.com", "", True)]
    assert found("gast") == []
    assert found("R-77") == [("", "R-77", True)]
    with demo.database.read() as tx:
        assert finding.customers(tx, mine, "1001", demo.keys, "another shop") == []
        kinds = [one.kind for id_ in _members(demo) for one in finding.known_as(tx, mine, id_)]
    assert sorted(kinds) == ["customer", "guest"]


def _members(demo: Book) -> list[str]:
    return [demo.member(buyer).member_id for buyer in (Account("7"), Guest("gast@example.com"))]


def test_the_figures_are_sums_over_everybody_who_takes_part(demo: Book) -> None:
    demo.see(order("1001"), order("1002", buyer=Account("8")))

    with demo.database.read() as tx:
        found = figures.of(tx, demo.shop.merchant_id)
        none = figures.open_tasks(tx, [demo.shop.merchant_id])
    assert (found.members, found.available, found.pending) == (2, 0, 280)
    assert none == {}
