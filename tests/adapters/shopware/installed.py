"""A simulated shop that has installed our app at a real connector, and what it rang there, word for word."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Queue
from typing import Any
from unittest.mock import patch

import requests

from adapters.shopware.shop import Shopware
from adapters.shopware.tokens import Tokens
from connector import connecting, rulebook, shops
from connector.installation import Installation, open_installation
from connector.port import Delivery
from connector.web import hooks, serving
from tests.adapters.shopware.simulated import Shop
from tests.connected import config
from tests.make import merged


@dataclass
class Installed:
    """The shop as it is, as our installation knows it, and its bells."""

    shop: Shop
    inst: Installation
    url: str
    rung: Queue[Delivery]

    @property
    def settings(self) -> shops.StoredSettings:
        return shops.StoredSettings(self.inst.database, self.inst.keys, self.inst.shop("demo"))

    def open(self) -> Shopware:
        """With a memory of its own for tokens, so that one test's refusals are not another's."""
        return Shopware(self.settings, tokens=Tokens())


@contextmanager
def installed(
    shop: Shop, programme: dict[str, Any] | None = None, **document: Any
) -> Iterator[Installed]:
    """The merchant has uploaded the package that we made for him.

    `programme`: changes to the preset; `document`: adapter settings.
    """
    heard: Queue[Delivery] = Queue()
    came = hooks.delivery

    def keep() -> Delivery:
        heard.put(delivery := came())
        return delivery

    with tempfile.TemporaryDirectory() as folder, patch.object(hooks, "delivery", keep):
        inst = open_installation(config(Path(folder)))
        try:
            with serving.running(inst, "127.0.0.1", 0, work=False) as url:
                inst.config = replace(inst.config, url=url)
                rules = merged(rulebook.preset("dach"), programme or {})
                package = connecting.first_package(inst, "shopware", "demo", shop.url, rules)
                answer = requests.post(f"{shop.url}/_simulator/apps", data=package, timeout=60)
                assert answer.status_code == 201, answer.text
                plain = {"requests_per_second": 1000}
                connecting.apply_document(inst, inst.shop("demo"), plain | document)
                yield Installed(shop, inst, url, heard)
        finally:
            inst.close()
