"""Attacks on what exists: what is sent here must change nothing and learn nothing."""
