"""`stammkunde token …`: what a shop's own programs prove themselves with."""

from __future__ import annotations

import click

from connector import tokens
from connector.cli.common import answer, as_json, installation
from connector.installation import utc_now


@click.group()
def token() -> None:
    """Tokens for programs that report what customers did."""


@token.command()
@click.argument("slug")
@click.option("--name", required=True, help="What it is for, so that you know it again.")
@as_json
def add(slug: str, name: str, as_json: bool) -> None:
    """Make a token. It is shown once and never again."""
    with installation() as inst:
        shop = inst.shop(slug)
        text = inst.database.write(lambda tx: tokens.make(tx, shop, name, utc_now()))
    answer({"token": text}, as_json, f"{text}\nKeep it now: it is not shown again.")


@token.command("list")
@click.argument("slug")
@as_json
def list_tokens(slug: str, as_json: bool) -> None:
    """Show a shop's tokens, without their secret."""
    with installation() as inst, inst.database.read() as tx:
        found = tokens.known(tx, inst.shop(slug))
    rows = [{"id": one.id, "name": one.name, "made_at": one.made_at, "ended_at": one.ended_at}
            for one in found]  # fmt: skip
    lines = [f"{one.id}  {one.made_at:%Y-%m-%d}  {one.name}"
             + (f"  (ended {one.ended_at:%Y-%m-%d})" if one.ended_at else "")
             for one in found]  # fmt: skip
    answer(rows, as_json, "\n".join(lines) or "No token yet.")


@token.command()
@click.argument("slug")
@click.argument("token_id")
@as_json
def end(slug: str, token_id: str, as_json: bool) -> None:
    """Let a token be good no longer, from this moment on."""
    with installation() as inst:
        merchant_id = inst.shop(slug).merchant_id
        inst.database.write(lambda tx: tokens.end(tx, merchant_id, token_id, utc_now()))
    answer({"ended": token_id}, as_json, "The token is good no longer.")
