"""The WooCommerce adapter: the names that `connector.port.Adapter` asks for."""

from __future__ import annotations

from adapters.woocommerce.address import credentials
from adapters.woocommerce.settings import load_document

PLATFORM = "woocommerce"

__all__ = ["PLATFORM", "credentials", "load_document"]
