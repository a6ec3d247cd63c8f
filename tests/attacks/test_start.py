"""An installation that anybody could enter does not start, and says the one line that repairs it."""

from __future__ import annotations

import base64
import os
import re
import secrets
import sqlite3
import string
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet

from connector import caution
from connector.config import Config
from connector.errors import ConfigError
from connector.installation import open_installation
from tests.conftest import ROUNDS

WEAK: dict[str, str] = {
    "short": "Zq8rT2mX1vB9",
    "one character too short": secrets.token_urlsafe(48)[: caution.SHORTEST_SECRET - 1],
    "a word": "secret",
    "one letter": "a" * 64,
    "two letters": "ab" * 32,
    "blanks between": "- " * 32 + "-",
    "a word, again and again": "changeme" * 5,
    "change me": "change-me-change-me-change-me-change-me",
    "a placeholder": "CHANGE_ME_TO_A_COMPLEX_RANDOM_SECRET",
    "another placeholder": "please-change-this-secret-key-in-production",
    "your secret key, filled up": "your-secret-key".ljust(40, "0"),
    "your secret key, filled up with x": "your-secret-key".ljust(64, "x"),
    "secret, filled up": "secret".ljust(48, "!"),
    "password, filled up": "password123" + "1234567890" * 4,
    "what a tutorial says": "a-string-secret-at-least-256-bits-long",
    "what another says": "dev-secret-key-do-not-use-in-production",
    "digits in a row": "0123456789" * 4,
    "letters in a row": string.ascii_lowercase + string.digits,
    "letters in a row, backwards": (string.ascii_lowercase + string.digits)[::-1],
    "everything in a row": string.ascii_letters + string.digits,
    "a keyboard": "qwertyuiopasdfghjklzxcvbnm1234567890",
    "a German keyboard": "qwertzuiopasdfghjklyxcvbnm1234567890",
    "a number of zeros": "00000000-0000-0000-0000-000000000000",
    "hex in a row": "0123456789abcdef" * 4,
    "a well-known passphrase": "correct horse battery staple correct horse",
    "the same in one": "CorrectHorseBatteryStapleCorrectHorse",
    "with hyphens and a year": "correct-horse-battery-staple-2026!",
    "a sentence": "nobody-will-ever-guess-this-long-one",
    "a German sentence": "DerEarlySommerInDenBergenIstSehrSchoen",
    "a season and a year": "Sommer2026Sommer2026Sommer2026Sommer",
    "our own name": "stammkunde-stammkunde-stammkunde-1",
    "a word in base64": base64.b64encode(b"changeme-changeme-changeme!").decode(),
    "a sentence in base64": base64.b64encode(b"this is my very secret key").decode(),
    "a word in hex": b"changemechangeme".hex(),
    "Flask's handbook": "192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf",
    "FastAPI's handbook": "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
    "our own tests, once": "k9V2xQ7mB4tR8wZ1nC6yL3pS5dF0hJqGuEaTiOvXeM",
}

GOOD: dict[str, Callable[[], str]] = {
    "the line we print": lambda: secrets.token_urlsafe(48),
    "shorter": lambda: secrets.token_urlsafe(24),
    "hex": lambda: secrets.token_hex(32),
    "shorter hex": lambda: secrets.token_hex(16),
    "Fernet": lambda: Fernet.generate_key().decode(),
    "a random number": lambda: str(uuid4()),
    "base32": lambda: base64.b32encode(secrets.token_bytes(25)).decode(),
    "base64": lambda: base64.b64encode(secrets.token_bytes(32)).decode(),
    "small letters and digits": lambda: "".join(
        secrets.choice(string.ascii_lowercase + string.digits) for _ in range(40)
    ),
    "everything on the keyboard": lambda: "".join(
        secrets.choice(string.ascii_letters + string.digits + "!#$%&()*+-./:;<=>?@[]^_{|}~")
        for _ in range(40)
    ),
}


def start(folder: Path, **env: str) -> Config:
    return Config.from_env({"STAMMKUNDE_DATA": str(folder)} | env)


def refused(folder: Path, **env: str) -> str:
    """What is said instead of starting: one line for each thing."""
    with pytest.raises(ConfigError) as error:
        start(folder, **env)
    assert not (folder / "stammkunde.sqlite3").exists() or "chmod" in str(error.value)
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize("name", WEAK)
def test_a_secret_that_others_can_know_does_not_start_anything(tmp_path: Path, name: str) -> None:
    said = refused(tmp_path, STAMMKUNDE_SECRET_KEY=WEAK[name])

    assert said.endswith(caution.NEW_KEY)
    assert WEAK[name] not in said.removesuffix(caution.NEW_KEY)


@pytest.mark.parametrize("name", GOOD)
def test_whatever_makes_random_secrets_may_be_used(name: str) -> None:
    """The control: a refusal of a good secret would teach people to get around refusals."""
    made = [GOOD[name]() for _ in range(1000 * ROUNDS)]
    refused = [key for key in made if caution.weakness(key)]

    assert len(refused) <= ROUNDS, refused  # chance writes a word in one of a hundred thousand


def test_a_weak_secret_behind_a_good_one_does_not_start_either(tmp_path: Path) -> None:
    both = f"{secrets.token_urlsafe(48)},changeme-changeme-changeme-changeme"

    assert "can be guessed" in refused(tmp_path, STAMMKUNDE_SECRET_KEY=both)


def test_the_line_we_print_prints_a_good_secret() -> None:
    command = caution.NEW_KEY.partition(": ")[2]
    printed = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=True)

    assert caution.weakness(printed.stdout.strip()) == ""


def test_a_secret_we_made_ourselves_is_good_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chance makes a guessable one now and then; kept, it would lock its owner out."""
    made = iter(["changeme" * 8, secrets.token_urlsafe(48)])
    monkeypatch.setattr(secrets, "token_urlsafe", lambda _: next(made))

    assert start(tmp_path).secret_keys == start(tmp_path).secret_keys


def test_nothing_in_our_documents_could_be_copied_as_a_secret() -> None:
    root = Path(__file__).parents[2]
    pages = [*root.glob("*.md"), *(root / "docs").rglob("*.md")]
    long = {each for page in pages for each in re.findall(r"[\w+=-]{32,}", page.read_text("utf-8"))}

    assert root / "README.md" in pages
    assert [each for each in long if not caution.weakness(each)] == []


# ------------------------------------------------------------------ debugging, addresses


@pytest.mark.parametrize(
    ("name", "value"),
    [("FLASK_DEBUG", "1"), ("FLASK_DEBUG", "true"), ("FLASK_DEBUG", "on"), ("FLASK_DEBUG", "yes"),
     ("FLASK_ENV", "development")],
)  # fmt: skip
def test_debugging_does_not_start(tmp_path: Path, name: str, value: str) -> None:
    assert refused(tmp_path, **{name: value}).endswith(f"unset {name}")


@pytest.mark.parametrize("value", ["", "0", "false", "no", "False"])
def test_debugging_that_is_off_does_not_matter(tmp_path: Path, value: str) -> None:
    assert start(tmp_path, FLASK_DEBUG=value)


@pytest.mark.parametrize(
    "url",
    [
        "http://points.example",
        "http://points.example:8710",
        "HTTP://POINTS.EXAMPLE",
        "http://192.168.1.5:8710",
        "http://0.0.0.0:8710",
        "http://localhost.points.example",
        "http://127.0.0.1.points.example",
        "http://2130706433",
        "ftp://points.example",
        "points.example",
        "//points.example",
        "https://",
    ],
)
def test_an_address_that_everybody_can_listen_to_does_not_start(tmp_path: Path, url: str) -> None:
    assert "https://" in refused(tmp_path, STAMMKUNDE_URL=url)


@pytest.mark.parametrize(
    "url",
    ["https://points.example", "https://points.example/loyalty", "http://127.0.0.1:8710",
     "http://localhost:8710", "http://[::1]:8710"],
)  # fmt: skip
def test_https_starts_and_this_machine_needs_none(tmp_path: Path, url: str) -> None:
    assert start(tmp_path, STAMMKUNDE_URL=url).url == url


# ------------------------------------------------------------------ files


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody may enter, down from the root, as `/srv/points` is."""
    with tempfile.TemporaryDirectory(prefix="stammkunde-open-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def served(open_folder: Path) -> Path:
    """An installation in it that has started once."""
    open_installation(start(open_folder)).close()
    return open_folder


def mode(file: Path) -> int:
    return file.stat().st_mode & 0o777


def test_what_an_installation_keeps_is_its_owners_alone(served: Path) -> None:
    database = sqlite3.connect(served / "stammkunde.sqlite3")
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("CREATE TABLE written (something)")
    modes = {file.name: mode(file) for file in served.iterdir()}
    database.close()

    assert set(modes) >= {"secret.key", "stammkunde.sqlite3", "stammkunde.sqlite3-wal"}
    assert set(modes.values()) == {0o600}


@pytest.mark.parametrize("name", ["stammkunde.sqlite3", "secret.key"])
@pytest.mark.parametrize("open_to", [0o604, 0o644, 0o666, 0o602])
def test_a_file_that_everybody_can_read_does_not_start(
    served: Path, name: str, open_to: int
) -> None:
    file = served / name
    file.chmod(open_to)

    assert refused(served) == (
        f"{file} can be read by everybody on this machine; run: chmod 600 {file}"
    )
    file.chmod(0o600)
    assert start(served)


def test_a_database_elsewhere_is_looked_at_too(open_folder: Path, tmp_path: Path) -> None:
    file = open_folder / "points.sqlite3"
    file.touch(0o644)
    file.chmod(0o644)

    assert "chmod 600" in refused(tmp_path, STAMMKUNDE_DATABASE_URL=f"sqlite:///{file}")
    file.unlink()
    start(tmp_path, STAMMKUNDE_DATABASE_URL=f"sqlite:///{file}")
    assert mode(file) == 0o600


def test_a_file_in_a_folder_that_nobody_else_enters_is_private(served: Path) -> None:
    """A copy from a backup is often 0644; behind a closed door that harms nobody."""
    (served / "stammkunde.sqlite3").chmod(0o644)
    served.chmod(0o700)

    assert start(served)


def test_everything_that_is_wrong_is_still_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as error:
        start(tmp_path, STAMMKUNDE_SECRET_KEY="short", STAMMKUNDE_URL="http://points.example",
              FLASK_DEBUG="1")  # fmt: skip

    assert len(str(error.value).splitlines()) == 3


def test_the_command_line_says_it_and_stops(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "connector", "serve"], capture_output=True, text=True, timeout=60,
        env=os.environ | {"STAMMKUNDE_DATA": str(tmp_path), "FLASK_DEBUG": "1"},
    )  # fmt: skip

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.strip().endswith("unset FLASK_DEBUG")
    assert "Traceback" not in done.stderr
