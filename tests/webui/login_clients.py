"""Clients of an app with login."""

import hashlib
import secrets

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from webui.auth.access_tokens import AccessTokens
from webui.auth.ended_sessions import EndedSessions
from webui.auth.login import LoginRequired
from webui.auth.sessions import Sessions
from webui.config.accounts import Accounts, PasswordHash
from webui.routes.access_tokens import build_token_routes
from webui.routes.pages import build_routes


def quick_hash(password):
    """Return a cheap hash, so that tests with a fixed clock stay fast."""
    salt = secrets.token_bytes(16)
    digest = hashlib.scrypt(password.encode(), salt=salt, n=2, r=8, p=1, dklen=32)
    return PasswordHash(2, 8, 1, salt, digest)


HASHES = {"ann": quick_hash("right"), "李雷": quick_hash("对的")}


def client_of(services, workspace, hashes=HASHES, **options):
    """Return a client of an app in the workspace; several may share one workspace."""
    behind = [
        Route("/", lambda request: PlainTextResponse("the page")),
        Route("/gradio_api/{rest:path}", lambda request: PlainTextResponse("gradio")),
    ]
    accounts = Accounts(hashes)
    tokens = AccessTokens(workspace, accounts)
    doorkeeper = Middleware(
        LoginRequired, services.access, accounts, sessions_of(accounts, workspace), tokens
    )
    routes = [*behind, *build_token_routes(tokens), *build_routes(services)]
    app = Starlette(routes=routes, middleware=[doorkeeper])
    return TestClient(app, follow_redirects=False, **options)


def sessions_of(accounts, workspace):
    return Sessions(accounts, b"k" * 32, EndedSessions(workspace))


def log_in(client, name="ann", password="right", **headers):
    return client.post("/login", data={"username": name, "password": password}, headers=headers)
