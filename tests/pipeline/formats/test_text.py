from __future__ import annotations

import pytest

from pipeline.core.transcript import Sentence, Transcript
from pipeline.formats.document import TranscriptDocument
from pipeline.formats.text import write_txt
from tests.pipeline.formats.documents import CONVERSATION, HOSTILE_TEXTS, NO_SPEECH, TURNS_ONLY


def test_text_looks_like_this() -> None:
    assert write_txt(CONVERSATION) == (
        "[00:00:01] S1: 大家好。\n[00:00:03] S2: 你好，Tom & Ann!\n[01:02:03] 再见。\n"
    )


def test_without_sentences_the_turns_are_written() -> None:
    assert write_txt(TURNS_ONLY) == "[00:00:00] S1\n[00:00:04] S2\n"


def test_no_speech_is_an_empty_text() -> None:
    assert write_txt(NO_SPEECH) == ""


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_whatever_is_said_stays_on_its_line(text: str) -> None:
    sentences = (Sentence(0, 1_000, text, speaker=text), Sentence(2_000, 3_000, "end"))
    document = TranscriptDocument("", Transcript(3_000, "", sentences=sentences))

    lines = write_txt(document).encode("utf-8").decode("utf-8").splitlines()

    assert len(lines) == 2
    assert lines[1] == "[00:00:02] end"
