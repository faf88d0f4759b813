"""Validation of HTTP calls to Gradio's functions before Gradio queues them.

Gradio answers a call of an unknown function, or with too few values, with an internal error, and
logs the values. In a mounted app, it also copies every local file that a call names, and downloads
every URL.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any  # calls are JSON

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from webui.protection.json_text import JsonTextError, parse_json

MAX_CALL_BYTES = 1 << 20
_CALLS = re.compile(
    r"/gradio_api/(?:queue/join|(?:run|api|call)/(?P<name>[^/]+)|call/v2/(?P<new_name>[^/]+)"
    r"|cancel|reset|component_server)/?"
)
_STREAMS = re.compile(r"/gradio_api/(?:queue/data|call/[^/]+/(?P<event_id>[^/]+))")
_SESSION = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_IDS = ("session_hash", "event_id")


class GradioCallError(ValueError):
    """Error for a call that is malformed or matches none of the page's functions."""


@dataclass(frozen=True, slots=True)
class GradioFunction:
    """A function of the page that can be called through Gradio's routes.

    Attributes:
        index: number of the function.
        name: public name; None for a private function.
        num_inputs: number of values in a call.
    """

    index: int
    name: str | None
    num_inputs: int


class GradioCalls:
    """ASGI middleware that refuses malformed calls and calls of unknown functions."""

    def __init__(
        self,
        app: ASGIApp,
        functions: Iterable[GradioFunction],
        has_session: Callable[[str], bool],
        is_upload: Callable[[str], bool],
    ) -> None:
        """Store the page's functions.

        Args:
            app: the wrapped app.
            functions: functions of the page.
            has_session: whether Gradio's queue has messages for a session.
            is_upload: whether a path was returned for an upload.
        """
        self._app = app
        self._has_session = has_session
        self._is_upload = is_upload
        listed = tuple(functions)
        self._by_index = {each.index: each for each in listed}
        self._by_name = {each.name: each for each in listed if each.name is not None}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse an invalid call of a Gradio function; pass on all other requests."""
        answer = None
        if scope["type"] == "http" and scope["method"] == "GET":
            answer = self._stream_refusal(scope)
        elif scope["type"] == "http" and scope["method"] == "POST":
            called = _CALLS.fullmatch(scope["path"])
            if called is not None:
                text = await Request(scope, receive).body()
                receive = _replayed(text, receive)
                answer = self._refusal(called, text)
        await (answer or self._app)(scope, receive, send)

    def _stream_refusal(self, scope: Scope) -> Response | None:
        """Return a 404 response if a request for an event stream names an unknown session."""
        asked = _STREAMS.fullmatch(scope["path"])
        if asked is None:
            return None
        session = asked["event_id"] or Request(scope).query_params.get("session_hash", "")
        if self._has_session(session):
            return None
        message = "There is no such session. Load the page again."
        return JSONResponse({"error": "not_found", "message": message}, 404)

    def _refusal(self, called: re.Match[str], text: bytes) -> Response | None:
        try:
            self._check(called, parse_json(text))
        except (GradioCallError, JsonTextError) as error:
            return JSONResponse({"error": "bad_request", "message": str(error)}, 400)
        return None

    def _check(self, called: re.Match[str], body: Any) -> None:
        if not isinstance(body, dict):
            raise GradioCallError("A call is a JSON object.")
        for key in _IDS:
            _check_id(key, body.get(key))
        if not all(map(self._is_upload, _named_paths(body))):
            raise GradioCallError("A call names only files that were uploaded before.")
        if body.get("batched"):
            raise GradioCallError("Calls are made one at a time.")
        name = called["name"]
        if called["new_name"] is not None:
            self._named(called["new_name"])
        elif name is not None or called[0].rstrip("/").endswith("/join"):
            self._check_values(self._function(name, body), body.get("data"))

    def _check_values(self, function: GradioFunction, values: object) -> None:
        if not isinstance(values, list) or len(values) != function.num_inputs:
            raise GradioCallError(f"This call needs a list `data` of {function.num_inputs} values.")

    def _function(self, name: str | None, body: Mapping[str, Any]) -> GradioFunction:
        index = body.get("fn_index")
        if index is None and name is not None:
            return self._named(name)
        found = self._by_index.get(index) if type(index) is int else None
        if found is None:
            raise GradioCallError("There is no function of that fn_index. Load the page again.")
        return found

    def _named(self, name: str) -> GradioFunction:
        found = self._by_name.get(name)
        if found is None:
            known = ", ".join(sorted(self._by_name))
            raise GradioCallError(f"There is no function of that name; there are: {known}.")
        return found


def _named_paths(body: object) -> Iterator[str]:
    """Yield the path of every file object in a call's JSON, at any depth."""
    left = [body]
    while left:
        value = left.pop()
        if isinstance(value, dict):
            left.extend(value.values())
            if isinstance(value.get("path"), str):
                yield value["path"]
        elif isinstance(value, list):
            left.extend(value)


def _check_id(key: str, value: object) -> None:
    if value is not None and not (isinstance(value, str) and _SESSION.fullmatch(value)):
        raise GradioCallError(f"{key} is 1 to 64 letters, digits, '-' and '_'.")


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Return an ASGI `receive` that first replays a body that was already read."""
    is_given = False

    async def receive_again() -> Message:
        nonlocal is_given
        if is_given:
            return await receive()
        is_given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again
