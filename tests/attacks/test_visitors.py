"""One client of a public demo takes neither the queue nor the hours of all others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from gradio_client import Client, handle_file

from tests.attacks.measured_app import MeasuredApp
from tests.dev_data import REPOSITORY

CONVERSATION = REPOSITORY / "tests" / "data" / "conversation" / "conversation.flac"
DEMO_HOURS = 52.56 / 3_600
NUM_ALLOWED = 2


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MeasuredApp]:
    """A public demo behind a proxy, whose part the test takes."""
    workspace = tmp_path_factory.mktemp("visitors") / "workspace"
    flags = (
        "--demo-mode",
        "--behind-proxy",
        "--address-hours",
        str(DEMO_HOURS * (NUM_ALLOWED + 0.5)),
    )
    app = MeasuredApp(workspace, "--no-demo", "--offline", *flags)
    app.start()
    yield app
    app.stop()


@pytest.fixture
def recordings(tmp_path: Path) -> list[Path]:
    """Files that differ, so that none is a second upload of another."""
    paths = [tmp_path / f"{number}.flac" for number in range(NUM_ALLOWED + 3)]
    for number, path in enumerate(paths):
        path.write_bytes(CONVERSATION.read_bytes() + bytes(number))
    return paths


def answer_to(demo: MeasuredApp, path: Path, forwarded_for: str) -> str:
    """Start a transcription as a new visitor; return the sentence that refuses it, if one does."""
    client = Client(demo.url, verbose=False, headers={"X-Forwarded-For": forwarded_for})
    job = client.submit(handle_file(path), api_name="/transcribe")
    if next(iter(job), None) is not None:
        return ""
    return str(job.exception())


def test_new_cookies_of_one_network_buy_no_more_hours(
    demo: MeasuredApp, recordings: list[Path]
) -> None:
    addresses = (f"192.0.2.{each}, 2001:db8:1:1::{each}" for each in range(9))

    answers = [answer_to(demo, path, next(addresses)) for path in recordings[:-1]]
    of_another = answer_to(demo, recordings[-1], "2001:db8:1:2::1")

    assert answers[:NUM_ALLOWED] == [""] * NUM_ALLOWED
    assert all("per network address" in each for each in answers[NUM_ALLOWED:])
    assert of_another == ""
