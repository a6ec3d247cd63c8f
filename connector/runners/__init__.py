"""Who runs lanes: threads of this process, or workers beside it. To a runner everything is a hint."""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection
from typing import Protocol

from connector import jobs
from connector.errors import said_of
from connector.installation import Installation
from connector.jobs import Pace
from connector.lanes import Lane

log = logging.getLogger("stammkunde")


class JobRunner(Protocol):
    """Runs lanes, each one at a time."""

    def hint(self, lanes: Collection[Lane]) -> None:
        """Something is due in these lanes. Said twice it is done once; lost, the scheduler says it
        again. Never raises: what was written before is written."""


def take_turn(inst: Installation, lane: Lane, pace: Pace, stopping: threading.Event) -> bool:
    """Give a lane its turn; whether something is left. One that breaks stops itself and nobody else:
    what it had claimed is due again when the claim ends."""
    try:
        _, left = jobs.run_lane(inst, lane, pace, stopping)
    except Exception as failed:
        log.critical("%s of %s stopped: %s", lane.name, lane.merchant_id, said_of(failed))
        return False
    return left
