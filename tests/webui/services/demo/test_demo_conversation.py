"""The demo of a new workspace: the machine's transcript and a reviewed one."""

from pathlib import Path

import pytest

from tests.webui.conftest import transcribe
from webui.services.demo.demo_conversation import DEMO_AUDIO, add_demo, check_workspace_of_visitors

FORMER_DEMO = Path(__file__).parents[3] / "data" / "conversation" / "conversation.flac"


@pytest.fixture
def demo(services, tmp_path):
    ticket = add_demo(services, tmp_path / "workspace")
    services.transcription.wait(ticket.run_id, timeout_s=30)
    return ticket


def test_a_new_workspace_gets_the_demo_in_two_transcripts_the_machines_first(
    services, client, demo
):
    (row,) = client.get("/studio/recordings").json()["recordings"]
    machine, reviewed = client.get(f"/studio/recordings/{row['id']}/transcripts").json()[
        "transcripts"
    ]

    assert (row["num_transcripts"], row["transcript_id"]) == (2, machine["id"])
    assert (machine["imported_from"], machine["percent"]) == (None, 0)
    assert reviewed["imported_from"] == "人工核对 · Reviewed.json"
    assert (reviewed["status"], reviewed["num_speakers"]) == ("verified", 5)
    assert row["run"]["state"] == "done"


def test_the_reviewed_transcript_names_the_speakers(services, client, demo):
    _, reviewed = services.library.transcripts(demo.recording_id)
    view = client.get(f"/studio/transcripts/{reviewed.record.transcript_id}").json()

    assert [each["name"] for each in view["speakers"]] == [
        "主持人",
        "记者",
        "分析师",
        "研究员",
        "人口学者",
    ]
    assert {each["status"] for each in view["utterances"]} == {"verified"}


def test_a_deleted_demo_is_not_added_again(services, client, demo, tmp_path):
    client.request("DELETE", f"/studio/recordings/{demo.recording_id}", json={})

    assert add_demo(services, tmp_path / "workspace") is None
    assert client.get("/studio/recordings").json()["recordings"] == []


def test_a_public_demo_starts_with_the_demo_of_a_former_version(services, tmp_path):
    transcribe(services, tmp_path, content=FORMER_DEMO.read_bytes(), title="former")
    transcribe(services, tmp_path, content=DEMO_AUDIO.read_bytes(), title="demo")

    check_workspace_of_visitors(services)
