"""Detection of speaker names before the text of cues."""

from __future__ import annotations

import pytest

from pipeline.formats.import_report import ProblemKind
from pipeline.formats.importing import ImportedTranscript, import_transcript


def imported(*texts: str) -> ImportedTranscript:
    cues = (
        f"{number}\n00:{number:02d}:00,000 --> 00:{number:02d}:09,000\n{text}\n\n"
        for number, text in enumerate(texts, start=1)
    )
    return import_transcript("".join(cues).encode(), "srt")


def spoken(*texts: str) -> list[tuple[str | None, str]]:
    return [(each.speaker, each.text) for each in imported(*texts).document.transcript.sentences]


def unlabelled(*texts: str) -> list[tuple[str | None, str]]:
    return [(None, text) for text in texts]


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (  # WhisperX
            ("[SPEAKER_00]: 你好。", "[SPEAKER_01]: 好的。"),
            [("SPEAKER_00", "你好。"), ("SPEAKER_01", "好的。")],
        ),
        (("SPEAKER_00: hi",), [("SPEAKER_00", "hi")]),
        (("(speaker 0) hi", "(speaker 1) yes"), [("speaker 0", "hi"), ("speaker 1", "yes")]),
        (("发言人1：好", "说话人 2: 行"), [("发言人1", "好"), ("说话人 2", "行")]),
        (("- [Speaker 1] hi", "- [Speaker 2] no"), [("Speaker 1", "hi"), ("Speaker 2", "no")]),
        (("【张三】你好", "【李四】：好"), [("张三", "你好"), ("李四", "好")]),
        (("（张三）：你好", "好"), [("张三", "你好"), (None, "好")]),
        (("张三：你好", "李四：你好"), [("张三", "你好"), ("李四", "你好")]),
        (  # Zoom
            ("Ann Lee: at 12:30: go", "Bob: hi", "Ann Lee: see http://x.y"),
            [("Ann Lee", "at 12:30: go"), ("Bob", "hi"), ("Ann Lee", "see http://x.y")],
        ),
        (
            ("- 张三: 你好\n- 李四: 好", "嗯", "张三：再见", "李四：走"),
            [("张三", "你好"), ("李四", "好"), (None, "嗯"), ("张三", "再见"), ("李四", "走")],
        ),
        (
            (">> JOHN: hi", "yes", "MARY: ok\nand more", "JOHN: 12:30 then"),
            [("JOHN", "hi"), (None, "yes"), ("MARY", "ok and more"), ("JOHN", "12:30 then")],
        ),
        (("Speaker_01:\nhello", "(Speaker_02)\nhi"), [("Speaker_01", "hello"),
                                                       (None, "(Speaker_02) hi")]),
        (("(Ann) a", "(Bob) b", "(Ann) c", "(Bob) d"), [("Ann", "a"), ("Bob", "b"), ("Ann", "c"),
                                                        ("Bob", "d")]),
        (("[张三]\n你好", "[张三]\n再见"), [("张三", "你好"), ("张三", "再见")]),
    ],
)  # fmt: skip
def test_names_of_speakers_are_taken_from_the_text(
    texts: tuple[str, ...], said: list[tuple[str | None, str]]
) -> None:
    assert spoken(*texts) == said


@pytest.mark.parametrize(
    "texts",
    [
        ("注意: 下雨",),
        ("注意: 下雨", "好", "注意: 刮风", "行"),
        ("我们 12:30 走", "12:30 到", "12：30 走"),
        ("http://a.b", "https://c.d", "http://e.f"),
        ("他说：我不去", "好", "他说：我去", "我说：行", "我说：好"),
        ("比如：一", "二", "三", "四", "比如：五", "六", "七"),
        ("The point is: go", "ok", "fine"),
        ("[Music]", "[音乐]", "[BLANK_AUDIO]", "[laughs] yes", "♪ la ♪", "[door slams]"),
        ("(笑) 好", "(laughs) no", "hm"),
        ("[00:01:02] text", "[12:30] text"),
        ("What? No: yes", "This, then: that"),
    ],
)
def test_other_words_before_a_colon_or_in_brackets_stay_text(texts: tuple[str, ...]) -> None:
    assert spoken(*texts) == unlabelled(*texts)


def test_what_was_taken_as_a_speaker_is_noted_once() -> None:
    problems = imported("张三：你好", "李四：好", "张三：走").report.problems

    assert [(each.kind, each.line, each.found) for each in problems] == [
        (ProblemKind.SPEAKER_LABEL, 2, "张三"),
        (ProblemKind.SPEAKER_LABEL, 6, "李四"),
    ]


def test_brackets_before_few_cues_are_noted_and_before_most_are_not() -> None:
    few = imported("[王] 好", "一", "二", "三").report
    most = imported("[王] 好", "[李] 一", "二").report

    assert few.counts == ((ProblemKind.SPEAKER_LABEL, 1),)
    assert most.counts == ()


def test_words_that_return_but_are_too_rare_are_kept_and_noted() -> None:
    texts = ("甲：一", "二", "三", "四", "甲：五", "六")

    assert spoken(*texts) == unlabelled(*texts)
    assert imported(*texts).report.problems[0].kind is ProblemKind.KEPT_LABEL


def test_labels_are_left_alone_where_voices_are_marked() -> None:
    vtt = (
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>Bob: that is what I call him\n\n"
        "00:03.000 --> 00:04.000\nSpeaker 1: no\n"
    )

    sentences = import_transcript(vtt.encode(), "vtt").document.transcript.sentences
    assert [(each.speaker, each.text) for each in sentences] == [
        ("Ann", "Bob: that is what I call him"),
        (None, "Speaker 1: no"),
    ]
