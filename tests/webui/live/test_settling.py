"""Tests of the end of live recordings: an ordinary run settles the transcript in place."""

from __future__ import annotations

import threading
import wave
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.conditions import LONGEST_WAIT_S, eventually
from tests.webui.conftest import transcribe
from tests.webui.live.live_browser import connected
from tests.webui.live.scripted_recognition import Recognitions, ScriptedRecognition
from tests.webui.live.sound import SECOND, sound
from tests.webui.services import fake_work
from tests.webui.services.fake_work import TRANSCRIPT
from webui.services.container import Services
from webui.services.runs.transcription import RecognitionRules

JSON = {"content-type": "application/json"}


def recorded(client: TestClient, seconds: int = 3) -> tuple[dict[str, Any], dict[str, Any]]:
    """Record and stop; return the welcome and the message at the end."""
    with connected(client, options={"title": "周会"}) as (browser, welcome):
        browser.send_sound(sound(seconds))
        browser.until(lambda each: each.get("rev") == seconds and each["type"] == "final")
        browser.stop(seconds * SECOND)
        return welcome, browser.receive("settled", "error")


def test_a_stopped_recording_is_transcribed_in_place(
    client: TestClient, services: Services, recognitions: Recognitions
) -> None:
    welcome, settled = recorded(client)

    assert settled["type"] == "settled"
    (row,) = client.get("/studio/recordings").json()["recordings"]
    assert row["transcript_id"] == settled["transcript_id"]
    assert row["run"]["state"] == "done"
    assert row["is_finished"]
    assert not row["run"]["is_continued"]
    assert not row["run"]["is_live"]
    assert row["num_transcripts"] == 1
    shown = client.get(f"/studio/recordings/{welcome['recording_id']}").json()
    assert [each["text"] for each in shown["sentences"]] == [
        each.text for each in TRANSCRIPT.sentences
    ]
    assert [each["speaker"] for each in shown["sentences"]] == ["S1", "S2"]
    assert recognitions.started[0].is_finished
    assert recognitions.started[0].is_closed


class UnhurriedRecognition(ScriptedRecognition):
    """A recognition whose last sentences take until `may_end` is set."""

    may_end = threading.Event()

    def finish(self) -> None:
        """Wait."""
        assert self.may_end.wait(LONGEST_WAIT_S)
        super().finish()


def test_the_library_says_that_a_stopped_recording_is_being_finished(
    client: TestClient, recognitions: Recognitions
) -> None:
    recognitions.kind = UnhurriedRecognition
    with connected(client) as (browser, _):
        browser.send_sound(sound(2))
        browser.stop(2 * SECOND)
        browser.until(lambda each: each.get("rev") == 2)
        eventually(lambda: live_state(client) == "ending")
        UnhurriedRecognition.may_end.set()
        browser.receive("settled")
        assert live_state(client) is None


def test_the_library_says_that_a_recording_is_paused_while_no_sound_comes(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connected(client) as (browser, _):
        browser.send_sound(sound(1))
        browser.receive("final")
        assert live_state(client) == "recording"

        monkeypatch.setattr("webui.live.recording.PAUSED_S", 0.0)
        assert live_state(client) == "paused"


def live_state(client: TestClient) -> str | None:
    """Return what the library says about the only recording."""
    (row,) = client.get("/studio/recordings").json()["recordings"]
    state: str | None = row["run"]["live_state"]
    return state


def test_the_run_reads_exactly_the_samples_that_were_sent(
    client: TestClient, services: Services, tmp_path: Path
) -> None:
    welcome, _ = recorded(client)
    # The fake pipeline's playback copy is a mark and the bytes of the file that it has read.
    copy = services.recordings.audio_path(welcome["recording_id"]).read_bytes()
    path = tmp_path / "read.wav"
    path.write_bytes(copy.removeprefix(b"fLaC"))
    with wave.open(str(path)) as file:
        assert file.getparams()[:4] == (1, 2, SECOND, 3 * SECOND)
        assert file.readframes(3 * SECOND) == sound(3)


def test_edits_made_during_the_talk_survive_settling(client: TestClient) -> None:
    with connected(client) as (browser, welcome):
        browser.send_sound(sound(5))
        browser.until(lambda each: each.get("rev") == 5 and each["type"] == "final")
        (row,) = client.get("/studio/recordings").json()["recordings"]
        path = f"/studio/transcripts/{row['growing_id']}"
        opened = client.get(path).json()
        edited = next(each for each in opened["utterances"] if each["text"] == "句4。")
        answer = client.post(
            f"{path}/edits",
            json={
                "base": opened["revision"],
                "client_edit_id": "1" * 32,
                "kind": "correct_text",
                "utterance_id": edited["id"],
                "text": "改过。",
            },
        )
        assert answer.status_code == 200, answer.text
        browser.send_sound(sound(1), first_sample=5 * SECOND)
        browser.stop(6 * SECOND)
        assert browser.receive("settled")["transcript_id"] == row["growing_id"]

    shown = client.get(f"/studio/recordings/{welcome['recording_id']}").json()
    texts = [each["text"] for each in shown["sentences"]]
    assert texts == [*(each.text for each in TRANSCRIPT.sentences), "改过。"]


def test_the_settled_transcript_equals_that_of_an_uploaded_file(
    client: TestClient, services: Services, tmp_path: Path
) -> None:
    ticket = transcribe(services, tmp_path, content=b"sound", title="周会")
    welcome, _ = recorded(client)
    for name in ("json", "srt", "rttm"):
        written = [
            client.get(f"/studio/recordings/{each}/export/{name}").content
            for each in (ticket.recording_id, welcome["recording_id"])
        ]
        assert written[0] == written[1]


def test_samples_that_arrive_after_the_stop_are_awaited(
    client: TestClient, services: Services
) -> None:
    content = sound(2)
    with connected(client) as (browser, welcome):
        browser.send_sound(content[: 2 * SECOND])
        browser.stop(2 * SECOND)
        browser.until(lambda each: each.get("durable_sample") == SECOND)
        (row,) = client.get("/studio/recordings").json()["recordings"]
        assert row["run"]["state"] == "running"
        browser.send_sound(content[2 * SECOND :], first_sample=SECOND)
        browser.receive("settled")

    assert services.recordings.audio_path(welcome["recording_id"]).read_bytes().endswith(content)


def test_a_recording_without_samples_is_removed(client: TestClient, workspace: Path) -> None:
    with connected(client) as (browser, _):
        browser.stop(0)
        assert browser.receive("error")["code"] == "nothing_recorded"

    assert client.get("/studio/recordings").json()["recordings"] == []
    assert not any((workspace / "live").iterdir())


def test_a_cancelled_recording_keeps_its_text_and_its_sound(
    client: TestClient, services: Services
) -> None:
    with connected(client) as (browser, welcome):
        browser.send_sound(sound(3))
        browser.until(lambda each: each.get("rev") == 3 and each["type"] == "final")
        (row,) = client.get("/studio/recordings").json()["recordings"]
        client.post(f"/studio/runs/{row['run']['id']}/cancel", json={}, headers=JSON)
        assert browser.receive("settled", "error")

    services.transcription.wait(row["run"]["id"], timeout_s=30)
    shown = client.get(f"/studio/recordings/{welcome['recording_id']}").json()
    assert shown["sentences"]
    (row,) = client.get("/studio/recordings").json()["recordings"]
    assert row["can_run_again"]


def test_a_recording_whose_browser_stays_away_ends_by_itself(
    client: TestClient, services: Services
) -> None:
    with connected(client) as (browser, welcome):
        browser.send_sound(sound(2))
        browser.until(lambda each: each.get("durable_sample") == 2 * SECOND)
    services.live.limits = replace(services.live.limits, absent_s=0.0)

    def has_settled() -> bool:
        (row,) = client.get("/studio/recordings").json()["recordings"]
        return bool(row["run"]["state"] == "done")

    eventually(has_settled)
    assert welcome["recording_id"]


def test_a_recording_ends_at_its_greatest_length(services: Services, client: TestClient) -> None:
    services.live.limits = replace(services.live.limits, minutes=1 / 60)
    with connected(client) as (browser, welcome):
        assert welcome["limits"]["max_hours"] == pytest.approx(1 / 3600)
        browser.send_sound(sound(3))
        browser.receive("settled")

    audio = services.recordings.audio_path(welcome["recording_id"]).read_bytes()
    assert audio.endswith(sound(3)[: 2 * SECOND])


@pytest.mark.parametrize("learns", [False, True], ids=["same options", "other options"])
def test_a_failed_settling_keeps_what_was_found_and_can_be_repeated(
    client: TestClient, services: Services, monkeypatch: pytest.MonkeyPatch, learns: bool
) -> None:
    read = fake_work.FakePipeline.__call__

    def broken(*_: object) -> None:
        raise fake_work.AudioError("The file cannot be read")

    monkeypatch.setattr(fake_work.FakePipeline, "__call__", broken)
    welcome, end = recorded(client)
    assert end["code"] == "not_settled"
    path = f"/studio/recordings/{welcome['recording_id']}"
    assert [each["text"] for each in client.get(path).json()["sentences"]] == [
        "句0。",
        "句1。",
        "句2。",
    ]
    (row,) = client.get("/studio/recordings").json()["recordings"]

    monkeypatch.setattr(fake_work.FakePipeline, "__call__", read)
    if learns:  # what was learnt since the recording changes the options of the run
        rules = RecognitionRules(revise=lambda options: replace(options, diarize_only=True))
        monkeypatch.setattr(services.transcription, "_recognition", rules)
    again = services.transcription.run_again(row["run"]["id"])
    services.transcription.wait(again.run_id, timeout_s=30)

    shown = client.get(path).json()
    assert shown["transcript_id"] == row["growing_id"]
    assert [each["text"] for each in shown["sentences"]] == [
        each.text for each in TRANSCRIPT.sentences
    ]


def test_a_stopped_session_tells_a_browser_that_returns_how_it_ended(client: TestClient) -> None:
    welcome, settled = recorded(client)
    session = {"session": welcome["session"], "token": welcome["token"], "last_rev": 3}
    with connected(client, **session) as (browser, _):
        assert browser.receive("settled") == settled
