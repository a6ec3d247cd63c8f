"""The companion plugin, on real PHP and in a real WordPress."""
