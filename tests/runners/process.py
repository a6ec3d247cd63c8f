"""`python -m tests.runners.process …`: a part of an installation as a process that can be killed."""

from __future__ import annotations

import os
import signal
import sys
import threading
from datetime import timedelta

from connector import jobs, logs
from connector.config import Config
from connector.installation import open_installation
from connector.jobs import Pace
from connector.runners import embedded
from connector.runners.scheduler import for_workers
from connector.runners.worker import Worker
from tests.runners import bench


def main(part: str, lease: float, stalled: float) -> None:
    jobs.KINDS.update(bench.KINDS)
    logs.to_stderr()
    inst = open_installation(Config.from_env(os.environ))
    pace = Pace(lease=timedelta(seconds=lease))
    print("ready", flush=True)
    if part == "worker":
        Worker(inst, pace, stalled).run()
        inst.close()
        return
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    if part == "embedded":
        running = embedded.Running(inst, pace)
        stop.wait()
        running.shutdown()
    else:
        scheduler = for_workers(inst, stalled)
        scheduler.start()
        stop.wait()
        scheduler.stop()
    inst.close()


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), float(sys.argv[3]))
