"""Routes of second annotations, from the request to the adjudicated transcript."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from pipeline.engines.inline import InlineEngine
from storage.annotation.adjudication import adoption
from storage.db.database import Connection
from storage.edit_plans.adoption import AdoptUtterances
from tests.browser.review_workspace import add_talk
from tests.webui.services.fake_work import load_fake_pipeline
from webui.routes.pages import build_routes
from webui.services.container import open_services
from webui.services.review import second_annotations


class Annotations:
    """A recording with three sentences, and the requests of the page about it."""

    def __init__(self, client: TestClient, first_id: str) -> None:
        self.client = client
        self.first_id = first_id
        self.num_edits = 0

    def post(self, transcript_id: str, path: str, **body: Any) -> tuple[int, dict[str, Any]]:
        answer = self.client.post(f"/studio/transcripts/{transcript_id}/{path}", json=body)
        return answer.status_code, answer.json()

    def begin(self, **body: Any) -> str:
        _, answer = self.post(self.first_id, "second-annotation", author="Ben", **body)
        second_id: str = answer["pair"]["second_id"]
        return second_id

    def correct(self, transcript_id: str, text: str) -> None:
        view = self.client.get(f"/studio/transcripts/{transcript_id}").json()
        fields = {"kind": "correct_text", "utterance_id": view["utterances"][0]["id"], "text": text}
        status, _ = self.post(transcript_id, "edits", **self._signed(view["revision"]), **fields)
        assert status == 200

    def comparison(self) -> dict[str, Any]:
        path = f"/studio/transcripts/{self.first_id}/second-annotation/comparison"
        found: dict[str, Any] = self.client.get(path).json()
        return found

    def adopt(self, side: str, /, **changed: Any) -> tuple[int, dict[str, Any]]:
        found = self.comparison()
        passage = next(each for each in found["passages"] if each["differs_in"])
        body = {
            **self._signed(found["revision"] or 0),
            "side": side,
            "source_ids": [each["id"] for each in passage[side]],
            "utterance_ids": passage["adjudicated_ids"],
            **changed,
        }
        adjudicated_id = found["pair"]["adjudicated_id"] or self.first_id
        return self.post(adjudicated_id, "second-annotation/adoptions", **body)

    def _signed(self, base: int) -> dict[str, Any]:
        self.num_edits += 1
        return {"client_edit_id": f"{self.num_edits:032}", "base": base, "author": "Cleo"}


@pytest.fixture
def annotations(tmp_path: Path) -> Iterator[Annotations]:
    folder = tmp_path / "workspace"
    talk = add_talk(folder, "aa", num_sentences=3)
    services = open_services(folder, InlineEngine(load_fake_pipeline))
    with TestClient(Starlette(routes=build_routes(services))) as client:
        yield Annotations(client, talk.transcript_id)
    services.close()


def test_a_transcript_without_a_second_annotation_says_so(annotations: Annotations) -> None:
    path = f"/studio/transcripts/{annotations.first_id}/second-annotation"

    assert annotations.client.get(path).json() == {"pair": None}
    assert annotations.client.get(f"{path}/comparison").status_code == 404


def test_the_difference_of_two_annotations_is_decided_by_one_edit(
    annotations: Annotations,
) -> None:
    second_id = annotations.begin(starts_from="machine")
    annotations.correct(second_id, "完全不同的一句。")
    before = annotations.comparison()
    annotations.post(second_id, "second-annotation/adjudication", author="Cleo")

    status, _ = annotations.adopt("second")

    after = annotations.comparison()
    differing = [each for each in after["passages"] if each["differs_in"]]
    assert status == 200
    assert before["figures"]["cer"] > 0
    assert before["figures"]["kappa"] == 1
    assert [each["differs_in"] for each in differing] == [["text"]]
    assert differing[0]["is_decided"]
    assert [each["text"] for each in differing[0]["adjudicated"]] == ["完全不同的一句。"]
    assert [each["first"] for each in after["passages"] if not each["differs_in"]] == [[], []]


def test_a_decision_on_rows_that_somebody_has_changed_is_refused(annotations: Annotations) -> None:
    second_id = annotations.begin(starts_from="machine")
    annotations.correct(second_id, "另一句。")
    annotations.post(second_id, "second-annotation/adjudication")
    base = annotations.comparison()["revision"]
    annotations.correct(annotations.comparison()["pair"]["adjudicated_id"], "第三句。")

    status, answer = annotations.adopt("second", base=base)

    assert (status, answer["error"]) == (409, "stale")


@pytest.mark.parametrize(
    "changed",
    [{"side": "third"}, {"base": -1}, {"source_ids": "x"}, {"client_edit_id": 1}, {"author": []}],
)
def test_a_malformed_decision_is_refused(
    annotations: Annotations, changed: dict[str, object]
) -> None:
    annotations.correct(annotations.begin(starts_from="machine"), "另一句。")

    status, answer = annotations.adopt("second", **changed)

    assert (status, answer["error"]) == (400, "bad_request")


def test_only_known_starts_are_accepted(annotations: Annotations) -> None:
    status, _ = annotations.post(annotations.first_id, "second-annotation", starts_from="magic")

    assert status == 400


def test_the_figures_of_annotators_are_read_in_another_process(annotations: Annotations) -> None:
    path = "/studio/team/annotators"
    none = annotations.client.get(path).json()
    annotations.correct(annotations.begin(starts_from="machine"), "另一句。")

    (found,) = annotations.client.get(path).json()["pairs"]

    assert none == {"pairs": []}
    assert (found["first"], found["second"], found["num_recordings"]) == ("", "Ben", 1)
    assert found["cer"] > 0


def test_the_sentences_to_adopt_are_read_while_others_can_write(
    annotations: Annotations, monkeypatch: pytest.MonkeyPatch
) -> None:
    second_id = annotations.begin(starts_from="machine")
    annotations.correct(second_id, "您好。")
    annotations.post(second_id, "second-annotation/adjudication", author="Cleo")
    used = []

    def noted(db: Connection, *given: Any, **named: Any) -> AdoptUtterances:
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            db.execute("DELETE FROM claims")
        used.append(db)
        return adoption(db, *given, **named)

    monkeypatch.setattr(second_annotations, "adoption", noted)

    assert annotations.adopt("second")[0] == 200
    assert len(used) == 1
