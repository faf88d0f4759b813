"""Tests of live recordings over a restart of the program, and on a full disk."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.conditions import eventually
from tests.storage.tiny_disk import tiny_disk
from tests.webui.live.conftest import Reopen, client_of
from tests.webui.live.live_browser import connected
from tests.webui.live.scripted_recognition import Recognitions
from tests.webui.live.sound import SECOND, sound
from tests.webui.services.fake_work import TRANSCRIPT
from webui.services.container import Services

SETTLED = [each.text for each in TRANSCRIPT.sentences]


def rows(client: TestClient) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = client.get("/studio/recordings").json()["recordings"]
    return listed


def recorded(services: Services, content: bytes) -> dict[str, Any]:
    """Record without a stop; return what a browser needs to go on."""
    num_samples = len(content) // 2
    with connected(client_of(services), options={"title": "周会"}) as (browser, welcome):
        browser.send_sound(content)
        browser.until(lambda each: each.get("durable_sample") == num_samples)
    return {"session": welcome["session"], "token": welcome["token"], "last_rev": 1}


@pytest.fixture(params=["stopped", "killed"])
def reopened(
    request: pytest.FixtureRequest, reopen: Reopen, workspace: Path, tmp_path: Path
) -> tuple[Services, dict[str, Any]]:
    """Services after a restart in the middle of a recording of three seconds."""
    first = reopen(workspace)
    session = recorded(first, sound(3))
    if request.param == "stopped":
        first.close()
        return reopen(workspace), session
    # A killed program leaves its files as they are at that moment.
    shutil.copytree(workspace, tmp_path / "killed")
    first.close()
    return reopen(tmp_path / "killed"), session


def test_a_recording_goes_on_after_a_restart_without_a_lost_sample(
    reopened: tuple[Services, dict[str, Any]], recognitions: Recognitions
) -> None:
    services, session = reopened
    client = client_of(services)
    (row,) = rows(client)
    assert row["run"]["state"] == "running"
    content = sound(5)
    with connected(client, **session) as (browser, welcome):
        assert welcome["next_sample"] == 3 * SECOND
        assert welcome["rev"] == 3
        browser.send_sound(content[2 * 3 * SECOND :], first_sample=3 * SECOND)
        browser.until(lambda each: each.get("rev") == 5 and each["type"] == "final")
        assert browser.texts() == ["句1。", "句2。", "句3。", "句4。"]
        assert recognitions.started[-1].last_segment == 2
        shown = client.get(f"/studio/recordings/{row['id']}").json()
        assert [each["text"] for each in shown["sentences"]] == [f"句{n}。" for n in range(5)]
        browser.stop(5 * SECOND)
        assert browser.receive("settled")["transcript_id"] == row["growing_id"]

    assert services.recordings.audio_path(row["id"]).read_bytes().endswith(content)


def test_a_recording_whose_browser_never_returns_settles_after_a_restart(
    reopened: tuple[Services, dict[str, Any]],
) -> None:
    services, _ = reopened
    client = client_of(services)
    services.live.limits = replace(services.live.limits, absent_s=0.0)

    eventually(lambda: rows(client)[0]["run"]["state"] == "done")

    (row,) = rows(client)
    shown = client.get(f"/studio/recordings/{row['id']}").json()
    assert [each["text"] for each in shown["sentences"]] == SETTLED
    assert row["num_transcripts"] == 1


def test_a_session_is_forgotten_when_it_has_settled_and_nobody_has_returned(
    services: Services, workspace: Path
) -> None:
    recorded(services, sound(1))
    services.live.limits = replace(services.live.limits, absent_s=0.0)

    eventually(lambda: not any((workspace / "live").iterdir()))

    (row,) = rows(client_of(services))
    assert row["run"]["state"] == "done"


def test_a_stop_before_the_restart_is_remembered(reopen: Reopen, workspace: Path) -> None:
    first = reopen(workspace)
    with connected(client_of(first)) as (browser, welcome):
        browser.send_sound(sound(1))
        browser.stop(2 * SECOND)
        browser.until(lambda each: each.get("durable_sample") == SECOND)
    first.close()
    client = client_of(reopen(workspace))
    session = {"session": welcome["session"], "token": welcome["token"], "last_rev": 1}
    with connected(client, **session) as (browser, _):
        browser.send_sound(sound(1, seed=1), first_sample=SECOND)
        assert browser.receive("settled")


def test_a_full_disk_is_reported_and_nothing_is_lost_once_there_is_room(
    reopen: Reopen, workspace: Path
) -> None:
    workspace.mkdir()
    content = sound(8)
    with tiny_disk(workspace / "live", kilobytes=128) as disk:
        services = reopen(workspace)
        with connected(client_of(services)) as (browser, welcome):
            browser.send_sound(content)
            while not {"error", "nack"} <= {each["type"] for each in browser.received}:
                browser.receive("error", "nack")
            told = {each["type"]: each for each in browser.received}
            assert told["error"]["code"] == "no_room"
            assert not told["error"]["is_fatal"]
            again = told["nack"]["next_sample"]
            assert 0 < again < 8 * SECOND
            remount = ["mount", "-o", "remount,size=2m", str(disk)]
            subprocess.run(remount, check=True)
            browser.send_sound(content[2 * again :], first_sample=again)
            browser.until(lambda each: each.get("durable_sample") == 8 * SECOND)
            spool = disk / welcome["session"] / "audio.s16"
            assert spool.read_bytes() == content
        services.close()
        reopen(workspace.parent / "other")  # the fixture closes it instead


def test_a_recording_does_not_begin_on_a_full_disk(reopen: Reopen, workspace: Path) -> None:
    workspace.mkdir()
    with tiny_disk(workspace / "live", kilobytes=4) as disk:
        (disk / "full").write_bytes(bytes(4_000))
        services = reopen(workspace)
        client = client_of(services)
        answer = client.post("/studio/live", json={"type": "hello", "v": 1})
        assert answer.status_code == 429
        assert answer.json()["error"] == "no_room"
        assert rows(client) == []


def test_the_recognition_rests_while_the_browser_is_away_and_then_goes_on(
    services: Services, recognitions: Recognitions
) -> None:
    services.live.limits = replace(services.live.limits, rest_s=0.0, sessions=1)
    session = recorded(services, sound(2))
    eventually(lambda: recognitions.started[0].is_closed)
    client = client_of(services)
    with connected(client):  # the machine has room for another one meanwhile
        pass
    with connected(client, **session) as (browser, _):
        browser.send_sound(sound(1, seed=1), first_sample=2 * SECOND)
        browser.until(lambda each: each.get("rev") == 3 and each["type"] == "final")

    assert recognitions.started[-1].last_segment == 1
