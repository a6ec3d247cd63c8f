"""What commands share: the installation, `--json`, secrets from standard input, and progress bars."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from connector.config import Config
from connector.installation import Installation, open_installation
from connector.port import Stream

as_json = click.option("--json", "as_json", is_flag=True, help="Answer as JSON on standard output.")


@contextmanager
def installation(config: Config | None = None) -> Iterator[Installation]:
    inst = open_installation(config or Config.from_env(os.environ))
    try:
        yield inst
    finally:
        inst.close()


def answer(value: Any, as_json: bool, text: str | Callable[[], str]) -> None:
    """One JSON object on standard output, or the words for a person."""
    if as_json:
        click.echo(json.dumps(value, default=_plain, ensure_ascii=False))
    else:
        click.echo(text if isinstance(text, str) else text())


def _plain(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def secret(value: str | None, env: str, option: str) -> str:
    """A secret from the command line, from standard input (`-`), or from the environment."""
    if value == "-":
        return sys.stdin.readline().strip()
    given = value or os.environ.get(env, "")
    if not given:
        raise click.UsageError(f"{option} is missing; give it, or '-' to type it, or set {env}.")
    return given


_WORDS = {Stream.PRODUCTS: "Products", Stream.CUSTOMERS: "Customers", Stream.ORDERS: "Orders"}


@contextmanager
def progress_bar() -> Iterator[Callable[[Stream, int, int | None], None]]:
    """A bar per stream on standard error; silent where nobody watches."""
    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:<10}"),
        BarColumn(),
        MofNCompleteColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as bars:
        rows = {}

        def report(stream: Stream, seen: int, total: int | None) -> None:
            if stream not in rows:
                rows[stream] = bars.add_task(_WORDS[stream], total=total)
            bars.update(rows[stream], completed=seen, total=max(total or seen, seen))

        yield report
