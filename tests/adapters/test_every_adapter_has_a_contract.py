"""A platform whose adapter does not inherit the contract is not finished."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]


def keeps_the_contract(test_file: Path) -> bool:
    """A collected class that inherits the whole contract stands in the file."""
    if not test_file.is_file():
        return False
    classes = [
        n for n in ast.walk(ast.parse(test_file.read_text("utf-8"))) if isinstance(n, ast.ClassDef)
    ]
    return any(
        each.name.startswith("Test")
        and any(
            isinstance(base, ast.Name) and base.id == "ShopPlatformContract" for base in each.bases
        )
        for each in classes
    )


def without_contract(adapters: Path, tests: Path) -> list[str]:
    platforms = sorted(path.parent.name for path in adapters.glob("*/shop.py"))
    return [name for name in platforms if not keeps_the_contract(tests / name / "test_contract.py")]


def test_every_adapter_keeps_the_contract() -> None:
    assert (ROOT / "adapters" / "woocommerce" / "shop.py").is_file()
    assert without_contract(ROOT / "adapters", ROOT / "tests" / "adapters") == []


def test_an_adapter_without_a_contract_is_noticed(tmp_path: Path) -> None:
    adapters, tests = tmp_path / "adapters", tmp_path / "tests"
    for name in ("kept", "missing", "hidden"):
        (adapters / name).mkdir(parents=True)
        (adapters / name / "shop.py").write_text("")
        (tests / name).mkdir(parents=True)
    (tests / "kept" / "test_contract.py").write_text("class TestKept(ShopPlatformContract): ...")
    (tests / "hidden" / "test_contract.py").write_text("class Hidden(ShopPlatformContract): ...")

    assert without_contract(adapters, tests) == ["hidden", "missing"]
