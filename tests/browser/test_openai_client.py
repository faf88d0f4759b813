"""OpenAI's own Python package transcribes with the running app, logged in by a token."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from gradio_client import Client

from tests.browser.running_app import RunningApp
from tests.dev_data import REPOSITORY
from webui.config.accounts import hash_password

CONVERSATION = REPOSITORY / "tests" / "data" / "conversation" / "conversation.flac"
RUN_S = 120


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    folder = tmp_path_factory.mktemp("openai")
    people = folder / "people.txt"
    people.write_text(f"ann:{hash_password('right')}\n", encoding="utf-8")
    flags = ("--no-demo", "--offline", "--max-file-mb", "2", "--auth", str(people))
    running = RunningApp(folder / "workspace", *flags)
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def page(app: RunningApp) -> Iterator[httpx.Client]:
    """The requests of the page of somebody who has logged in."""
    with httpx.Client(base_url=app.url, timeout=30) as client:
        client.post("/login", data={"username": "ann", "password": "right"})
        yield client


@pytest.fixture(scope="module")
def token(page: httpx.Client) -> str:
    secret: str = page.post("/studio/tokens", json={"name": "test"}).json()["secret"]
    return secret


def client_of(app: RunningApp, token: str) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{app.url}/v1", api_key=token, max_retries=0, timeout=RUN_S)


@pytest.fixture(scope="module")
def client(app: RunningApp, token: str) -> openai.OpenAI:
    return client_of(app, token)


@pytest.fixture(scope="module")
def events(client: openai.OpenAI) -> list[Any]:
    """The events of the first transcription of the conversation."""
    with CONVERSATION.open("rb") as file:
        stream = client.audio.transcriptions.create(
            file=file,
            model="gpt-4o-transcribe-diarize",
            response_format="diarized_json",
            chunking_strategy="auto",
            language="zh",
            stream=True,
        )
        return list(stream)


def transcribed(client: openai.OpenAI, **options: Any) -> Any:
    with CONVERSATION.open("rb") as file:
        return client.audio.transcriptions.create(
            file=file, model="whisper-1", language="zh", **options
        )


def test_a_stream_has_typed_events_whose_deltas_are_the_whole_text(events: list[Any]) -> None:
    deltas = [each.delta for each in events if each.type == "transcript.text.delta"]
    segments = [each for each in events if each.type == "transcript.text.segment"]

    assert events[-1].type == "transcript.text.done"
    assert "".join(deltas) == events[-1].text
    assert len(deltas) > 1
    assert {each.speaker for each in segments} >= {"A", "B"}
    assert segments == sorted(segments, key=lambda each: each.start)


@pytest.mark.parametrize("response_format", ["json", "text", "srt", "vtt"])
def test_every_format_holds_the_same_words(
    client: openai.OpenAI, events: list[Any], response_format: str
) -> None:
    answer = transcribed(client, response_format=response_format)

    text = answer.text if response_format == "json" else answer
    assert isinstance(text, str)
    if response_format in ("json", "text"):
        assert text.strip() == events[-1].text
    else:
        assert text.count("-->") > 1


def test_words_and_segments_have_times_within_the_recording(
    client: openai.OpenAI, events: list[Any]
) -> None:
    answer = transcribed(
        client, response_format="verbose_json", timestamp_granularities=["word", "segment"]
    )

    assert answer.text == events[-1].text
    for parts in (answer.words, answer.segments):
        assert len(parts) > 1
        assert all(0 <= each.start < each.end <= answer.duration for each in parts)
        assert [each.start for each in parts] == sorted(each.start for each in parts)


def test_diarized_segments_are_those_of_the_stream(
    client: openai.OpenAI, events: list[Any]
) -> None:
    answer = transcribed(client, response_format="diarized_json")

    streamed = [each for each in events if each.type == "transcript.text.segment"]
    assert [(each.id, each.speaker, each.text) for each in answer.segments] == [
        (each.id, each.speaker, each.text) for each in streamed
    ]


def test_all_requests_were_answered_by_one_run(events: list[Any], page: httpx.Client) -> None:
    assert events
    (listed,) = page.get("/studio/recordings").json()["recordings"]

    assert listed["title"] == "conversation"
    assert listed["num_transcripts"] == 1


def test_models_are_listed(client: openai.OpenAI) -> None:
    names = [each.id for each in client.models.list()]

    assert names[:2] == ["speaker-studio", "whisper"]
    assert client.models.retrieve("whisper").id == "whisper"


def test_a_wrong_token_is_an_authentication_error(app: RunningApp) -> None:
    with pytest.raises(openai.AuthenticationError, match="access token"):
        client_of(app, "sst_wrong").models.list()


def test_refusals_have_the_classes_of_the_package(client: openai.OpenAI, tmp_path: Path) -> None:
    no_sound = tmp_path / "notes.wav"
    no_sound.write_text("not a recording")
    large = tmp_path / "large.wav"
    large.write_bytes(bytes(4_000_000))

    with pytest.raises(openai.BadRequestError, match=r"\.'?") as refused:
        client.audio.transcriptions.create(file=no_sound, model="whisper-1")
    with pytest.raises(openai.NotFoundError) as unknown:
        client.audio.transcriptions.create(file=no_sound, model="tiny")
    with pytest.raises(openai.APIStatusError) as too_large:
        client.audio.transcriptions.create(file=large, model="whisper-1")
    with pytest.raises(openai.BadRequestError) as too_much:
        client.audio.transcriptions.create(file=no_sound, model="whisper-1", prompt="字" * 50_000)

    assert refused.value.code == "invalid_file"
    assert unknown.value.code == "model_not_found"
    assert too_large.value.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE
    assert too_much.value.body["message"].endswith(".")


def test_the_gradio_client_logs_in_by_the_same_token(app: RunningApp, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}

    studio = Client(app.url, verbose=False, headers=headers)

    assert isinstance(studio.predict(api_name="/list_recordings"), list)


def test_a_revoked_token_is_refused(app: RunningApp, page: httpx.Client) -> None:
    made = page.post("/studio/tokens", json={"name": "short"}).json()
    client = client_of(app, made["secret"])
    assert list(client.models.list())

    page.request("DELETE", f"/studio/tokens/{made['id']}", json={})

    with pytest.raises(openai.AuthenticationError):
        client.models.list()
