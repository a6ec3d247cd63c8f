"""The simulated Shopware as its own process: one line says where it is, and it goes when its parent goes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests

JSON = dict[str, Any]


@contextmanager
def running(*options: str) -> Iterator[JSON]:
    """What the process said of itself; it ends with the block."""
    command = [sys.executable, "-m", "adapters.shopware.simulator", "--port", "0"]
    with subprocess.Popen(
        [*command, "--until-stdin-closes", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        yield json.loads(process.stdout.readline())
        process.stdin.close()
        assert process.wait(10) == 0


def test_the_process_says_where_it_is_and_its_key_opens_it() -> None:
    with running("--data", "small") as ready:
        grant = {
            "grant_type": "client_credentials",
            "client_id": ready["client_id"],
            "client_secret": ready["client_secret"],
        }
        answer = requests.post(f"{ready['url']}/api/oauth/token", data=grant, timeout=30)
        token = answer.json()["access_token"]
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        said = requests.get(f"{ready['url']}/api/_info/version", headers=headers, timeout=30)

    assert set(ready) == {"url", "client_id", "client_secret", "shop_id", "orders", "customers"}
    assert (ready["orders"], ready["customers"]) == (11, 4)
    assert said.json() == {"version": "6.6.7.1"}


def test_the_purchase_log_is_there_in_full() -> None:
    with running("--data", "cdnow", "--today", "2026-11-22") as ready:
        assert (ready["orders"], ready["customers"]) == (6919, 2357)


def test_a_shop_that_falls_silent_hangs_up() -> None:
    with running("--data", "empty") as ready:
        habit = {"silent": {"times": 1}}
        requests.put(f"{ready['url']}/_simulator/habits", json=habit, timeout=30)

        with pytest.raises(requests.ConnectionError):
            requests.post(f"{ready['url']}/api/oauth/token", json={}, timeout=30)
