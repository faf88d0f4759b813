"""Additions to the page's head: language, style sheet, icon and the preload of the app's module."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from webui.static.assets import PAGE_SHEET, asset_address, studio_address

# Gradio reads navigator.language once, before any script that a Blocks app can add. So this script,
# with the choice stored by assets/web/components/language.js, is placed before Gradio's own.
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
    f'<link rel="icon" type="image/svg+xml" href="{asset_address("icons/mark.svg")}">'
    f'<script type="module" src="{studio_address()}"></script>'
).encode()


class ScriptPreload:
    """ASGI middleware that adds the style sheet and two constant scripts to the page's head."""

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
            page = bytes(body).replace(b"<head>", _LANGUAGE, 1)
            page = page.replace(b"</head>", _OWN_PARTS + b"</head>", 1)
            await send(_with_length(started[0], len(page)))
            await send({"type": "http.response.body", "body": page})

        await self._app(scope, receive, hold)


def _with_length(start: Message, num_bytes: int) -> Message:
    headers = [(name, value) for name, value in start["headers"] if name != b"content-length"]
    return {**start, "headers": [*headers, (b"content-length", str(num_bytes).encode())]}
