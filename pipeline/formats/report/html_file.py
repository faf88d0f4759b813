"""Writer of HTML (.html): report and transcript in one self-contained file.

Styles, script, font and audio are embedded; the content security policy forbids all else.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from enum import Enum
from functools import cache
from html import escape
from pathlib import Path

from pipeline.formats.document import TranscriptDocument
from pipeline.formats.report.body import report_body
from pipeline.formats.report.markup import markup, tag
from pipeline.formats.report.report import report_of, short_time

MAX_SOUND_MS = 2 * 3_600_000  # about 22 MB of Opus, 29 MB in the page
_WEB = Path(__file__).resolve().parents[3] / "assets" / "web"
_SHEETS = ("styles/tokens.css", "styles/report.css")
_FONT = re.compile(r'url\("([^"]+\.woff2)"\)')


class MissingSound(str, Enum):
    """A reason why a page has no audio, which the page states."""

    TOO_LONG = "sound_too_long"
    UNREADABLE = "sound_unreadable"


@dataclass(frozen=True, slots=True)
class PageSound:
    """Compressed audio to embed in a page, with its media type."""

    content: bytes
    media_type: str


def write_html(document: TranscriptDocument) -> str:
    """Format the document as a page without audio."""
    return _page(document, None, "")


def write_html_with_sound(document: TranscriptDocument, sound: PageSound | MissingSound) -> str:
    """Format the document as a page that plays its turns, or states why it has no audio."""
    if isinstance(sound, MissingSound):
        words = report_of(document).words
        length = short_time(document.transcript.duration_ms)
        note = words(sound.value).format(length=length, limit=short_time(MAX_SOUND_MS))
        return _page(document, None, note)
    encoded = base64.b64encode(sound.content).decode("ascii")
    return _page(document, f"data:{sound.media_type};base64,{encoded}", "")


def _page(document: TranscriptDocument, sound_address: str | None, note: str) -> str:
    report = report_of(document)
    sound = None
    if sound_address is not None:
        sound = tag("audio", controls=True, preload="metadata", src=sound_address)
    body = markup(report_body(report, sound=sound, note=note))
    style, theme, player = _style(), _script("theme.js"), _script("turn_player.js")
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(theme)} {_hash(player)}; "
        "font-src data:; media-src data:; base-uri 'none'; form-action 'none'"
    )
    return f"""<!doctype html>
<html lang="{"zh-CN" if report.language == "zh" else "en"}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(report.title)}</title>
<style>{style}</style>
<script>{theme}</script></head>
<body>{body}
<script type="module">{player}</script></body></html>
"""


@cache
def _style() -> str:
    """Return the style sheets with the font embedded."""
    css = "\n".join((_WEB / sheet).read_text("utf-8") for sheet in _SHEETS)
    return _FONT.sub(_embedded, css)


@cache
def _script(name: str) -> str:
    return (_WEB / "report" / name).read_text("utf-8")


def _embedded(font: re.Match[str]) -> str:
    content = (_WEB / font[1]).read_bytes()
    return f'url("data:font/woff2;base64,{base64.b64encode(content).decode("ascii")}")'


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
