"""django-hordak on PostgreSQL: double entry by Django's ORM; a balance is the sum of an account's legs.

Each step is `Account.transfer_to` between a member's account and the merchant's. It has no keys that
make a post happen once, no lots, no chain, and nothing that keeps a balance from falling below zero.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from benchmarks import crowd
from benchmarks.crowd import Post, Step


def _django(url: str) -> None:
    import django
    from django.conf import settings

    parts = urlsplit(url)
    settings.configure(
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": parts.path.lstrip("/"),
                "USER": parts.username,
                "HOST": parse_qs(parts.query)["host"][0],
                "CONN_MAX_AGE": None,
            }
        },
        INSTALLED_APPS=["django.contrib.contenttypes", "mptt", "hordak"],
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        CURRENCIES=["EUR"],
        DEFAULT_CURRENCY="EUR",
        USE_TZ=True,
        SECRET_KEY="only-for-this-benchmark",
    )
    django.setup()


def fund(url: str, members: int) -> None:
    _django(url)
    from django.core.management import call_command
    from hordak.models import Account

    call_command("migrate", verbosity=0)
    for name in ("issued", "held", *crowd.names(members)):
        Account.objects.create(name=name, code=None, type="LI", currencies=["EUR"])


def poster(url: str, members: int) -> Post:
    """One client: Django keeps a connection for each thread."""
    _django(url)
    from hordak.models import Account
    from moneyed import Money

    wanted = {"issued", "held", *crowd.names(members)}
    accounts: dict[str, Any] = {
        account.name: account for account in Account.objects.filter(name__in=wanted)
    }

    def post(step: Step, _last: int) -> int:
        member = accounts[step.member]
        other = accounts["held" if step.kind in ("hold", "redeem") else "issued"]
        into_member = step.kind == "earn"
        from_, to = (other, member) if into_member else (member, other)
        from_.transfer_to(to, Money(step.points, "EUR"), description=step.key)
        return 0

    return post
