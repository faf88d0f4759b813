"""Lets the reader's chosen language reach Gradio's own words."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Gradio asks navigator.language once, before anything that a Blocks app can add has run. So the
# choice, kept in the browser by assets/web/language.js, is put before Gradio's own scripts.
_SCRIPT = b"""<head><script>
(() => {
  const chosen = localStorage.getItem("speaker-studio:language");
  if (chosen !== "zh" && chosen !== "en") return;
  const locale = chosen === "zh" ? "zh-CN" : "en";
  Object.defineProperty(navigator, "language", { get: () => locale });
  Object.defineProperty(navigator, "languages", { get: () => [locale] });
})();
</script>"""


class LanguageFirst:
    """ASGI middleware: adds one constant script to the head of the page itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything through; only the page at `/` gets the script."""
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
            page = bytes(body).replace(b"<head>", _SCRIPT, 1)
            await send(_with_length(started[0], len(page)))
            await send({"type": "http.response.body", "body": page})

        await self._app(scope, receive, hold)


def _with_length(start: Message, num_bytes: int) -> Message:
    headers = [(name, value) for name, value in start["headers"] if name != b"content-length"]
    return {**start, "headers": [*headers, (b"content-length", str(num_bytes).encode())]}
