"""The page that Shopware's administration shows of us: no cookie, and framed by that one shop only."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from datetime import datetime
from urllib.parse import urlsplit

from adapters.shopware.words import text

_PLAIN = re.compile(r"[A-Za-z0-9.:\[\]-]+")
"""What a policy can name; a blank or a semicolon in an address would add words to it."""
_SCRIPT = "window.parent.postMessage('sw-app-loaded','*');"
"""Shopware waits five seconds for this word and shows an error instead of the page after that."""
_STYLE = (
    "body{margin:0;padding:48px 24px;font:16px/1.5 Inter,-apple-system,'Segoe UI',sans-serif;"
    "color:#1a202c;background:#f7f9fb}"
    "main{max-width:560px;margin:0 auto;padding:32px;background:#fff;border:1px solid #d8dde6;"
    "border-radius:8px}"
    "h1{margin:0 0 16px;font-size:24px}p{margin:0 0 12px}small{color:#52667a}"
    "a{display:inline-block;margin-top:12px;padding:10px 20px;border-radius:4px;background:#0065c2;"
    "color:#fff;text-decoration:none}a:focus{outline:3px solid #1a202c;outline-offset:2px}"
)
_PAGE = """<!doctype html>
<html lang="{lang}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>{style}</style>
<main><h1>{title}</h1>{body}</main>
<script>{script}</script></html>
"""


def page(lang: str, sentence: str, *, note: str = "", link: str = "") -> str:
    body = f"<p>{html.escape(sentence)}</p>"
    if note:
        body += f"<p><small>{html.escape(note)}</small></p>"
    if link:
        label = html.escape(text(lang, "open"))
        body += (
            f'<a href="{html.escape(link)}" target="_blank" rel="noopener noreferrer">{label}</a>'
        )
    title = html.escape(text(lang, "title"))
    return _PAGE.format(lang=lang, title=title, style=_STYLE, body=body, script=_SCRIPT)


def last_word(lang: str, at: datetime | None) -> str:
    if at is None:
        return text(lang, "never")
    shape = "%d.%m.%Y, %H:%M UTC" if lang == "de" else "%Y-%m-%d, %H:%M UTC"
    return text(lang, "last", at=at.strftime(shape))


def headers(shop_url: str) -> dict[str, str]:
    """`shop_url` "": shown in no frame at all."""
    parts = urlsplit(shop_url)
    sound = parts.scheme in ("http", "https") and _PLAIN.fullmatch(parts.netloc)
    frame = f"{parts.scheme}://{parts.netloc}" if sound else "'none'"
    policy = (
        f"default-src 'none'; script-src {_hash(_SCRIPT)}; style-src {_hash(_STYLE)}; "
        f"base-uri 'none'; form-action 'none'; frame-ancestors {frame}"
    )
    return {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }


def _hash(text_: str) -> str:
    digest = hashlib.sha256(text_.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
