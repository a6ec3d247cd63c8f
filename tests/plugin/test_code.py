"""The plugin's files as code: PHP reads them, our own rules hold, and the rules find what they are for."""

from __future__ import annotations

import fcntl
import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.plugin.wordpress import HERE, PLUGIN
from tests.widgets.build import ready, run

OTHER_PHP = HERE / "php"
RULES = HERE / "phpcs"
STANDARD = RULES / "Stammkunde"
PHP_FILES = sorted(PLUGIN.rglob("*.php"))
SCRIPTS = sorted(PLUGIN.rglob("*.js"))
LONGEST_FUNCTION = 40


def sniffed(*files: Path) -> list[tuple[str, int, str]]:
    """Every finding as (file, line, rule)."""
    command = ["phpcs", f"--standard={STANDARD}", "--report=json", "-q", *map(str, files)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert ran.returncode in (0, 1, 2), ran.stdout + ran.stderr
    said = json.loads(ran.stdout)["files"]
    return [
        (Path(file).name, one["line"], one["source"])
        for file, found in said.items()
        for one in found["messages"]
    ]


def test_php_reads_every_file() -> None:
    for file in PHP_FILES:
        ran = subprocess.run(["php", "-l", file], capture_output=True, text=True, timeout=60)

        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert "Deprecated" not in ran.stdout + ran.stderr


OTHERS = {
    "7.4": "<?php $kind = match ( 1 ) { default => 2 };",
    "8.0": "<?php enum Kind { case One; }",
    "8.5": "<?php function nothing( string $value = null ) {}",
}
"""Versions of PHP that Debian does not carry, the oldest that is promised and the newest, and what each complains about."""


@pytest.fixture(scope="session")
def other_php() -> Path:
    """Fetched once; two test processes would otherwise both begin."""
    with (OTHER_PHP / "node_modules.lock").open("w") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        if not ready(OTHER_PHP):
            run("npm", "ci", "--ignore-scripts", where=OTHER_PHP)
    return OTHER_PHP


def compiled(other_php: Path, version: str, *files: Path) -> tuple[str, list[str]]:
    """Which PHP it was, and the names of the files that it complains about."""
    name = version.replace(".", "-")
    first, *found = run("node", "read.mjs", name, *map(str, files), where=other_php).splitlines()
    return first, [Path(json.loads(line)["file"]).name for line in found]


@pytest.mark.parametrize("version", OTHERS)
def test_other_versions_of_php_read_every_file(
    other_php: Path, version: str, tmp_path: Path
) -> None:
    control = tmp_path / "control.php"
    control.write_text(OTHERS[version], "utf-8")
    exact, found = compiled(other_php, version, *PHP_FILES, control)

    assert exact.startswith(f"{version}.")
    assert found == ["control.php"]


def test_the_plugin_keeps_to_the_rules() -> None:
    assert sniffed(PLUGIN) == []


@pytest.mark.parametrize(
    ("name", "rule", "lines"),
    [
        ("EscapedOutput", "Stammkunde.Security.EscapedOutput.Unescaped", [2, 3, 4, 5, 6, 7]),
        ("GuardedAction", "Stammkunde.Security.GuardedAction.Unguarded", [2, 3, 4]),
        ("GuardedAction", "Stammkunde.Security.GuardedAction.Unknown", [5]),
        ("GuardedRoute", "Stammkunde.Security.GuardedRoute.Open", [3, 7]),
        ("SanitizedInput", "Stammkunde.Security.SanitizedInput.Raw", [2, 4, 6]),
        ("Oldest", "Stammkunde.Php.Oldest.TooNew", [2, 3, 4, 5]),
        ("Oldest", "Stammkunde.Php.Oldest.TooNewType", [4, 4]),
    ],
)
def test_each_rule_finds_what_it_is_for_and_nothing_else(
    name: str, rule: str, lines: list[int]
) -> None:
    found = sniffed(RULES / "bad" / f"{name}.php")

    assert [line for _, line, source in found if source == rule] == lines


@pytest.mark.parametrize("word", ["eval", "print_r", "wp_remote_get", "setcookie", "get_post_meta"])
def test_forbidden_functions_are_found(word: str, tmp_path: Path) -> None:
    file = tmp_path / "bad.php"
    file.write_text(f"<?php\n{word}( $x );\n", "utf-8")

    assert sniffed(file) != []


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.name)
def test_scripts_make_no_markup_run_no_text_and_store_nothing(file: Path) -> None:
    forbidden = r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|new Function|\.html\(|[sS]torage|cookie"

    assert re.findall(forbidden, file.read_text("utf-8")) == []


@pytest.mark.parametrize("file", PHP_FILES, ids=lambda file: file.name)
def test_each_file_says_what_it_is_for_and_stays_closed(file: Path) -> None:
    text = file.read_text("utf-8")

    assert text.startswith("<?php\n/**\n * ")
    assert re.search(
        r"^defined\( '(ABSPATH|WP_UNINSTALL_PLUGIN)' \) \|\| exit;$", text, re.MULTILINE
    )
    assert len(text.splitlines()) <= 300


@pytest.mark.parametrize("file", PHP_FILES, ids=lambda file: file.name)
def test_functions_stay_small(file: Path) -> None:
    for body in re.findall(
        r"^\t?(?:public )?function .*?^\t?}$", file.read_text("utf-8"), re.M | re.S
    ):
        assert len(body.splitlines()) <= LONGEST_FUNCTION, body.splitlines()[0]


def test_header_readme_and_code_name_the_same_versions() -> None:
    main = (PLUGIN / "stammkunde.php").read_text("utf-8")
    readme = (PLUGIN / "readme.txt").read_text("utf-8")
    header = dict(re.findall(r"^ \* ([A-Z][\w ]+): (.+)$", main, re.MULTILINE))

    assert f"const VERSION = '{header['Version']}';" in main
    for name in ("Requires at least", "Requires PHP"):
        assert f"{name}: {header[name]}" in readme
    assert f"Stable tag: {header['Version']}" in readme
    assert f"= {header['Version']} =" in readme
    assert header["Requires Plugins"] == "woocommerce"
    assert header["Text Domain"] == "stammkunde"
    assert "== External services ==" in readme
