"""The web part for gunicorn: `gunicorn "connector.web.wsgi:app()"`. Each process opens its own."""

from __future__ import annotations

import atexit
import os
from functools import partial

from flask import Flask

from connector import logs
from connector.config import Config
from connector.installation import open_installation
from connector.runners import scale
from connector.web import create_app


def app() -> Flask:
    """The application of this process; hints go to the workers. Raises ConfigError."""
    config = Config.from_env(os.environ)
    scale.require(config, "procrastinate")
    from connector.runners import engine

    logs.to_stderr()
    inst = open_installation(config)
    atexit.register(inst.close)
    # gunicorn --preload calls this before it forks: a connection must not be used on both sides.
    os.register_at_fork(after_in_child=partial(inst.database.engine.dispose, close=False))
    engine.require_tables(inst.database)
    inst.runner = engine.Workers(inst.database)
    return create_app(inst)
