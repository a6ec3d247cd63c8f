"""The hot statements (post, apply, claim): literal, in one place, for both databases."""

from connector.literal import Statement

LOCK_MEMBERS = Statement(
    """
SELECT member_id, pending, available, held, n, head, merged_into FROM member
WHERE merchant_id = :merchant_id AND member_id IN :members ORDER BY member_id
""",
    lock=True,
)

KEYS = Statement("""
SELECT key, fingerprint, member_id, n, points FROM transfer
WHERE merchant_id = :merchant_id AND key IN :keys
""")

LAST_SEAL = Statement(
    "SELECT at FROM seal WHERE merchant_id = :merchant_id ORDER BY n DESC LIMIT 1"
)

OPEN_LOTS = Statement("""
SELECT member_id, expires_on, remaining FROM lot
WHERE merchant_id = :merchant_id AND member_id IN :members AND remaining > 0
""")

UNDONE = Statement("""
SELECT member_id, n, reason, to_pot, points, lots, undoes FROM transfer
WHERE merchant_id = :merchant_id AND member_id IN :members AND n IN :undone
UNION ALL
SELECT member_id, n, reason, to_pot, points, lots, undoes FROM transfer
WHERE merchant_id = :merchant_id AND member_id IN :members AND undoes IN :undone
""")

INSERT_TRANSFER = Statement("""
INSERT INTO transfer (merchant_id, member_id, n, key, fingerprint, reason, subject, rule, from_pot,
  to_pot, points, lots, undoes, basis, basis_version, programme, "by", occurred_at, recorded_at, hash)
VALUES (:merchant_id, :member_id, :n, :key, :fingerprint, :reason, :subject, :rule, :from_pot,
  :to_pot, :points, :lots, :undoes, :basis, :basis_version, :programme, :by, :occurred_at,
  :recorded_at, :hash)
""")

WRITE_LOT = Statement("""
INSERT INTO lot (merchant_id, member_id, expires_on, remaining, due_on)
VALUES (:merchant_id, :member_id, :expires_on, :remaining, :due_on)
ON CONFLICT (merchant_id, member_id, expires_on) DO UPDATE SET remaining = excluded.remaining
""")

WRITE_MEMBER = Statement("""
UPDATE member SET pending = :pending, available = :available, held = :held, n = :n, head = :head
WHERE merchant_id = :merchant_id AND member_id = :member_id AND n = :was_n
""")

_ORDER = (
    "number", "buyer", "member_id", "currency", "lines", "goods", "refunded", "other",
    "refunded_other", "refunded_loose", "trial", "placed_at", "paid_at", "shipped_at",
    "delivered_at", "cancelled_at", "withdrawn_at", "gone_at", "facts",
)  # fmt: skip

KNOWN_ORDERS = Statement(
    f"""
SELECT external_id, {", ".join(_ORDER)}, looked_at, revision FROM "order"
WHERE merchant_id = :merchant_id AND shop_id = :shop_id AND external_id IN :orders
ORDER BY external_id
""",
    lock=True,
)

WRITE_ORDER = Statement(f"""
INSERT INTO "order" (merchant_id, shop_id, external_id, {", ".join(_ORDER)}, looked_at, revision)
VALUES (:merchant_id, :shop_id, :external_id, {", ".join(":" + name for name in _ORDER)},
  :looked_at, 1)
ON CONFLICT (merchant_id, shop_id, external_id) DO UPDATE SET
  {", ".join(f"{name} = excluded.{name}" for name in _ORDER)},
  looked_at = excluded.looked_at, revision = "order".revision + 1
WHERE "order".looked_at < excluded.looked_at
""")

SEEN_ORDER = Statement("""
UPDATE "order" SET looked_at = :looked_at WHERE merchant_id = :merchant_id AND shop_id = :shop_id
  AND external_id = :external_id AND looked_at < :looked_at
""")

REVISIONS = Statement("""
SELECT external_id, looked_at, revision FROM "order"
WHERE merchant_id = :merchant_id AND shop_id = :shop_id AND external_id IN :orders
""")

OWN_LOTS = Statement("""
SELECT subject, rule, lots, member_id, n FROM transfer
WHERE merchant_id = :merchant_id AND subject IN :subjects AND reason IN ('confirm', 'credit')
""")

AWARDS = Statement(
    """
SELECT subject, rule, member_id, terms, deserved, given, pending, release_at, waived FROM award
WHERE merchant_id = :merchant_id AND subject IN :subjects ORDER BY subject, rule
""",
    lock=True,
)

OPEN_AWARDS = Statement(
    """
SELECT subject, rule, member_id, terms, deserved, given, pending, release_at, waived FROM award
WHERE merchant_id = :merchant_id AND member_id IN :members AND given > deserved + waived
ORDER BY member_id, release_at, subject, rule
""",
    lock=True,
)

WRITE_AWARD = Statement("""
INSERT INTO award (merchant_id, subject, rule, member_id, terms, deserved, given, pending,
  release_at, waived)
VALUES (:merchant_id, :subject, :rule, :member_id, :terms, :deserved, :given, :pending, :release_at,
  :waived)
ON CONFLICT (merchant_id, subject, rule) DO UPDATE SET terms = excluded.terms,
  deserved = excluded.deserved, given = excluded.given, pending = excluded.pending,
  release_at = excluded.release_at, waived = excluded.waived
""")

IDENTITIES = Statement("""
SELECT kind, value, member_id, until FROM identity
WHERE merchant_id = :merchant_id AND shop_id = :shop_id AND kind IN ('customer', 'guest')
  AND value IN :values
""")

CLAIM_BELL = Statement("""
UPDATE inbox SET lease_until = :lease_until, tries = tries + 1
WHERE merchant_id = :merchant_id AND shop_id = :shop_id AND kind = :kind
  AND external_id = :external_id AND due_at <= :now AND (lease_until IS NULL OR lease_until < :now)
""")

CLAIM_WORK = Statement("""
UPDATE outbox SET lease_until = :lease_until, tries = tries + 1
WHERE merchant_id = :merchant_id AND id = :id AND tries = :tries AND done_at IS NULL
  AND due_at <= :now AND (lease_until IS NULL OR lease_until < :now)
""")

RING = Statement("""
INSERT INTO inbox (merchant_id, shop_id, kind, external_id, rung_at, due_at, tries, error)
VALUES (:merchant_id, :shop_id, :kind, :external_id, :rung_at, :due_at, 0, '')
ON CONFLICT (merchant_id, shop_id, kind, external_id) DO UPDATE
SET rung_at = excluded.rung_at, due_at = excluded.due_at, tries = 0, error = ''
""")
