"""TextGrid and ELAN files as other programs write them."""

from __future__ import annotations

import pytest

from pipeline.core.errors import FormatError
from pipeline.core.transcript import Sentence, Token
from pipeline.formats.annotation.elan_reading import read_eaf
from pipeline.formats.annotation.textgrid_reading import read_textgrid
from pipeline.formats.import_report import ImportLog, ProblemKind
from pipeline.formats.importing import import_transcript

Interval = tuple[float, float, str]
Said = list[tuple[int, int, str | None, str]]


def said(sentences: tuple[Sentence, ...]) -> Said:
    return [(each.start_ms, each.end_ms, each.speaker, each.text) for each in sentences]


def grid(text: str) -> tuple[Said, ImportLog]:
    log = ImportLog()
    return said(read_textgrid(text, log).transcript.sentences), log


def elan(text: str) -> tuple[Said, ImportLog]:
    log = ImportLog()
    return said(read_eaf(text, log).transcript.sentences), log


def notes(log: ImportLog) -> list[tuple[ProblemKind, str]]:
    return [(each.kind, each.found) for each in log.report.problems]


def mfa(**tiers: list[Interval]) -> str:
    """A TextGrid as the Montreal Forced Aligner writes it."""
    rows = ['File type = "ooTextFile"', 'Object class = "TextGrid"', "", "xmin = 0 ", "xmax = 10 "]
    rows += ["tiers? <exists> ", f"size = {len(tiers)} ", "item []: "]
    for number, (name, intervals) in enumerate(tiers.items(), start=1):
        rows += [f"    item [{number}]:", '        class = "IntervalTier" ']
        rows += [f'        name = "{name}" ', "        xmin = 0 ", "        xmax = 10 "]
        rows += [f"        intervals: size = {len(intervals)} "]
        for place, (start, end, text) in enumerate(intervals, start=1):
            rows += [f"        intervals [{place}]:", f"            xmin = {start} "]
            rows += [f"            xmax = {end} ", f'            text = "{text}" ']
    return "\n".join(rows) + "\n"


PRAATIO_SHORT = """File type = "ooTextFile short"
"TextGrid"

0.0
1.194625
<exists>
2
"IntervalTier"
"张三"
0.0
1.194625
2
0.0
0.5
"你 ""好""
啊"
0.5
1.194625
""
"TextTier"
"bell"
0.0
1.194625
1
0.3
"ding"
"""
CHRONOLOGICAL = """"Praat chronological TextGrid text file"
0 2.3   ! Time domain.
3   ! Number of tiers.
"IntervalTier" "Mary" 0 2.3
"IntervalTier" "John" 0 2.3
"TextTier" "bell" 0 2.3
1 0 1
"hello"
3 1.0
"ding"
2 0.5s 2.3e0
"yes"
1 1 2.3
""
"""


def test_short_files_with_quotes_and_lines_in_labels_are_read() -> None:
    found, log = grid(PRAATIO_SHORT)

    assert found == [(0, 500, "张三", '你 "好" 啊')]
    assert [(each.kind, each.found, each.line) for each in log.report.problems] == [
        (ProblemKind.NOT_USED, "bell", 21)
    ]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-8-sig"])
def test_praats_encodings_are_read(encoding: str) -> None:
    result = import_transcript(PRAATIO_SHORT.encode(encoding), "textgrid")

    assert said(result.document.transcript.sentences) == [(0, 500, "张三", '你 "好" 啊')]


def test_chronological_files_are_read() -> None:
    found, log = grid(CHRONOLOGICAL)

    assert found == [(0, 1_000, "Mary", "hello"), (500, 2_300, "John", "yes")]
    assert notes(log) == [(ProblemKind.NOT_USED, "bell")]


@pytest.mark.parametrize("suffix", [" - {}s", " - {}", "_{}s", ": {}"])
def test_words_and_phones_of_an_aligner_are_two_speakers_sentences(suffix: str) -> None:
    words, phones = suffix.format("word"), suffix.format("phone")
    found, log = grid(
        mfa(
            **{
                f"spk1{words}": [(0.5, 0.9, "你好"), (0.9, 1.4, "世界"), (1.4, 1.6, "sp")],
                f"spk1{phones}": [(0.5, 0.7, "n"), (0.7, 0.9, "i2")],
                f"Ann Lee{words}": [(2, 2.4, "price"), (2.4, 2.6, "$"), (4, 5, "हिन्दी")],
                f"Ann Lee{phones}": [(2, 2.4, "ən")],
            }
        )
    )

    assert found == [
        (500, 1_400, "spk1", "你好世界"),
        (2_000, 2_600, "Ann Lee", "price $"),
        (4_000, 5_000, "Ann Lee", "हिन्दी"),
    ]
    assert notes(log) == [
        (ProblemKind.NOT_USED, f"spk1{phones}"),
        (ProblemKind.NOT_USED, f"Ann Lee{phones}"),
    ]


def test_words_lie_below_the_utterances_of_their_speaker() -> None:
    log = ImportLog()
    text = mfa(
        **{
            "Ann - utterances": [(0, 2, "Hello you."), (3, 4, "Bye.")],
            "Ann - words": [(0, 0.5, "hello"), (0.5, 2.01, "you"), (2.5, 2.7, "lost")],
            "Bob": [(1, 2, "Yes.")],
        }
    )

    sentences = read_textgrid(text, log).transcript.sentences

    assert said(sentences) == [
        (0, 2_000, "Ann", "Hello you."),
        (1_000, 2_000, "Bob", "Yes."),
        (3_000, 4_000, "Ann", "Bye."),
    ]
    assert sentences[0].tokens == (Token(0, 500, "hello"), Token(500, 2_000, " you"))
    assert notes(log) == [(ProblemKind.NOT_USED, "lost")]


def test_tiers_without_a_speaker_belong_together() -> None:
    text = mfa(
        **{
            "ORT-MAU": [(0, 0.5, "hello"), (0.5, 1, "<p:>"), (1, 2, "you")],
            "KAN-MAU": [(0, 0.5, "h@l@U")],
            "MAU": [(0, 0.5, "h")],
            "sentence": [(0, 2, "Hello you.")],
        }
    )
    log = ImportLog()

    (sentence,) = read_textgrid(text, log).transcript.sentences

    assert (sentence.speaker, sentence.text) == (None, "Hello you.")
    assert [each.text for each in sentence.tokens] == ["hello", " you"]
    assert notes(log) == [(ProblemKind.NOT_USED, "KAN-MAU"), (ProblemKind.NOT_USED, "MAU")]


def test_words_and_phones_alone_have_no_speaker() -> None:
    found, _ = grid(mfa(words=[(0, 0.5, "hello")], phones=[(0, 0.5, "h")]))

    assert found == [(0, 500, None, "hello")]


def test_ids_beside_texts_are_not_the_words() -> None:
    found, log = grid(mfa(**{"ref@SP": [(0, 1, "BEJ_001")], "tx@SP": [(0, 1, "今天")]}))

    assert found == [(0, 1_000, "SP", "今天")]
    assert notes(log) == [(ProblemKind.NOT_USED, "ref@SP")]


def test_odd_times_are_named_with_their_lines() -> None:
    found, log = grid(
        mfa(A=[(-0.5, 1.5e-1, "early"), (-2, -1, "before"), (1, 1, "empty"), (3, 2, "back")])
    )

    assert found == [(0, 150, "A", "early")]
    assert [(each.kind, each.line) for each in log.report.problems] == [
        (ProblemKind.CLIPPED, 18),
        (ProblemKind.UNREADABLE, 22),
        (ProblemKind.NO_LENGTH, 26),
        (ProblemKind.UNREADABLE, 30),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ooBinaryFile\x08TextGrid", "binary form; save it as a text file"),
        ('File type = "ooTextFile"\nObject class = "PitchTier"\n', "no Praat TextGrid"),
        (mfa(A=[(0, 1, "x")])[:-40], "breaks off in line 16"),
        (mfa(A=[(0, 1, "x")]).replace('"x"', '"x'), "begins in line 18"),
        (mfa(A=[(0, 1, "x")]).replace("xmax = 1 ", "xmax = 1.2.3 "), "Line 17 .* hold a number"),
        (mfa(A=[(0, 1, "x")]).replace("xmax = 1 ", ""), "Line 18 .* go on with a number"),
        (CHRONOLOGICAL.replace("2 0.5s", "4 0.5"), "Line 11 .* names no tier"),
    ],
)
def test_a_grid_that_cannot_be_read_is_refused_with_the_line(text: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        read_textgrid(text, ImportLog())


def eaf(slots: str, tiers: str, *, header: str = "", types: str = "") -> str:
    """An ELAN file; slots are `id=milliseconds`, the time left out where there is none."""
    order = "".join(
        f'<TIME_SLOT TIME_SLOT_ID="{name}"' + (f' TIME_VALUE="{time}"/>' if time else "/>")
        for name, _, time in (each.partition("=") for each in slots.split())
    )
    kinds = "".join(
        f'<LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="{each}" CONSTRAINTS="{each}"/>'
        for each in ("Symbolic_Association", "Symbolic_Subdivision", "Time_Subdivision")
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<ANNOTATION_DOCUMENT FORMAT="3.0">'
        '<LICENSE LICENSE_URL="">free</LICENSE>'
        f'<HEADER TIME_UNITS="milliseconds">{header}</HEADER>\n'
        f"<TIME_ORDER>{order}</TIME_ORDER>\n{tiers}{kinds}{types}</ANNOTATION_DOCUMENT>"
    )


def tier(
    name: str, *annotations: str, kind: str = "default", parent: str = "", who: str = ""
) -> str:
    below = f' PARENT_REF="{parent}"' * bool(parent)
    participant = f' PARTICIPANT="{who}"' * bool(who)
    return (
        f'<TIER TIER_ID="{name}" LINGUISTIC_TYPE_REF="{kind}"{below}{participant}>'
        + "".join(f"<ANNOTATION>{each}</ANNOTATION>" for each in annotations)
        + "</TIER>\n"
    )


def aligned(name: str, first: str, last: str, text: str) -> str:
    return (
        f'<ALIGNABLE_ANNOTATION ANNOTATION_ID="{name}" TIME_SLOT_REF1="{first}" '
        f'TIME_SLOT_REF2="{last}"><ANNOTATION_VALUE>{text}</ANNOTATION_VALUE>'
        "</ALIGNABLE_ANNOTATION>"
    )


def below(name: str, parent: str, text: str, more: str = "") -> str:
    return (
        f'<REF_ANNOTATION ANNOTATION_ID="{name}" ANNOTATION_REF="{parent}" {more}>'
        f"<ANNOTATION_VALUE>{text}</ANNOTATION_VALUE></REF_ANNOTATION>"
    )


SLOTS = "ts1=0 ts2=2000 ts3=4000"
IDS = (aligned("a1", "ts1", "ts2", "BEJ_01_001"), aligned("a2", "ts2", "ts3", "BEJ_02_002"))
TEXTS = (below("a3", "a1", "今天天气很好"), below("a4", "a2", "我们 go"))


@pytest.mark.parametrize(
    ("root", "text", "who", "speaker"),
    [
        ("ref@SP", "tx@SP", "张三", "张三"),
        ("ref@SP", "tx@SP", "", "SP"),
        ("Ann", "Ann text", "", "Ann"),
        ("default", "said", "", None),
    ],
)
def test_texts_below_ids_are_the_words(root: str, text: str, who: str, speaker: str | None) -> None:
    found, log = elan(
        eaf(
            SLOTS,
            tier(root, *IDS, who=who)
            + tier("ft@SP", below("a5", "a1", "nice day"), parent=root, who=who)
            + tier(text, *TEXTS, kind="Symbolic_Association", parent=root, who=who),
        )
    )

    assert found == [(0, 2_000, speaker, "今天天气很好"), (2_000, 4_000, speaker, "我们 go")]
    assert notes(log) == [(ProblemKind.NOT_USED, "ft@SP")]


def test_texts_with_numbers_stay_the_words_beside_their_translation() -> None:
    found, log = elan(
        eaf(
            SLOTS,
            tier("A", aligned("a1", "ts1", "ts2", "MP3"), aligned("a2", "ts2", "ts3", "Hello"))
            + tier("A translation", below("a3", "a1", "empty"), parent="A"),
        )
    )

    assert [each[3] for each in found] == ["MP3", "Hello"]
    assert notes(log) == [(ProblemKind.NOT_USED, "A translation")]


def test_symbolic_words_share_the_time_of_their_sentence_in_the_order_they_name() -> None:
    log = ImportLog()
    words = (
        below("w1", "a3", "今天"),
        below("w3", "a3", "很好", 'PREVIOUS_ANNOTATION="w2"'),
        below("w2", "a3", "天气", 'PREVIOUS_ANNOTATION="w1"'),
    )
    text = eaf(
        SLOTS,
        tier("ref@SP", *IDS)
        + tier("tx@SP", *TEXTS, kind="Symbolic_Association", parent="ref@SP")
        + tier("mot@SP", *words, kind="Symbolic_Subdivision", parent="tx@SP"),
    )

    sentences = read_eaf(text, log).transcript.sentences

    assert sentences[0].tokens == (
        Token(0, 666, "今天"),
        Token(666, 1_333, "天气"),
        Token(1_333, 2_000, "很好"),
    )
    assert notes(log) == [(ProblemKind.ESTIMATED_TIME, "mot@SP: 今天")]


def test_slots_without_a_time_lie_between_their_neighbours() -> None:
    log = ImportLog()
    words = (
        aligned("w1", "ts1", "x1", "今天"),
        aligned("w2", "x1", "x2", "天气"),
        aligned("w3", "x2", "ts2", "好"),
    )
    text = eaf(
        "ts1=0 x1 y1 x2 ts2=3000 ts3 ts4=5000",
        tier("A", aligned("a1", "ts1", "ts2", "今天天气好"), aligned("a2", "ts2", "ts3", "嗯"))
        + tier("A syllabified", *words, kind="Time_Subdivision", parent="A"),
    )

    sentences = read_eaf(text, log).transcript.sentences

    assert said(sentences) == [(0, 3_000, "A", "今天天气好"), (3_000, 4_000, "A", "嗯")]
    assert [each.start_ms for each in sentences[0].tokens] == [0, 1_000, 2_000]
    assert notes(log) == [
        (ProblemKind.ESTIMATED_TIME, "A: 嗯"),
        (ProblemKind.ESTIMATED_TIME, "A syllabified: 今天"),
    ]


def test_annotations_without_any_time_are_named_with_their_line() -> None:
    _, log = elan(eaf("x1 x2", tier("A", aligned("a1", "x1", "x2", "lost"))))

    assert [(each.kind, each.found, each.line) for each in log.report.problems] == [
        (ProblemKind.UNREADABLE, "A: lost", 4)
    ]


def test_the_offset_of_the_medium_moves_all_times() -> None:
    medium = '<MEDIA_DESCRIPTOR MEDIA_URL="a.wav" MIME_TYPE="audio/x-wav" TIME_ORIGIN="1500"/>'

    found, log = elan(eaf(SLOTS, tier("A", aligned("a1", "ts1", "ts2", "好")), header=medium))

    assert found == [(1_500, 3_500, "A", "好")]
    assert notes(log) == [(ProblemKind.SHIFTED, "TIME_ORIGIN 1500")]


def test_an_entry_of_a_controlled_vocabulary_is_the_text() -> None:
    vocabulary = (
        '<CONTROLLED_VOCABULARY CV_ID="cv"><CV_ENTRY_ML CVE_ID="c1">'
        '<CVE_VALUE DESCRIPTION="" LANG_REF="und">是的</CVE_VALUE></CV_ENTRY_ML>'
        "</CONTROLLED_VOCABULARY>"
    )
    chosen = aligned("a1", "ts1", "ts2", "").replace("REF1", 'REF1="ts1" CVE_REF="c1" X')

    found, _ = elan(eaf(SLOTS, tier("A", chosen), types=vocabulary))

    assert found == [(0, 2_000, "A", "是的")]


def test_participants_are_speakers_and_their_notes_are_noted() -> None:
    spoken = tier("T1", aligned("a1", "ts1", "ts2", "好"), who="王")
    spoken += tier("T2", aligned("a2", "ts2", "ts3", "嗯"), who="李")
    text = eaf(SLOTS, spoken + tier("notes", aligned("a3", "ts1", "ts2", "laughs"), who="李"))

    found, log = elan(text)

    assert [each[2] for each in found] == ["王", "李"]
    assert notes(log) == [(ProblemKind.NOT_USED, "notes")]


@pytest.mark.parametrize(
    ("tiers", "is_read"),
    [
        (tier("A", aligned("a1", "ts1", "ts2", "x"), parent="A"), True),
        (tier("A", parent="B") + tier("B", aligned("a1", "ts1", "ts2", "x"), parent="A"), True),
        (tier("A", aligned("a1", "ts1", "ts2", "x"), parent="none"), True),
        (tier("A", below("a1", "a1", "x")), False),
        (tier("A", aligned("a1", "none", "ts2", "x")), False),
    ],
)
def test_tiers_that_refer_to_themselves_or_to_nothing_do_no_harm(tiers: str, is_read: bool) -> None:
    found, _ = elan(eaf(SLOTS, tiers))

    assert bool(found) is is_read


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1/x.dtd">',
        '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1/"> %x;]>',
    ],
)
def test_entities_are_refused(doctype: str) -> None:
    text = eaf(SLOTS, tier("A")).replace(
        "<ANNOTATION_DOCUMENT", f"{doctype}<ANNOTATION_DOCUMENT", 1
    )

    with pytest.raises(FormatError, match="declares a document type"):
        read_eaf(text, ImportLog())
