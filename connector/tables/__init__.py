"""Every table. `merchant_id` leads every key; times are aware UTC; points and money are whole numbers.

Which tables may only grow, and what keeps them so, is in `guards`.
"""

from connector.tables.access import attempt, audit, grant, invitation, session, token, user
from connector.tables.campaigns import campaign, campaign_use
from connector.tables.columns import Utc, metadata
from connector.tables.installation import address, installation, newcomer
from connector.tables.ledger import award, lot, note, seal, transfer
from connector.tables.merchants import faq, lease, merchant, programme, shop, sync
from connector.tables.people import customer, identity, member, merge, suppression, warning
from connector.tables.rewards import reservation, voucher, voucher_use
from connector.tables.shop_facts import order, product
from connector.tables.work import inbox, outbox, task

__all__ = [
    "WITHOUT_MERCHANT",
    "Utc",
    "address",
    "attempt",
    "audit",
    "award",
    "campaign",
    "campaign_use",
    "customer",
    "faq",
    "grant",
    "identity",
    "inbox",
    "installation",
    "invitation",
    "lease",
    "lot",
    "member",
    "merchant",
    "merge",
    "metadata",
    "newcomer",
    "note",
    "order",
    "outbox",
    "product",
    "programme",
    "reservation",
    "seal",
    "session",
    "shop",
    "suppression",
    "sync",
    "task",
    "token",
    "transfer",
    "user",
    "voucher",
    "voucher_use",
    "warning",
]

WITHOUT_MERCHANT = frozenset(
    {"installation", "newcomer", "address", "user", "grant", "session", "attempt"}
)
"""Tables that are not led by `merchant_id`: the whole list, and what the tenancy test allows."""
