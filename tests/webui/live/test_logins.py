"""A live recording of a person whose login ends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.webui.live.live_browser import ORIGIN, PATH, connected, hello
from tests.webui.live.sound import SECOND, sound
from tests.webui.login_clients import client_of, log_in
from webui.services.container import Services

LOGGED_OUT = 4001


def end_session(client: TestClient) -> None:
    client.post("/logout")


def end_token(client: TestClient) -> None:
    (token,) = client.get("/studio/tokens").json()["tokens"]
    assert client.request("DELETE", f"/studio/tokens/{token['id']}", json={}).is_success


def by_session(client: TestClient) -> TestClient:
    return client


def by_token(client: TestClient) -> TestClient:
    secret = client.post("/studio/tokens", json={"name": "program"}).json()["secret"]
    headers = {"origin": ORIGIN, "authorization": f"Bearer {secret}"}
    return TestClient(client.app, base_url=ORIGIN, headers=headers)


@pytest.mark.parametrize(
    ("recorded_by", "end_login"), [(by_session, end_session), (by_token, end_token)]
)
def test_a_connection_ends_with_its_login_and_the_recording_goes_on_after_the_next(
    services: Services,
    workspace: Path,
    recorded_by: Callable[[TestClient], TestClient],
    end_login: Callable[[TestClient], None],
) -> None:
    client = client_of(services, workspace, base_url=ORIGIN, headers={"origin": ORIGIN})
    log_in(client)
    recorder = recorded_by(client)
    with connected(recorder) as (browser, welcome):
        browser.send_sound(sound(1))
        browser.receive("final")
        end_login(client)

        told = browser.receive("error")
        assert (told["code"], told["is_fatal"]) == ("logged_out", True)
        assert told["message"].endswith(".")
        assert browser.socket.receive()["code"] == LOGGED_OUT

    session = {"session": welcome["session"], "token": welcome["token"]}
    assert recorder.post(PATH, json=hello(**session)).status_code == 401
    log_in(client)
    with connected(client, **session) as (browser, again):
        assert again["next_sample"] == SECOND
        browser.send_sound(sound(1), first_sample=SECOND)
        browser.stop(2 * SECOND)
        browser.receive("settled")
