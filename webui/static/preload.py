"""Head of the page: language, style sheet, icons, description, preload of the app's module.

Gradio's own descriptions of the page for search engines and messengers are removed.
"""

from __future__ import annotations

import re
from html import escape

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from webui.static.assets import PAGE_SHEET, asset_address, studio_address

# Gradio reads navigator.language once, before any script that a Blocks app can add. So this script,
# with the choice stored by assets/web/components/text/language.js, is placed before Gradio's own.
_LANGUAGE = b"""<head><script>
(() => {
  const chosen = localStorage.getItem("speaker-studio:language");
  if (chosen !== "zh" && chosen !== "en") return;
  const locale = chosen === "zh" ? "zh-CN" : "en";
  Object.defineProperty(navigator, "language", { get: () => locale });
  Object.defineProperty(navigator, "languages", { get: () => [locale] });
})();
</script>"""
# It loads the workspace's data while Gradio's scripts are still loading. Gradio's components import
# it later under the same address, so it is one module.
_OWN_PARTS = (
    f'<link rel="stylesheet" href="{asset_address(PAGE_SHEET)}">'
    f'<link rel="icon" sizes="32x32" type="image/png" href="{asset_address("icons/icon-32.png")}">'
    f'<link rel="icon" type="image/svg+xml" href="{asset_address("icons/mark.svg")}">'
    f'<link rel="apple-touch-icon" href="{asset_address("icons/icon-180.png")}">'
    '<meta name="theme-color" media="(prefers-color-scheme: light)" content="#f6f8f7">'
    '<meta name="theme-color" media="(prefers-color-scheme: dark)" content="#101314">'
    f'<script type="module" src="{studio_address()}"></script>'
).encode()
_TITLE = "Speaker Studio"
_DESCRIPTION = "谁在何时说了什么 · Who said what, when"
_PICTURE_SIZE = (1200, 630)
_OF_GRADIO = re.compile(
    rb"<meta\s+(?:property=\"og:|name=\"twitter:)[^>]*>|<link\s+rel=\"manifest\"[^>]*>"
)


class ScriptPreload:
    """ASGI middleware that replaces Gradio's parts of the page's head by the app's."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass every request on and add the elements to the page at `/`."""
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"].strip("/"):
            await self._app(scope, receive, send)
            return
        started: list[Message] = []
        body = bytearray()

        async def hold(message: Message) -> None:
            if message["type"] == "http.response.start":
                started.append(message)
                return
            body.extend(message.get("body", b""))
            if message.get("more_body", False):
                return
            page = _OF_GRADIO.sub(b"", bytes(body)).replace(b"<head>", _LANGUAGE, 1)
            own = _OWN_PARTS + _description(_root_of(scope))
            page = page.replace(b"</head>", own + b"</head>", 1)
            await send(_with_length(started[0], len(page)))
            await send({"type": "http.response.body", "body": page})

        await self._app(scope, receive, hold)


def _root_of(scope: Scope) -> str:
    """Return the page's address as the browser has it, without a final slash."""
    host = next((value for name, value in scope["headers"] if name == b"host"), b"")
    root: str = scope.get("root_path", "")
    return f"{scope.get('scheme', 'http')}://{host.decode('latin-1')}{root}".rstrip("/")


def _description(root: str) -> bytes:
    """Return the tags that describe the page in messengers and search engines."""
    width, height = _PICTURE_SIZE
    properties = {
        "og:type": "website",
        "og:site_name": _TITLE,
        "og:title": _TITLE,
        "og:description": _DESCRIPTION,
        "og:url": f"{root}/",
        "og:image": f"{root}/{asset_address('icons/share.png')}",
        "og:image:width": str(width),
        "og:image:height": str(height),
    }
    tags = [
        f'<meta property="{name}" content="{escape(value)}">' for name, value in properties.items()
    ]
    tags.append(f'<meta name="description" content="{escape(_DESCRIPTION)}">')
    tags.append('<meta name="twitter:card" content="summary_large_image">')
    return "".join(tags).encode()


def _with_length(start: Message, num_bytes: int) -> Message:
    headers = [(name, value) for name, value in start["headers"] if name != b"content-length"]
    return {**start, "headers": [*headers, (b"content-length", str(num_bytes).encode())]}
