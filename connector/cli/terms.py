"""`stammkunde programme terms`: the participation terms as customers read them."""

from __future__ import annotations

import click

from connector import explain, programmes
from connector import terms as terms_module
from connector.cli.common import answer, as_json, installation
from connector.errors import BadInput


@click.command()
@click.argument("slug")
@click.option("--lang", type=click.Choice(explain.LANGUAGES), default="de", show_default=True)
@click.option("--version", "n", type=int, help="An older version; the one in force unless you say.")
@as_json
def terms(slug: str, lang: str, n: int | None, as_json: bool) -> None:
    """Print the participation terms that the programme makes."""
    with installation() as inst:
        one = inst.shop(slug)
        with inst.database.read() as tx:
            versions = programmes.versions(tx, one.merchant_id, one.currency)
    number = len(versions) if n is None else n
    if not 1 <= number <= len(versions):
        raise BadInput(f"--version: there is no version {n}; there are 1 to {len(versions)}.")
    written = terms_module.of(one, versions[number - 1], lang)
    value = {"version": number, "lang": lang, "title": written.title,
             "parts": [{"heading": head, "text": text} for head, text in written.parts]}  # fmt: skip
    answer(value, as_json, terms_module.as_text(written))
