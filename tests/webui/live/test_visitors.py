"""Tests of who may record live in a public demo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from pipeline.live.events import Lag
from tests.conditions import eventually
from tests.webui.live.live_browser import ORIGIN, PATH, connected, hello
from tests.webui.live.scripted_recognition import Recognitions
from tests.webui.live.sound import SECOND, sound
from tests.webui.live.test_socket import close_code
from webui.auth.demo_visitors import DemoVisitors
from webui.auth.signing import Signer
from webui.auth.visitor import visitor_of
from webui.config.settings import VisitorSettings
from webui.live.sessions import num_sessions
from webui.routes.pages import build_routes
from webui.services.container import Services

REFUSED, FULL, UNKNOWN = 4003, 4008, 4010
Visit = Callable[[], TestClient]


@pytest.fixture
def visit(services: Services) -> Visit:
    """A function that opens the page of a public demo in another browser."""
    page = Route("/", lambda request: PlainTextResponse(visitor_of(request.scope).owner))
    visitors = Middleware(
        DemoVisitors, services.access, Signer(b"k" * 32, "visitor"), VisitorSettings()
    )
    app = Starlette(routes=[page, *build_routes(services)], middleware=[visitors])

    addresses = (f"192.0.2.{number}" for number in count(1))

    def open_page() -> TestClient:
        address = next(addresses), 50_000
        client = TestClient(app, base_url=ORIGIN, headers={"origin": ORIGIN}, client=address)
        client.get("/")
        return client

    return open_page


def test_a_recording_belongs_to_its_visitor_alone(visit: Visit) -> None:
    ann, bo = visit(), visit()
    with connected(ann) as (browser, welcome):
        browser.send_sound(sound(1))
        browser.receive("final")
        path = f"/studio/recordings/{welcome['recording_id']}"
        assert ann.get(path).status_code == 200
        assert bo.get(path).status_code == 404
        assert bo.get("/studio/recordings").json()["recordings"] == []
        session = {"session": welcome["session"], "token": welcome["token"]}
        assert close_code(bo, hello(**session)) == UNKNOWN
        # Ann's connection is still hers.
        browser.send_sound(sound(1), first_sample=SECOND)
        assert browser.until(lambda each: each.get("rev") == 2)


def test_a_browser_that_has_not_opened_the_page_may_not_record(
    visit: Visit, services: Services
) -> None:
    stranger = visit()
    stranger.cookies.clear()

    assert close_code(stranger, hello()) == REFUSED
    assert stranger.post(PATH, json=hello()).status_code == 403
    assert services.recordings.list() == ()


def test_a_visitor_records_once_at_a_time(visit: Visit) -> None:
    ann, bo = visit(), visit()
    with connected(ann):
        assert close_code(ann, hello()) == FULL
        assert ann.post(PATH, json=hello()).status_code == 429
        with connected(bo):
            pass


def test_a_new_recording_ends_a_former_one_whose_page_is_gone(visit: Visit) -> None:
    ann = visit()
    with connected(ann) as (browser, former):
        browser.send_sound(sound(1))
        browser.receive("final")
    with connected(ann):

        def has_ended() -> bool:
            rows = ann.get("/studio/recordings").json()["recordings"]
            states = {each["id"]: each["run"]["state"] for each in rows}
            return bool(states[former["recording_id"]] == "done")

        eventually(has_ended)


def test_no_more_recordings_begin_than_the_machine_can_follow(
    visit: Visit, services: Services
) -> None:
    services.live.limits = replace(services.live.limits, sessions=2)
    browsers = [connected(visit()) for _ in range(2)]
    for each in browsers:
        each.__enter__()

    assert close_code(visit(), hello()) == FULL

    for each in browsers:
        each.__exit__(None, None, None)


def test_no_recording_begins_beside_one_whose_text_is_late(
    visit: Visit, services: Services, recognitions: Recognitions
) -> None:
    services.live.limits = replace(services.live.limits, sessions=9)
    with connected(visit()) as (browser, _):
        recognitions.started[0].report(Lag(2_000, "slow"))
        assert browser.receive("lag") == {"type": "lag", "behind_ms": 2_000, "partials": "slow"}
        assert close_code(visit(), hello()) == FULL
        recognitions.started[0].report(Lag(0, "on"))
        browser.receive("lag")
        with connected(visit()):
            pass


@pytest.mark.parametrize(
    ("recognizer", "cores", "number"),
    [("whisper", 1, 2), ("whisper", 2, 4), ("paraformer", 2, 7), ("", 8, 16), ("other", 1, 2)],
)
def test_the_number_of_recordings_follows_from_the_cores(
    recognizer: str, cores: int, number: int
) -> None:
    assert num_sessions(recognizer, cores) == number
