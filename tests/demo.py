"""The demo as a person starts it, for the end-to-end test and for the pictures."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def running() -> Iterator[dict[str, str]]:
    """Starts `stammkunde demo` and stops it with Ctrl-C; the addresses it prints, by name."""
    words = [sys.executable, "-m", "connector", "demo", "--port", "0"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=os.environ) as demo:
        assert demo.stdout
        found: dict[str, str] = {}
        for line in demo.stdout:
            name, _, address = line.strip().rpartition(" ")
            if address.startswith("http://"):
                found[name.strip()] = address
            if line.startswith("Stop with"):
                break
        yield found
        demo.send_signal(signal.SIGINT)
        assert demo.wait(30) in (0, 130)
