import io
import zipfile

import numpy as np
import pytest

from pipeline.audio.playback.playback_copy import write_review_copy
from pipeline.audio.samples import Audio
from storage.training.formats.registry import TRAINING_FORMATS
from tests.conditions import eventually
from tests.webui.routes.test_pages import JSON

CHOICES = {"formats": ["funasr", "jsonl"], "verified_only": False, "max_seconds": 60}


@pytest.fixture
def with_audio(transcribed, tmp_path):
    """A recording whose audio has been decoded."""
    folder = tmp_path / "workspace" / "recordings" / transcribed.recording_id
    write_review_copy(Audio(np.zeros(16_000 * 60, dtype=np.int16)), folder / "audio.flac")
    return transcribed


def test_the_page_gets_the_export_choices(client, transcribed):
    view = client.get("/studio/training").json()

    assert view["formats"] == list(TRAINING_FORMATS)
    assert (view["speakers"], view["tags"], view["export"]) == ([], [], None)
    assert (view["min_seconds"], view["max_seconds"]) == (0.3, 20.0)


def test_a_preview_counts_what_would_be_exported_and_what_not(client, with_audio):
    def preview(**choices):
        answer = client.post("/studio/training/preview", json={**CHOICES, **choices})
        return answer.json()

    assert [each["clips"] for each in preview()["splits"]] == [2, 0, 0]
    assert preview(verified_only=True)["left_out"] == [{"reason": "not_verified", "count": 2}]


def test_an_export_is_made_and_comes_as_one_zip_file(client, with_audio):
    export_id = client.post("/studio/training/exports", json=CHOICES).json()["id"]
    address = f"/studio/training/exports/{export_id}"
    eventually(lambda: client.get(address).json()["state"] == "done")

    answer = client.get(f"{address}/file")

    assert answer.headers["content-disposition"] == 'attachment; filename="training-data.zip"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert client.get("/studio/training").json()["export"]["num_bytes"] == len(answer.content)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert len([name for name in archive.namelist() if name.endswith(".wav")]) == 2


def test_deleting_the_recording_removes_its_exports(client, with_audio):
    export_id = client.post("/studio/training/exports", json=CHOICES).json()["id"]
    address = f"/studio/training/exports/{export_id}"
    eventually(lambda: client.get(address).json()["state"] == "done")

    client.delete(f"/studio/recordings/{with_audio.recording_id}", headers=JSON)

    assert client.get(f"{address}/file").status_code == 404


def test_a_failure_is_reported_as_a_text_key(client, transcribed):
    export_id = client.post("/studio/training/exports", json={"formats": ["kaldi"]}).json()["id"]
    address = f"/studio/training/exports/{export_id}"
    eventually(lambda: client.get(address).json()["state"] == "failed")

    assert client.get(address).json()["problem_key"] == "training.problem_TrainingExportError"


@pytest.mark.parametrize(
    "choices", [{}, {"formats": ["mp3"]}, {"formats": ["kaldi"], "min_seconds": -1}]
)
def test_invalid_options_are_bad_requests(client, choices):
    assert client.post("/studio/training/preview", json=choices).status_code == 400


@pytest.mark.parametrize("path", ["f" * 32, f"{'f' * 32}/file", "..%2f..%2fstudio.sqlite3/file"])
def test_an_unknown_export_is_not_found(client, path):
    assert client.get(f"/studio/training/exports/{path}").status_code == 404


@pytest.mark.parametrize("path", ["preview", "exports", f"exports/{'f' * 32}/cancel"])
def test_another_site_cannot_export_with_this_browser(client, path):
    foreign = {**JSON, "origin": "http://evil.example"}

    answer = client.post(f"/studio/training/{path}", headers=foreign, json=CHOICES)

    assert answer.status_code == 403
