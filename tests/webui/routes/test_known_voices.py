"""Voices that are remembered on request and found again in other recordings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from pipeline.engines.inline import InlineEngine
from storage.db.connections import reading_only
from storage.db.recovery.backups import back_up_beside, list_backups
from tests.browser.review_workspace import add_talk
from tests.webui.services.fake_work import load_fake_pipeline
from webui.routes.pages import build_routes
from webui.services.container import open_services

NUM_SENTENCES = 18  # of three speakers, two seconds each


class Workspace:
    """Three recordings of the same voices, the third by another model."""

    def __init__(self, client: TestClient, folder: Path, ids: list[str]) -> None:
        self.client = client
        self.folder = folder
        self.first, self.second, self.other_model = ids
        self.num_edits = 0

    def view(self, transcript_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get(f"/studio/transcripts/{transcript_id}").json()
        return found

    def edit(self, transcript_id: str, **fields: Any) -> None:
        self.num_edits += 1
        base = self.view(transcript_id)["revision"]
        body = {"client_edit_id": f"{self.num_edits:032}", "base": base, **fields}
        answer = self.client.post(f"/studio/transcripts/{transcript_id}/edits", json=body)
        assert answer.status_code == 200

    def remember(self, *, verified: int = NUM_SENTENCES, name: str = "王经理") -> int:
        """Name and verify the first speaker of the first recording, and remember the voice."""
        view = self.view(self.first)
        speaker_id = view["speakers"][0]["id"]
        self.edit(self.first, kind="rename_speaker", speaker_id=speaker_id, name=name)
        ids = [each["id"] for each in view["utterances"][:verified]]
        self.edit(self.first, kind="verify", utterance_ids=ids)
        answer = self.client.post(
            f"/studio/transcripts/{self.first}/known-voices", json={"speaker_id": speaker_id}
        )
        return answer.status_code

    def names(self, transcript_id: str) -> dict[str, Any]:
        answer = self.client.get(f"/studio/transcripts/{transcript_id}/known-voices")
        found: dict[str, Any] = answer.json()["speakers"]
        return found

    def people(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.client.get("/studio/people").json()["people"]
        return found


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    folder = tmp_path / "workspace"
    talks = [add_talk(folder, name, num_sentences=NUM_SENTENCES) for name in ("aa", "bb")]
    talks.append(add_talk(folder, "cc", num_sentences=NUM_SENTENCES, model_id="another"))
    ids = [each.transcript_id for each in talks]
    services = open_services(folder, InlineEngine(load_fake_pipeline))
    with TestClient(Starlette(routes=build_routes(services))) as client:
        yield Workspace(client, folder, ids)
    services.close()


def test_a_remembered_voice_is_found_in_another_recording_of_the_same_model(
    workspace: Workspace,
) -> None:
    before = workspace.names(workspace.second)

    assert workspace.remember() == 200

    first_speaker = workspace.view(workspace.second)["speakers"][0]["id"]
    (found,) = workspace.names(workspace.second).items()
    assert before == {}
    assert found[0] == first_speaker
    assert (found[1]["name"], found[1]["percent"] >= 90) == ("王经理", True)
    assert workspace.names(workspace.other_model) == {}


def test_a_named_speaker_gets_no_proposal(workspace: Workspace) -> None:
    workspace.remember()
    speaker_id = workspace.view(workspace.second)["speakers"][0]["id"]

    workspace.edit(workspace.second, kind="rename_speaker", speaker_id=speaker_id, name="王经理")

    assert workspace.names(workspace.second) == {}


@pytest.mark.parametrize(("verified", "name"), [(6, "王经理"), (NUM_SENTENCES, "")])
def test_a_voice_needs_a_name_and_verified_speech(
    workspace: Workspace, verified: int, name: str
) -> None:
    assert workspace.remember(verified=verified, name=name) == 422
    assert workspace.people() == []


def test_people_are_listed_with_their_recordings(workspace: Workspace) -> None:
    workspace.remember()
    workspace.remember(name="王 经理")
    workspace.remember(name="王经理")

    first, second = workspace.people()
    assert [first["name"], second["name"]] == ["王 经理", "王经理"]
    ((title, spoken_ms),) = {(each["title"], each["spoken_ms"]) for each in second["recordings"]}
    assert (title, spoken_ms) == ("aa", 12_000)


def test_a_forgotten_person_is_gone_from_the_backups_too(workspace: Workspace) -> None:
    workspace.remember()
    (person,) = workspace.people()
    backup = back_up_beside(workspace.folder / "studio.sqlite3", occasion="test").path

    assert workspace.client.delete(f"/studio/people/{person['id']}").status_code == 403
    answer = workspace.client.request(
        "DELETE", f"/studio/people/{person['id']}", headers={"content-type": "application/json"}
    )

    assert answer.status_code == 200
    assert workspace.people() == []
    assert workspace.names(workspace.second) == {}
    assert [each.path for each in list_backups(workspace.folder / "studio.sqlite3")] == [backup]
    with reading_only(backup) as connection:
        assert connection.execute("SELECT count(*) FROM voice_prints").fetchone() == (0,)


def test_a_person_is_renamed_and_merged_with_one_of_the_same_name(workspace: Workspace) -> None:
    workspace.remember(name="小王")
    workspace.remember(name="王经理")
    first, second = workspace.people()
    url = f"/studio/people/{first['id']}"

    blank = workspace.client.post(url, json={"name": " "})
    renamed = workspace.client.post(url, json={"name": "王总"})
    names = [each["name"] for each in workspace.people()]
    merged = workspace.client.post(url, json={"name": "王经理"})

    assert [blank.status_code, renamed.status_code, merged.status_code] == [422, 200, 200]
    assert set(names) == {"王总", "王经理"}
    (person,) = workspace.people()
    assert (person["id"], len(person["recordings"])) == (second["id"], 1)
    assert workspace.client.post(url, json={"name": "王总"}).status_code == 404
    assert workspace.client.post(url, json={}).status_code == 400


def test_a_deleted_recording_takes_its_voices_along(workspace: Workspace) -> None:
    workspace.remember()
    recording_id = workspace.view(workspace.first)["recording_id"]

    workspace.client.request(
        "DELETE",
        f"/studio/recordings/{recording_id}",
        headers={"content-type": "application/json"},
    )

    assert workspace.people() == []
    assert workspace.names(workspace.second) == {}


def test_an_unknown_person_or_speaker_is_not_found(workspace: Workspace) -> None:
    headers = {"content-type": "application/json"}
    url = f"/studio/transcripts/{workspace.first}/known-voices"

    answers = [
        workspace.client.request("DELETE", f"/studio/people/{'0' * 32}", headers=headers),
        workspace.client.post(url, json={"speaker_id": "0" * 32}),
        workspace.client.get(f"/studio/transcripts/{'0' * 32}/known-voices"),
    ]

    assert [each.status_code for each in answers] == [404, 404, 404]
    assert workspace.client.post(url, json={"speaker_id": 1}).status_code == 400


def test_everything_that_a_known_person_said_is_found_in_all_recordings(workspace):
    workspace.remember()
    second = workspace.view(workspace.second)
    speaker_id = second["speakers"][1]["id"]
    workspace.edit(workspace.second, kind="rename_speaker", speaker_id=speaker_id, name="王经理")
    (person,) = workspace.people()

    found = workspace.client.get(f"/studio/people/{person['id']}/sentences").json()["recordings"]

    said = {each["transcript_id"]: [one["id"] for one in each["sentences"]] for each in found}
    first = workspace.view(workspace.first)
    assert said == {
        workspace.first: [
            each["id"]
            for each in first["utterances"]
            if each["speaker_id"] == first["speakers"][0]["id"]
        ],
        workspace.second: [
            each["id"] for each in second["utterances"] if each["speaker_id"] == speaker_id
        ],
    }
    unknown = workspace.client.get(f"/studio/people/{'0' * 32}/sentences").json()
    assert unknown == {"recordings": []}
