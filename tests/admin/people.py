"""Two merchants in one installation, and everybody who might come to their admin."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, select
from werkzeug.test import TestResponse

from connector import members, programmes, questions, rulebook, shops, tasks, vouchers
from connector.access import passwords, sessions, users
from connector.access.roles import Role
from connector.installation import Installation, open_installation, utc_now
from connector.port import Account, Customer
from connector.shops import Shop
from connector.tables import audit
from connector.values import MemberId, MerchantId
from connector.web import create_app
from tests.connected import config
from tests.make import FACTS, NOW, Book, line, order

PASSWORD = "siebzehn Kisten Apfelsaft"
HASHED = passwords.hashed(PASSWORD)
OURS = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "en"}
ROLES = {"viewer": Role.VIEWER, "manager": Role.MANAGER, "owner": Role.OWNER}
EVERYBODY = ("nobody", "neighbour", *ROLES, "operator")


@dataclass
class Desk:
    """Somebody's browser."""

    client: FlaskClient
    inst: Installation
    token: str = ""

    @property
    def csrf(self) -> str:
        return sessions.csrf(self.inst.keys, self.token)

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, headers=OURS | headers)

    def post(self, path: str, **form: str) -> TestResponse:
        """Send a form of one of our pages."""
        return self.client.post(path, data={"csrf": self.csrf} | form, headers=OURS)


@dataclass
class Office:
    """`demo` belongs to Kaffeerad, `other` to a merchant next door."""

    inst: Installation
    demo: Shop
    other: Shop
    app: Flask

    @property
    def here(self) -> str:
        return f"/admin/{self.demo.merchant_id}"

    @property
    def there(self) -> str:
        return f"/admin/{self.other.merchant_id}"

    def email(self, who: str) -> str:
        return who if "@" in who else f"{who}@kaffeerad.example"

    def user(self, who: str) -> users.User:
        with self.inst.database.read() as tx:
            return users.require(tx, self.email(who))

    def desk(self, who: str = "nobody", agent: str = "Firefox") -> Desk:
        """The browser of somebody who is logged in already, unless it is nobody."""
        client = self.app.test_client()
        desk = Desk(client, self.inst, sessions.fresh_token())
        if who == "nobody":
            client.set_cookie("stammkunde-start", desk.token)
            return desk
        user_id = self.user(who).user_id
        self.inst.database.write(
            lambda tx: sessions.begin(tx, desk.token, user_id, agent, utc_now())
        )
        client.set_cookie("stammkunde", desk.token)
        return desk

    def newcomer(self, role: Role = Role.VIEWER) -> users.User:
        """Somebody new at Kaffeerad, whom a test may change or remove."""

        def work(tx: Connection) -> users.User:
            one = users.add(tx, f"{uuid4()}@kaffeerad.example", HASHED, NOW)
            users.give(tx, one.user_id, self.demo.merchant_id, role)
            return one

        return self.inst.database.write(work)

    def task(self, subject: str = "order/1", merchant_id: MerchantId | None = None) -> str:
        """Open a task; its id."""
        mine = merchant_id or self.demo.merchant_id
        facts = {"number": subject.rpartition("/")[2]}
        self.inst.database.write(
            lambda tx: tasks.open_task(tx, mine, "refund_unknown", subject, facts, utc_now())
        )
        with self.inst.database.read() as tx:
            return next(one.id for one in tasks.open_tasks(tx, mine) if one.subject == subject)

    def question(self, text: str) -> str:
        """Somebody asks; the question's name."""
        self.inst.database.write(
            lambda tx: questions.ask(tx, self.demo, "8", "de", text, utc_now())
        )
        with self.inst.database.read() as tx:
            every = questions.waiting(tx, self.demo.merchant_id)
        return next(one.entry for one in every if one.text == text)

    def voucher(self) -> str:
        """The one that Max has."""
        with self.inst.database.read() as tx:
            mine = vouchers.of_member(tx, self.demo.merchant_id, MemberId(member_of(self, "8")))
        return mine[0].voucher_id

    def log(self, merchant_id: MerchantId | None = None) -> list[str]:
        """What was written down, in order."""
        mine = merchant_id or self.demo.merchant_id
        with self.inst.database.read() as tx:
            asked = select(audit.c.what).where(audit.c.merchant_id == mine)
            return list(tx.execute(asked.order_by(audit.c.at)).scalars())


def member_of(office: Office, account: str = "7") -> str:
    key = f"{members.CUSTOMER}:{account}"
    with office.inst.database.read() as tx:
        found = members.find(tx, office.demo.merchant_id, office.demo.shop_id, [key])
    return found[key]


def _merchant(tx: Connection, inst: Installation, slug: str, name: str) -> Shop:
    facts = FACTS.__class__(**{n: getattr(FACTS, n) for n in FACTS.__slots__} | {"name": name})
    shop = shops.add(
        tx, inst.keys, slug=slug, platform="woocommerce", settings={}, facts=facts, now=NOW
    )
    programmes.apply(tx, shop.merchant_id, rulebook.preset("dach"), "test", NOW)
    return shop


def _people(tx: Connection, demo: Shop, other: Shop) -> None:
    for who, role in ROLES.items():
        one = users.add(tx, f"{who}@kaffeerad.example", HASHED, NOW, name=f"{who.title()} Muster")
        users.give(tx, one.user_id, demo.merchant_id, role)
    neighbour = users.add(tx, "neighbour@kaffeerad.example", HASHED, NOW)
    users.give(tx, neighbour.user_id, other.merchant_id, Role.OWNER)
    operator = users.add(tx, "operator@kaffeerad.example", HASHED, NOW)
    users.everywhere(tx, operator.user_id, Role.OWNER)


def _customers(book: Book) -> None:
    """Erika buys thirty times and waits for her points; Max has some from before the start, and made
    a voucher of them."""
    shop, keys = book.shop, book.keys
    people = [Customer("7", "erika@example.com", "Erika", "DE", "", True),
              Customer("8", "max@example.com", "Max", "DE", "", True)]  # fmt: skip
    book.database.write(
        lambda tx: members.keep_customers(tx, shop.merchant_id, shop.shop_id, people, keys, NOW)
    )
    before = NOW - timedelta(days=60)
    old = order(
        "900",
        buyer=Account("8"),
        placed_at=before,
        paid_at=before,
        lines=(line(net=20000, tax=3800),),
    )
    book.see(old, *(order(str(1000 + n), placed_at=NOW, paid_at=NOW) for n in range(30)))
    book.pass_time(NOW)
    max_ = book.member(Account("8")).member_id
    asked = vouchers.Asked("discount", "first", 500)
    book.database.write(lambda tx: vouchers.redeem(tx, shop, max_, asked, keys, NOW))


@contextmanager
def office(folder: Path) -> Iterator[Office]:
    """An installation with both merchants, their people, and one customer of Kaffeerad."""
    inst = open_installation(config(folder))
    try:
        demo = inst.database.write(lambda tx: _merchant(tx, inst, "demo", "Kaffeerad"))
        other = inst.database.write(lambda tx: _merchant(tx, inst, "other", "Plattenkiste"))
        inst.database.write(lambda tx: _people(tx, demo, other))
        _customers(Book(inst.database, inst.keys, demo))
        yield Office(inst, demo, other, create_app(inst))
    finally:
        inst.close()


def csrf_in(answer: TestResponse) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', answer.text)
    assert found, answer.text[:300]
    return found[1]
