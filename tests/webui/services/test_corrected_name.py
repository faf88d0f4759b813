"""A name that was corrected several times is right in the next recording."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.core.events import OnEvent
from pipeline.core.options import AsrOptions, PipelineOptions
from pipeline.core.progress import OnProgress
from pipeline.core.result import PipelineResult
from pipeline.core.transcript import Sentence, Token, Transcript
from pipeline.engines.engine import JobRequest
from pipeline.engines.inline import InlineEngine
from pipeline.models.locations import ModelLocations
from storage.edit_plans.text import CorrectText
from storage.history.edit_history import EditAuthor, plan_undo
from storage.library.recordings import list_recordings
from storage.transcripts.edit_application import edit, step
from storage.transcripts.transcripts import list_transcripts, list_utterances
from tests.webui.services.fake_work import FakePipeline, write_upload
from webui.services.container import Services, open_services
from webui.services.models import ModelsService

WHISPER = PipelineOptions(asr=AsrOptions("whisper", "zh"))
NAME, HEARD = "张晓彤", "章小同"


class NameRecognizer(FakePipeline):
    """A recogniser that writes the name right only if it is among its hotwords."""

    def __call__(
        self, request: JobRequest, on_progress: OnProgress, on_event: OnEvent
    ) -> PipelineResult:
        name = NAME if NAME in request.options.asr.hotwords else HEARD
        text = f"{name}说项目延期了。"
        sentence = Sentence(100, 3_000, text, (Token(100, 3_000, text[:-1], 0.9),))
        result = super().__call__(request, on_progress, on_event)
        return replace(result, transcript=Transcript(4_000, "zh", (sentence,)))


@pytest.fixture
def studio(workspace: Path, tmp_path: Path) -> Iterator[Services]:
    models = ModelsService(ModelLocations(tmp_path / "models", offline=True))
    services = open_services(workspace, InlineEngine(NameRecognizer), models)
    yield services
    services.close()


def transcribe(services: Services, folder: Path, title: str, owner: str | None = None) -> str:
    """Transcribe a new recording; return the id of its transcript."""
    path = write_upload(folder, f"{title}.wav", title.encode())
    ticket = services.transcription.start(path, title=title, options=WHISPER, owner=owner)
    services.transcription.wait(ticket.run_id, timeout_s=60)
    with services._database.reading() as db:
        (record,) = list_transcripts(db, ticket.recording_id)
    return record.transcript_id


def text_of(services: Services, transcript_id: str) -> str:
    with services._database.reading() as db:
        return " ".join(each.text for each in list_utterances(db, transcript_id))


def correct(services: Services, transcript_id: str) -> None:
    """Correct the name in the only sentence of a transcript, without verifying it."""
    with services._database.transaction() as db:
        (row,) = list_utterances(db, transcript_id)
        request = CorrectText(row.utterance_id, row.text.replace(HEARD, NAME))
        edit(db, transcript_id, request, author=EditAuthor("ann"))


def correct_in_recordings(services: Services, folder: Path, count: int) -> list[str]:
    """Transcribe several recordings, then correct the name in each."""
    made = [transcribe(services, folder, f"meeting {number}") for number in range(count)]
    for each in made:
        correct(services, each)
    return made


def test_a_name_corrected_three_times_is_right_in_the_next_recording_alone(
    studio: Services, tmp_path: Path
) -> None:
    made = correct_in_recordings(studio, tmp_path, 2)
    third = transcribe(studio, tmp_path, "third")
    assert HEARD in text_of(studio, third)  # two corrections are a suggestion
    (suggested,) = studio.glossary.overview().suggestions
    assert (suggested.word, suggested.heard_as, suggested.num_edits) == (NAME, HEARD, 2)

    correct(studio, third)

    assert text_of(studio, transcribe(studio, tmp_path, "next")) == f"{NAME}说项目延期了。"
    assert HEARD in text_of(studio, transcribe(studio, tmp_path, "visitor", owner="0" * 32))
    with studio._database.transaction() as db:  # what is taken back is no correction any more
        step(db, made[0], plan_undo, author=EditAuthor("ann"))
    assert HEARD in text_of(studio, transcribe(studio, tmp_path, "after undo"))


def test_two_corrections_and_a_click_are_enough(studio: Services, tmp_path: Path) -> None:
    correct_in_recordings(studio, tmp_path, 2)

    studio.glossary.add(NAME, person="ann")

    assert NAME in text_of(studio, transcribe(studio, tmp_path, "next"))
    assert studio.glossary.overview().suggestions == ()
    assert studio.glossary.overview().corrections[NAME].num_edits == 2


@pytest.mark.parametrize("way", ["declined", "deleted", "switched off"])
def test_a_word_that_a_person_does_not_want_is_not_learnt(
    studio: Services, tmp_path: Path, way: str
) -> None:
    correct_in_recordings(studio, tmp_path, 3)
    if way == "declined":
        studio.glossary.decline(NAME, person="ann")
    else:
        studio.glossary.add(NAME, person="ann")
    if way == "deleted":
        studio.glossary.delete(NAME, person="ann")
    if way == "switched off":
        studio.glossary.use(NAME, is_on=False)

    assert HEARD in text_of(studio, transcribe(studio, tmp_path, "next"))
    assert studio.glossary.overview().suggestions == ()


def test_a_deleted_recording_is_no_source_of_words(studio: Services, tmp_path: Path) -> None:
    correct_in_recordings(studio, tmp_path, 3)
    assert studio.glossary.overview().suggestions != ()
    with studio._database.reading() as db:
        recordings = list_recordings(db)

    for each in recordings[:2]:
        studio.recordings.delete(each.recording_id)

    assert studio.glossary.overview().suggestions == ()
