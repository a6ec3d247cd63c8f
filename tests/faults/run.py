"""`make faults`: take each safeguard out, in a copy of the tree, and see its named test fail.

A patch starts with `# red: <pytest node>`; a safeguard without a patch does not count. A test that
stays green, or a patch that no longer applies, is a failure of this run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATCHES = Path(__file__).parent
FAILED = 1  # pytest's own exit code for "a test failed"; anything else proves nothing


def named_test(patch: Path) -> str:
    first = patch.read_text("utf-8").splitlines()[0]
    if not first.startswith("# red: "):
        raise SystemExit(f"{patch.name}: the first line must be '# red: tests/…::test_…'")
    return first.removeprefix("# red: ").strip()


def copy_of_tree(folder: Path) -> Path:
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    for name in filter(None, tracked):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, target)
    modules = ROOT / "widgets" / "node_modules"
    if modules.exists():
        (folder / "widgets" / "node_modules").symlink_to(modules)
    return folder


def goes_red(tree: Path, patch: Path) -> str:
    """Why the fault was not caught; "" where its test went red."""
    if subprocess.run(["git", "apply", str(patch)], cwd=tree).returncode:
        return "the patch does not apply"
    try:
        with built_anew(tree, patch):
            run = python(tree, "pytest", "-x", "-p", "no:cacheprovider", named_test(patch))
    finally:
        subprocess.run(["git", "apply", "-R", str(patch)], cwd=tree, check=True)
    if run.returncode == FAILED:
        return ""
    return f"{named_test(patch)} ended with {run.returncode}:\n{run.stdout[-1500:]}"


@contextmanager
def built_anew(tree: Path, patch: Path) -> Iterator[None]:
    """A browser runs what was built, so a fault in a widget's source has to be built first."""
    if "+++ b/widgets/src/" not in patch.read_text("utf-8"):
        yield
        return
    built = tree / "widgets" / "built"
    try:
        python(tree, "tests.widgets.build").check_returncode()
        yield
    finally:
        shutil.rmtree(built)
        shutil.copytree(ROOT / "widgets" / "built", built)


def python(tree: Path, module: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module, *options], cwd=tree, capture_output=True, text=True,
        timeout=300, env=os.environ | {"PYTHONPATH": str(tree)},
    )  # fmt: skip


def main(wanted: list[str]) -> int:
    patches = [p for p in sorted(PATCHES.glob("*.patch")) if not wanted or p.stem in wanted]
    survived = 0
    with tempfile.TemporaryDirectory(prefix="stammkunde-faults-") as folder:
        tree = copy_of_tree(Path(folder))
        for patch in patches:
            why = goes_red(tree, patch)
            survived += bool(why)
            print(f"{'SURVIVED' if why else 'caught':<9} {patch.stem} {why}", flush=True)
    print(f"{len(patches) - survived} of {len(patches)} faults were caught.")
    return 1 if survived else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
