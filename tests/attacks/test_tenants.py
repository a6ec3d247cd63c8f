"""Every address × everybody: what each may ask is in one table, and an address outside it is a fault."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import widgets
from connector.cli import stammkunde
from connector.tables import inbox, outbox, sync
from connector.web import create_app
from tests.attacks.conftest import OTHER_SECRET, Street
from tests.attacks.evidence import contents, silence
from tests.attacks.people import ERIKA, MALLORY, NEIGHBOUR, Person
from tests.attacks.test_webhook_signatures import BODY, Sent, signed
from tests.attacks.tokens import claims, token
from tests.connected import IDENTITY_SECRET

EVERYBODY = (ERIKA, MALLORY, NEIGHBOUR)

# ------------------------------------------------------------------ who asks


def customer(street: Street, person: Person) -> dict[str, str]:
    shop, id_, secret = {
        ERIKA.email: (street.demo, street.erika, IDENTITY_SECRET),
        MALLORY.email: (street.demo, street.mallory, IDENTITY_SECRET),
        NEIGHBOUR.email: (street.other, street.neighbour, OTHER_SECRET),
    }[person.email]
    return {"Authorization": f"Bearer {token(claims(shop.url, id_), secret)}"}


def expired(street: Street) -> dict[str, str]:
    old = claims(street.demo.url, street.erika)
    stale = old | {"iat": old["iat"] - 600, "exp": old["iat"] - 360}
    return {"Authorization": f"Bearer {token(stale, IDENTITY_SECRET)}"}


def tampered(street: Street) -> dict[str, str]:
    head, body, signature = customer(street, MALLORY)["Authorization"].split(".")
    stolen = customer(street, ERIKA)["Authorization"].split(".")[1]
    assert body != stolen
    return {"Authorization": f"{head}.{stolen}.{signature}"}


def shop(secret: str, body: bytes = BODY) -> dict[str, str]:
    return Sent("", "", None).signing(signed(secret, body)).headers


def wearing(street: Street, who: str) -> dict[str, str]:
    mine = street.credential(street.demo, "webhook_secret")
    made: dict[str, Callable[[], dict[str, str]]] = {
        "nobody": dict,
        "Erika": lambda: customer(street, ERIKA),
        "another customer": lambda: customer(street, MALLORY),
        "next door's customer": lambda: customer(street, NEIGHBOUR),
        "Erika, expired": lambda: expired(street),
        "Erika, tampered": lambda: tampered(street),
        "the shop": lambda: shop(mine),
        "the shop, tampered": lambda: shop(mine, BODY + b" "),
        "the shop next door": lambda: shop(street.credential(street.other, "webhook_secret")),
    }
    return made[who]()


WHO = ("nobody", "Erika", "another customer", "next door's customer", "Erika, expired",
       "Erika, tampered", "the shop", "the shop, tampered", "the shop next door")  # fmt: skip

# ------------------------------------------------------------------ what each is answered

PUBLIC = dict.fromkeys(WHO, 200)
REFUSED = dict.fromkeys(WHO, 401)
PERSONAL = PUBLIC | dict.fromkeys(
    ("next door's customer", "Erika, expired", "Erika, tampered"), 401
)

DECLINED = REFUSED | {"Erika": 409, "another customer": 409}
KNOWN_TO_THE_SHOP = REFUSED | dict.fromkeys(("Erika", "another customer"), 422)
"""What is said comes second: only a proven customer hears that it makes no sense."""

EXPECTED: dict[tuple[str, str], dict[str, int]] = {
    ("GET", "/v1/<slug>/config"): PUBLIC,
    ("GET", "/v1/<slug>/loader.js"): PUBLIC,
    ("GET", "/v1/<slug>/me"): PERSONAL,
    ("POST", "/v1/<slug>/events"): REFUSED,
    # their points are still pending, so that a member is declined, and everybody else is nobody
    ("POST", "/v1/<slug>/redeem"): DECLINED,
    ("POST", "/v1/<slug>/vouchers/<voucher_id>/take-back"): DECLINED,
    ("POST", "/v1/<slug>/carts/<cart>/reserve"): DECLINED,
    ("POST", "/v1/<slug>/carts/<cart>/commit"): DECLINED,
    ("POST", "/v1/<slug>/carts/<cart>/release"): DECLINED,
    ("GET", "/v1/<slug>/terms"): PUBLIC,
    ("GET", "/v1/<slug>/accessibility"): PUBLIC,
    ("POST", "/v1/<slug>/privacy/export"): REFUSED,  # no browser's token opens it
    ("POST", "/v1/<slug>/privacy/erase"): REFUSED,
    ("GET", "/v1/<slug>/order"): REFUSED,  # whoever they are, they prove no order
    ("POST", "/v1/<slug>/preview"): dict.fromkeys(WHO, 422),  # public, and BODY is no purchase
    ("POST", "/v1/<slug>/ask"): KNOWN_TO_THE_SHOP,
    ("POST", "/v1/<slug>/join"): KNOWN_TO_THE_SHOP,
    ("POST", "/v1/<slug>/leave"): KNOWN_TO_THE_SHOP,
    ("POST", "/v1/<slug>/seen"): KNOWN_TO_THE_SHOP,
    ("POST", "/hooks/<slug>"): REFUSED | {"the shop": 200},
    ("GET", "/w/<name>"): PUBLIC,
    ("GET", "/docs/"): PUBLIC,
    ("GET", "/docs/<path:path>"): PUBLIC,
    ("GET", "/openapi.json"): PUBLIC,
    ("GET", "/health"): PUBLIC,
    # the state in the address, made by the owner's own command, is what counts here
    ("GET", "/connect/woocommerce/<state>"): dict.fromkeys(WHO, 404),
    ("POST", "/connect/woocommerce/callback"): dict.fromkeys(WHO, 403),
    ("GET", "/connect/woocommerce/return"): PUBLIC,
    ("GET", "/connect/woocommerce/companion/<slug>"): dict.fromkeys(WHO, 302),  # only rings
    # each is signed by a shop of this platform, or refused
    **{
        (method, f"/connect/shopware/{rest}"): dict.fromkeys(WHO, status)
        for method, rest, status in (
            ("GET", "<slug>/register", 401),
            ("GET", "<slug>/<link>/register", 401),
            ("POST", "<slug>/confirm", 401),
            ("POST", "<slug>/<state>/confirm", 401),
            ("POST", "<slug>/life", 404),
            ("GET", "<slug>/panel", 404),
            ("POST", "<slug>/points", 404),
        )
    },
}
NAMED = {"slug": "demo", "name": sorted(widgets.names())[0], "path:path": "index.css", "state": "invented",
         "voucher_id": "invented", "cart": "invented", "link": "invented"}  # fmt: skip
WISHES = {
    "/v1/<slug>/redeem": {"reward": "discount"},
    "/v1/<slug>/carts/<cart>/reserve": {"points": 100},
}
"""What a request for these must say before anybody asks who sends it."""
SHOWS = {"Erika": ERIKA, "another customer": MALLORY}
CHANGES = {("POST", "/hooks/<slug>", "the shop"): {inbox.name}}
REMEMBERED = {("POST", "/hooks/<slug>", "the shop"): {sync.name}} | {
    ("GET", "/connect/woocommerce/companion/<slug>", who): {outbox.name} for who in WHO
}
"""When a shop last rang is written once a minute, and a knock is one until it is answered: so perhaps
not this time."""


def addresses(street: Street) -> set[tuple[str, str]]:
    """All but the admin's, which have a table of their own: tests/admin/test_doors.py."""
    rules = [r for r in create_app(street.inst).url_map.iter_rules() if not is_of_the_admin(r.rule)]
    return {(m, r.rule) for r in rules for m in r.methods or () if m not in ("HEAD", "OPTIONS")}


def is_of_the_admin(rule: str) -> bool:
    return rule.startswith("/admin/")


def path_of(rule: str) -> str:
    for name, value in NAMED.items():
        rule = rule.replace(f"<{name}>", value)
    return rule


def ask(client: FlaskClient, street: Street, method: str, rule: str, who: str) -> TestResponse:
    if rule in WISHES:
        headers = wearing(street, who) | {"Idempotency-Key": "invented-by-us"}
        return client.open(path_of(rule), method=method, json=WISHES[rule], headers=headers)
    body = BODY if method != "GET" else None
    return client.open(path_of(rule), method=method, data=body, headers=wearing(street, who),
                       buffered=True)  # fmt: skip


def test_every_address_is_in_the_table(street: Street) -> None:
    assert addresses(street) == set(EXPECTED)


def test_an_address_that_is_not_in_the_table_would_be_noticed(street: Street) -> None:
    """The control."""
    app = create_app(street.inst)
    app.add_url_rule("/v1/<slug>/everybody", "new", lambda slug: "")
    found = {rule.rule for rule in app.url_map.iter_rules() if not is_of_the_admin(rule.rule)}

    assert found - {rule for _, rule in EXPECTED} == {"/v1/<slug>/everybody"}


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize(("method", "rule"), EXPECTED)
def test_everybody_is_answered_as_the_table_says_and_sees_only_what_is_his(
    client: FlaskClient, street: Street, method: str, rule: str, who: str
) -> None:
    before = contents(street.inst)
    answer = ask(client, street, method, rule, who)
    after = contents(street.inst)
    silence(street.inst)

    seen = {one.email for one in EVERYBODY if any(word in answer.text for word in one.everything)}
    mine = {SHOWS[who].email} if rule == "/v1/<slug>/me" and who in SHOWS else set()
    changed = {table for table in after if after[table] != before[table]}
    assert answer.status_code == EXPECTED[method, rule][who]
    assert seen == mine
    may = REMEMBERED.get((method, rule, who), set())
    assert changed - may == CHANGES.get((method, rule, who), set())


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize(("method", "rule"), EXPECTED)
def test_no_other_method_does_anything(
    client: FlaskClient, street: Street, method: str, rule: str, who: str
) -> None:
    known = {m for m, r in EXPECTED if path_of(r) == path_of(rule)}
    if path_of(rule) == "/connect/woocommerce/callback":
        known |= {"GET"}  # it reads like a state, and is answered as one that is not known
    before = contents(street.inst)

    for other in {"GET", "POST", "PUT", "PATCH", "DELETE"} - known:
        answer = ask(client, street, other, rule, who)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (405, "no-store")
    assert contents(street.inst) == before


@pytest.mark.parametrize(("method", "rule"), EXPECTED)
def test_asking_for_the_head_or_for_what_may_be_asked_shows_nobody(
    client: FlaskClient, street: Street, method: str, rule: str
) -> None:
    before = contents(street.inst)
    for asked in ("HEAD", "OPTIONS"):
        answer = ask(client, street, asked, rule, "Erika")
        told = answer.text + str(answer.headers)

        assert answer.text == ""
        assert [word for one in EVERYBODY for word in one.everything if word in told] == []
    after = contents(street.inst)
    changed = {table for table in after if after[table] != before[table]}
    assert changed <= REMEMBERED.get((method, rule, "Erika"), set())


def test_the_same_number_is_two_people_in_two_shops(client: FlaskClient, street: Street) -> None:
    """Both shops number their customers from two; only the shop tells them apart."""
    assert street.erika == street.neighbour
    there = client.get("/v1/other/me", headers=customer(street, NEIGHBOUR))

    assert NEIGHBOUR.first_name in there.text
    assert [word for word in ERIKA.everything if word in there.text] == []
    assert there.get_json()["referral"]["link"].startswith(street.other.url)


def test_a_search_finds_nobody_next_door(street: Street) -> None:
    runner = CliRunner(env={"STAMMKUNDE_DATA": str(street.inst.config.data)})
    here, there = (
        runner.invoke(stammkunde, ["customer", "show", ERIKA.email, "--shop", slug, "--json"])
        for slug in ("demo", "other")
    )

    assert json.loads(here.stdout)["pending"] > 0
    assert there.exception is not None
    assert "pending" not in there.output


# ------------------------------------------------------------------ every query names the merchant

ROOT = Path(__file__).parents[2] / "connector"
READERS = {"select", "update", "delete"}  # a row without its merchant cannot be inserted at all
RAW = {"text", "exec_driver_sql"}
BOUND = re.compile(r"merchant_id\s*==?(?!=|\s*\w+\.c\.)|'merchant_id'|merchant_id\.in_")
"""A merchant that is asked for; a join of two tables' columns asks for none."""
ACROSS: dict[str, str] = {
    "access/attempts.py:count": "failed logins: an address and a network are no merchant's",
    "access/attempts.py:forgive": "the same",
    "access/sessions.py:begin": "a login's own sessions, whoever it works for",
    "access/sessions.py:end": "the same",
    "access/sessions.py:end_all": "the same",
    "access/sessions.py:find": "by the digest of its own random token",
    "access/sessions.py:of_user": "a login's own sessions",
    "access/sessions.py:seen": "by the digest of its own random token",
    "access/users.py:_OPEN": "logins; what each may do at whom is asked by merchant",
    "access/users.py:change": "one's own login",
    "access/users.py:close": "a login, on the command line",
    "cli/common.py": "words for a person, no query",
    "db.py": "PRAGMA, BEGIN and savepoints",
    "digest.py": "`verify --digest`: one figure over everybody",
    "guards.py": "triggers",
    "lanes.py:_OLDEST_LOT": "which merchants have lots whose day is over",
    "lanes.py:_RINGING": "which shops rang",
    "lanes.py:_RIPE": "which merchants have points to release",
    "lanes.py:_TO_DO": "which lanes have work",
    "keys.py:load": "the installation's own keys",
    "newcomers.py": "shops that nobody owns yet, by the slug in a sealed state",
    "rounds.py:ring": "`run-due --sync --night`: everybody's rounds, now",
    "runners/election.py": "the lock of the one scheduler",
    "runners/engine.py": "the engine's own tables, which hold lanes and nothing else",
    "seals.py:take": "LOCK TABLE",
    "shops.py:_SHOPS": "`shop list`, jobs, and where an address leads",
    "tables/columns.py": "what a column is without a value, no query",
    "tasks.py:_OPEN": "`task list` on the command line",
    "tasks.py:close": "by the task's own random number, on the command line",
    "verify.py:_check_pages": "SQLite's own proof of its pages",
    "waiting.py:": "columns and figures, no query",
    "waiting.py:_SLUGS": "`stammkunde jobs`: whose lane is which shop's",
    "web/__init__.py:_health": "SELECT 1",
}
"""The whole list of what asks across merchants, and why it may."""


def carriers(scope: ast.AST) -> set[str]:
    """Names in a scope that were made with a merchant in them."""
    found: set[str] = set()
    for _ in range(4):  # names made of names made of names
        for node in ast.walk(scope):
            if isinstance(node, ast.FunctionDef) and BOUND.search(ast.unparse(node)):
                found.add(node.name)
            if isinstance(node, ast.Assign) and names_the_merchant(node.value, found):
                found |= {
                    n.id for t in node.targets for n in ast.walk(t) if isinstance(n, ast.Name)
                }
    return found


def names_the_merchant(node: ast.AST, known: set[str]) -> bool:
    if BOUND.search(ast.unparse(node)):
        return True
    return any(isinstance(n, ast.Name) and n.id in known for n in ast.walk(node))


def parts(node: ast.AST) -> list[ast.AST]:
    """What a statement says itself, without the statements inside it."""
    if not isinstance(node, ast.stmt) or isinstance(node, ast.FunctionDef | ast.ClassDef):
        return []
    if not hasattr(node, "body"):
        return [node]
    return [
        child for child in ast.iter_child_nodes(node)
        if not isinstance(child, ast.stmt | ast.ExceptHandler)
    ]  # fmt: skip


def asks(node: ast.AST) -> bool:
    called = [n.func for n in ast.walk(node) if isinstance(n, ast.Call)]
    return any(
        (isinstance(f, ast.Name) and f.id in READERS | RAW)
        or (isinstance(f, ast.Attribute) and f.attr in RAW)
        for f in called
    )


def queries(source: str) -> Iterator[tuple[str, bool]]:
    """Each query's place in a module, and whether it names a merchant."""
    tree = ast.parse(source)
    functions: list[ast.stmt] = [each for each in tree.body if not isinstance(each, ast.ClassDef)]
    shared = carriers(ast.Module(functions, []))
    for top in tree.body:
        scope = shared | carriers(top) if hasattr(top, "body") else shared
        here = ast.unparse(getattr(top, "targets", [ast.Name("")])[0])
        here = str(getattr(top, "name", here))
        for node in ast.walk(top):
            for part in parts(node):
                if asks(part):
                    yield here, names_the_merchant(part, scope - {here})


def unnamed() -> set[str]:
    return {
        f"{file.relative_to(ROOT)}:{place}"
        for file in sorted(ROOT.rglob("*.py"))
        if "migrations" not in file.parts and file.name != "statements.py"
        for place, named in queries(file.read_text("utf-8"))
        if not named
    }


def test_every_query_names_its_merchant_or_is_on_the_list() -> None:
    found = unnamed()

    assert {one for one in found if one not in ACROSS and one.split(":")[0] not in ACROSS} == set()
    assert {
        one for one in ACROSS if not any(each.split(":")[0] == one or each == one for each in found)
    } == set()


def test_a_query_without_its_merchant_would_be_found() -> None:
    """The control."""
    source = "def f(tx, slug):\n    return tx.execute(select(shop).where(shop.c.slug == slug))\n"
    named = source.replace("shop.c.slug == slug", "shop.c.merchant_id == slug")

    assert list(queries(source)) == [("f", False)]
    assert list(queries(named)) == [("f", True)]
