"""Language of a visitor's messages, and removal of the server's folder names from them."""

from __future__ import annotations

import re

from starlette.requests import Request

from webui.texts.catalogue import LANGUAGES

# A path begins at a word's beginning; an address such as https://host/page has none, and
# Gradio's routes, which messages name to programs, are no paths of the machine.
_BEGIN = r"(?!/gradio_api/)(?:(?:[a-z]+://)?/(?!/)|~/|[A-Za-z]:[\\/]|\\\\)"
_QUOTED = re.compile(rf"""(?<=['"“‘「]){_BEGIN}[^'"”’」\n]*(?=['"”’」])""")
_BARE = re.compile(rf"""(?<![A-Za-z0-9_/:.~\\-]){_BEGIN}[^\s'"“”‘’「」,;:()<>，。；：（）]*\w""")


def without_folders(message: str) -> str:
    """Return a message in which each absolute path is reduced to its last component."""
    return _BARE.sub(_last_name, _QUOTED.sub(_last_name, message))


def _last_name(path: re.Match[str]) -> str:
    return re.split(r"[\\/]", path[0].rstrip("\\/"))[-1]


def page_language(request: Request) -> str:
    """Return the language that a request names in `language`, or else in its headers."""
    asked = request.query_params.get("language", "")
    if asked in LANGUAGES:
        return asked
    return "zh" if request.headers.get("accept-language", "").lower().startswith("zh") else "en"
