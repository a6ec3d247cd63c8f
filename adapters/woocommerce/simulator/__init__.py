"""A strict imitation of a WooCommerce shop over HTTP; knows neither the connector nor the adapter."""
