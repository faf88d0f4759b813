"""RTTM, CTM, STM and Kaldi files, read by readers that are not ours."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from pyannote.database.util import load_rttm, load_stm

from pipeline.core.transcript import Sentence, Transcript
from pipeline.formats.document import TranscriptDocument
from pipeline.formats.scoring.ctm import read_ctm, write_ctm
from pipeline.formats.scoring.kaldi import kaldi_files, write_kaldi_zip
from pipeline.formats.scoring.rttm import write_rttm
from pipeline.formats.scoring.stm import read_stm, write_stm
from tests.pipeline.formats.documents import (
    CONVERSATION,
    HOSTILE_TEXTS,
    NO_SPEECH,
    TURNS_ONLY,
    documents,
)

IN_A_FOLDER = settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])


def hostile(text: str) -> TranscriptDocument:
    sentences = (Sentence(0, 1_000, text, speaker=text), Sentence(2_000, 3_000, "end", speaker="B"))
    return TranscriptDocument(text, Transcript(3_000, "", sentences=sentences))


def saved(content: str, folder: Path) -> Path:
    path = folder / "file"
    path.write_text(content, encoding="utf-8", newline="\n")
    return path


def test_an_independent_reader_sees_the_turns_of_an_rttm_file(tmp_path: Path) -> None:
    turns = load_rttm(saved(write_rttm(CONVERSATION), tmp_path))["周会_1"]

    assert [
        (round(span.start, 3), round(span.end, 3), label)
        for span, _, label in turns.itertracks(yield_label=True)
    ] == [(1.1, 3.5, "S1"), (3.0, 4.2, "S2")]


def test_an_independent_reader_sees_the_utterances_of_an_stm_file(tmp_path: Path) -> None:
    spoken = load_stm(saved(write_stm(CONVERSATION), tmp_path))["周会_1"]

    assert [
        (round(span.start, 3), round(span.end, 3), label)
        for span, _, label in spoken.itertracks(yield_label=True)
    ] == [(1.2, 3.4, "S1"), (3.0, 4.0, "S2"), (3723.004, 3725.1, "unknown")]


def test_stm_and_ctm_hold_the_same_words() -> None:
    utterances = [line.split()[5:] for line in write_stm(CONVERSATION).splitlines()]
    words = [line.split()[4] for line in write_ctm(CONVERSATION).splitlines()]

    assert [word for utterance in utterances for word in utterance] == words


def test_nothing_said_is_nothing_to_score() -> None:
    for document in (NO_SPEECH, TURNS_ONLY):
        assert (write_ctm(document), write_stm(document)) == ("", "")


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_hostile_text_adds_no_line_and_no_column(text: str, tmp_path: Path) -> None:
    document = hostile(text)

    assert {len(line.split()) for line in write_ctm(document).splitlines()} == {5}
    assert len(write_stm(document).splitlines()) == 2
    spoken = load_stm(saved(write_stm(document), tmp_path))
    assert [len(list(each.itertracks())) for each in spoken.values()] == [2]


def test_a_scorer_reads_ctm_and_stm_and_finds_them_alike(tmp_path: Path) -> None:
    try:
        import meeteval
    except ImportError:
        pytest.skip("meeteval is not installed; it compiles C code, so nothing asks for it")
    sentences = (
        Sentence(0, 1_000, "大家好。", speaker="S1"),
        Sentence(3_000, 4_000, "Tom, 再见", speaker="S2"),
    )
    document = TranscriptDocument("call", Transcript(5_000, "zh", sentences=sentences))

    reference = meeteval.io.STM.parse(write_stm(document))
    hypothesis = meeteval.io.CTM.parse(write_ctm(document))

    assert [(line.speaker_id, line.transcript) for line in reference.lines] == [
        ("S1", "大 家 好"),
        ("S2", "Tom 再 见"),
    ]
    assert [line.word for line in hypothesis.lines] == ["大", "家", "好", "Tom", "再", "见"]
    rate = meeteval.wer.orcwer(reference, meeteval.io.CTMGroup({"S1": hypothesis}))
    assert rate["call"].errors == 0


@IN_A_FOLDER
@given(document=documents())
def test_a_kaldi_directory_holds_what_its_validator_asks_for(document: TranscriptDocument) -> None:
    files = {
        name: [line.split(" ", 1) for line in content.splitlines()]
        for name, content in kaldi_files(document).items()
    }

    for rows in files.values():
        keys = [key.encode() for key, _ in rows]
        assert keys == sorted(set(keys))
    utterances = [key for key, _ in files["segments"]]
    recordings = {key for key, _ in files["wav.scp"]}
    assert [key for key, _ in files["utt2spk"]] == utterances
    assert [key for key, _ in files.get("text", files["segments"])] == utterances
    assert all(rest.split()[0] in recordings for _, rest in files["segments"])
    speakers = [speaker.encode() for _, speaker in files["utt2spk"]]
    assert speakers == sorted(speakers)
    assert {
        (utterance, speaker)
        for speaker, all_of_it in files["spk2utt"]
        for utterance in all_of_it.split()
    } == {(utterance, speaker) for utterance, speaker in files["utt2spk"]}


def test_a_kaldi_directory_comes_as_a_zip_file() -> None:
    with zipfile.ZipFile(io.BytesIO(write_kaldi_zip(CONVERSATION))) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}

    assert files == kaldi_files(CONVERSATION)
    assert files["text"].splitlines()[0] == "S1-周会_1-000001200-000003400 大家好。"


def test_kaldi_gets_turns_without_text_where_nothing_was_recognised() -> None:
    files = kaldi_files(TURNS_ONLY)

    assert "text" not in files
    assert files["spk2utt"] == ("S1 S1-call-000000000-000005000\nS2 S2-call-000004000-000009000\n")


@pytest.mark.parametrize("name", ["हिन्दी", "Vie\u0323\u0302t", "สวัสดี", "王 五"])
def test_names_in_a_kaldi_directory_keep_their_signs(name: str) -> None:
    document = TranscriptDocument(name, Transcript(9, "", sentences=(Sentence(0, 9, "a"),)))

    assert kaldi_files(document)["wav.scp"].split()[0] == name.replace(" ", "_")


def test_stm_and_ctm_keep_the_signs_of_words() -> None:
    sentence = Sentence(0, 4_000, "हिन्दी में नमस्ते दुनिया", speaker="a")
    document = TranscriptDocument("f", Transcript(4_000, "", sentences=(sentence,)))

    assert write_stm(document) == "f 1 a 0.000 4.000 हिन्दी में नमस्ते दुनिया\n"
    assert [line.split()[4] for line in write_ctm(document).splitlines()] == sentence.text.split()
    assert read_stm(write_stm(document)).transcript.sentences == (sentence,)
    assert read_ctm(write_ctm(document)).transcript.sentences[0].text == sentence.text
