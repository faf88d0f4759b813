"""Subtitle files as other programs and people write them."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.errors import FormatError
from pipeline.formats.import_report import ProblemKind
from pipeline.formats.importing import ImportedTranscript, import_transcript

VTT_HEAD = "WEBVTT\n\n00:01.000 --> 00:02.000\n"
SRT_HEAD = "1\n00:00:01,000 --> 00:00:02,000\n"

# As a video site's automatic captions come: each line shown while it grows, then still.
ROLLING = """WEBVTT
Kind: captions
Language: en

00:00:00.160 --> 00:00:02.230 align:start position:0%
 
hello<00:00:00.400><c> world</c>

00:00:02.230 --> 00:00:02.240 align:start position:0%
hello world
 

00:00:02.240 --> 00:00:04.000 align:start position:0%
hello world
next<00:00:03.000><c> line</c>

00:00:04.000 --> 00:00:04.010 align:start position:0%
next line
 

00:00:04.010 --> 00:00:06.000 align:start position:0%
next line
the<00:00:05.000><c> last</c>
"""  # noqa: W293


def imported(text: str, name: str = "srt") -> ImportedTranscript:
    return import_transcript(text.encode(), name)


def spoken(text: str, name: str = "srt") -> list[tuple[str | None, str]]:
    sentences = imported(text, name).document.transcript.sentences
    return [(each.speaker, each.text) for each in sentences]


def times(text: str, name: str = "srt") -> list[tuple[int, int]]:
    sentences = imported(text, name).document.transcript.sentences
    return [(each.start_ms, each.end_ms) for each in sentences]


def notes(text: str, name: str = "srt") -> list[tuple[ProblemKind, int | None, str]]:
    problems = imported(text, name).report.problems
    return [(each.kind, each.line, each.found) for each in problems]


def test_text_after_an_empty_line_stays_in_its_cue() -> None:
    srt = (
        f"{SRT_HEAD}我堵在路上了，\n\n要晚十分钟到。\n\n2\n00:00:04,000 --> 00:00:06,000\n第二句\n"
    )
    vtt = f"{VTT_HEAD}first\n\nsecond\n\n00:03.000 --> 00:04.000\nthird\n"

    assert spoken(srt) == [(None, "我堵在路上了， 要晚十分钟到。"), (None, "第二句")]
    assert notes(srt) == [(ProblemKind.AFTER_GAP, 5, "要晚十分钟到。")]
    assert spoken(vtt, "vtt") == [(None, "first second"), (None, "third")]


@pytest.mark.parametrize("name", ["srt", "vtt"])
def test_cues_need_no_empty_line_between_them(name: str) -> None:
    head = "" if name == "srt" else "WEBVTT\n\n"
    text = (
        f"{head}1\n00:00:01.000 --> 00:00:02.000\n42\n2\n00:00:03.000 --> 00:00:04.000\n"
        "3\n00:00:05.000 --> 00:00:06.000\nlast\n"
    )

    assert spoken(text, name) == [(None, "42"), (None, ""), (None, "last")]


def test_numbers_that_are_spoken_stay() -> None:
    text = "00:00:01,000 --> 00:00:02,000\nyear\n2024\n00:00:03,000 --> 00:00:04,000\n7\n"

    assert spoken(text) == [(None, "year 2024"), (None, "7")]


def test_lines_with_empty_lines_between_all_of_them_are_read() -> None:
    text = (
        "1\n\n00:00:01,000 --> 00:00:02,000\n\na\n\n\n\n2\n\n00:00:03,000 --> 00:00:04,000\n\nb\n"
    )

    assert spoken(text) == [(None, "a"), (None, "b")]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r", "\r\r\n"])
def test_every_line_ending_is_read(ending: str) -> None:
    text = f"\ufeff{SRT_HEAD}a\n\n2\n00:00:03,000 --> 00:00:04,000\nb\n".replace("\n", ending)

    assert spoken(text) == [(None, "a"), (None, "b")]
    assert notes(text) == []


@pytest.mark.parametrize(
    ("line", "span"),
    [
        ("00:00:20 --> 00:00:24", (20_000, 24_000)),
        ("0:0:1 --> 0:0:2.5", (1_000, 2_500)),
        ("01:02.003 --> 1:03,5", (62_003, 63_500)),
        ("90:00.000 --> 91:00.000", (5_400_000, 5_460_000)),
        ("00:00:01,123456 --> 00:00:02.999999", (1_123, 2_999)),
        ("00:00:01:500 --> 00:00:02:750", (1_500, 2_750)),
        ("1.5 --> 2.25", (1_500, 2_250)),
        ("00：00：01，000 －－＞ 00：00：02．500", (1_000, 2_500)),
        ("００:００:０１，０００ --> ００:００:０２。５００", (1_000, 2_500)),
        ("00:00:01, 000 --> 00:00:02 ,500", (1_000, 2_500)),
        ("00:00:01,000-->00:00:02,500", (1_000, 2_500)),
        ("00:00:01,000 -> 00:00:02,500", (1_000, 2_500)),
        ("00:00:59,000 --> 00:00:60,000", (59_000, 60_000)),
        ("  00:00:01,000 --> 00:00:02,500 X1:117 X2:619 Y1:042 Y2:428", (1_000, 2_500)),
        ("00:00:01.000 --> 00:00:02.500 align:start position:0% line:-1", (1_000, 2_500)),
    ],
)
def test_times_are_read_in_every_form(line: str, span: tuple[int, int]) -> None:
    assert times(f"1\n{line}\nx\n") == [span]
    assert notes(f"1\n{line}\nx\n") == []


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("00:00:04,000 --> 00:00:03,000", ProblemKind.NO_LENGTH),
        ("-00:00:04,000 --> -00:00:03,000", ProblemKind.BEYOND_END),
        ("00:00:01:12 --> 00:00:02:20", ProblemKind.UNREADABLE),  # frames of no stated rate
        ("00:61:01,000 --> 00:62:02,000", ProblemKind.UNREADABLE),
        ("00:00:03 --> soon", ProblemKind.UNREADABLE),
        ("1 --> 2", ProblemKind.UNREADABLE),
    ],
)
@pytest.mark.parametrize("gap", ["\n", ""])
def test_a_cue_without_good_times_is_named_with_its_line(
    line: str, kind: ProblemKind, gap: str
) -> None:
    text = f"{SRT_HEAD}a\n{gap}2\n{line}\nlost\n{gap}3\n00:00:05,000 --> 00:00:06,000\nb\n"

    assert spoken(text) == [(None, "a"), (None, "b")]
    assert notes(text) == [(kind, 5 + len(gap), line)]


def test_a_cue_that_starts_before_the_recording_is_shortened() -> None:
    text = "1\n-00:00:01,000 --> 00:00:02,000\na\n"

    assert times(text) == [(0, 2_000)]
    assert notes(text) == [(ProblemKind.CLIPPED, 2, "-00:00:01,000 --> 00:00:02,000")]


def test_what_belongs_to_no_cue_is_named() -> None:
    text = f"[Script]\n\n{SRT_HEAD}a --> b is no time\n\n2\n"

    assert spoken(text) == [(None, "a --> b is no time")]
    assert notes(text) == [(ProblemKind.NOT_USED, 1, "[Script]"), (ProblemKind.NOT_USED, 7, "2")]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ('<font color="#ff0000"><b>红</b>色</font> <i>斜</i>', "红色 斜"),
        ("a<b and c>d x < y > z <unk> <3", "a<b and c>d x < y > z <unk> <3"),
        ("{\\an8}上{\\i1}斜{\\i0} {不是标记}", "上斜 {不是标记}"),
        ("one<br>two<br/>three", "one two three"),
        ("<c.yellow.bg_blue>c</c> <u>u</u> <s>s</s> <lang en-GB>x</lang>", "c u s x"),
        ("<00:00:01.500>timed<01:02.000> words", "timed words"),
        ("<ruby>漢<rt>かん</rt>字<rp>(</rp><rt>じ</rt><rp>)</rp></ruby>です", "漢字です"),
        ("&lt;x&gt; &amp;amp; 5&nbsp;% &#20320; AT&T &copy", "<x> &amp; 5 % 你 AT&T &copy"),
    ],
)
def test_markup_of_webvtt_is_left_out_and_words_stay(text: str, plain: str) -> None:
    assert spoken(f"{VTT_HEAD}{text}\n", "vtt") == [(None, plain)]


def test_markup_of_subrip_is_left_out_and_words_stay() -> None:
    text = f'{SRT_HEAD}<font color="red"><b>红</b>色</font> {{\\an8}}上 a<b and c>d &amp;\n'

    assert spoken(text) == [(None, "红色 上 a<b and c>d &amp;")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<v 张三>开始吧。</v><v 李四>好的。</v>", [("张三", "开始吧。"), ("李四", "好的。")]),
        ("<v Ann>one\n<v.loud Bob B.>two", [("Ann", "one"), ("Bob B.", "two")]),
        ("<v Ann>one</v>\n<v Ann>two</v>.", [("Ann", "one two .")]),
        ("before <v Ann &amp; Co>one</v> after", [(None, "before"), ("Ann & Co", "one"),
                                                  (None, "after")]),
    ],
)  # fmt: skip
def test_each_voice_of_a_cue_says_its_own_words(text: str, said: list[tuple[str, str]]) -> None:
    assert spoken(f"{VTT_HEAD}{text}\n", "vtt") == said


def test_voices_that_share_the_time_of_a_cue_are_noted() -> None:
    text = f"{VTT_HEAD}<v 张三>开始吧。</v><v 李四>好的。</v>\n"

    assert notes(text, "vtt") == [(ProblemKind.SHARED_TIME, 3, "张三, 李四")]


def test_blocks_of_webvtt_without_cues_are_passed_over_and_no_cue_is() -> None:
    text = (
        "WEBVTT - title\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:900000\n\nNOTE 00:01 --> x\n\n"
        "NOTE\nmany\nlines\n\nSTYLE\n::cue(b) {}\n\nREGION\nid:fred\n\nNOTEBOOK\n"
        "00:01.000 --> 00:02.000\na\n\ncue 2\n00:03.000 --> 00:04.000\nNOTE is text here\n"
    )

    assert spoken(text, "vtt") == [(None, "a"), (None, "NOTE is text here")]
    assert notes(text, "vtt") == [
        (ProblemKind.NOT_USED, 2, "X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:900000")
    ]


def test_a_cue_right_below_the_header_is_read() -> None:
    assert spoken("WEBVTT\n00:01.000 --> 00:02.000\na\n", "vtt") == [(None, "a")]


def test_a_rolling_caption_is_read_once_and_its_repeats_are_noted() -> None:
    assert spoken(ROLLING, "vtt") == [
        (None, "hello world"),
        (None, "next line"),
        (None, "the last"),
    ]
    assert imported(ROLLING, "vtt").report.counts == ((ProblemKind.REPEATED, 4),)


def test_people_may_say_the_same_again() -> None:
    cues = [f"00:00:0{n},000 --> 00:00:0{n + 1},000\n对。\n\n" for n in range(8)]

    assert spoken("".join(cues)) == [(None, "对。")] * 8


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("vtt", "<v." * 200_000),
        ("vtt", "<v " * 200_000),
        ("vtt", "<v" + " " * 500_000),
        ("vtt", "<v a>x" * 80_000),
        ("vtt", "<rt>a<b>" * 60_000),
        ("vtt", "&" * 500_000),
        ("vtt", "&#" + "9" * 500_000 + ";"),
        ("vtt", "{\\" * 250_000),
        ("vtt", "\n" * 500_000),
        ("vtt", "a\n" * 250_000),
        ("srt", "[" * 500_000),
        ("srt", "- " * 250_000),
        ("srt", "1\n" * 250_000),
        ("srt", "-->\n" * 125_000),
        ("srt", "0" * 500_000 + " --> 1"),
        ("srt", " " * 500_000 + "-->"),
        ("srt", "\n00:00:01,000 --> 00:00:02,000\n" * 15_000),
        ("srt", "12:" * 170_000),
        ("srt", "a: x\n\n" * 80_000),
    ],
)  # fmt: skip
def test_hostile_subtitles_are_read_in_linear_time(name: str, body: str) -> None:
    content = ((VTT_HEAD if name == "vtt" else SRT_HEAD) + body).encode()

    def seconds() -> float:
        began = time.process_time()
        import_transcript(content, name)
        return time.process_time() - began

    assert any(seconds() < len(content) / 1e6 for _ in range(3))  # other programs disturb it


pieces = st.sampled_from(
    [
        *("1\n", "2\n", "\n", "\r", " ", "\ufeff", "\u200b", "WEBVTT\n", "NOTE ", "STYLE\n"),
        *("00:00:01,000", "0:2", "１：２．3", " --> ", "－－＞", "→", "-", "X1:2", "align:start"),
        *("<v Ann>", "</v>", "<v.", "<", ">", "<b>", "<ruby>", "<rt>", "{\\an8}", "&lt;", "&#"),
        *("[A] ", "[A]: ", "(speaker 0) ", "张三：", "- Bob: ", ">> ", "12:30", "http://x"),
    ]
)


@pytest.mark.parametrize("name", ["srt", "vtt"])
@settings(max_examples=300, deadline=None)
@given(parts=st.lists(pieces | st.text(max_size=8), max_size=40))
def test_any_text_is_read_or_refused(name: str, parts: list[str]) -> None:
    content = (("WEBVTT\n\n" if name == "vtt" else "") + "".join(parts)).encode("utf-8", "replace")
    try:
        result = import_transcript(content, name, duration_ms=10_000)
    except FormatError:
        return

    assert all(each.end_ms <= 10_000 for each in result.document.transcript.sentences)


@pytest.mark.parametrize("name", ["srt", "vtt"])
@settings(max_examples=200, deadline=None)
@given(content=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(name: str, content: bytes) -> None:
    head = VTT_HEAD if name == "vtt" else SRT_HEAD
    with suppress(FormatError):
        import_transcript(head.encode() + content, name)
