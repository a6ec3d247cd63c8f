"""From a webhook to points without waiting for the clock: the hint after the commit."""

from __future__ import annotations

from pathlib import Path

from connector.runners.embedded import Embedded
from connector.web import serving
from tests.connected import connected
from tests.runners import bench


def test_what_a_webhook_brings_does_not_wait_for_the_scheduler(tmp_path: Path) -> None:
    with (
        connected(tmp_path / "data") as opened,
        serving.running(opened.inst, "127.0.0.1", 0, work=False) as url,
    ):
        runner = opened.inst.runner = Embedded(opened.inst)  # and no scheduler
        opened.inst.platform(opened.shop).ensure_webhooks(f"{url}/hooks/demo")
        erika = opened.real.customer("erika@example.com")
        opened.real.order(customer_id=int(erika), paid=True)
        bench.until(lambda: opened.points(erika))
        runner.close()

        assert opened.points(erika) == 199
