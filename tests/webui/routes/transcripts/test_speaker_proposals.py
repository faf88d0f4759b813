"""Proposals of speakers for the sentences that sound like a corrected one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from pipeline.engines.inline import InlineEngine
from tests.browser.review_workspace import make_workspace
from tests.webui.services.fake_work import load_fake_pipeline
from webui.routes.pages import build_routes
from webui.services.container import open_services


class Talk:
    """A transcript of three speakers in turn, edited over HTTP."""

    def __init__(self, client: TestClient, transcript_id: str) -> None:
        self.client = client
        self.url = f"/studio/transcripts/{transcript_id}"
        self.view: dict[str, Any] = client.get(self.url).json()
        self.revision = self.view["revision"]
        self.speakers = [each["id"] for each in self.view["speakers"]]
        self.num_edits = 0

    def rows_of(self, number: int) -> list[str]:
        rows = self.view["utterances"]
        return [each["id"] for each in rows if each["speaker_id"] == self.speakers[number]]

    def edit(self, **fields: Any) -> dict[str, Any]:
        self.num_edits += 1
        body = {"client_edit_id": f"{self.num_edits:032}", "base": self.revision, **fields}
        answer = self.client.post(f"{self.url}/edits", json=body)
        assert answer.status_code == 200
        changes: dict[str, Any] = answer.json()
        self.revision = changes["revision"]
        return changes

    def proposals(self) -> dict[str, set[str]]:
        speakers = self.client.get(f"{self.url}/speaker-proposals").json()["speakers"]
        return {speaker: set(ids) for speaker, ids in speakers.items()}

    def join_and_split_one(self) -> str:
        """Merge the third speaker into the first, then give one sentence to a new speaker."""
        first, _, third = self.speakers
        own = self.rows_of(2)
        self.edit(kind="merge_speakers", speaker_ids=[third], into_speaker_id=first)
        rows = self.edit(kind="add_speaker", utterance_ids=[own[0]])["utterances"]
        (added,) = (each["speaker_id"] for each in rows if each["id"] == own[0])
        return str(added)


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Talk]:
    made = make_workspace(tmp_path / "workspace", num_sentences=18)
    services = open_services(made.folder, InlineEngine(load_fake_pipeline))
    with TestClient(Starlette(routes=build_routes(services))) as client:
        yield Talk(client, made.transcript_id)
    services.close()


def test_a_new_speaker_of_one_sentence_is_proposed_for_the_rest_of_the_voice(talk: Talk) -> None:
    before = talk.proposals()
    _, *others = talk.rows_of(2)

    added = talk.join_and_split_one()

    assert before == {}
    assert talk.proposals() == {added: set(others)}


def test_a_rejected_proposal_does_not_come_back(talk: Talk) -> None:
    _, rejected, *_ = talk.rows_of(2)
    added = talk.join_and_split_one()

    answer = talk.client.post(
        f"{talk.url}/speaker-proposals/decline",
        json={"utterance_ids": [rejected], "speaker_id": added, "author": "Anna"},
    )

    assert answer.status_code == 200
    assert rejected not in talk.proposals().get(added, set())


def test_an_undone_correction_proposes_nothing(talk: Talk) -> None:
    talk.join_and_split_one()
    talk.edit(kind="undo")

    assert talk.proposals() == {}


def test_rejected_sentences_are_not_proposed(talk: Talk) -> None:
    _, excluded, *others = talk.rows_of(2)
    talk.edit(kind="reject", utterance_ids=[excluded])

    added = talk.join_and_split_one()

    assert talk.proposals() == {added: set(others)}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"utterance_ids": "abc", "speaker_id": "1"},
        {"utterance_ids": [1], "speaker_id": "1"},
        {"utterance_ids": [], "speaker_id": None},
        {"utterance_ids": [], "speaker_id": "1", "author": 3},
    ],
)
def test_a_malformed_rejection_is_refused(talk: Talk, body: dict[str, Any]) -> None:
    url = f"{talk.url}/speaker-proposals/decline"

    assert talk.client.post(url, json=body).status_code == 400


def test_a_long_author_is_refused_instead_of_stored_with_each_sentence(talk: Talk) -> None:
    first, *_ = talk.speakers
    body = {"utterance_ids": talk.rows_of(1), "speaker_id": first}
    path = f"{talk.url}/speaker-proposals/decline"

    answers = [
        talk.client.post(path, json={**body, "author": "x" * length}) for length in (500, 501)
    ]

    assert [each.status_code for each in answers] == [200, 400]
    assert answers[1].json()["message"] == "The name of an author has at most 500 characters."
