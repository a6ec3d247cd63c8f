"""Settings of the installation: everything wrong is named at once, and no secret is ever repeated."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from connector import keys as keys_module
from connector.config import Config
from connector.db import Database
from connector.errors import ConfigError
from connector.tables import installation
from tests.conftest import SECRET
from tests.make import NOW


def test_an_embedded_installation_makes_and_keeps_its_key(tmp_path: Path) -> None:
    first = Config.from_env({"STAMMKUNDE_DATA": str(tmp_path)})
    second = Config.from_env({"STAMMKUNDE_DATA": str(tmp_path)})

    assert first.secret_keys == second.secret_keys
    assert (tmp_path / "secret.key").stat().st_mode & 0o077 == 0
    assert first.database_url.startswith(f"sqlite:///{tmp_path}")


@pytest.mark.parametrize(
    "weak",
    [
        "secret",
        "Zq8rT2mX1vB9",
        "a" * 64,
        "change-me-change-me-change-me-change-me",
        "0123456789" * 4,
    ],
)
def test_a_weak_key_is_refused_and_not_repeated(tmp_path: Path, weak: str) -> None:
    with pytest.raises(ConfigError) as refused:
        Config.from_env({"STAMMKUNDE_DATA": str(tmp_path), "STAMMKUNDE_SECRET_KEY": weak})

    assert weak not in str(refused.value)
    assert "STAMMKUNDE_SECRET_KEY" in str(refused.value)


def test_everything_that_is_wrong_is_named_at_once(tmp_path: Path) -> None:
    env = {
        "STAMMKUNDE_DATA": str(tmp_path),
        "STAMMKUNDE_SECRET_KEY": "short",
        "STAMMKUNDE_URL": "points",
    }

    with pytest.raises(ConfigError) as refused:
        Config.from_env(env)

    assert "STAMMKUNDE_SECRET_KEY" in str(refused.value)
    assert "STAMMKUNDE_URL" in str(refused.value)


def test_a_server_database_needs_a_key_that_is_kept(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="STAMMKUNDE_SECRET_KEY is missing"):
        Config.from_env({"STAMMKUNDE_DATABASE_URL": "postgresql://localhost/points"})


def test_a_damaged_key_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("")

    with pytest.raises(ConfigError, match="backup"):
        Config.from_env({"STAMMKUNDE_DATA": str(tmp_path)})


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(ConfigError, match="STAMMKUNDE_DATA"):
        Config.from_env({"STAMMKUNDE_DATA": str(tmp_path / "file" / "data")})


def test_rotating_the_outer_key_changes_no_data_key(sqlite_database: Database) -> None:
    newer = Fernet.generate_key().decode()
    first = sqlite_database.write(lambda tx: keys_module.load(tx, [SECRET], NOW))
    second = sqlite_database.write(lambda tx: keys_module.load(tx, [newer, SECRET], NOW))
    third = sqlite_database.write(lambda tx: keys_module.load(tx, [newer], NOW))

    assert first == second == third


def test_another_key_does_not_open_the_database(sqlite_database: Database) -> None:
    with pytest.raises(ConfigError, match="does not open this database"):
        sqlite_database.write(
            lambda tx: keys_module.load(tx, [Fernet.generate_key().decode()], NOW)
        )


def test_no_data_key_lies_open(sqlite_database: Database) -> None:
    opened = sqlite_database.write(lambda tx: keys_module.load(tx, [SECRET], NOW))

    with sqlite_database.read() as tx:
        wrapped = list(tx.execute(select(installation.c.wrapped)).scalars())
    assert len(wrapped) == len(keys_module.PURPOSES)
    assert not any(opened.chain in one for one in wrapped)
    assert "Keys(…)" in repr(opened)


def test_a_referral_code_is_short_and_stays(sqlite_database: Database) -> None:
    opened = sqlite_database.write(lambda tx: keys_module.load(tx, [SECRET], NOW))
    codes = {opened.referral_code("m", str(n)) for n in range(1000)}

    assert len(codes) == 1000
    assert opened.referral_code("m", "1") == opened.referral_code("m", "1")
    assert not {letter for code in codes for letter in code} & set("ILOU01")
