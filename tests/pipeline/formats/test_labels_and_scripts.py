"""Audacity's label tracks and SubStation Alpha scripts of other programs."""

from __future__ import annotations

import time
from contextlib import suppress

import pysubs2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.errors import FormatError
from pipeline.core.transcript import Sentence
from pipeline.formats.import_report import ProblemKind
from pipeline.formats.importing import ImportedTranscript, import_transcript
from pipeline.formats.registry import FORMATS
from tests.pipeline.formats.documents import CONVERSATION

ASS_HEAD = (
    "[Script Info]\r\n; by hand\r\nTitle: 周会\r\nScriptType: v4.00+\r\n\r\n[V4+ Styles]\r\n"
    "Format: Name, Fontname, Fontsize\r\nStyle: Default,Arial,20\r\n\r\n[Events]\r\n"
    "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\r\n"
)


def imported(text: str, name: str) -> ImportedTranscript:
    return import_transcript(text.encode(), name)


def dialogue(text: str, times: str = "0:00:01.00,0:00:02.50", name: str = "") -> str:
    return f"Dialogue: 0,{times},Default,{name},0,0,0,,{text}\r\n"


def notes(result: ImportedTranscript) -> list[tuple[ProblemKind, int | None]]:
    return [(each.kind, each.line) for each in result.report.problems]


def test_dialogue_is_read_with_names_and_without_codes() -> None:
    text = (
        ASS_HEAD + dialogue(r"{\an8\i1}你好,\N世界{\i0}\h!{a remark}", name="张三") + "[Fonts]\r\n"
    )

    document = imported(text, "ass").document

    assert document.title == "周会"
    assert document.transcript.sentences == (
        Sentence(1_000, 2_500, "你好, 世界 !", speaker="张三"),
    )


def test_the_older_script_with_other_fields_is_read() -> None:
    text = (
        "[Script Info]\nScriptType: v4.00\n[Events]\n"
        "Format: Marked, Start, End, Style, Actor, Text\n"
        "Dialogue: Marked=0,0:00:01.00,0:00:02.00,*Default,Ann,one, two\n"
    )

    assert imported(text, "ass").document.transcript.sentences == (
        Sentence(1_000, 2_000, "one, two", speaker="Ann"),
    )


def test_what_is_no_speech_in_a_script_is_noted() -> None:
    text = (
        ASS_HEAD
        + "Comment: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,note\r\n"
        + dialogue("twice")
        + dialogue(r"{\blur3}twice")
        + dialogue(r"{\p1}m 0 0 l 1 1{\p0}")
        + dialogue("back", "0:00:05.00,0:00:04.00")
        + dialogue("bad", "soon,later")
        + "Dialogue: 0,0:00:01.00\r\n"
    )

    result = imported(text, "ass")

    assert [each.text for each in result.document.transcript.sentences if each.text] == ["twice"]
    assert notes(result) == [
        (ProblemKind.NOT_USED, 12),
        (ProblemKind.REPEATED, 14),
        (ProblemKind.NOT_USED, 15),
        (ProblemKind.NO_LENGTH, 16),
        (ProblemKind.UNREADABLE, 17),
        (ProblemKind.UNREADABLE, 18),
    ]


def test_scripts_of_a_subtitle_library_are_read() -> None:
    script = pysubs2.SSAFile()
    script.append(pysubs2.SSAEvent(start=1_000, end=2_000, text=r"a\Nb", name="Ann"))
    for format_name in ("ass", "ssa"):
        assert imported(script.to_string(format_name), "ass").document.transcript.sentences == (
            Sentence(1_000, 2_000, "a b", speaker="Ann"),
        )


def test_labels_are_read_with_speakers_and_frequencies_are_passed_over() -> None:
    text = (
        "0.500000\t1.250000\t张三：你好\n\\\t100.0\t200.0\n2.000000\t2.000000\ta point\n"
        "3,5\t4\t李四: 好\nno label\n5.0\t6.0\t张三：走\n"
    )

    result = imported(text, "audacity")

    assert result.document.transcript.sentences == (
        Sentence(500, 1_250, "你好", speaker="张三"),
        Sentence(3_500, 4_000, "好", speaker="李四"),
        Sentence(5_000, 6_000, "走", speaker="张三"),
    )
    assert notes(result)[:2] == [(ProblemKind.NO_LENGTH, 3), (ProblemKind.UNREADABLE, 5)]


@pytest.mark.parametrize(("name", "step_ms"), [("ass", 10), ("audacity", 1)])
def test_what_was_written_here_comes_back(name: str, step_ms: int) -> None:
    sentences = imported(FORMATS[name].write(CONVERSATION).decode(), name).document.transcript

    assert [(each.start_ms, each.speaker) for each in sentences.sentences] == [
        (each.start_ms // step_ms * step_ms, each.speaker)
        for each in CONVERSATION.transcript.sentences
    ]


def test_control_characters_beside_a_time_are_passed_over() -> None:
    labels = imported("1.5\x1f\t\x1c2.5\tx\n", "audacity").document.transcript.sentences

    assert labels == (Sentence(1_500, 2_500, "x"),)


def test_a_text_without_labels_is_refused_with_the_line() -> None:
    with pytest.raises(FormatError, match="line 1, 'hello', should hold 'start end label'"):
        imported("hello\n", "audacity")


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("ass", dialogue("{" * 500_000)),
        ("ass", dialogue(r"\N" * 250_000)),
        ("ass", dialogue(r"{\p1}a{\p0}b" * 50_000)),
        ("ass", dialogue("," * 500_000)),
        ("ass", "Format: " + "start,end,text," * 30_000 + "\n" + "Dialogue: ,\n" * 10),
        ("ass", "Dialogue: x\n" * 40_000),
        ("audacity", "\t" * 500_000),
        ("audacity", "1.0\t2.0\tone two\n" * 30_000),
    ],
)
def test_hostile_files_are_read_in_linear_time(name: str, body: str) -> None:
    content = ((ASS_HEAD if name == "ass" else "") + body).encode()

    began = time.process_time()
    with suppress(FormatError):
        import_transcript(content, name)
    assert time.process_time() - began < max(0.5, 2 * len(content) / 1e6)


@pytest.mark.parametrize("name", ["ass", "audacity", "funasr"])
@settings(max_examples=150, deadline=None)
@given(content=st.binary(max_size=200), text=st.text(max_size=60))
def test_any_content_is_read_or_refused(name: str, content: bytes, text: str) -> None:
    for each in (content, text.encode(), (ASS_HEAD + dialogue(text)).encode() + content):
        with suppress(FormatError):
            import_transcript(each, name)
