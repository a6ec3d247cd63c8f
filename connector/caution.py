"""What an installation must not start with, each said with the line that repairs it."""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

SHORTEST_SECRET = 32
SURPRISES = 16
"""Characters that the ones before them do not foretell. A random key of 32 hex digits has about 26."""

NEW_KEY = "take what this prints: head -c 48 /dev/urandom | base64"

_WORDS = re.compile(
    "change|secret|example|passwo?r[dt]|passwort|stammkunde|default|test|demo|admin|insecure|"
    "development|production|random|replace|please|update|your|this|key|geheim|schluessel"
)
_ROWS = "qwertyuiop qwertzuiop asdfghjkl zxcvbnm yxcvbnm"
_PAIRS = frozenset(
    [
        "th",
        "he",
        "in",
        "er",
        "an",
        "re",
        "nd",
        "at",
        "on",
        "nt",
        "ha",
        "es",
        "st",
        "en",
        "ed",
        "to",
        "it",
        "ou",
        "ea",
        "hi",
        "is",
        "or",
        "ti",
        "as",
        "te",
        "et",
        "ng",
        "of",
        "al",
        "de",
        "se",
        "le",
        "sa",
        "si",
        "ar",
        "ve",
        "ra",
        "ld",
        "ur",
        "ch",
        "ei",
        "ie",
        "sc",
        "ne",
        "be",
        "ge",
        "un",
        "ll",
        "om",
        "me",
        "ta",
        "ri",
        "el",
        "co",
        "io",
        "ro",
        "la",
        "ma",
        "us",
        "ho",
        "ni",
        "li",
        "no",
    ]
)
_PUBLISHED = frozenset(
    (
        # the examples of Flask's and FastAPI's handbooks, and the key our own tests once used
        "2598f7d6adc142d88161630f3db12ab2bd3403521c281811e5e1ce60d4ac5d76",
        "570dad43de1af4c925f92c16a68a50936da42b7dd6fdeb24850507a1199aac89",
        "bdbb56db4bf77343562cb12323daeb9ce2786d140cc7873e2d43e053a57c236f",
    )
)
"""SHA-256 of keys that anybody can look up."""


def weakness(key: str) -> str:
    """Why a secret must be refused; "" for a good one. Never repeats the secret."""
    if len(key) < SHORTEST_SECRET:
        return (
            f"STAMMKUNDE_SECRET_KEY has {len(key)} characters and needs {SHORTEST_SECRET};"
            f" {NEW_KEY}"
        )
    if any(_guessable(each) for each in (key, *_decoded(key))):
        return f"STAMMKUNDE_SECRET_KEY can be guessed; {NEW_KEY}"
    return ""


def _guessable(key: str) -> bool:
    published = hashlib.sha256(key.encode()).hexdigest() in _PUBLISHED
    return published or _surprises(key) < SURPRISES or _is_words(key)


def _decoded(key: str) -> list[str]:
    """What a key says that is readable text in base64 or hex."""
    said = []
    for decode in (base64.b64decode, base64.urlsafe_b64decode, bytes.fromhex):
        with suppress(ValueError):
            said.append(decode(key).decode("ascii"))
    return [each for each in said if each.isprintable() and 2 * len(each) >= len(key)]


def _surprises(key: str) -> int:
    """Characters that continue no run (abc, 111, qwe), stand in no usual word and repeat nothing."""
    left = _WORDS.sub("", key.lower())
    seen: set[str] = set()
    found = 0
    for place, letter in enumerate(left):
        before, three = left[place - 1 : place], left[max(place - 2, 0) : place + 1]
        run = bool(before) and (abs(ord(letter) - ord(before)) <= 1 or before + letter in _ROWS)
        found += not run and three not in seen
        seen.add(three)
    return found


def _is_words(key: str) -> bool:
    """Whether its letters follow each other as in English or German."""
    joined = re.sub(r"[-_. ]", "", key.lower())
    pairs = [a + b for a, b in pairwise(joined) if a.isalpha() and b.isalpha()]
    usual = sum(pair in _PAIRS for pair in pairs)
    return usual >= 0.45 * len(pairs) and len(pairs) >= 0.55 * len(joined)


def address_problem(url: str) -> str:
    """A public address is encrypted: identity tokens and webhooks travel to it."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return f"STAMMKUNDE_URL is {url!r}; give the public address, https://points.example."
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        return (
            f"STAMMKUNDE_URL is {url}, where everybody on the way could read along; set"
            f" STAMMKUNDE_URL=https://{parts.netloc.rpartition('@')[2]}"
        )
    return ""


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def debug_problems(env: Mapping[str, str]) -> list[str]:
    """Debugging shows the inside of every error to whoever caused it."""
    found = []
    for name in ("FLASK_DEBUG", "FLASK_ENV"):
        value = env.get(name, "").strip().lower()
        if value not in ("", "0", "false", "no", "off", "production"):
            found.append(
                f"{name} is set, and strangers would read the inside of errors; unset {name}"
            )
    return found


def made_private(file: Path) -> str:
    """Make the file readable for its owner only, if it is not there yet; what is wrong, if it is."""
    if os.name != "posix":
        return ""
    try:
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return _open_to_all(file)
    except OSError:
        pass  # whoever opens it says what is wrong with it
    return ""


def _open_to_all(file: Path) -> str:
    """A file is open to everybody if it is, and every folder above lets everybody through."""
    real = file.resolve()
    if real.stat().st_mode & 0o006 and all(up.stat().st_mode & 0o001 for up in real.parents):
        return f"{file} can be read by everybody on this machine; run: chmod 600 {file}"
    return ""
