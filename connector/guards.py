"""What keeps append-only tables append-only: one list, put back after every migration."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

GROWING = ("transfer", "seal", "programme", "audit")
"""Tables whose rows are written once and never changed."""

_SQLITE = """
CREATE TRIGGER IF NOT EXISTS guard_{table}_{verb} BEFORE {verb} ON "{table}"
BEGIN SELECT RAISE(ABORT, '{table} only grows'); END
"""

_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION stammkunde_only_grows() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '%% only grows', TG_TABLE_NAME; END $$
"""

_POSTGRES = (
    'CREATE OR REPLACE TRIGGER guard_{table}_rows BEFORE UPDATE OR DELETE ON "{table}"'
    " FOR EACH ROW EXECUTE FUNCTION stammkunde_only_grows()",
    'CREATE OR REPLACE TRIGGER guard_{table}_truncate BEFORE TRUNCATE ON "{table}"'
    " FOR EACH STATEMENT EXECUTE FUNCTION stammkunde_only_grows()",
    'REVOKE UPDATE, DELETE, TRUNCATE ON "{table}" FROM PUBLIC, CURRENT_USER',
)


def guard(tx: Connection) -> None:
    """Put every guard in place; harmless where it already is, or where its table is still to come."""
    there = [table for table in GROWING if inspect(tx).has_table(table)]
    if tx.dialect.name == "sqlite":
        for table in there:
            for verb in ("UPDATE", "DELETE"):
                tx.exec_driver_sql(_SQLITE.format(table=table, verb=verb))
        return
    tx.exec_driver_sql(_POSTGRES_FUNCTION)
    for table in there:
        for statement in _POSTGRES:
            tx.exec_driver_sql(statement.format(table=table))


def wanted(dialect: str) -> frozenset[str]:
    """The names of the guards that must exist on this database."""
    ends = ("UPDATE", "DELETE") if dialect == "sqlite" else ("rows", "truncate")
    return frozenset(f"guard_{table}_{end}" for table in GROWING for end in ends)


def missing(tx: Connection) -> frozenset[str]:
    """Guards that ought to be there and are not (or are switched off)."""
    if tx.dialect.name == "sqlite":
        rows = tx.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
    else:
        rows = tx.execute(text("SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'"))
    return wanted(tx.dialect.name) - {row[0] for row in rows}
