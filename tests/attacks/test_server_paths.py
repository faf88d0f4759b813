"""No answer names a folder of the machine that the app runs on; the log does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from gradio_client import Client, handle_file

from tests.attacks.measured_app import MeasuredApp
from tests.conditions import eventually
from tests.dev_data import REPOSITORY

CONVERSATION = REPOSITORY / "tests" / "data" / "conversation" / "conversation.flac"
MODELS = "our own models"
JSON = {"content-type": "application/json"}


@pytest.fixture
def app(tmp_path: Path) -> Iterator[MeasuredApp]:
    """The app without the model that it is to use."""
    models = tmp_path / MODELS / "cache"
    models.mkdir(parents=True)
    yield from running(tmp_path, "--recognizer", "whisper", "--model-cache", str(models))


@pytest.fixture
def app_with_damaged_model(tmp_path: Path) -> Iterator[MeasuredApp]:
    """The app with a model of which every file is damaged."""
    model = tmp_path / MODELS / "paraformer"
    model.mkdir(parents=True)
    for name in ("model_quant.onnx", "am.mvn", "tokens.json"):
        (model / name).write_text("damaged")
    yield from running(
        tmp_path, "--recognizer", "paraformer", "--model-folder", f"paraformer={model}"
    )


def running(folder: Path, *flags: str) -> Iterator[MeasuredApp]:
    app = MeasuredApp(folder / "workspace", "--no-demo", "--offline", *flags)
    app.start()
    yield app
    app.stop()


def folders_in(text: str, app: MeasuredApp) -> list[str]:
    parts = (str(app.workspace.parent), MODELS, str(REPOSITORY))
    return [each for each in parts if each in text]


def transcribe(app: MeasuredApp, path: Path) -> str:
    """Return what a program reads of a transcription that fails."""
    client = Client(app.url, verbose=False)
    last = client.predict(handle_file(path), api_name="/transcribe")
    assert last["state"] == "failed"
    page = httpx.get(f"{app.url}/studio/recordings").text
    return str(last["message"]) + page


def test_a_missing_model_is_named_without_its_folder(app: MeasuredApp) -> None:
    told = transcribe(app, CONVERSATION)

    assert "'whisper-base'" in told
    assert folders_in(told, app) == []
    assert MODELS in app.log_text()


def test_a_damaged_model_is_named_without_its_folder(app_with_damaged_model: MeasuredApp) -> None:
    told = transcribe(app_with_damaged_model, CONVERSATION)

    assert "damaged" in told or "cannot be" in told
    assert folders_in(told, app_with_damaged_model) == []
    assert MODELS in app_with_damaged_model.log_text()


def test_a_model_that_cannot_be_fetched_is_named_without_its_folder(app: MeasuredApp) -> None:
    def seen() -> str:
        return httpx.get(f"{app.url}/studio/models").text

    httpx.post(f"{app.url}/studio/models/whisper-base/fetch", headers=JSON, content="{}")
    eventually(lambda: '"failed"' in seen() or 'is_offline":true' in seen().replace(" ", ""))

    assert folders_in(seen(), app) == []


@pytest.mark.parametrize("path", ["/", "/config", "/gradio_api/info", "/studio/models"])
def test_what_the_page_is_made_of_names_no_folder(app: MeasuredApp, path: str) -> None:
    assert folders_in(httpx.get(app.url + path).text, app) == []
