"""The types of assets/web/api/payloads.d.ts have the fields that the routes answer with."""

from __future__ import annotations

import re

import pytest

from tests.webui.login_clients import client_of, log_in
from webui.static.assets import WEB_ASSETS

INTERFACE = re.compile(r"^export interface (\w+)(?: extends (\w+))? \{\n(.*?)^\}", re.M | re.S)
FIELD = re.compile(r"^  (\w+)\??:", re.M)
EDIT = {"kind": "correct_text", "text": "您好。", "client_edit_id": "1" * 32}


@pytest.fixture(scope="module")
def types():
    """The names of the fields of each type, inherited ones included."""
    source = (WEB_ASSETS / "api" / "payloads.d.ts").read_text("utf-8")
    found = {}
    for name, parent, body in INTERFACE.findall(source):
        found[name] = set(FIELD.findall(body)) | found.get(parent, set())
    return found


@pytest.fixture
def transcript(client, transcribed):
    """The path of a transcript with one edit and a named version."""
    view = client.get(f"/studio/recordings/{transcribed.recording_id}/review").json()
    path = f"/studio/transcripts/{view['id']}"
    row_id = view["utterances"][0]["id"]
    edit = {**EDIT, "utterance_id": row_id, "base": view["revision"]}
    assert client.post(f"{path}/edits", json=edit).status_code == 200
    assert client.post(f"{path}/versions", json={"name": "first"}).status_code == 200
    return path, row_id


def test_a_transcript_and_its_rows_have_the_fields_of_their_types(client, transcript, types):
    path, _row_id = transcript
    view = client.get(path).json()

    assert set(view) == types["Transcript"]
    assert set(client.get(f"{path}/changes/0").json()) == types["TranscriptChanges"]
    assert set(view["utterances"][0]) == types["Row"]
    assert set(view["speakers"][0]) == types["Speaker"]
    assert set(view["turns"][0]) == types["Turn"]
    assert set(view["formats"][0]) == types["ExportFormat"]
    assert set(view["imports"]) == types["ImportChoices"]


def test_a_history_has_the_fields_of_its_types(client, transcript, types):
    path, row_id = transcript
    history = client.get(f"{path}/history").json()
    (step, *_) = client.get(f"{path}/utterances/{row_id}/life").json()["steps"]
    (work, *_) = client.get(f"{path}/annotators").json()["annotators"]

    assert set(history) == types["HistoryPayload"]
    assert set(history["edits"][0]) == types["TimelineEntry"]
    assert set(history["versions"][0]) == types["Version"]
    assert set(step) == types["SentenceStep"]
    assert set(step["after"]) == types["Row"] - {"position", "is_edited"}  # RowVersion
    assert set(work) == types["AnnotatorWork"]
    assert set(client.get(f"{path}/quality").json()) == types["Quality"]


def test_the_list_of_recordings_has_the_fields_of_its_types(client, transcribed, types):
    (recording,) = client.get("/studio/recordings").json()["recordings"]
    path = f"/studio/recordings/{recording['id']}/transcripts"

    assert set(recording) == types["Recording"]
    assert set(recording["run"]) == types["Run"]
    assert set(client.get(path).json()["transcripts"][0]) == types["TranscriptChoice"]
    assert set(client.get("/studio/visit").json()) == types["Visit"]


def test_a_search_has_the_fields_of_its_types(client, transcript, types):
    path, _row_id = transcript
    speaker_id = client.get(path).json()["speakers"][0]["id"]
    revision = client.get(path).json()["revision"]
    named = {"kind": "rename_speaker", "speaker_id": speaker_id, "name": "您好"}
    named |= {"client_edit_id": "2" * 32, "base": revision}
    assert client.post(f"{path}/edits", json=named).status_code == 200

    (found,) = client.get("/studio/search?q=您好").json()["found"]

    assert set(found) == types["Found"]
    assert set(found["hits"][0]) == types["Hit"]
    assert set(found["speakers"][0]) == types["Hit"] | {"name"}


def test_models_and_training_data_have_the_fields_of_their_types(client, transcribed, types):
    models = client.get("/studio/models").json()

    assert set(models) == types["ModelsPayload"]
    assert set(models["models"][0]) == types["ModelPayload"]
    assert set(models["packages"][0]) == types["ModelPackage"]
    assert set(client.get("/studio/training").json()) == types["TrainingChoices"]


def test_a_token_has_the_fields_of_its_type(services, tmp_path, types):
    page = client_of(services, tmp_path)
    log_in(page)
    page.post("/studio/tokens", json={"name": "script"})

    assert set(page.get("/studio/tokens").json()["tokens"][0]) == types["AccessToken"]


def test_a_refusal_has_the_fields_of_its_type(client, transcript, types):
    path, row_id = transcript
    edit = {**EDIT, "utterance_id": row_id, "base": 0, "text": "再见。", "client_edit_id": "2" * 32}
    answer = client.post(f"{path}/edits", json=edit)

    assert answer.status_code == 409
    assert set(answer.json()) == types["Refusal"]
    assert set(answer.json()["conflicts"][0]) == types["Conflict"]


def test_words_have_the_fields_of_their_types(client, transcribed, types):
    path = f"/studio/recordings/{transcribed.recording_id}/review"
    view = client.get(path).json()
    for row in view["utterances"][:2]:
        edit = {"kind": "correct_text", "utterance_id": row["id"], "text": "玄戒。"}
        base = client.get(path).json()["revision"]
        body = {**edit, "base": base, "client_edit_id": row["id"]}
        client.post(f"/studio/transcripts/{view['id']}/edits", json=body)
    client.post("/studio/glossary", json={"word": "王经理"})

    found = client.get("/studio/glossary").json()

    assert set(found["words"][0]) == types["GlossaryWord"]
    assert set(found["suggestions"][0]) == types["SuggestedWord"]
    assert set(found["suggestions"][0]["sentences"][0]) == types["CorrectedSentence"]


def test_a_comparison_has_the_fields_of_its_types(client, transcript, types):
    path, _row_id = transcript
    found = client.get(f"{path}/comparison/{path.rpartition('/')[2]}").json()

    assert set(found) == types["ComparisonPayload"]
    assert set(found["first"]) == types["ComparedTranscript"]
    assert set(found["rows"][0]) == types["ComparisonRow"]
    assert set(found["rows"][0]["first"][0]) == types["MarkedSentence"]
