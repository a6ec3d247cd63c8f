"""Whether a basket meets a rule: the conditions a promotion of ours uses, and no others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from adapters.shopware.simulator import errors
from adapters.shopware.simulator.kinds import JSON
from adapters.shopware.simulator.store import Store

COMPARED: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "=": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
}
CONTAINERS = {"andContainer", "orContainer"}
AMOUNTS = {"cartCartAmount", "cartGoodsPrice"}
KNOWN = CONTAINERS | AMOUNTS


@dataclass(frozen=True)
class Sums:
    """What the amount conditions look at, in the cart's currency and as its tax status shows it."""

    cart: Decimal
    """Everything, shipping and what is taken off so far."""
    goods: Decimal


def met(store: Store, rule: JSON, sums: Sums) -> bool:
    """A rule without conditions is met by nobody (known, not checked)."""
    roots = [row for row in store.related("rule", rule, "conditions") if not row.get("parentId")]
    return bool(roots) and all(_met(store, root, sums) for root in roots)


def _met(store: Store, condition: JSON, sums: Sums) -> bool:
    kind = condition["type"]
    inner = store.related("rule_condition", condition, "children")
    if kind == "andContainer":
        return all(_met(store, child, sums) for child in inner)
    if kind == "orContainer":
        return any(_met(store, child, sums) for child in inner)
    wanted = condition.get("value") or {}
    amount = sums.goods if kind == "cartGoodsPrice" else sums.cart
    return COMPARED[wanted["operator"]](amount, Decimal(str(wanted["amount"])))


def check(condition: JSON) -> None:
    """A condition as it is written: its type must exist and say what it compares."""
    kind = condition.get("type")
    if kind not in KNOWN:
        raise errors.beyond(f"the rule condition {kind}")
    wanted = condition.get("value")
    if kind in AMOUNTS and not (
        isinstance(wanted, dict)
        and wanted.get("operator") in COMPARED
        and isinstance(wanted.get("amount"), int | float)
    ):
        raise errors.ApiError(400, [errors.blank("/0/value/amount")])
