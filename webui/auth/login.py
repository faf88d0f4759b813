"""Login with user name and password."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from webui.auth.access_tokens import AccessTokens, bearer_token_of
from webui.auth.client_address import address_group
from webui.auth.login_bound import LoginBoundExchange
from webui.auth.login_page import Failure, login_page
from webui.auth.password_checks import PasswordChecks, TooManyLoginsError
from webui.auth.rate_limit import Attempt, LoginThrottle, TooManyFailuresError
from webui.auth.sessions import DEVICE_S, SESSION_S, Sessions
from webui.auth.visitor import Visit, cookie_header, cookie_of, note_visit
from webui.config.accounts import Accounts
from webui.services.access import AccessService, Visitor
from webui.texts.visitor_messages import page_language

COOKIE = "speaker_studio_session"
DEVICE_COOKIE = "speaker_studio_device"
_MAX_FORM_BYTES = 10_000
# Programs with a token do not manage tokens: a stolen one could otherwise outlive its revocation.
_SESSION_PREFIX = "/studio/tokens"
# Public: static files, results shared by a secret address, and Gradio's own startup call.
_OPEN_PREFIXES = ("/studio/assets/", "/studio/texts/", "/studio/shared/")
_OPEN_PATHS = frozenset({"/gradio_api/startup-events"})


@dataclass(frozen=True, slots=True)
class _Login:
    """Login of a request by a session or an access token.

    Attributes:
        name: user name.
        is_valid: returns whether the session or token is still valid.
    """

    name: str
    is_valid: Callable[[], bool]


class LoginRequired:
    """ASGI middleware that redirects or refuses requests without a valid session or token."""

    def __init__(
        self,
        app: ASGIApp,
        access: AccessService,
        accounts: Accounts,
        sessions: Sessions,
        tokens: AccessTokens,
    ) -> None:
        self._app = app
        self._access = access
        self._checks = PasswordChecks(accounts)
        self._sessions = sessions
        self._tokens = tokens
        self._throttle = LoginThrottle()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on requests of people who are logged in; send others to the login page or refuse."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        path = "/" + scope["path"].strip("/")
        if scope["type"] == "http" and path in ("/login", "/logout"):
            answer = await self._answer(Request(scope, receive), path)
            await answer(scope, receive, send)
            return
        login = await self._login_of(scope, path)
        if login is not None:
            note_visit(scope, Visit(Visitor(name=login.name), self._access, login.is_valid))
            await self._serve(login, scope, receive, send)
        elif path in _OPEN_PATHS or path.startswith(_OPEN_PREFIXES):
            note_visit(scope, Visit(Visitor(), self._access))
            await self._app(scope, receive, send)
        else:
            await _refuse(scope, receive, send)

    async def _serve(self, login: _Login, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; end its response if the login ends meanwhile."""
        if scope["type"] == "websocket":  # its handler checks the login
            await self._app(scope, receive, send)
            return
        exchange = LoginBoundExchange(receive, send, login.is_valid)
        await self._app(scope, exchange.receive, exchange.send)
        await exchange.end(_refuse, scope)

    async def _login_of(self, scope: Scope, path: str) -> _Login | None:
        """Return the login of a request by its session or token; None if it has no valid one."""
        sealed = cookie_of(scope, COOKIE)
        session = self._sessions.read(sealed)
        if session is not None:
            return _Login(session.name, lambda: self._sessions.read(sealed) is not None)
        token = bearer_token_of(scope)
        if token is None or path.startswith(_SESSION_PREFIX):
            return None
        name = await run_in_threadpool(self._tokens.use, token)
        return None if name is None else _Login(name, partial(self._tokens.is_valid, token))

    async def _answer(self, request: Request, path: str) -> Response:
        if request.method != "POST":
            return login_page(page_language(request)) if path == "/login" else _to(request, "/")
        if path == "/login":
            return await self._log_in(request)
        await self._end_session(request)
        answer = _to(request, "/login")
        answer.raw_headers.append(cookie_header(request.scope, COOKIE, "", max_age_s=0))
        return answer

    async def _log_in(self, request: Request) -> Response:
        """Log in with a form's `username` and `password`; return the answer with the cookies."""
        form = await _read_form(request)
        name = form.get("username", "").strip()
        failure = await self._failure(request, name, form.get("password", ""))
        if failure is not None:
            return login_page(page_language(request), failure)
        await self._end_session(request)  # the browser's previous session
        wants_page = "text/html" in request.headers.get("accept", "")
        answer = _to(request, "/") if wants_page else JSONResponse({"success": True})
        issued = (
            (COOKIE, self._sessions.issue(name), SESSION_S),
            (DEVICE_COOKIE, self._sessions.issue_device(name), DEVICE_S),
        )
        for cookie, value, max_age_s in issued:
            header = cookie_header(request.scope, cookie, value, max_age_s=max_age_s)
            answer.raw_headers.append(header)
        return answer

    async def _failure(self, request: Request, name: str, password: str) -> Failure | None:
        """Check a password within the rate limit; return the failure, or None on success."""
        try:
            attempt = self._attempt(request, name)
        except TooManyFailuresError as error:
            return Failure("login.too_often", 429, name, error.wait_s)
        try:
            is_right = await self._checks.is_password(name, password)
        except TooManyLoginsError as error:
            self._throttle.withdraw(attempt)
            return Failure("login.busy", 503, name, error.wait_s)
        if not is_right:
            return Failure("login.wrong", 401, name)
        self._throttle.forgive(attempt)
        return None

    def _attempt(self, request: Request, name: str) -> Attempt:
        address = address_group(request.client.host) if request.client else ""
        device = self._sessions.device(cookie_of(request.scope, DEVICE_COOKIE), name)
        return self._throttle.admit(address, name, device)

    async def _end_session(self, request: Request) -> None:
        await run_in_threadpool(self._sessions.end, cookie_of(request.scope, COOKIE))


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
