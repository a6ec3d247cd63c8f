"""Every table. `merchant_id` leads every key; times are aware UTC; points and money are whole numbers.

Which tables may only grow, and what keeps them so, is in `guards`.
"""

from connector.tables.columns import Utc, metadata
from connector.tables.installation import address, installation
from connector.tables.ledger import award, lot, note, seal, transfer
from connector.tables.merchants import faq, lease, merchant, programme, shop, sync
from connector.tables.people import customer, identity, member, suppression
from connector.tables.shop_facts import order, product
from connector.tables.work import inbox, outbox, task

__all__ = [
    "WITHOUT_MERCHANT",
    "Utc",
    "address",
    "award",
    "customer",
    "faq",
    "identity",
    "inbox",
    "installation",
    "lease",
    "lot",
    "member",
    "merchant",
    "metadata",
    "note",
    "order",
    "outbox",
    "product",
    "programme",
    "seal",
    "shop",
    "suppression",
    "sync",
    "task",
    "transfer",
]

WITHOUT_MERCHANT = frozenset({"installation", "address"})
"""Tables that are not led by `merchant_id`: the whole list, and what the tenancy test allows."""
