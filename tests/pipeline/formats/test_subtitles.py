from __future__ import annotations

import html

import pysubs2
import pytest
import webvtt
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.errors import FormatError
from pipeline.core.transcript import Sentence, Transcript
from pipeline.formats.document import TranscriptDocument, document_of_sentences
from pipeline.formats.subtitles.subrip import read_srt, srt_text, write_srt
from pipeline.formats.subtitles.webvtt import read_vtt, write_vtt
from pipeline.text.lines import plain_line
from tests.pipeline.formats.documents import (
    CONVERSATION,
    HOSTILE_TEXTS,
    NO_SPEECH,
    TURNS_ONLY,
    in_order,
    names,
    one_line,
    sentences,
    spans,
)


def document_of(*items: Sentence) -> TranscriptDocument:
    return document_of_sentences(tuple(items))


def srt_sentence(span: tuple[int, int], text: str, speaker: str | None) -> Sentence:
    name = None if speaker is None else srt_text(speaker).replace("[", "(").replace("]", ")")
    return Sentence(*span, text=srt_text(text), speaker=name)


srt_sentences = st.builds(srt_sentence, spans(), one_line, st.none() | names)
vtt_sentences = st.builds(
    lambda span, text, speaker: Sentence(*span, text=text, speaker=speaker),
    spans(),
    one_line,
    st.none() | names,
)


def test_srt_looks_like_this() -> None:
    assert write_srt(CONVERSATION) == (
        "1\n00:00:01,200 --> 00:00:03,400\n[S1] 大家好。\n\n"
        "2\n00:00:03,000 --> 00:00:04,000\n[S2] 你好，Tom & Ann!\n\n"
        "3\n01:02:03,004 --> 01:02:05,100\n再见。\n"
    )


def test_vtt_looks_like_this() -> None:
    assert write_vtt(CONVERSATION) == (
        "WEBVTT\n\n"
        "00:00:01.200 --> 00:00:03.400\n<v S1>大家好。</v>\n\n"
        "00:00:03.000 --> 00:00:04.000\n<v S2>你好，Tom &amp; Ann!</v>\n\n"
        "01:02:03.004 --> 01:02:05.100\n再见。\n"
    )


def test_a_transcript_without_speech_is_an_empty_subtitle_file() -> None:
    assert (write_srt(NO_SPEECH), write_vtt(NO_SPEECH)) == ("", "WEBVTT\n")


def test_without_sentences_the_turns_are_written_with_the_speaker_as_text() -> None:
    assert write_srt(TURNS_ONLY) == (
        "1\n00:00:00,000 --> 00:00:05,000\nS1\n\n2\n00:00:04,000 --> 00:00:09,000\nS2\n"
    )
    assert write_vtt(TURNS_ONLY).count("\nS1\n") == 1


@given(st.lists(srt_sentences, max_size=6))
def test_srt_gives_back_what_it_carries(items: list[Sentence]) -> None:
    document = document_of(*items)

    assert read_srt(write_srt(document)) == document


@pytest.mark.parametrize("name", ["/", "王/", "/李", "a / b", "br /"])
def test_vtt_names_keep_their_slashes(name: str) -> None:
    document = document_of(Sentence(0, 1_000, "你好", speaker=name))

    assert read_vtt(write_vtt(document)) == document


@given(st.lists(vtt_sentences, max_size=6))
def test_vtt_gives_back_one_line_text_and_speaker(items: list[Sentence]) -> None:
    document = document_of(*items)

    assert read_vtt(write_vtt(document)) == document


@settings(max_examples=40)
@given(st.lists(sentences(), max_size=6))
def test_no_text_adds_or_moves_a_cue(items: list[Sentence]) -> None:
    transcript = Transcript(0, "", sentences=in_order(items))
    times = [(each.start_ms, each.end_ms) for each in transcript.sentences]
    document = TranscriptDocument("", transcript)

    for back in (read_srt(write_srt(document)), read_vtt(write_vtt(document))):
        assert [(each.start_ms, each.end_ms) for each in back.transcript.sentences] == times


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_an_independent_srt_reader_sees_the_same_cues(text: str) -> None:
    first, last = Sentence(1_000, 2_000, text=text, speaker="S1"), Sentence(3_000, 4_000, "end")
    written = write_srt(document_of(first, last))

    events = pysubs2.SSAFile.from_string(written, format_="srt")

    assert [(event.start, event.end) for event in events] == [(1_000, 2_000), (3_000, 4_000)]
    assert events[0].plaintext == f"[S1] {srt_text(text)}".strip()
    assert events[1].plaintext == "end"


@pytest.mark.parametrize("text", [text for text in HOSTILE_TEXTS if text.strip()])
def test_an_independent_vtt_reader_sees_the_same_cues(text: str) -> None:
    first, last = Sentence(1_000, 2_000, text=text, speaker="S1"), Sentence(3_000, 4_000, "end")
    written = write_vtt(document_of(first, last))

    captions = list(webvtt.from_string(written))

    assert [(each.start, each.end, each.voice) for each in captions] == [
        ("00:00:01.000", "00:00:02.000", "S1"),
        ("00:00:03.000", "00:00:04.000", None),
    ]
    assert html.unescape(captions[0].text) == plain_line(text)


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_a_hostile_speaker_name_stays_a_name(text: str) -> None:
    document = document_of(Sentence(0, 1_000, text="hello", speaker=text or "x"))

    assert "hello" in read_srt(write_srt(document)).transcript.sentences[0].text
    assert read_vtt(write_vtt(document)).transcript.sentences[0].text == "hello"


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_subtitles_can_be_saved_as_utf_8(text: str) -> None:
    document = document_of(Sentence(0, 1_000, text=text, speaker=text))

    for written in (write_srt(document), write_vtt(document)):
        assert written.encode("utf-8").decode("utf-8") == written


def test_files_of_other_programs_are_read() -> None:
    srt = "\ufeff1\r\n00:00:01.5 --> 00:00:02,000 X1:0\r\nfirst\r\nsecond\r\n\r\n\r\n2\r\n"
    vtt = (
        "\ufeffWEBVTT - a title\r\n\r\nNOTE\r\nfrom 00:00 --> nowhere\r\n\r\n"
        "STYLE\r\n::cue{}\r\n\r\nid 7\r\n00:01.500 --> 00:02.000 align:start\r\n"
        "<v.loud Ann &amp; Bob><i>hi</i> <00:01.700>there</v>\r\n"
    )

    assert read_srt(srt) == document_of(Sentence(1_500, 2_000, text="first second"))
    assert read_vtt(vtt) == document_of(
        Sentence(1_500, 2_000, text="hi there", speaker="Ann & Bob")
    )


@pytest.mark.parametrize(
    ("read", "text", "message"),
    [
        (read_srt, "1\n00:00:01 --> soon\nx\n", "Line 2 should hold two times"),
        (read_vtt, "WEBVTT\n\n1 --> \n", "Line 3 should hold two times"),
        (read_vtt, "1\n00:00:01,000 --> 00:00:02,000\nx\n", "starts with WEBVTT"),
        (read_vtt, "", "starts with WEBVTT"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(read, text: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        read(text)
