"""The settings of an adapter as docs/platforms.md shows them, so that the page cannot say anything else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

PAGE = Path(__file__).parents[2] / "docs" / "platforms.md"


def documented(platform: str) -> dict[str, Any]:
    """The one YAML block under the platform's heading."""
    part = PAGE.read_text("utf-8").partition(f"\n## {platform}\n")[2].partition("\n## ")[0]
    (written,) = re.findall(r"```yaml\n(.*?)```", part, re.DOTALL)
    return dict(yaml.safe_load(written))
