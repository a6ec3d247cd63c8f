"""The WooCommerce adapter: the names that `connector.port.Adapter` asks for."""

from __future__ import annotations

from adapters.woocommerce.address import credentials, draft
from adapters.woocommerce.install import install
from adapters.woocommerce.parcel import package
from adapters.woocommerce.settings import load_document
from adapters.woocommerce.shop import WooCommerce
from connector.port import Settings, ShopPlatform

PLATFORM = "woocommerce"
NEXT_STEP = "In WordPress: Plugins > Add New > Upload Plugin; then press Connect."

__all__ = [
    "NEXT_STEP",
    "PLATFORM",
    "credentials",
    "draft",
    "install",
    "load_document",
    "open_shop",
    "package",
]


def open_shop(settings: Settings) -> ShopPlatform:
    """The shop behind these settings; does no I/O."""
    return WooCommerce(settings)
