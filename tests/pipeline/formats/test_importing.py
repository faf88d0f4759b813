from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.errors import FormatError
from pipeline.core.transcript import Sentence, SpeakerTurn, Token, Transcript
from pipeline.formats.document import TranscriptDocument, document_of_sentences
from pipeline.formats.import_report import MAX_LISTED, ImportProblem, ProblemKind
from pipeline.formats.importing import (
    MAX_IMPORT_BYTES,
    ImportedTranscript,
    guess_format,
    import_transcript,
    readable_formats,
)
from pipeline.formats.registry import FORMATS
from tests.pipeline.formats.documents import CONVERSATION, TURNS_ONLY, documents, one_line, spans

LAUGHS = """<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;">]>
<ANNOTATION_DOCUMENT>&lol2;</ANNOTATION_DOCUMENT>
"""
SRT = "1\n00:00:01,000 --> 00:00:02,000\n[S1] 你好。\n"


def imported(text: str, name: str, duration_ms: int | None = None) -> ImportedTranscript:
    return import_transcript(text.encode(), name, duration_ms=duration_ms)


def kinds(result: ImportedTranscript) -> dict[ProblemKind, int]:
    return dict(result.report.counts)


def test_these_formats_can_be_read() -> None:
    assert set(readable_formats()) == {
        *("srt", "vtt", "ass", "json", "jsonl", "funasr", "textgrid", "eaf", "audacity", "rttm"),
        *("ctm", "stm", "labelstudio"),
    }


@pytest.mark.parametrize(
    ("file_name", "name"),
    [
        *(("a.SRT", "srt"), ("x.TextGrid", "textgrid"), ("b.jsonl", "jsonl"), ("c.doc", None)),
        *(("d.ssa", "ass"), ("Label Track.txt", "audacity"), ("e.labels.txt", "audacity")),
        *(("f.funasr.json", "funasr"), ("g.json", "json"), ("txt", None)),
    ],
)
def test_the_ending_of_a_file_tells_its_format(file_name: str, name: str | None) -> None:
    assert guess_format(file_name) == name


@pytest.mark.parametrize("name", ["srt", "vtt", "textgrid", "eaf", "json", "jsonl"])
def test_speakers_times_and_text_come_back_from_what_we_wrote(name: str) -> None:
    result = import_transcript(FORMATS[name].write(CONVERSATION), name)

    assert [
        (each.start_ms, each.end_ms, each.speaker, each.text)
        for each in result.document.transcript.sentences
    ] == [
        (each.start_ms, each.end_ms, each.speaker, each.text)
        for each in CONVERSATION.transcript.sentences
    ]
    assert result.report.counts == ()


def test_annotation_programs_give_back_the_words() -> None:
    for name in ("textgrid", "eaf"):
        result = import_transcript(FORMATS[name].write(CONVERSATION), name)

        assert result.document.transcript.sentences[0].tokens == (
            Token(1_200, 1_500, "大"),
            Token(1_500, 2_250, "家"),
            Token(2_250, 3_000, "好"),
        )


@pytest.mark.parametrize("name", ["json", "jsonl"])
@settings(max_examples=40)
@given(document=documents())
def test_both_json_formats_lose_nothing(name: str, document: TranscriptDocument) -> None:
    read = FORMATS[name].read

    assert read is not None
    assert read(FORMATS[name].write(document).decode(), None) == document


names = one_line.map(lambda text: text.replace("[", "(").replace("]", ")")).filter(
    lambda name: name and name != "unknown"
)
spoken = st.builds(
    lambda span, text, speaker: Sentence(*span, text=text, speaker=speaker),
    spans(),
    one_line.filter(lambda text: text and not set(text) & set("\ufffe\uffff")),
    st.none() | names.filter(lambda name: not set(name) & set("\ufffe\uffff")),
)


@pytest.mark.parametrize("name", ["textgrid", "eaf"])
@settings(max_examples=60)
@given(items=st.lists(spoken, min_size=1, max_size=5))
def test_annotation_programs_lose_no_sentence_and_no_speaker(
    name: str, items: list[Sentence]
) -> None:
    document = document_of_sentences(tuple(items))

    back = import_transcript(FORMATS[name].write(document), name).document

    def plain(document: TranscriptDocument) -> list[tuple[int, int, str, str]]:
        return sorted(
            (each.start_ms, each.end_ms, each.speaker or "", each.text)
            for each in document.transcript.sentences
        )

    assert plain(back) == plain(document)


@pytest.mark.parametrize("name", ["textgrid", "eaf"])
@pytest.mark.parametrize(
    "speaker", ["SENTENCE", "notes", "Ann - words", "tx@Ann", "text", "默认 词"]
)
def test_a_speaker_named_like_a_tier_role_is_read_back(name: str, speaker: str) -> None:
    document = document_of_sentences((Sentence(0, 900, text="你好 there", speaker=speaker),))

    (sentence,) = import_transcript(
        FORMATS[name].write(document), name
    ).document.transcript.sentences

    assert (sentence.speaker, sentence.text) == (speaker, "你好 there")


@pytest.mark.parametrize("name", ["textgrid", "eaf"])
@pytest.mark.parametrize("speaker", ["Ann", "0@", "notes", "Ann - words", "tx@Ann"])
def test_overlapping_sentences_of_one_speaker_keep_speaker_and_words(
    name: str, speaker: str
) -> None:
    sentences = tuple(
        Sentence(
            start_ms, start_ms + 400, "你好", (Token(start_ms, start_ms + 200, "你"),), speaker
        )
        for start_ms in (0, 200)
    )

    back = import_transcript(FORMATS[name].write(document_of_sentences(sentences)), name)

    found = back.document.transcript.sentences
    assert [(each.start_ms, each.speaker, each.text) for each in found] == [
        (0, speaker, "你好"),
        (200, speaker, "你好"),
    ]
    assert [each.tokens[0].text for each in found] == ["你", "你"]


def test_scorers_files_give_back_times_and_words() -> None:
    stm = import_transcript(FORMATS["stm"].write(CONVERSATION), "stm").document.transcript
    ctm = import_transcript(FORMATS["ctm"].write(CONVERSATION), "ctm").document.transcript

    assert [(each.start_ms, each.speaker, each.text) for each in stm.sentences] == [
        (1_200, "S1", "大家好"),
        (3_000, "S2", "你好Tom Ann"),
        (3_723_004, None, "再见"),
    ]
    assert [(each.start_ms, each.end_ms, each.text) for each in ctm.sentences] == [
        (1_200, 4_000, "大家好你好Tom Ann"),
        (3_723_004, 3_725_100, "再见"),
    ]
    assert ctm.sentences[0].tokens[0] == Token(1_200, 1_500, "大", 0.91)
    assert ctm.sentences[0].tokens[-1].text == " Ann"


def test_channels_of_a_ctm_file_are_speakers() -> None:
    result = imported("c A 0.0 0.5 hello\nc B 0.2 0.5 你\nc A 0.5 0.5 there 0.5\n", "ctm")

    assert [(each.speaker, each.text) for each in result.document.transcript.sentences] == [
        ("A", "hello there"),
        ("B", "你"),
    ]


def test_what_lies_beyond_the_recording_is_cut_or_left_out() -> None:
    tokens = (Token(1_000, 3_000, "a"), Token(4_000, 6_000, "b"), Token(6_000, 7_000, "c"))
    transcript = Transcript(
        9_000,
        "zh",
        sentences=(Sentence(1_000, 7_000, "abc", tokens), Sentence(5_000, 6_000, "d")),
        turns=(SpeakerTurn(0, 5_001, "S1"),),
    )
    content = FORMATS["json"].write(TranscriptDocument("", transcript))

    result = import_transcript(content, "json", duration_ms=5_000)

    assert result.document.transcript == Transcript(
        5_000,
        "zh",
        sentences=(
            Sentence(1_000, 5_000, "abc", (Token(1_000, 3_000, "a"), Token(4_000, 5_000, "b"))),
        ),
        turns=(SpeakerTurn(0, 5_000, "S1"),),
    )
    assert kinds(result) == {ProblemKind.CLIPPED: 2, ProblemKind.BEYOND_END: 1}


def test_lines_that_cannot_be_read_are_left_out_and_named() -> None:
    result = imported(
        f"{SRT}\n2\n00:00:03 --> soon\nlost\n\n3\n00:00:05,0 --> 00:00:05,0\nx\n", "srt"
    )

    assert len(result.document.transcript.sentences) == 1
    assert result.report.problems == (
        ImportProblem(
            ProblemKind.UNREADABLE,
            6,
            "00:00:03 --> soon",
            "two times such as 00:00:01,000 --> 00:00:02,500",
        ),
        ImportProblem(ProblemKind.NO_LENGTH, 10, "00:00:05,0 --> 00:00:05,0"),
    )


def test_of_several_recordings_the_first_is_taken() -> None:
    line = "SPEAKER {} 1 0.0 1.0 <NA> <NA> ann <NA> <NA>\n"

    result = imported(line.format("a") + line.format("b") + line.format("a"), "rttm")

    assert len(result.document.transcript.turns) == 2
    assert kinds(result) == {ProblemKind.OTHER_RECORDING: 1}


def test_who_overlaps_himself_is_kept_and_noted() -> None:
    result = imported("c 1 A 0 2 a\nc 1 B 1 2 b\nc 1 A 1.5 3 c\n", "stm")

    assert len(result.document.transcript.sentences) == 3
    assert [(each.kind, each.found) for each in result.report.problems] == [
        (ProblemKind.OVERLAP, "c")
    ]


def test_thousands_of_problems_are_counted_but_not_all_listed() -> None:
    result = imported("c 1 A 0 2 a\n" + "c 1 A x 2 a\n" * 5_000, "stm")

    assert len(result.report.problems) == MAX_LISTED
    assert kinds(result) == {ProblemKind.UNREADABLE: 5_000}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_encodings_of_other_programs_are_found_out(encoding: str) -> None:
    result = import_transcript(SRT.encode(encoding), "srt")

    assert result.document.transcript.sentences[0].text == "你好。"
    assert kinds(result) == ({ProblemKind.ENCODING: 1} if encoding == "gb18030" else {})


def test_what_no_encoding_fits_is_replaced_and_noted() -> None:
    result = import_transcript(SRT.encode() + b"\xff\xff", "srt")

    assert result.document.transcript.sentences[0].text.startswith("你好。")
    assert kinds(result) == {ProblemKind.ENCODING: 1}


def test_files_of_praat_are_read_in_their_short_form_and_with_points() -> None:
    short = (
        'File type = "ooTextFile"\nObject class = "TextGrid"\n\n0\n2.5\n<exists>\n2\n'
        '"IntervalTier"\n"Ann ""A"""\n0\n2.5\n2\n0\n1\n""\n1\n2.5\n"hello"\n'
        '"TextTier"\n"bells"\n0\n2.5\n1\n1.5\n"ding"\n'
    )

    result = import_transcript(short.encode("utf-16"), "textgrid")

    assert result.document.transcript == Transcript(
        2_500, "", sentences=(Sentence(1_000, 2_500, "hello", speaker='Ann "A"'),)
    )
    assert kinds(result) == {ProblemKind.NOT_USED: 1}


def test_tiers_of_elan_that_hold_something_else_are_left_out() -> None:
    eaf = FORMATS["eaf"].write(CONVERSATION).decode()
    translated = eaf.replace("S1 [words]", "S1 in English").replace('"word"', '"gloss"')
    translated = translated.replace(">大<", ">all<")

    result = imported(translated, "eaf")

    assert [each.text for each in result.document.transcript.sentences] == [
        "大家好。",
        "你好，Tom & Ann!",
        "再见。",
    ]
    assert kinds(result) == {ProblemKind.NOT_USED: 1}


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        ("", "srt", "Nothing in the file can be used as SubRip"),
        ("hello", "srt", "no sentence and no turn inside the recording"),
        ("hello", "vtt", "starts with WEBVTT"),
        ("{}", "json", "duration_ms of the JSON"),
        ('{"type": "other"}', "jsonl", "has the type 'other'"),
        ("hello", "textgrid", "TextGrid"),
        ('"ooTextFile" "TextGrid" 0 1 <exists> 1 "IntervalTier" "a" 0 1 9 0', "textgrid", "breaks"),
        ('"ooTextFile" "TextGrid" 0 1 <exists> -1', "textgrid", "-1.0 things"),
        ("<html>", "eaf", "no ELAN annotation file"),
        ("<ANNOTATION_DOCUMENT>", "eaf", "no well-formed XML"),
        (LAUGHS, "eaf", "declares a document type"),
        ("<ANNOTATION_DOCUMENT>" + "<a>" * 50, "eaf", "no ELAN annotation file"),
        (SRT, "md", "Transcripts cannot be read from 'md'"),
        (SRT, "../x", "Transcripts cannot be read from"),
    ],
)
def test_what_is_no_transcript_is_refused_with_a_reason(text: str, name: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        imported(text, name)


def test_a_file_that_is_too_large_is_refused_before_it_is_read() -> None:
    with pytest.raises(FormatError, match="MiB are read"):
        import_transcript(b" " * (MAX_IMPORT_BYTES + 1), "srt")


@pytest.mark.parametrize("name", readable_formats())
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused_and_nothing_else(name: str, data: st.DataObject) -> None:
    source = data.draw(st.sampled_from([CONVERSATION, TURNS_ONLY]))
    content = bytearray(FORMATS[name].write(source))
    for _ in range(data.draw(st.integers(1, 4))):
        if not content:
            break
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=12))

    try:
        result = import_transcript(bytes(content), name, duration_ms=10_000)
    except FormatError:
        return

    assert all(each.end_ms <= 10_000 for each in result.document.transcript.sentences)
