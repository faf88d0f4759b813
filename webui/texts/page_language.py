"""Language of a page that the server renders."""

from __future__ import annotations

from starlette.requests import Request

from webui.texts.catalogue import LANGUAGES


def page_language(request: Request) -> str:
    """Return the language that a request names in `language`, or else in its headers."""
    asked = request.query_params.get("language", "")
    if asked in LANGUAGES:
        return asked
    return "zh" if request.headers.get("accept-language", "").lower().startswith("zh") else "en"
