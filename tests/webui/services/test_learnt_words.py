"""What people corrected is used from the next transcription on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.core.language_model_options import LanguageModelOptions
from pipeline.core.options import AsrOptions, PipelineOptions
from pipeline.models.locations import ModelLocations
from pipeline.models.model_folders import ModelFolders
from storage.db.workspace import LANGUAGE_FOLDER
from storage.edit_plans.review_status import Verify
from storage.edit_plans.text import CorrectText
from storage.history.edit_history import EditAuthor
from storage.library.runs import get_run
from storage.training.language_model.learning import LearntLanguage, learn_language
from storage.transcripts.edit_application import edit
from storage.transcripts.transcripts import list_transcripts, list_utterances
from tests.webui.services.fake_work import HandDrivenEngine, write_upload
from webui.services.container import Services, open_services
from webui.services.learnt_words import MAX_KEPT_MODELS, LearntWords
from webui.services.models import ModelsService

WHISPER = PipelineOptions(asr=AsrOptions("whisper", "zh"))
PARAFORMER = PipelineOptions(asr=AsrOptions("paraformer", "zh"))


@pytest.fixture
def models(tmp_path: Path) -> ModelsService:
    folder = tmp_path / "own"
    folder.mkdir()
    for name in ("model_quant.onnx", "tokens.json"):
        (folder / name).write_bytes(name.encode())
    folders = ModelFolders(paraformer=folder, punctuation=folder)
    return ModelsService(ModelLocations(tmp_path / "cache", offline=True, folders=folders))


@pytest.fixture
def engine() -> HandDrivenEngine:
    return HandDrivenEngine()


@pytest.fixture
def studio(workspace: Path, engine: HandDrivenEngine, models: ModelsService) -> Iterator[Services]:
    services = open_services(workspace, engine, models)
    yield services
    services.close()


def start(
    services: Services, path: Path, options: PipelineOptions, owner: str | None = None
) -> PipelineOptions:
    """Start a run; return the options that it got."""
    ticket = services.transcription.start(path, title=path.stem, options=options, owner=owner)
    return options_of(services, ticket.run_id)


def options_of(services: Services, run_id: str) -> PipelineOptions:
    with services._database.reading() as db:
        return PipelineOptions.from_text(get_run(db, run_id).options)


def transcribe_and_verify(
    services: Services, engine: HandDrivenEngine, path: Path, text: str
) -> str:
    """Transcribe a recording, correct its first sentence and verify it; return its run's id."""
    ticket = services.transcription.start(path, title=path.stem, options=WHISPER)
    engine.begin()
    engine.finish()
    services.transcription.wait(ticket.run_id, timeout_s=60)
    with services._database.transaction() as db:
        (record,) = list_transcripts(db, ticket.recording_id)
        first = list_utterances(db, record.transcript_id)[0].utterance_id
        for request in (CorrectText(first, text), Verify((first,))):
            edit(db, record.transcript_id, request, author=EditAuthor("ann"))
    return ticket.run_id


def test_words_of_the_glossary_become_hotwords_after_those_of_the_person(
    studio: Services, uploads: Path
) -> None:
    chosen = PipelineOptions(asr=AsrOptions("whisper", "zh", ("魔搭",)))
    for word in ("玄戒", "张晓彤", "魔搭"):
        studio.glossary.add(word, person="ann")
    studio.glossary.use("张晓彤", is_on=False)

    used = start(studio, write_upload(uploads), chosen)

    assert used.asr.hotwords == ("魔搭", "玄戒")
    assert used.asr.language_model is None  # Whisper has no place for one


def test_a_recogniser_without_hotwords_gets_none(studio: Services, uploads: Path) -> None:
    studio.glossary.add("玄戒", person="ann")

    assert start(studio, write_upload(uploads), PARAFORMER).asr.hotwords == ()


def test_separate_visitors_get_nothing_that_others_taught(studio: Services, uploads: Path) -> None:
    studio.glossary.add("玄戒", person="ann")

    assert start(studio, write_upload(uploads), WHISPER, owner="visitor").asr.hotwords == ()


def test_a_word_switched_off_is_left_out_when_a_run_is_repeated(
    studio: Services, engine: HandDrivenEngine, uploads: Path
) -> None:
    studio.glossary.add("玄戒", person="ann")
    run_id = transcribe_and_verify(studio, engine, write_upload(uploads), "你好")
    assert options_of(studio, run_id).asr.hotwords == ("玄戒",)
    studio.glossary.use("玄戒", is_on=False)
    studio.glossary.add("张晓彤", person="ann")

    again = studio.transcription.run_again(run_id)

    assert options_of(studio, again.run_id).asr.hotwords == ("张晓彤",)


def test_a_repeated_run_keeps_nothing_that_the_recogniser_chosen_now_cannot_use(
    studio: Services, engine: HandDrivenEngine, models: ModelsService, uploads: Path
) -> None:
    from_whisper = PipelineOptions(
        asr=AsrOptions(
            "auto", "zh", ("玄戒",), language_model=LanguageModelOptions("old", "0" * 64)
        )
    )
    learnt = LearntWords(uploads.parent / "workspace", studio._database, models.choose)

    with_paraformer = learnt.add_to(from_whisper)
    with_whisper = learnt.add_to(
        replace(from_whisper, asr=replace(from_whisper.asr, language="ja"))
    )

    assert (with_paraformer.asr.hotwords, with_paraformer.asr.language_model) == ((), None)
    assert (with_whisper.asr.hotwords, with_whisper.asr.language_model) == (("玄戒",), None)


def test_verified_texts_become_the_language_model_of_the_next_run(
    studio: Services, engine: HandDrivenEngine, uploads: Path, workspace: Path
) -> None:
    first = start(studio, write_upload(uploads, "before.wav", b"before"), PARAFORMER)
    engine.begin()
    engine.finish()
    transcribe_and_verify(studio, engine, write_upload(uploads, "one.wav", b"one"), "玄戒芯片")
    second = start(studio, write_upload(uploads, "two.wav", b"two"), PARAFORMER)

    assert first.asr.language_model is None
    learnt = second.asr.language_model
    assert learnt is not None
    (path,) = (workspace / LANGUAGE_FOLDER).glob("*.arpa")
    assert path.stem == learnt.name == f"corrections-{learnt.sha256[:12]}"
    sources = json.loads(path.with_suffix(".json").read_text("utf-8"))
    assert (sources["texts"], sources["sha256"]) == (1, learnt.sha256)


def test_a_model_changes_with_the_texts_and_few_are_kept(
    studio: Services, engine: HandDrivenEngine, uploads: Path, workspace: Path
) -> None:
    folder = workspace / LANGUAGE_FOLDER
    folder.mkdir()
    for number in range(MAX_KEPT_MODELS + 3):
        (folder / f"corrections-{number:012}.arpa").write_text("old", "utf-8")
    transcribe_and_verify(studio, engine, write_upload(uploads, "one.wav", b"one"), "玄戒芯片")

    same = [start(studio, write_upload(uploads, f"{n}.wav", n.encode()), PARAFORMER) for n in "ab"]
    assert len({options.asr.language_model for options in same}) == 1
    assert len(list(folder.glob("*.arpa"))) == MAX_KEPT_MODELS


def contents(workspace: Path) -> str:
    """Return what all files of learnt language models hold."""
    files = sorted((workspace / LANGUAGE_FOLDER).iterdir())
    return "".join(each.read_text("utf-8") for each in files)


def recording_of(services: Services, run_id: str) -> str:
    with services._database.reading() as db:
        return get_run(db, run_id).recording_id


def test_the_words_of_a_deleted_recording_are_in_no_language_model_before_or_after_the_next_run(
    studio: Services, engine: HandDrivenEngine, uploads: Path, workspace: Path
) -> None:
    transcribe_and_verify(studio, engine, write_upload(uploads, "kept.wav", b"kept"), "鸿蒙系统")
    start(studio, write_upload(uploads, "a.wav", b"a"), PARAFORMER)
    engine.begin()
    engine.finish()
    run_id = transcribe_and_verify(
        studio, engine, write_upload(uploads, "gone.wav", b"gone"), "玄戒芯片"
    )
    start(studio, write_upload(uploads, "b.wav", b"b"), PARAFORMER)
    assert "玄" in contents(workspace)
    gone = recording_of(studio, run_id)

    studio.recordings.delete(gone)

    left = contents(workspace)
    assert "玄" not in left
    assert gone not in left
    assert "鸿" in left  # the model of the other recording alone
    relearnt = start(studio, write_upload(uploads, "c.wav", b"c"), PARAFORMER)
    assert relearnt.asr.language_model is not None
    assert "玄" not in contents(workspace)


def test_a_model_of_unknown_sources_is_deleted_with_any_recording(
    studio: Services, engine: HandDrivenEngine, uploads: Path, workspace: Path
) -> None:
    run_id = transcribe_and_verify(studio, engine, write_upload(uploads, "a.wav", b"a"), "玄戒")
    (workspace / LANGUAGE_FOLDER).mkdir(exist_ok=True)
    unknown = workspace / LANGUAGE_FOLDER / "corrections-0123456789ab.arpa"
    unknown.write_text("玄戒", "utf-8")

    studio.recordings.delete(recording_of(studio, run_id))

    assert not unknown.exists()


def test_a_recording_that_is_deleted_while_a_model_is_learnt_from_it_leaves_no_words(
    studio: Services,
    engine: HandDrivenEngine,
    uploads: Path,
    workspace: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run_id = transcribe_and_verify(studio, engine, write_upload(uploads, "a.wav", b"a"), "玄戒")

    def delete_meanwhile(*values: Any) -> LearntLanguage:
        learnt = learn_language(*values)
        studio.recordings.delete(recording_of(studio, run_id))
        return learnt

    monkeypatch.setattr("webui.services.learnt_words.learn_language", delete_meanwhile)
    begun = start(studio, write_upload(uploads, "b.wav", b"b"), PARAFORMER)

    assert begun.asr.language_model is None
    assert contents(workspace) == ""


def candidates_of(services: Services, recording_id: str) -> tuple[str, ...]:
    """Return the candidates for 雷 in a sentence that the recording is given."""
    with services._database.transaction() as db:
        (record,) = list_transcripts(db, recording_id)
        row_id = list_utterances(db, record.transcript_id)[0].utterance_id
        correction = CorrectText(row_id, "请左小雷进一步表示")
        edit(db, record.transcript_id, correction, author=EditAuthor("ben"))
    place = services.word_candidates.of_word(record.transcript_id, row_id, 3, 4)
    assert place is not None
    return place.candidates


def transcribe(
    services: Services, engine: HandDrivenEngine, path: Path, owner: str | None = None
) -> str:
    ticket = services.transcription.start(path, title=path.stem, options=WHISPER, owner=owner)
    engine.begin()
    engine.finish()
    services.transcription.wait(ticket.run_id, timeout_s=60)
    return ticket.recording_id


def test_verified_texts_rank_word_candidates_from_the_next_run_on_but_not_for_visitors(
    studio: Services, engine: HandDrivenEngine, uploads: Path
) -> None:
    before = transcribe(studio, engine, write_upload(uploads, "before.wav", b"before"))
    assert "蕾" not in candidates_of(studio, before)
    transcribe_and_verify(studio, engine, write_upload(uploads, "a.wav", b"a"), "左小蕾进一步")

    after = transcribe(studio, engine, write_upload(uploads, "after.wav", b"after"))
    visitors = transcribe(studio, engine, write_upload(uploads, "v.wav", b"v"), owner="visitor")
    studio.glossary.add("左小蕾", person="ann")

    assert "蕾" in candidates_of(studio, after)[0]
    assert not any("蕾" in each for each in candidates_of(studio, visitors))


def test_a_damaged_language_model_leaves_the_candidates_as_they_are(
    studio: Services, engine: HandDrivenEngine, uploads: Path, workspace: Path
) -> None:
    recording_id = transcribe(studio, engine, write_upload(uploads, "a.wav", b"a"))
    expected = candidates_of(studio, recording_id)
    (workspace / LANGUAGE_FOLDER).mkdir()
    (workspace / LANGUAGE_FOLDER / "corrections-0123456789ab.arpa").write_text("?", "utf-8")

    assert candidates_of(studio, recording_id) == expected
