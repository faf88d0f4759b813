"""Tests of how much of the machine live recordings may take, and one visitor or address of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from pipeline.engines.inline import InlineEngine
from pipeline.models.locations import ModelLocations
from tests.conditions import LONGEST_WAIT_S, eventually
from tests.webui.live.live_browser import ORIGIN, connected, hello
from tests.webui.live.scripted_recognition import Recognitions, ScriptedRecognition
from tests.webui.live.sound import SECOND, sound
from tests.webui.live.test_socket import close_code
from tests.webui.services.fake_work import load_fake_pipeline
from webui.auth.demo_visitors import DemoVisitors
from webui.auth.signing import Signer
from webui.config.limits import DEMO_LIMITS
from webui.config.settings import VisitorSettings
from webui.live.sessions import LiveLimits
from webui.routes.pages import build_routes
from webui.services.container import Services, open_services
from webui.services.models import ModelsService

FULL = 4008
NUM_SESSIONS = 2
HERE, ELSEWHERE = "192.0.2.1", "198.51.100.1"
Visit = Callable[[str], TestClient]


class SlowRecognition(ScriptedRecognition):
    """Recognition whose end lasts until the test permits it."""

    may_finish = threading.Event()

    def finish(self) -> None:
        self.may_finish.wait(LONGEST_WAIT_S)
        super().finish()


@pytest.fixture
def demo(tmp_path: Path, recognitions: Recognitions) -> Iterator[Services]:
    """The services of a public demo."""
    services = open_services(
        tmp_path / "workspace",
        InlineEngine(load_fake_pipeline),
        ModelsService(ModelLocations(tmp_path / "models")),
        limits=DEMO_LIMITS,
        start_recognition=recognitions,
    )
    yield services
    services.close()


@pytest.fixture
def visit(demo: Services) -> Visit:
    """A function that opens the demo's page in a new browser with an address."""
    page = Route("/", lambda _: PlainTextResponse("page"))
    signer = Signer(b"k" * 32, "visitor")
    visitors = Middleware(DemoVisitors, demo.access, signer, VisitorSettings())
    app = Starlette(routes=[page, *build_routes(demo)], middleware=[visitors])

    def open_page(address: str) -> TestClient:
        client = TestClient(
            app, base_url=ORIGIN, headers={"origin": ORIGIN}, client=(address, 50_000)
        )
        client.get("/")
        return client

    return open_page


def num_open(recognitions: Recognitions) -> int:
    return sum(not each.is_closed for each in recognitions.started)


def test_recordings_whose_text_is_not_finished_count_as_recordings(
    client: TestClient,
    services: Services,
    recognitions: Recognitions,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recognitions, "kind", SlowRecognition)
    SlowRecognition.may_finish.clear()
    monkeypatch.setattr(services.live, "limits", LiveLimits(sessions=NUM_SESSIONS))
    for _ in range(NUM_SESSIONS):
        with connected(client) as (browser, _):
            browser.send_sound(sound(1))
            browser.receive("final")
            browser.stop(SECOND)
            eventually(lambda: all(each.is_ending for each in services.live._sessions.values()))

    assert close_code(client, hello()) == FULL
    assert num_open(recognitions) == NUM_SESSIONS

    SlowRecognition.may_finish.set()
    eventually(lambda: num_open(recognitions) == 0)
    with connected(client):
        pass


def test_the_end_of_a_recording_without_sound_does_not_wait_for_its_text(
    client: TestClient, recognitions: Recognitions
) -> None:
    with connected(client) as (browser, _):
        browser.stop(0)
        assert browser.receive("error")["code"] == "nothing_recorded"

    (recognition,) = recognitions.started
    assert recognition.is_closed
    assert not recognition.is_finished


def test_one_address_does_not_take_all_recordings_of_a_demo(
    visit: Visit, demo: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = LiveLimits(sessions=NUM_SESSIONS, address_sessions=DEMO_LIMITS.address_live)
    monkeypatch.setattr(demo.live, "limits", limits)
    with ExitStack() as stack:
        for _ in range(NUM_SESSIONS - 1):
            stack.enter_context(connected(visit(HERE)))

        assert close_code(visit(HERE), hello()) == FULL
        stack.enter_context(connected(visit(ELSEWHERE)))


def test_a_visitor_without_sound_does_not_keep_a_recording_open(
    visit: Visit, demo: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    longest_s = 2 * 60 * DEMO_LIMITS.live_minutes
    with connected(visit(HERE)) as (browser, _):
        (recording,) = demo.live._sessions.values()
        opened_s = recording._opened_s

        monkeypatch.setattr(recording, "_opened_s", opened_s - longest_s)
        assert browser.receive("error")["code"] == "nothing_recorded"


def test_deleted_live_recordings_still_count_towards_a_visitors_hours(
    visit: Visit, demo: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = replace(DEMO_LIMITS, visitor_hours=2.5 / 3_600)
    monkeypatch.setattr(demo.live._library._keeper, "limits", limits)
    ann = visit(HERE)
    for _ in range(3):
        with connected(ann) as (browser, welcome):
            browser.send_sound(sound(1))
            browser.receive("final")
            path = f"/studio/recordings/{welcome['recording_id']}"
            assert ann.request("DELETE", path, json={}).is_success

    assert close_code(ann, hello()) == FULL
