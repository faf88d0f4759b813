from __future__ import annotations

import pysubs2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.transcript import Sentence
from pipeline.formats.clock_times import MS_PER_HOUR
from pipeline.formats.document import TranscriptDocument, document_of_sentences
from pipeline.formats.subtitles.substation_alpha import ass_text, write_ass
from pipeline.text.lines import plain_line
from tests.pipeline.formats.documents import CONVERSATION, HOSTILE_TEXTS, NO_SPEECH, sentences

READABLE_MS = 99 * MS_PER_HOUR  # the independent reader takes two digits of hours


def events_of(document: TranscriptDocument) -> list[pysubs2.SSAEvent]:
    return pysubs2.SSAFile.from_string(write_ass(document), format_="ass").events


def test_an_independent_reader_sees_who_said_what() -> None:
    events = events_of(CONVERSATION)

    assert [(each.start, each.end, each.name, each.plaintext) for each in events] == [
        (1_200, 3_400, "S1", "大家好。"),
        (3_000, 4_000, "S2", "你好，Tom & Ann!"),
        (3_723_000, 3_725_100, "", "再见。"),
    ]


def test_what_is_said_at_once_lies_on_another_layer_further_up() -> None:
    events = events_of(CONVERSATION)

    assert [(each.layer, each.marginv) for each in events] == [(0, 0), (1, 200), (0, 0)]


def test_each_speaker_has_a_style_that_is_there() -> None:
    file = pysubs2.SSAFile.from_string(write_ass(CONVERSATION), format_="ass")

    assert [each.style for each in file.events] == ["Speaker 1", "Speaker 2", "Default"]
    assert set(file.styles) == {"Default", "Speaker 1", "Speaker 2"}


def test_no_speech_is_a_file_without_events() -> None:
    assert events_of(NO_SPEECH) == []


@pytest.mark.parametrize("text", [*HOSTILE_TEXTS, r"{\pos(0,0)}x\Ny\h", "a,b,,c", "[Events]"])
def test_hostile_text_is_shown_and_not_obeyed(text: str) -> None:
    first = Sentence(1_000, 2_000, text, speaker=text or None)
    document = TranscriptDocument(
        text, document_of_sentences((first, Sentence(3_000, 4_000, "end"))).transcript
    )

    events = events_of(document)

    assert [(each.start, each.end) for each in events] == [(1_000, 2_000), (3_000, 4_000)]
    assert events[0].plaintext == events[0].text == ass_text(text)
    assert events[0].name.replace("，", ",") == ass_text(text)
    assert events[1].plaintext == "end"


@settings(max_examples=40)
@given(st.lists(sentences().filter(lambda each: each.end_ms < READABLE_MS), max_size=6))
def test_no_text_adds_or_loses_an_event(items: list[Sentence]) -> None:
    document = document_of_sentences(tuple(items))

    events = events_of(document)

    assert [each.text for each in events] == [ass_text(each.text) for each in document.lines]
    assert not any(set(plain_line(each.text)) & set("{}\\") for each in events)
