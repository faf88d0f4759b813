"""Other users of the machine read nothing of what people bring and write."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from gradio_client import Client, handle_file

from tests.attacks.measured_app import MeasuredApp
from tests.browser.editor_page import send_edit, stored
from tests.browser.review_workspace import MadeWorkspace, make_workspace
from tests.browser.test_new_recording import excerpt
from tests.storage.db.test_private_files import open_to_others

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows keeps permissions elsewhere")


@pytest.fixture
def made(tmp_path: Path) -> MadeWorkspace:
    """A workspace that an earlier version has left open to others."""
    made = make_workspace(tmp_path / "workspace", num_sentences=5)
    for path in (made.folder, *made.folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return made


@pytest.fixture
def app(made: MadeWorkspace) -> Iterator[MeasuredApp]:
    running = MeasuredApp(made.folder, "--no-demo", "--offline")
    running.start()
    yield running
    running.stop()


def test_every_file_of_a_workspace_in_use_is_its_owners(
    app: MeasuredApp, made: MadeWorkspace, tmp_path: Path
) -> None:
    talk = excerpt(tmp_path, "talk.flac", seconds=(0, 12))
    view = stored(app, made)
    send_edit(app, made, kind="verify", utterance_ids=[view["utterances"][0]["id"]])
    before = {path for path in made.folder.rglob("*") if path.is_file()}
    with talk.open("rb") as audio:
        (uploaded,) = httpx.post(
            f"{app.url}/gradio_api/upload", files={"files": ("talk.flac", audio)}, timeout=60
        ).json()
    job = Client(app.url, verbose=False).submit(handle_file(talk), api_name="/transcribe")
    job.result(timeout=120)

    assert Path(uploaded).is_relative_to(made.folder)
    assert len({path for path in made.folder.rglob("*") if path.is_file()} - before) >= 2
    assert open_to_others(made.folder) == []
