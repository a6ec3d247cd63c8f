"""The simulator as others use it: its own process, real HTTP, one line of JSON when it is ready."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests

COMMAND = [sys.executable, "-m", "adapters.woocommerce.simulator", "--port", "0"]


@contextmanager
def running(*options: str) -> Iterator[tuple[dict[str, Any], requests.Session]]:
    process = subprocess.Popen(
        [*COMMAND, "--until-stdin-closes", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    try:
        ready = json.loads(process.stdout.readline())
        with requests.Session() as session:
            session.auth = (ready["key"], ready["secret"])
            yield ready, session
    finally:
        process.stdin.close()
        assert process.wait(10) == 0
        process.stdout.close()


def test_the_purchase_log_is_served_page_by_page() -> None:
    with running("--data", "cdnow") as (ready, session):
        path = f"{ready['url']}/wp-json/wc/v3/orders"
        query: dict[str, str | int] = {"per_page": 100, "orderby": "modified", "order": "asc"}
        query |= {"modified_after": "2020-01-01T00:00:00", "dates_are_gmt": "true"}
        seen: list[int] = []
        for page in range(1, 71):
            answer = session.get(path, params=query | {"page": page}, timeout=10)
            seen += [order["id"] for order in answer.json()]

    assert (ready["orders"], ready["customers"]) == (6919, 2357)
    assert len(seen) == len(set(seen)) == 6919


def test_a_given_pair_of_keys_and_a_standing_clock_are_used() -> None:
    options = ("--data", "small", "--key", "ck_a", "--secret", "cs_b")
    with running(*options, "--now", "2026-05-04T12:00:00+00:00") as (ready, session):
        answer = session.get(f"{ready['url']}/wp-json/wc/v3/orders", timeout=10)

    assert (ready["key"], ready["secret"]) == ("ck_a", "cs_b")
    assert answer.headers["Date"] == "Mon, 04 May 2026 12:00:00 GMT"


def test_a_silent_shop_hangs_up_without_a_word() -> None:
    with running("--data", "empty") as (ready, session):
        habits = {"silent": {"times": 1}}
        requests.put(f"{ready['url']}/_simulator/habits", json=habits, timeout=10)
        with pytest.raises(requests.ConnectionError):
            session.get(f"{ready['url']}/wp-json/wc/v3/orders", timeout=10)
        again = session.get(f"{ready['url']}/wp-json/wc/v3/orders", timeout=10)

    assert again.status_code == 200


def test_an_empty_identity_secret_is_named_at_the_start() -> None:
    environment = {k: v for k, v in os.environ.items() if k != "NO_SUCH_SECRET"}
    ended = subprocess.run(
        [*COMMAND, "--data", "empty", "--identity-secret-env", "NO_SUCH_SECRET"],
        capture_output=True,
        text=True,
        env=environment,
        timeout=30,
    )

    assert ended.returncode == 1
    assert "NO_SUCH_SECRET" in ended.stderr
    assert ended.stdout == ""
