"""Shopware 6; not an adapter yet, see README.md."""
