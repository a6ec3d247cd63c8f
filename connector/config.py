"""What the surroundings say, read once at the start; nobody else looks at the environment."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from connector.errors import ConfigError

SHORTEST_SECRET = 32
_KNOWN = ("change", "secret", "example", "password", "stammkunde", "default", "test")


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
        wrong = [problem for key in given if (problem := _weakness(key))]
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            wrong.append(
                f"STAMMKUNDE_URL is {url!r}; give the public address, https://points.example."
            )
        if database_url and not given and not database_url.startswith("sqlite:"):
            wrong.append(
                "STAMMKUNDE_SECRET_KEY is missing; a server database needs one that you keep, "
                'for example from: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
            )
        if wrong:
            raise ConfigError("\n".join(wrong))
        return cls(
            data=data,
            database_url=database_url or f"sqlite:///{_made(data) / 'stammkunde.sqlite3'}",
            secret_keys=given or (_kept_key(_made(data)),),
            url=url,
        )


def _default_data(env: Mapping[str, str]) -> Path:
    home = env.get("XDG_DATA_HOME") or Path(env.get("HOME", ".")) / ".local" / "share"
    return Path(home) / "stammkunde"


def _weakness(key: str) -> str:
    """Why a secret must be refused; "" for a good one. Never repeats the secret."""
    if len(key) < SHORTEST_SECRET:
        return (
            f"STAMMKUNDE_SECRET_KEY has {len(key)} characters; it needs {SHORTEST_SECRET} or more."
        )
    if len(set(key)) < 12 or any(word in key.lower() for word in _KNOWN):
        return "STAMMKUNDE_SECRET_KEY can be guessed; use a random one."
    return ""


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
        key = file.read_text().strip()
        if _weakness(key):
            raise ConfigError(f"{file} is damaged; restore it from your backup.") from None
        return key
    key = secrets.token_urlsafe(48)
    with os.fdopen(made, "w") as kept:
        kept.write(key + "\n")
    return key
