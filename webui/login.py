"""Lets people in who have a name and a password, and nobody else to anything."""

from __future__ import annotations

import time
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from webui.login_page import login_page
from webui.login_throttle import LoginThrottle
from webui.passwords import Accounts
from webui.services.access import AccessService, Visitor
from webui.signing import Signer
from webui.texts import LANGUAGES
from webui.visits import Visit, cookie_header, cookie_of, note_visit

COOKIE = "speaker_studio_session"
MAX_AGE_S = 14 * 24 * 3600
_MAX_FORM_BYTES = 10_000
# Open to everybody: what the pages are made of, results that somebody has shared by a secret
# address, and the call by which Gradio begins to work, which it makes itself.
_OPEN_PREFIXES = ("/studio/assets/", "/studio/texts/", "/studio/shared/")
_OPEN_PATHS = frozenset({"/gradio_api/startup-events"})


class LoginRequired:
    """ASGI middleware: whoever has not logged in is sent to the login page, or away."""

    def __init__(
        self, app: ASGIApp, access: AccessService, accounts: Accounts, signer: Signer
    ) -> None:
        self._app = app
        self._access = access
        self._accounts = accounts
        self._signer = signer
        self._throttle = LoginThrottle()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what comes from somebody known, with their name noted."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        path = "/" + scope["path"].strip("/")
        if scope["type"] == "http" and path in ("/login", "/logout"):
            answer = await self._answer(Request(scope, receive), path)
            await answer(scope, receive, send)
            return
        name = self._name(scope)
        if name is None and not (path in _OPEN_PATHS or path.startswith(_OPEN_PREFIXES)):
            await _refuse(scope, receive, send)
            return
        note_visit(scope, Visit(Visitor(name=name), self._access))
        await self._app(scope, receive, send)

    async def _answer(self, request: Request, path: str) -> Response:
        if request.method != "POST":
            return login_page(_language(request)) if path == "/login" else _to(request, "/")
        if path == "/login":
            return await self._log_in(request)
        answer = _to(request, "/login")
        answer.raw_headers.append(_session_cookie(request, "", 0))
        return answer

    async def _log_in(self, request: Request) -> Response:
        """Check a form with `username` and `password`, as gradio_client sends it too."""
        form = await _read_form(request)
        name, password = form.get("username", "").strip(), form.get("password", "")
        address = request.client.host if request.client else ""
        language = _language(request)
        if not self._throttle.admits(address, name):
            return login_page(language, problem="login.too_often", name=name, status=429)
        if not await run_in_threadpool(self._accounts.is_password, name, password):
            return login_page(language, problem="login.wrong", name=name, status=401)
        self._throttle.forgive(address, name)
        wants_page = "text/html" in request.headers.get("accept", "")
        answer = _to(request, "/") if wants_page else JSONResponse({"success": True})
        answer.raw_headers.append(_session_cookie(request, self._session(name), MAX_AGE_S))
        return answer

    def _session(self, name: str) -> str:
        ends = int(time.time()) + MAX_AGE_S
        return self._signer.sign(f"{name.encode().hex()}-{ends}-{self._accounts.mark(name)}")

    def _name(self, scope: Scope) -> str | None:
        """Who has logged in; None for nobody, and where the session is over."""
        session = self._signer.read(cookie_of(scope, COOKIE) or "")
        if session is None:
            return None
        name_hex, ends, mark = session.split("-")
        name = bytes.fromhex(name_hex).decode()
        is_over = time.time() >= int(ends) or mark != self._accounts.mark(name)
        return None if is_over else name


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    request = Request(scope, receive)
    wants_page = request.method == "GET" and "text/html" in request.headers.get("accept", "")
    answer = _to(request, "/login") if wants_page else JSONResponse({"error": "login"}, 401)
    await answer(scope, receive, send)


def _to(request: Request, path: str) -> Response:
    return RedirectResponse(request.scope.get("root_path", "").rstrip("/") + path, 303)


def _session_cookie(request: Request, value: str, max_age_s: int) -> tuple[bytes, bytes]:
    is_secure = request.url.scheme == "https"
    name, header = cookie_header(COOKIE, value, max_age_s=max_age_s, embedded=False)
    return name, header + (b"; Secure" if is_secure else b"")


def _language(request: Request) -> str:
    asked = request.query_params.get("language", "")
    if asked in LANGUAGES:
        return asked
    return "zh" if request.headers.get("accept-language", "").lower().startswith("zh") else "en"


async def _read_form(request: Request) -> dict[str, str]:
    received = bytearray()
    try:
        async for block in request.stream():
            received += block
            if len(received) > _MAX_FORM_BYTES:
                return {}
    except ClientDisconnect:
        return {}
    fields = parse_qs(received.decode("utf-8", errors="replace"), keep_blank_values=True)
    return {key: values[0] for key, values in fields.items()}
