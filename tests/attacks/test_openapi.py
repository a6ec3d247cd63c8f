"""What the API's document promises holds for whatever is asked, with and without a token."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from schemathesis import Case, checks
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks as openapi

from connector.web import create_app
from tests.attacks.conftest import Street
from tests.attacks.evidence import contents, silence
from tests.attacks.tokens import claims, token
from tests.conftest import ROUNDS
from tests.connected import IDENTITY_SECRET

EXAMPLES = 40 * ROUNDS
SEED = 20261122
CHECKS = [
    checks.not_a_server_error,
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_headers_conformance,
    openapi.response_schema_conformance,
    openapi.negative_data_rejection,
    openapi.positive_data_acceptance,
    openapi.missing_required_header,
    openapi.unsupported_method,
    openapi.allow_header_conformance,
]
"""All that concern a single request, but `ignored_auth`: `me` answers without a token on purpose,
as to somebody who is not logged in, and the document says that the token may be left out."""
OPERATIONS = [
    "GET /v1/{slug}/config",
    "GET /v1/{slug}/accessibility",
    "GET /v1/{slug}/loader.js",
    "GET /v1/{slug}/me",
    "GET /v1/{slug}/order",
    "GET /v1/{slug}/terms",
    "POST /v1/{slug}/carts/{cart}/commit",
    "POST /v1/{slug}/carts/{cart}/release",
    "POST /v1/{slug}/carts/{cart}/reserve",
    "POST /v1/{slug}/events",
    "POST /v1/{slug}/preview",
    "POST /v1/{slug}/privacy/erase",
    "POST /v1/{slug}/privacy/export",
    "POST /v1/{slug}/redeem",
    "POST /v1/{slug}/vouchers/{voucher_id}/take-back",
]
CHANGING = [
    "POST /v1/{slug}/ask",
    "POST /v1/{slug}/join",
    "POST /v1/{slug}/leave",
    "POST /v1/{slug}/seen",
]
"""What changes something is asked by forgers only; `test_taking_part` asks as a customer."""


@pytest.fixture(scope="module")
def app(street: Street) -> Flask:
    return create_app(street.inst)


@pytest.fixture(scope="module")
def document(app: Flask) -> Any:
    return schemathesis.openapi.from_wsgi("/openapi.json", app, config=SchemathesisConfig())


@pytest.fixture
def quiet(street: Street) -> Iterator[None]:
    """A customer nobody has seen rings a bell; it is taken away again."""
    yield
    silence(street.inst)


def operation(document: Any, label: str) -> Any:
    found = {each.ok().label: each.ok() for each in document.get_all_operations()}
    assert sorted(found) == sorted(OPERATIONS + CHANGING)
    return found[label]


def promised(one: Any) -> set[int]:
    """Statuses that the document names; its `default` would allow them all."""
    return {int(status) for status in one.definition.raw["responses"] if status.isdecimal()}


def bearers(street: Street, *, forged_only: bool = False) -> st.SearchStrategy[str | None]:
    """Nobody, somebody, somebody we never saw, a forger, and rubbish."""
    genuine = [
        token(claims(street.demo.url, customer, order="1"), IDENTITY_SECRET)
        for customer in (street.erika, street.mallory, "999999")
    ]
    forged = [each[:-4] + "AAAA" for each in genuine] + ["a.b.c", ""]
    rubbish = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=60)
    usual = st.sampled_from(
        [f"Bearer {each}" for each in forged + ([] if forged_only else genuine)]
    )
    erikas = usual if forged_only else st.just(f"Bearer {genuine[0]}")
    return st.one_of(st.none(), usual, erikas, rubbish)


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("label", OPERATIONS + CHANGING)
@pytest.mark.parametrize("mode", ["positive", "negative"])
def test_the_document_is_kept_whatever_is_asked(
    document: Any, street: Street, label: str, mode: str
) -> None:
    one = operation(document, label)
    seen: set[int] = set()

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(
        case=one.as_strategy(generation_mode=schemathesis.GenerationMode(mode)),
        slug=st.sampled_from(["demo", "demo", "other", None]),
        bearer=bearers(street, forged_only=label in CHANGING),
    )
    def ask(case: Case[Any], slug: str | None, bearer: str | None) -> None:
        if slug is not None:
            case.path_parameters = {**(case.path_parameters or {}), "slug": slug}
        headers = {} if bearer is None else {"Authorization": bearer}
        answer = case.call_and_validate(headers=headers, checks=CHECKS)
        seen.add(answer.status_code)

    ask()

    assert seen <= promised(one)
    if mode == "positive":
        open_to_all = label.startswith("GET") or label.endswith("preview")
        assert seen >= ({200, 404} if open_to_all else {401, 404})
        assert (
            label.endswith(("config", "loader.js", "terms", "accessibility", "preview"))
            or 401 in seen
        )


@pytest.mark.parametrize("label", OPERATIONS + CHANGING)
def test_asking_changes_nothing(document: Any, street: Street, label: str) -> None:
    one = operation(document, label)
    before = contents(street.inst)

    @seed(SEED)
    @settings(max_examples=EXAMPLES // 4, deadline=None, database=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(one.as_strategy())
    def ask(case: Case[Any]) -> None:
        case.call(headers={"Authorization": "Bearer a.b.c"})

    ask()
    assert contents(street.inst) == before


def test_a_promise_that_is_broken_is_noticed(street: Street, document: Any) -> None:
    """The control: the same questions to an application that answers something else."""
    broken = create_app(street.inst)
    broken.view_functions["v1.Config"] = lambda slug: ({"shop": 1, "faq": None}, 200)
    one = operation(
        schemathesis.openapi.from_wsgi("/openapi.json", broken, config=SchemathesisConfig()),
        OPERATIONS[0],
    )

    @seed(SEED)
    @settings(max_examples=5, deadline=None, database=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(one.as_strategy())
    def ask(case: Case[Any]) -> None:
        case.path_parameters = {"slug": "demo"}
        case.call_and_validate(checks=CHECKS)

    with pytest.raises(FailureGroup, match="schema"):
        ask()
