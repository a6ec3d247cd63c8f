"""`stammkunde user …`: who may log in to the admin; the first one is made here."""

from __future__ import annotations

import sys

import click
from sqlalchemy import Connection

from connector import shops
from connector.access import audit, links, passwords, roles, sessions, users
from connector.cli.common import answer, as_json, installation
from connector.errors import BadInput
from connector.installation import Installation, utc_now
from connector.values import MerchantId


@click.group()
def user() -> None:
    """Who may log in to the admin."""


@user.command()
@click.argument("email")
@click.option("--merchant", help="Merchant (id, or slug of one of his shops) to work for.")
@click.option("--all", "everywhere", is_flag=True, help="Every merchant, also later ones.")
@click.option("--role", default="owner", show_default=True, help="viewer, manager or owner.")
@click.option("--name", default="", help="How others see who did something.")
@click.option("--password", help="'-' reads it from standard input; without it you get a link.")
@as_json
def add(
    email: str, merchant: str | None, everywhere: bool, role: str, name: str,
    password: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Give somebody a login, or one who has a login a further role."""
    wanted = roles.named(role)
    if bool(merchant) == everywhere:
        raise click.UsageError("Give --merchant SLUG or --all, one of them.")
    kept = passwords.hashed(_typed(password)) if password else ""
    with installation() as inst:

        def work(tx: Connection) -> MerchantId | None:
            now = utc_now()
            found = users.find(tx, email)
            one = found[0] if found else users.add(tx, email, kept, now, name=name)
            if found and kept:
                raise BadInput(
                    "--password: this login has one; `stammkunde user password` sets another."
                )
            if everywhere:
                users.everywhere(tx, one.user_id, wanted)
                return None
            merchant_id = shops.find_merchant(tx, str(merchant))
            users.give(tx, one.user_id, merchant_id, wanted)
            subject = f"user/{one.user_id}"
            facts = {"role": wanted.value}
            audit.write(tx, merchant_id, audit.COMMAND_LINE, "user.added", subject, now, facts)
            return merchant_id

        merchant_id = inst.database.write(work)
        link = _link_of_new(inst, email)
    value = {"email": users.address(email), "role": role, "merchant": merchant_id, "link": link}
    said = f"{email} may log in as {role}."
    answer(
        value,
        as_json,
        f"{said}\nOpen once, within three days, to set a password:\n{link}" if link else said,
    )


def _typed(given: str) -> str:
    """A password is not for the command line, where others on the machine and the history see it."""
    if given != "-":
        raise click.UsageError("--password: give '-' and type it, or leave it out and get a link.")
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    return sys.stdin.readline().rstrip("\n")


def _link_of_new(inst: Installation, email: str) -> str:
    """The link for a login that has no password yet; "" where it has one."""
    with inst.database.read() as tx:
        found = users.find(tx, email)
    return "" if found is None or found[1] else _link(inst, email)


def _link(inst: Installation, email: str) -> str:
    with inst.database.read() as tx:
        secret = links.password_link(tx, inst.keys, email, utc_now())
    return f"{inst.config.url}/admin/password/{secret}"


@user.command("list")
@as_json
def list_users(as_json: bool) -> None:
    """Show every login and what it may."""
    with installation() as inst, inst.database.read() as tx:
        found = users.every(tx)
    rows = [
        {"email": one.email, "name": one.name, "everywhere": one.everywhere,
         "merchants": [{"merchant": place.merchant_id, "name": place.name, "role": place.role}
                       for place in places]}
        for one, places in found
    ]  # fmt: skip
    lines = [
        f"{one.email:<32} " + (f"every merchant ({one.everywhere})" if one.everywhere else ", ".join(
            f"{place.name} ({place.role})" for place in places) or "no role")
        for one, places in found
    ]  # fmt: skip
    answer(rows, as_json, "\n".join(lines) or "Nobody may log in yet: stammkunde user add")


@user.command()
@click.argument("email")
@as_json
def close(email: str, as_json: bool) -> None:
    """End a login for good, with every session; what it did stays under its name."""
    with installation() as inst:

        def work(tx: Connection) -> None:
            one, now = users.require(tx, email), utc_now()
            audit.of_user(tx, one.user_id, audit.COMMAND_LINE, "user.closed", now)
            sessions.end_all(tx, one.user_id)
            users.close(tx, one.user_id, now)

        inst.database.write(work)
    answer({"closed": email}, as_json, f"{email} may no longer log in.")


@user.command()
@click.argument("email")
@click.option("--password", help="'-' reads it from standard input; without it you get a link.")
@as_json
def password(email: str, password: str | None, as_json: bool) -> None:
    """Set a new password and end every session, or make a link with which the person sets it."""
    with installation() as inst:
        if not password:
            link = _link(inst, email)
            answer({"link": link}, as_json, f"Open once, within three days:\n{link}")
            return
        kept = passwords.hashed(_typed(password))

        def work(tx: Connection) -> None:
            one, now = users.require(tx, email), utc_now()
            users.change(tx, one.user_id, password=kept)
            sessions.end_all(tx, one.user_id)
            audit.of_user(tx, one.user_id, audit.COMMAND_LINE, "password.set", now)

        inst.database.write(work)
    answer({"email": email}, as_json, "The new password counts; every session has ended.")


@user.command("sessions")
@click.argument("email")
@click.option("--end", is_flag=True, help="End them all.")
@as_json
def list_sessions(email: str, end: bool, as_json: bool) -> None:
    """Show where somebody is logged in, or end all of it."""
    with installation() as inst:

        def work(tx: Connection) -> int:
            one, now = users.require(tx, email), utc_now()
            audit.of_user(tx, one.user_id, audit.COMMAND_LINE, "sessions.ended", now)
            return sessions.end_all(tx, one.user_id)

        if end:
            ended = inst.database.write(work)
            answer({"ended": ended}, as_json, f"{ended} sessions ended.")
            return
        with inst.database.read() as tx:
            found = sessions.of_user(tx, users.require(tx, email).user_id, utc_now())
    rows = [{"agent": one.agent, "made_at": one.made_at, "seen_at": one.seen_at} for one in found]
    lines = [
        f"{one.made_at:%Y-%m-%d %H:%M}  {one.seen_at:%Y-%m-%d %H:%M}  {one.agent}" for one in found
    ]
    answer(rows, as_json, "\n".join(lines) or "Nowhere.")
