"""STM and CTM files as TED-LIUM, LIUM, sclite and Kaldi write them."""

from __future__ import annotations

import pytest

from pipeline.core.errors import FormatError
from pipeline.formats.import_report import ImportLog, ProblemKind
from pipeline.formats.scoring.ctm import read_ctm
from pipeline.formats.scoring.stm import read_stm

TED_LIUM = """;; CATEGORY "0" "" ""
;; LABEL "F0" "Baseline//Broadcast//Speech" ""
AlGore_2009 1 inter_segment_gap 0 16.6 <o,f0,> ignore_time_segment_in_scoring
AlGore_2009 1 AlGore 16.60 21.79 <o,f0,male> last year i showed these two slides <unk> so
AlGore_2009 1 AlGore 21.79 22.5 <o,f0,male> {SMACK}
AlGore_2009 1 AlGore 22.5 24 <o,f0,male> it 's the(2) {BREATH} end
AlGore_2009\tA\tAlGore\t24\t25\t<o,f0,male>\t<unk>
"""
LIUM = """\ufeff20041006_0700 1 excluded_region 0.000 2.450 <o,,unknown>
20041006_0700 1 excluded_region 2.450 3 <o,,unknown> des annonces
20041006_0700 1 Pierre_Weill 3 4.5 <o,f2,male> bonjour à tous
20041006_0700 1 unknown 4.5 5 <o,f2,> [rire] [NOISE]
"""


def utterances(text: str) -> tuple[list[tuple[int, str | None, str]], ImportLog]:
    log = ImportLog()
    sentences = read_stm(text, log).transcript.sentences
    return [(each.start_ms, each.speaker, each.text) for each in sentences], log


def test_gaps_and_noises_of_ted_lium_are_noted_not_transcribed() -> None:
    found, log = utterances(TED_LIUM)

    assert found == [
        (16_600, "AlGore", "last year i showed these two slides <unk> so"),
        (22_500, "AlGore", "it 's the {BREATH} end"),
        (24_000, "AlGore", "<unk>"),
    ]
    assert [(each.kind, each.line) for each in log.report.problems] == [
        (ProblemKind.NOT_USED, 3),
        (ProblemKind.NOT_USED, 5),
        (ProblemKind.NOT_USED, 6),
    ]


def test_excluded_regions_of_lium_are_noted_not_transcribed() -> None:
    found, log = utterances(LIUM)

    assert found == [(3_000, "Pierre_Weill", "bonjour à tous")]
    assert [each.line for each in log.report.problems] == [1, 2, 4]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<O> hello", "hello"),
        ("<NA> hello", "hello"),
        ("<F3> hello", "hello"),
        ("<unk> so", "<unk> so"),
        ("<noise> so", "<noise> so"),
        ("so <o,f0,male>", "so <o,f0,male>"),
        ("IGNORE_TIME_SEGMENT_IN_SCORING", None),
        ("we { um / uh / @ } go", "we um go"),
        ("we { @ / uh } go", "we go"),
        ("we have 1,000 (one) c++ [noise] here", "we have 1,000 (one) c++ [noise] here"),
        ("the price is $ 50 & 100 % sure - ok", "the price is $ 50 & 100 % sure - ok"),
        ("मैं हिन्दी बोलता हूँ", "मैं हिन्दी बोलता हूँ"),
        ("สวัสดี ครับ", "สวัสดี ครับ"),
        ("我 用 iPhone 手机 ， 好", "我用iPhone手机，好"),
        ("", ""),
    ],
)
def test_the_words_of_an_utterance_keep_their_blanks(text: str, words: str | None) -> None:
    found, _ = utterances(f"f 1 a 0 1 {text}\n")

    assert [each[2] for each in found] == ([] if words is None else [words])


def test_names_with_blanks_are_found_by_the_label() -> None:
    found, log = utterances(
        "mono vocals 1 Ann Lee 0.5 2 <o,f0,female> hello\nmono vocals 1 Bob 2 3 <o> bye\n"
    )

    assert found == [(500, "Ann Lee", "hello"), (2_000, "Bob", "bye")]
    assert not log.report.problems


@pytest.mark.parametrize(
    "line",
    [
        "f 1 Speaker 1 5.0 9.0 hello",
        "mono vocals 1 ann 0 1 hello",
        "a 1 b 2 c 3 4 <o,f0,male> hello",
        "f 1 a 0 1e10 hello",
        "f 1 a <NA> <NA> hello",
        "f 1 a 0",
    ],
)
def test_an_utterance_whose_fields_are_unclear_is_refused_with_its_line(line: str) -> None:
    with pytest.raises(FormatError, match="Line 2 should hold"):
        read_stm(f";; x\n{line}\n")


def test_words_of_a_ctm_file_keep_blanks_and_of_alternatives_the_first_is_kept() -> None:
    log = ImportLog()
    text = (
        ";; comment\n"
        "f 1 0.0 0.2 $ NA\n"
        "f 1 0.2 0.2 50 0.9\n"
        "f 1 * * <ALT_BEGIN>\n"
        "f 1 0.4 0.1 um\n"
        "f 1 * * <ALT>\n"
        "f 1 0.4 0.1 uh 0.5\n"
        "f 1 * * <ALT_END>\n"
        "f 1 0.5 0.2 हिन्दी -0.1 lex ann\n"
        "f 1 0.7 0.2 में\n"
    )

    (sentence,) = read_ctm(text, log).transcript.sentences

    assert sentence.text == "$ 50 um हिन्दी में"
    assert [each.text for each in sentence.tokens] == ["$", " 50", " um", " हिन्दी", " में"]
    assert [each.confidence for each in sentence.tokens] == [None, 0.9, None, None, None]
    assert [(each.kind, each.line) for each in log.report.problems] == [(ProblemKind.NOT_USED, 7)]


def test_the_name_of_a_ctm_files_recording_may_hold_blanks() -> None:
    document = read_ctm("mono vocals 1 0.5 0.2 hello 0.9\nmono vocals 1 0.7 0.2 you\n")

    assert document.title == "mono vocals"
    assert [(each.start_ms, each.text) for each in document.transcript.sentences] == [
        (500, "hello you")
    ]


@pytest.mark.parametrize(
    "line", ["f 1 0.5 0.2", "f 1 -0.5 0.2 a", "f 1 * * a", "f x 0.5 a b c d", "f 1 0.5 0.2 a b"]
)
def test_a_word_whose_fields_are_unclear_is_refused_with_its_line(line: str) -> None:
    with pytest.raises(FormatError, match="Line 1 should hold"):
        read_ctm(f"{line}\n")
