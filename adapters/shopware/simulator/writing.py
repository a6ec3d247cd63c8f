"""Writing rows with what hangs on them: rights first, then what is wrong with the values, then the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from adapters.shopware.simulator import checks, errors, events
from adapters.shopware.simulator.kinds import JSON, Kind, Link
from adapters.shopware.simulator.rights import Caller, check
from adapters.shopware.simulator.shop import Shop
from adapters.shopware.simulator.store import UNIQUE

READ_ONLY = {"app", "state_machine", "state_machine_state", "currency", "language", "locale"}
HOOKED = {"customer", "order", "product", "category", "sales_channel", "sales_channel_domain"}
"""Read in source: entities whose every write a webhook may listen to (those imitated here)."""
PARENTS = {"promotion_individual_code": ("promotion", "promotionId")}
"""Seen: the answer of a sync names the promotion too when only a code was written."""


@dataclass
class Writer:
    """One call's writes; `finish` decides about all of them."""

    shop: Shop
    caller: Caller
    wanted: dict[str, None] = field(default_factory=dict)
    problems: list[JSON] = field(default_factory=list)
    senseless: list[JSON] = field(default_factory=list)
    touched: dict[str, list[Any]] = field(default_factory=dict)
    written: list[tuple[str, str, str, list[str]]] = field(default_factory=list)
    joined: list[tuple[str, str, str]] = field(default_factory=list)
    """Table between two, and the row that has to be there."""

    def upsert(self, kind: str, given: Any, pointer: str, create: bool | None = None) -> str:
        """A row is made or changed; `create` insists on one of the two."""
        if kind in READ_ONLY:
            raise errors.beyond(f"writing {kind}")
        if not isinstance(given, dict):
            raise malformed(pointer)
        shape = self.shop.store.kinds[kind]
        row = checks.row_id(given.get("id")) or self.shop.new_id()
        old = self.shop.store.get(kind, row)
        if create and old is not None:
            raise errors.duplicate(row, "PRIMARY")
        self.wanted[f"{kind}:{'create' if old is None else 'update'}"] = None
        values = self._values(shape, given, pointer, old)
        self._required(shape, values if old is None else {}, pointer, old)
        if old is None:
            self.shop.add(kind, id=row, **values)
        else:
            self.shop.store.change(kind, row, **values, updatedAt=self.shop.stamp())
        self._remember(kind, row, "insert" if old is None else "update", values)
        for name, link in shape.links.items():
            if name in given and link.how in ("many", "list"):
                self._hang(kind, row, name, link, given[name], pointer)
        return row

    def _values(self, shape: Kind, given: JSON, pointer: str, old: JSON | None) -> JSON:
        values: JSON = {}
        for name, value in given.items():
            if name in ("id", "createdAt", "updatedAt", "versionId", "extensions"):
                continue
            if name in shape.links and shape.links[name].how in ("many", "list"):
                continue
            if name not in shape.blank:
                raise errors.beyond(
                    f"writing {name} of {shape.name} (Shopware ignores unknown fields)"
                )
            if name in shape.protected:
                self.problems.append(errors.protected(f"{pointer}/{name}"))
            elif name == "secretAccessKey":
                values["_secret"] = value
            else:
                self.problems += checks.mistyped(shape, name, value, f"{pointer}/{name}")
                values[name] = checks.value(shape.name, name, value)
        if isinstance(values.get("customFields"), dict) and old is not None:
            # Seen: keys are merged, the others stay.
            values["customFields"] = dict(old.get("customFields") or {}) | values["customFields"]
        return values

    def _required(self, shape: Kind, values: JSON, pointer: str, old: JSON | None) -> None:
        for name in shape.required if old is None else ():
            found = values.get("_secret" if name == "secretAccessKey" else name)
            if found is None:
                found = shape.blank[name]
            if found in (None, ""):
                self.problems.append(errors.blank(f"{pointer}/{name}"))
        whole = dict(old or {}) | values
        self.senseless += checks.problems(shape.name, whole, pointer)

    def _hang(self, kind: str, row: str, name: str, link: Link, given: Any, pointer: str) -> None:
        if not isinstance(given, list) or not all(isinstance(entry, dict) for entry in given):
            raise malformed(f"{pointer}/{name}")
        for number, entry in enumerate(given):
            at = f"{pointer}/{name}/{number}"
            if link.how == "many":
                self.upsert(link.kind, self._child(kind, row, link, entry), at)
            else:
                self.join(kind, row, name, str(entry.get("id") or ""))

    def _child(self, kind: str, row: str, link: Link, entry: JSON) -> JSON:
        inherited: JSON = {link.by: row}
        if kind == link.kind == "rule_condition":
            inherited["ruleId"] = self.shop.store.rows[kind][row]["ruleId"]
        return entry | inherited

    def join(self, kind: str, row: str, name: str, other: str) -> None:
        """Two rows belong together from now on, through a table between them."""
        link = self.shop.store.kinds[kind].links[name]
        self.wanted[f"{link.through}:create"] = None
        self.joined.append((link.through, link.kind, other))
        here = self.shop.store.rows[kind][row]
        listed = list(dict.fromkeys([*(here.get(link.by) or []), other]))
        self.shop.store.change(kind, row, **{link.by: listed})
        key = {f"{kind}Id": row, f"{link.kind}Id": other}
        self.touched.setdefault(link.through, []).append(key)

    def part(self, kind: str, row: str, name: str, other: str) -> bool:
        """They no longer do; false when they did not."""
        link = self.shop.store.kinds[kind].links[name]
        self.wanted[f"{link.through}:delete"] = None
        here = self.shop.store.get(kind, row)
        if here is None or other not in (here.get(link.by) or []):
            return False
        left = [one for one in here[link.by] if one != other]
        self.shop.store.change(kind, row, **{link.by: left})
        return True

    def _remember(self, kind: str, row: str, operation: str, values: JSON) -> None:
        self.touched.setdefault(kind, []).append(row)
        if kind in PARENTS:
            parent, by = PARENTS[kind]
            whose = self.shop.store.rows[kind][row].get(by)
            if whose not in self.touched.setdefault(parent, []):
                self.touched[parent].append(whose)
        fields = [name for name in values if name[0] != "_"]
        self.written.append((kind, row, operation, fields))

    def finish(self) -> None:
        """Read in source: first what is wrong with the fields, then missing rights, then what rows may not be
        together, and at last the database."""
        if self.problems:
            raise errors.ApiError(400, self.problems)
        check(self.shop, self.caller, self.wanted)
        if self.senseless:
            raise errors.ApiError(400, self.senseless)
        for kind, row, _, _ in self.written:
            self._constraints(kind, row)
        for table, kind, row in self.joined:
            if row not in self.shop.store.rows[kind]:
                raise errors.foreign(table, f"{kind}_id")
        for kind, row, operation, fields in self.written:
            if kind == "integration" and operation == "insert":
                made = self.shop.store.rows[kind][row]
                self.shop.privileges[made["accessKey"]] = None if made.get("admin") else frozenset()
            if kind in HOOKED:
                self._tell(kind, row, operation, fields)

    def _tell(self, kind: str, row: str, operation: str, fields: list[str]) -> None:
        """Seen: our own change of a customer comes back as updatedAt, id and what was changed."""
        named = ["updatedAt", "id", *fields] if operation == "update" else ["id", *fields]
        if self.shop.store.kinds[kind].versioned:
            named.insert(2, "versionId")
        events.written(self.shop, kind, operation, row, named)

    def _constraints(self, kind: str, row: str) -> None:
        store = self.shop.store
        here = store.rows[kind][row]
        for (table, name), key in UNIQUE.items():
            if table == kind and (
                len(store.holders(kind, name, here[name])) > 1 or self._taken(kind)
            ):
                raise errors.duplicate(str(here[name]), key)
        for link in store.kinds[kind].links.values():
            other = here.get(link.by) if link.how == "one" else None
            if other and other not in store.rows[link.kind]:
                raise errors.foreign(kind, link.by)

    def _taken(self, kind: str) -> bool:
        """The habit: somebody else was quicker with this code."""
        return kind == "promotion_individual_code" and bool(self.shop.habits.due("duplicate_code"))


def malformed(pointer: str) -> errors.ApiError:
    """Neither an object nor a list of them where one has to be."""
    detail = f'Expected data at "{pointer}" to be an array.'
    return errors.refuse(400, "FRAMEWORK__WRITE_TYPE_INTEND_ERROR", detail)


def delete(writer: Writer, kind: str, row: str) -> bool:
    """False when there is no such row."""
    shop = writer.shop
    writer.wanted[f"{kind}:delete"] = None
    check(shop, writer.caller, [f"{kind}:delete"])
    if kind in READ_ONLY:
        raise errors.beyond(f"deleting {kind}")
    found = shop.store.get(kind, row)
    if found is None:
        return False
    if kind == "integration":
        shop.privileges.pop(found["accessKey"], None)
    shop.store.remove(kind, row)
    return True
