"""Files of scorers and annotation programs that are damaged, odd or made to hold a reader up."""

from __future__ import annotations

import time
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.errors import FormatError
from pipeline.formats.importing import import_transcript
from pipeline.formats.registry import FORMATS
from storage.db.errors import EditRefusedError
from storage.importing.plan import rows_of_document

SIZE = 200_000  # bytes
MAX_CPU_S = 1.0
PIECES = {
    "rttm": ["SPEAKER", "LEXEME", ";;", "<NA>", "mono vocals", "1", "-1", "1e3", "ann", "0.5"],
    "stm": ["f", "1", "a", "0.5", "2", "<o,f0,male>", "<unk>", "{ a / b }", "(2)", "हिन्दी", ";;"],
    "ctm": ["f", "1", "0.5", "*", "<ALT_BEGIN>", "<ALT>", "<ALT_END>", "हूँ", "NA", "0.9", "$"],
    "textgrid": [
        *('"ooTextFile"', '"TextGrid"', '"Praat chronological TextGrid text file"', "<exists>"),
        *('"IntervalTier"', '"TextTier"', '"a - words"', '"ref@b"', '""', '"', "0", "1", "-1e3"),
        *("! x", "xmin =", "2.5s", "1.2.3"),
    ],
    "eaf": [
        *("<ANNOTATION_DOCUMENT>", "</ANNOTATION_DOCUMENT>", "<TIER TIER_ID='a'>", "</TIER>"),
        "<TIER TIER_ID='b' PARENT_REF='a' LINGUISTIC_TYPE_REF='tx'>",
        "<TIME_SLOT TIME_SLOT_ID='s' TIME_VALUE='5'/><TIME_SLOT TIME_SLOT_ID='t'/>",
        "<ALIGNABLE_ANNOTATION ANNOTATION_ID='1' TIME_SLOT_REF1='s' TIME_SLOT_REF2='t'>",
        *("</ALIGNABLE_ANNOTATION>", "<REF_ANNOTATION ANNOTATION_REF='1'>", "</REF_ANNOTATION>"),
        *("<ANNOTATION_VALUE>X_1</ANNOTATION_VALUE>", "<HEADER TIME_UNITS='x'/>", "&#0;"),
    ],
}


def is_read(content: bytes, name: str) -> bool:
    try:
        import_transcript(content, name, duration_ms=10**9)
    except FormatError:
        return False
    return True


@pytest.mark.parametrize("name", PIECES)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_any_file_is_read_or_refused(name: str, data: st.DataObject) -> None:
    piece = st.sampled_from(PIECES[name]) | st.text(max_size=4)
    lines = data.draw(st.lists(st.lists(piece, max_size=12).map(" ".join), max_size=12))

    is_read("\n".join(lines).encode("utf-8", "surrogatepass"), name)
    is_read(data.draw(st.binary(max_size=200)), name)


def grid(tiers: str) -> str:
    return f'File type = "ooTextFile"\nObject class = "TextGrid"\n0 1 <exists> {tiers}'


def tiers(form: str, number: int) -> str:
    return "".join(form.format(i=i) for i in range(number))


HELD_UP = {
    "rttm numbers": ("rttm", "SPEAKER " + "1 " * (SIZE // 2)),
    "rttm unused": ("rttm", "SPEAKER " + "<NA> " * (SIZE // 5)),
    "rttm junk": ("rttm", "x\n" * (SIZE // 2)),
    "stm alternatives": ("stm", "f 1 a 0 1 " + "{ a / " * (SIZE // 6)),
    "stm labels": ("stm", "f 1 a 0 1 " + "<," * (SIZE // 2)),
    "stm commas": ("stm", "f 1 a 0 1 <" + "," * SIZE),
    "stm signs": ("stm", "f 1 a 0 1 x" + "़" * (SIZE // 3)),
    "ctm words": ("ctm", "f 1 0 1 a\n" * (SIZE // 10)),
    "grid of quotes": ("textgrid", grid('1 "IntervalTier" "a" 0 1 1 0 1 ' + '"' * SIZE)),
    "grid of words": ("textgrid", grid("a " * (SIZE // 2))),
    "grid of tiers": (
        "textgrid",
        grid("4000 " + tiers('"IntervalTier" "a{i} - words" 0 1 1 0 1 "x" ', 4_000)),
    ),
    "grid of the same interval": (
        "textgrid",
        grid('2 "IntervalTier" "a" 0 1 9000 ' + '0 5 "x" ' * 9_000)
        + '"IntervalTier" "a [words]" 0 1 9000 '
        + '0 5 "x" ' * 9_000,
    ),
    "eaf chain": (
        "eaf",
        "<ANNOTATION_DOCUMENT>"
        + tiers('<TIER TIER_ID="{i}" PARENT_REF="{i}1"/>', 5_000)
        + "</ANNOTATION_DOCUMENT>",
    ),
    "eaf slots": (
        "eaf",
        "<ANNOTATION_DOCUMENT>"
        + tiers('<TIME_SLOT TIME_SLOT_ID="{i}"/>', 6_000)
        + "</ANNOTATION_DOCUMENT>",
    ),
}


@pytest.mark.parametrize("case", HELD_UP)
def test_no_file_holds_a_reader_up(case: str) -> None:
    name, text = HELD_UP[case]
    began_s = time.process_time()

    is_read(text.encode(), name)

    assert time.process_time() - began_s < MAX_CPU_S


@pytest.mark.parametrize("form", ["p{i}", "a{i}?", "Speaker {i}"])
def test_thousands_of_speakers_hold_nothing_up(form: str) -> None:
    lines = (f"f 1 {form.format(i=i).replace(' ', '_')} {i} {i}.5 hello\n" for i in range(3_000))
    began_s = time.process_time()

    document = import_transcript("".join(lines).encode(), "stm").document
    FORMATS["kaldi"].write(document)
    ids = count()
    with pytest.raises(EditRefusedError, match="at most 500 speakers"):
        rows_of_document(document, lambda: str(next(ids)))

    assert len(document.names) == 3_000
    assert time.process_time() - began_s < MAX_CPU_S
