"""Stammkunde: points, referrals and review requests beside a merchant's own shop."""

__version__ = "0.1.0"
