"""The companion plugin as the ZIP that WordPress installs, with the address of this connector in it."""

from __future__ import annotations

import io
import json
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from connector.port import JSON

PLUGIN = Path(__file__).parent / "plugin"
FOLDER = "stammkunde"
"""WordPress names the plugin after the folder in the ZIP; another name would be another plugin."""
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The first moment a ZIP knows: the same plugin is the same file, whenever it was packed."""


def package(connection: JSON, credentials: JSON, plugin: Path = PLUGIN) -> bytes:
    """The plugin with `connection.json` as docs/companion.md says it; it holds no lasting secret."""
    files = {
        str(path.relative_to(plugin)): path.read_bytes()
        for path in sorted(plugin.rglob("*")) if path.is_file()
    }  # fmt: skip
    files["connection.json"] = json.dumps(_said(connection), indent=1).encode()
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = ZipInfo(f"{FOLDER}/{name}", _LONG_AGO)
            entry.compress_type, entry.external_attr = ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, files[name])
    return packed.getvalue()


def _said(connection: JSON) -> JSON:
    """The link as the address that the plugin's button leads to."""
    link = connection["link"]
    return connection | {
        "link": f"{connection['connector']}/connect/woocommerce/{link}" if link else ""
    }
