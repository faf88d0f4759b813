from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.errors import FormatError
from pipeline.core.transcript import Sentence, SpeakerTurn, Transcript
from pipeline.formats.document import TranscriptDocument
from pipeline.formats.import_report import ImportLog, ImportProblem, ProblemKind
from pipeline.formats.scoring.rttm import read_rttm, write_rttm
from tests.pipeline.formats.documents import (
    CONVERSATION,
    HOSTILE_TEXTS,
    NO_SPEECH,
    in_order,
    names,
    spans,
)


def document_of(*turns: SpeakerTurn, title: str = "call") -> TranscriptDocument:
    duration_ms = max((turn.end_ms for turn in turns), default=0)
    return TranscriptDocument(title, Transcript(duration_ms, "", turns=in_order(list(turns))))


def test_rttm_looks_like_this() -> None:
    assert write_rttm(CONVERSATION) == (
        "SPEAKER 周会_1 1 1.100 2.400 <NA> <NA> S1 <NA> <NA>\n"
        "SPEAKER 周会_1 1 3.000 1.200 <NA> <NA> S2 <NA> <NA>\n"
    )


def test_no_speech_is_an_empty_file() -> None:
    assert write_rttm(NO_SPEECH) == ""


def test_without_turns_the_sentences_tell_who_speaks() -> None:
    sentences = (Sentence(0, 900, "hello", speaker="Ann Lee"), Sentence(1_000, 2_000, "nobody"))
    document = TranscriptDocument("", Transcript(2_000, "", sentences=sentences))

    assert write_rttm(document) == ("SPEAKER recording 1 0.000 0.900 <NA> <NA> Ann_Lee <NA> <NA>\n")


words = names.map(lambda name: name.replace(" ", "_").strip("<>")).filter(bool)
turns = st.builds(lambda span, name: SpeakerTurn(*span, name), spans(), words)


@given(st.lists(turns, min_size=1, max_size=6))
def test_rttm_gives_back_turns_whose_names_are_words(items: list[SpeakerTurn]) -> None:
    document = document_of(*items)

    assert read_rttm(write_rttm(document)) == document


def test_speakers_stay_apart_when_their_names_become_the_same_word() -> None:
    document = document_of(
        SpeakerTurn(0, 1_000, "A B"),
        SpeakerTurn(1_000, 2_000, "A_B"),
        SpeakerTurn(2_000, 3_000, "A B"),
    )

    back = read_rttm(write_rttm(document))

    assert [turn.speaker for turn in back.turns] == ["A_B", "A_B_2", "A_B"]


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_a_hostile_name_or_title_is_one_word(text: str) -> None:
    written = write_rttm(document_of(SpeakerTurn(0, 1_000, text), title=text))

    assert [len(line.split()) for line in written.splitlines()] == [10]
    written.encode("utf-8")


def test_files_of_other_programs_are_read() -> None:
    text = (
        "\ufeff;; a comment\r\nSPKR-INFO f 1 <NA> <NA> <NA> unknown ann <NA>\r\n"
        "SPEAKER f 1 2.0004 1e0 <NA> <NA> bob <NA>\r\n\r\n"
        "SPEAKER f 1 0 1.25 <NA> <NA> ann\r\n"
        "SPEAKER f 1 9.5 0.000 <NA> <NA> ann <NA> <NA>\r\n"
    )

    assert read_rttm(text) == document_of(
        SpeakerTurn(0, 1_250, "ann"), SpeakerTurn(2_000, 3_000, "bob"), title="f"
    )


@pytest.mark.parametrize(
    "line",
    [
        "SPEAKER f 1 0.0 1.0 <NA> <NA>",
        "SPEAKER f 1 -1.0 1.0 <NA> <NA> ann <NA> <NA>",
        "SPEAKER f 1 0.0 nan <NA> <NA> ann <NA> <NA>",
        "SPEAKER f 1 0.0 inf <NA> <NA> ann <NA> <NA>",
        "SPEAKER f 1 0,5 1 <NA> <NA> ann <NA> <NA>",
        "SPEAKER f 1 0.0 -1.0 <NA> <NA> ann <NA> <NA>",
        "SPEAKER f 1 1e12 1.0 <NA> <NA> ann <NA> <NA>",
        "SPEAKER f 1 <NA> <NA> <NA> <NA> ann <NA> <NA>",
        "SPEAKER f 1 0.0 1.0 <NA> <NA> <NA> <NA> <NA>",
        "SPEAKER mono vocals 1 <NA> 1.0 <NA> <NA> ann <NA> <NA>",
        "SPEAKER mono vocals 1 0.5 1.0 word lex ann",
        "SPEAKER a long name 1 0.5 1.0 word lex ann <NA>",
        "TURN f 1 0.0 1.0 <NA> <NA> ann <NA> <NA>",
    ],
)
def test_a_broken_line_is_refused_with_its_number(line: str) -> None:
    with pytest.raises(FormatError, match="Line 2 should hold"):
        read_rttm(f";; x\n{line}\n")


NEMO = """SPEAKER mono vocals 1 0.500 2.645 <NA> <NA> speaker_0 <NA> <NA>
SPEAKER mono vocals 1 3.145 1.200 <NA> <NA> speaker_1 <NA> <NA>
SPEAKER take 1 of 2\t1\t6.100\t1.200 <NA> <NA> speaker_0 <NA> <NA>
"""


def test_a_recordings_name_may_hold_blanks() -> None:
    log = ImportLog()

    document = read_rttm(NEMO, log)

    assert document == document_of(
        SpeakerTurn(500, 3_145, "speaker_0"),
        SpeakerTurn(3_145, 4_345, "speaker_1"),
        title="mono vocals",
    )
    assert log.report.problems == (
        ImportProblem(
            ProblemKind.OTHER_RECORDING,
            3,
            "SPEAKER take 1 of 2 1 6.100 1.200 <NA> <NA> speaker_0 <NA> <NA>",
            "mono vocals, the first recording in the file",
        ),
    )


@pytest.mark.parametrize(
    ("ends", "names"),
    [
        (["Ann Lee <NA> <NA>", "Bob <NA> <NA>"], ["Ann Lee", "Bob"]),
        (["Speaker 1 <NA> <NA>", "Speaker 2 <NA> <NA>"], ["Speaker 1", "Speaker 2"]),
        (["Speaker 1 <NA>", "Speaker 2 <NA>"], ["Speaker 1", "Speaker 2"]),
        (["Speaker 0", "Speaker 1"], ["Speaker 0", "Speaker 1"]),
        (["Ann Lee", "Bob"], ["Ann Lee", "Bob"]),
        (["ann 0.93 <NA>", "bob 1 <NA>"], ["ann", "bob"]),
        (["ann 0.93", "bob 0.5"], ["ann", "bob"]),
        (["ann 1 <NA>", "bob 1 <NA>"], ["ann", "bob"]),
        (["Ann Lee 0.93 <NA>", "Bob 1.0 <NA>"], ["Ann Lee", "Bob"]),
        (["ann", "bob <NA>"], ["ann", "bob"]),
    ],
)
def test_a_speakers_name_may_hold_blanks_and_a_confidence_is_none_of_it(
    ends: list[str], names: list[str]
) -> None:
    text = "".join(f"SPEAKER f 1 {start} 1 <NA> <NA> {end}\n" for start, end in enumerate(ends))

    assert [turn.speaker for turn in read_rttm(text).turns] == names


def test_lines_that_are_no_turns_are_noted_once_a_type() -> None:
    log = ImportLog()
    text = (
        " ;; comment\n"
        "SPKR-INFO f 1 <NA> <NA> <NA> adult_male ann <NA> <NA>\n"
        "LEXEME f 1 0.1 0.2 hello lex ann 0.9 <NA>\n"
        "LEXEME f 1 0.3 0.2 there lex ann 0.9 <NA>\n"
        "NON-SPEECH f 1 0.5 0.2 <NA> noise <NA> <NA> <NA>\n"
        "speaker f 1 -0.000 5e-1 <NA> <NA> ann <NA> <NA>\n"
    )

    assert read_rttm(text, log) == document_of(SpeakerTurn(0, 500, "ann"), title="f")
    assert [(each.kind, each.line) for each in log.report.problems] == [
        (ProblemKind.NOT_USED, 2),
        (ProblemKind.NOT_USED, 3),
        (ProblemKind.NOT_USED, 5),
    ]
