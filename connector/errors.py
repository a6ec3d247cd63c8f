"""Every error we raise on purpose; a class is a decision for the caller, never a description."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class StammkundeError(Exception):
    """Anything we raise on purpose. The text is meant for a person: what came, and what to do."""


class Refused(StammkundeError):
    """The rules say no. Tell the person; trying again changes nothing."""


class InsufficientPoints(Refused):
    """A pot would go below zero."""


class KeyReused(Refused):
    """One key was used for two different intentions."""


class BadInput(Refused):
    """What a person gave us cannot be used: names the field, what came, and what to do."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something wrong with a text: what, and in which line and column of it, counted from 1."""

    sentence: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        if self.line is None:
            return self.sentence
        column = f", column {self.column}" if self.column is not None else ""
        return f"line {self.line}{column}: {self.sentence}"


class Unsound(BadInput):
    """A text that a person wrote cannot be used; `mistakes` are in the order of its lines."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("\n".join(str(one) for one in mistakes))
        self.mistakes = list(mistakes)


class CannotBind(Refused):
    """The shop cannot bind a voucher to this address. Make one that is bound to nobody."""


class BadDelivery(StammkundeError):
    """A webhook or a token that the platform did not send. Forget it."""


class Outdated(BadDelivery):
    """Signed with the secret before the last, and too late. Refuse it, and catch up with the shop."""


class Elsewhere(StammkundeError):
    """The shop's own proof, from another address: a copy of the shop. It counts for nothing; tell the merchant."""

    def __init__(self, url: str) -> None:
        super().__init__("This delivery comes from another address than the shop's.")
        self.url = url


class TryLater(StammkundeError):
    """The shop cannot answer now. Run again, not before `after` seconds if it said so."""

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class Moved(TryLater):
    """A member was merged into another since he was looked up: the whole unit runs again."""

    sqlstate = "40001"
    """As the database says it of a row that changed meanwhile; `db` repeats what carries it."""


class AccessLost(StammkundeError):
    """The shop refuses us until a person repairs the connection."""


class NotThere(StammkundeError):
    """The thing is gone from the shop."""


class Unreadable(StammkundeError):
    """The shop said something we do not understand; names the field. Ours to repair."""


class ConfigError(StammkundeError):
    """The installation is set up wrongly; names every setting that is missing or bad at once."""


class LedgerBroken(StammkundeError):
    """The books contradict themselves. Never caught."""


def said_of(error: Exception) -> str:
    """What may be said of it: our own sentences, else only the kind; the rest may name a person."""
    return str(error) if isinstance(error, StammkundeError) else type(error).__name__
