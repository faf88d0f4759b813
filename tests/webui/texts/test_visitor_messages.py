"""Tests that messages to visitors contain no folders."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from storage.db.sqlite_errors import storage_error
from webui.api.public_api import refusal_sentence
from webui.texts.visitor_messages import without_folders


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("The file '/srv/a b/model.onnx' is missing.", "The file 'model.onnx' is missing."),
        ("The file '/srv/a b/' is a folder.", "The file 'a b' is a folder."),
        ("There is no folder /srv/models. Make one.", "There is no folder models. Make one."),
        ("[Errno 2] No such file: '/root/x.wav'", "[Errno 2] No such file: 'x.wav'"),
        ("(/root/x.wav): cannot be read", "(x.wav): cannot be read"),
        ("文件“/srv/声音/甲.wav”读不了。", "文件“甲.wav”读不了。"),
        ("文件/srv/声音/甲.wav，读不了。", "文件甲.wav，读不了。"),
        (r"'C:\Users\ann\model.onnx' is damaged", "'model.onnx' is damaged"),
        (r"\\server\share\model.onnx is damaged", "model.onnx is damaged"),
        ("~/models/model.onnx and /opt/b.onnx", "model.onnx and b.onnx"),
        ("file:///srv/x.wav cannot be fetched", "x.wav cannot be fetched"),
        ("Run: verify --workspace '/srv/a b'", "Run: verify --workspace 'a b'"),
        ("/srv/gradio_api/upload cannot be read", "upload cannot be read"),
        ("/gradio_api.wav cannot be read", "gradio_api.wav cannot be read"),
    ],
)
def test_a_path_is_shortened_to_its_last_name(message: str, shown: str) -> None:
    assert without_folders(message) == shown


@pytest.mark.parametrize(
    "message",
    [
        "https://modelscope.cn/models/x/y.onnx answered 404",
        "http://127.0.0.1:7860/studio is busy",
        "upload is what /gradio_api/upload answered for the file.",
        "upload is what '/gradio_api/upload' answered for the file.",
        "2/3 of the words, and/or 16 kHz at 50 MB/s",
        "A range is N or A-B; the time is 10:20:30.",
        "The model 'paraformer' is in models/paraformer.",
        "",
    ],
)
def test_other_texts_with_slashes_are_unchanged(message: str) -> None:
    assert without_folders(message) == message


@pytest.mark.parametrize(
    "reported",
    ["database disk image is malformed", "unable to open database file", "database is locked"],
)
def test_a_refusal_to_a_program_contains_no_workspace_folder(
    reported: str, caplog: pytest.LogCaptureFixture
) -> None:
    error = storage_error(sqlite3.OperationalError(reported), Path("/srv/our data/studio.sqlite3"))

    shown = refusal_sentence(error, {})

    assert "studio.sqlite3" in shown
    assert "/srv" not in shown
    assert "our data" not in shown
    assert str(error) == shown or str(error) in caplog.text
