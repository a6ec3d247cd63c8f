"""`stammkunde task …`: what needs a person, and saying that it is done."""

from __future__ import annotations

import getpass

import click

from connector import tasks
from connector.cli.common import answer, as_json, installation
from connector.installation import utc_now


@click.group()
def task() -> None:
    """What needs a person."""


@task.command("list")
@as_json
def list_tasks(as_json: bool) -> None:
    """Show what is open, oldest first."""
    with installation() as inst, inst.database.read() as tx:
        found = tasks.open_tasks(tx)
    rows = [
        {"id": one.id, "kind": one.kind, "subject": one.subject, "facts": one.facts,
         "opened_at": one.opened_at, "text": one.sentence()}
        for one in found
    ]  # fmt: skip
    lines = [f"{row['id']}  {row['text']}" for row in rows]
    answer(rows, as_json, "\n".join(lines) or "Nothing needs you.")


@task.command()
@click.argument("task_id")
@click.option("--by", default=getpass.getuser, help="Who did it; your user name unless you say so.")
@as_json
def done(task_id: str, by: str, as_json: bool) -> None:
    """Close a task."""
    with installation() as inst:
        inst.database.write(lambda tx: tasks.close(tx, task_id, by, utc_now()))
    answer({"done": task_id}, as_json, "Done.")
