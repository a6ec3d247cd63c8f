"""A strict imitation of a Shopware 6 shop, run as its own process: `python -m adapters.shopware.simulator`."""
