"""`stammkunde shop …`: connect a shop, check it, and edit how its adapter reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import yaml

from connector import connecting, moving, rulebook, shops
from connector.cli.common import answer, as_json, installation, secret
from connector.errors import BadInput


@click.group()
def shop() -> None:
    """Connect shops and look after them."""


@shop.group()
def add() -> None:
    """Connect a shop; nothing is stored unless it answers and lets us in."""


def _about_a_shop(command: Any) -> Any:
    """What every platform's `add` asks beside its keys."""
    for option in (
        as_json,
        click.option("--merchant", help="Merchant (id, or slug of one of his shops) the shop belongs to."),
        click.option("--preset", default="dach", show_default=True,
                     help="Programme to start with: dach or open."),
        click.option("--ca-file", default="",
                     help="Certificate of a private authority that signed the shop's."),
        click.option("--url", required=True, help="Address of the shop, https://…"),
        click.option("--slug", required=True,
                     help="Short name of the shop: small letters, digits, hyphens."),
    ):  # fmt: skip
        command = option(command)
    return command


@add.command()
@click.option("--key", help="Consumer key, ck_… (or STAMMKUNDE_SHOP_KEY).")
@click.option(
    "--secret", "secret_", help="Consumer secret, cs_…, '-' to type it (or STAMMKUNDE_SHOP_SECRET)."
)
@_about_a_shop
def woocommerce(key: str | None, secret_: str | None, **about: Any) -> None:
    """Connect a WooCommerce shop by a key pair with read and write access."""
    given = {
        "key": secret(key, "STAMMKUNDE_SHOP_KEY", "--key"),
        "secret": secret(secret_, "STAMMKUNDE_SHOP_SECRET", "--secret"),
    }
    _add("woocommerce", given, **about)


@add.command()
@click.option("--client-id", help="Access key of an integration, SWIA… (or STAMMKUNDE_SHOP_KEY).")
@click.option("--client-secret", help="Its secret, '-' to type it (or STAMMKUNDE_SHOP_SECRET).")
@_about_a_shop
def shopware(client_id: str | None, client_secret: str | None, **about: Any) -> None:
    """Connect a Shopware 6 shop by an integration; `shop package` makes the app for its storefront."""
    shops.adapter("shopware")
    given = {
        "client_id": secret(client_id, "STAMMKUNDE_SHOP_KEY", "--client-id"),
        "client_secret": secret(client_secret, "STAMMKUNDE_SHOP_SECRET", "--client-secret"),
    }
    _add("shopware", given, **about)


def _add(
    platform: str, keys: dict[str, str], *, slug: str, url: str, ca_file: str, preset: str,
    merchant: str | None, as_json: bool,
) -> None:  # fmt: skip
    given = keys | {"url": url, "ca_file": ca_file}
    document = rulebook.preset(preset)
    with installation() as inst:
        added = connecting.add(inst, platform, slug, given, document, merchant)
    warnings = [{"what": one.what, "fix": one.fix} for one in added.findings]
    value = {"shop": slug, "merchant": added.shop.merchant_id, "programme": added.programme,
             "findings": warnings}  # fmt: skip
    said = [f"{added.shop.name or slug} is connected. Next: stammkunde sync {slug}"]
    said += [f"- {one['what']} {one['fix']}" for one in warnings]
    answer(value, as_json, "\n".join(said))


@add.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
def shopify() -> None:
    """Not built yet."""
    shops.adapter("shopify")


@shop.command()
@click.argument("platform", type=click.Choice(["woocommerce"]))
@click.option("--slug", required=True)
@click.option("--url", required=True)
@click.option("--preset", default="dach", show_default=True)
@as_json
def connect(platform: str, slug: str, url: str, preset: str, as_json: bool) -> None:
    """Print a link with which the merchant connects his shop in the browser."""
    with installation() as inst:
        link = connecting.begin(inst, platform, slug, url, rulebook.preset(preset))
    answer({"link": link}, as_json, f"Open this within an hour, logged in to the shop:\n{link}")


@shop.command()
@click.argument("slug")
@click.option("--url", default="", help="Address of a shop that is not connected yet.")
@click.option(
    "--platform",
    type=click.Choice(["woocommerce", "shopware"]),
    default="woocommerce",
    show_default=True,
    help="Its platform.",
)
@click.option("--preset", default="dach", show_default=True, help="Its programme to start with.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="The file; there must be none."
)
@as_json
def package(
    slug: str, url: str, platform: str, preset: str, out: Path | None, as_json: bool
) -> None:
    """Write the plugin or app for a shop as a ZIP that the merchant uploads."""
    file = out or Path(f"stammkunde-{slug}.zip")
    with installation() as inst:
        if url:
            document = rulebook.preset(preset)
            packed = connecting.first_package(inst, platform, slug, url, document)
        else:
            one = inst.shop(slug)
            platform, packed = one.platform, connecting.package(inst, one)
    try:
        with file.open("xb") as opened:
            opened.write(packed)
    except FileExistsError:
        raise BadInput(f"--out: {file} is there already; name another file.") from None
    except OSError as no:
        raise BadInput(f"--out: {file} cannot be written ({no.strerror}).") from None
    said = f"{file} is written. {shops.adapter(platform).NEXT_STEP}"
    answer({"file": str(file), "bytes": len(packed)}, as_json, said)


@shop.command()
@click.argument("slug")
@as_json
def confirm(slug: str, as_json: bool) -> None:
    """Agree that a shop that reports from another address is there now."""
    with installation() as inst:
        moving.decide(inst, inst.shop(slug), agreed=True)
    answer({"moved": slug}, as_json, f"{slug} is asked at its new address from now on.")


@shop.command()
@click.argument("slug")
@as_json
def decline(slug: str, as_json: bool) -> None:
    """Say that it is not there; everything stays as it is."""
    with installation() as inst:
        moving.decide(inst, inst.shop(slug), agreed=False)
    answer({"declined": slug}, as_json, f"{slug} stays where it is.")


@shop.command("list")
@as_json
def list_shops(as_json: bool) -> None:
    """Show the connected shops."""
    with installation() as inst, inst.database.read() as tx:
        found = shops.every(tx)
    rows = [
        {"slug": one.slug, "platform": one.platform, "url": one.url, "merchant": one.merchant_id,
         "suspended": one.suspended}
        for one in found
    ]  # fmt: skip
    lines = [
        f"{row['slug']:<20} {row['platform']:<12} {row['url']} {row['suspended']}" for row in rows
    ]
    answer(rows, as_json, "\n".join(lines) or "No shop is connected yet.")


@shop.command()
@click.argument("slug")
@as_json
@click.pass_context
def check(context: click.Context, slug: str, as_json: bool) -> None:
    """Find what stands in the way, and show how ten real orders are read."""
    with installation() as inst:
        checked = connecting.check(inst, inst.shop(slug))
    answer(checked, as_json, lambda: _checked_text(checked))
    context.exit(0 if checked["ok"] else 1)


def _checked_text(checked: dict[str, Any]) -> str:
    lines = [f"- {one['what']}\n  {one['fix']}" for one in checked["findings"]]
    lines += [
        f"  {one['number']:>10}  {one['placed'][:10]}  {one['goods']:>14}  {one['points']:>6} points  {one['how']}"
        for one in checked["orders"]
    ]
    if checked["ok"] and checked["companion"] is False:
        lines.append("- Our program is not in the shop yet: stammkunde shop package SLUG")
    return "\n".join(["Everything is in order." if checked["ok"] else "This needs you:", *lines])


@shop.group()
def settings() -> None:
    """The adapter settings: which states mean paid, which field holds what."""


def _document(file: Path) -> dict[str, Any]:
    try:
        loaded = yaml.safe_load(file.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as unreadable:
        raise BadInput(f"{file} is not YAML: {unreadable}") from unreadable
    if not isinstance(loaded, dict):
        raise BadInput(f"{file} must hold keys with values.")
    return loaded


file_argument = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@settings.command()
@click.argument("slug")
@as_json
def show(slug: str, as_json: bool) -> None:
    """Print the settings in force."""
    with installation() as inst:
        document = connecting.document(inst, inst.shop(slug))
    answer(
        document, as_json, yaml.safe_dump(document, allow_unicode=True, sort_keys=False).rstrip()
    )


@settings.command()
@click.argument("slug")
@file_argument
@as_json
def lint(slug: str, file: Path, as_json: bool) -> None:
    """Check a file without applying it."""
    with installation() as inst:
        shops.adapter(inst.shop(slug).platform).load_document(_document(file))
    answer({"ok": True}, as_json, f"{file} is sound.")


@settings.command()
@click.argument("slug")
@file_argument
@as_json
def diff(slug: str, file: Path, as_json: bool) -> None:
    """Show what applying the file would change."""
    with installation() as inst:
        one = inst.shop(slug)
        new = shops.adapter(one.platform).load_document(_document(file))
        lines = rulebook.diff(connecting.document(inst, one), new)
    answer({"changes": lines}, as_json, "\n".join(lines) or "Nothing would change.")


@settings.command("apply")
@click.argument("slug")
@file_argument
@as_json
def apply_settings(slug: str, file: Path, as_json: bool) -> None:
    """Put the file in force; orders are read anew at the next full sync."""
    with installation() as inst:
        lines = connecting.apply_document(inst, inst.shop(slug), _document(file))
    said = "\n".join([*lines, f"Applied. To read old orders anew: stammkunde sync {slug} --full"])
    answer({"changes": lines}, as_json, said if lines else "Nothing changed.")
