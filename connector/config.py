"""What the surroundings say, read once at the start; nobody else looks at the environment."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from connector import caution
from connector.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Config:
    """The installation's settings. `secret_keys`: newest first."""

    data: Path
    database_url: str
    secret_keys: tuple[str, ...]
    url: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Config:
        """Read STAMMKUNDE_*; raises ConfigError naming everything that is wrong at once."""
        data = Path(env.get("STAMMKUNDE_DATA") or _default_data(env)).expanduser()
        url = env.get("STAMMKUNDE_URL", "http://127.0.0.1:8710").rstrip("/")
        database_url = env.get("STAMMKUNDE_DATABASE_URL", "")
        given = tuple(
            k.strip() for k in env.get("STAMMKUNDE_SECRET_KEY", "").split(",") if k.strip()
        )
        wrong = [problem for key in given if (problem := caution.weakness(key))]
        wrong += [problem for problem in (caution.address_problem(url),) if problem]
        wrong += caution.debug_problems(env)
        if database_url and not given and not database_url.startswith("sqlite:"):
            wrong.append(
                "STAMMKUNDE_SECRET_KEY is missing; a server database needs one that you keep: "
                + caution.NEW_KEY
            )
        if wrong:
            raise ConfigError("\n".join(wrong))
        database_url = database_url or f"sqlite:///{_made(data) / 'stammkunde.sqlite3'}"
        _keep_private(database_url)
        return cls(
            data=data,
            database_url=database_url,
            secret_keys=given or (_kept_key(_made(data)),),
            url=url,
        )


def _keep_private(database_url: str) -> None:
    """The file with everybody's points is its owner's; what SQLite makes beside it is like it."""
    backend, _, name = database_url.partition(":///")
    name = name.partition("?")[0]
    if not backend.startswith("sqlite") or not name or name.startswith((":", "file:")):
        return
    if problem := caution.made_private(Path(name)):
        raise ConfigError(problem)


def _default_data(env: Mapping[str, str]) -> Path:
    home = env.get("XDG_DATA_HOME") or Path(env.get("HOME", ".")) / ".local" / "share"
    return Path(home) / "stammkunde"


def _made(data: Path) -> Path:
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as refused:
        raise ConfigError(
            f"STAMMKUNDE_DATA: cannot make the folder {data} ({refused.strerror}); name another one."
        ) from refused
    return data


def _kept_key(data: Path) -> str:
    """The key kept in the data folder, made at the first start. Two first starts agree on one."""
    file = data / "secret.key"
    try:
        made = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        if problem := caution.made_private(file):
            raise ConfigError(problem) from None
        key = file.read_text().strip()
        if caution.weakness(key):
            raise ConfigError(f"{file} is damaged; restore it from your backup.") from None
        return key
    key = secrets.token_urlsafe(48)
    while caution.weakness(key):  # one in many thousands, and it would be refused at the next start
        key = secrets.token_urlsafe(48)
    with os.fdopen(made, "w") as kept:
        kept.write(key + "\n")
    return key
