"""The Shopware adapter: the names that `connector.port.Adapter` asks for."""

from __future__ import annotations

from adapters.shopware.address import credentials, draft
from adapters.shopware.install import install
from adapters.shopware.parcel import package
from adapters.shopware.settings import load_document
from adapters.shopware.shop import Shopware
from connector.port import Settings, ShopPlatform

PLATFORM = "shopware"
NEXT_STEP = (
    "In Shopware: Extensions > My extensions > Upload extension; then install and activate it."
)

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
    return Shopware(settings)
