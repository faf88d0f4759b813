"""TextGrid, ELAN and Audacity files, read by readers that are not ours."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from praatio import textgrid
from pympi import Eaf

from pipeline.core.transcript import Sentence, Transcript
from pipeline.formats.annotation.audacity import write_audacity_labels
from pipeline.formats.annotation.elan import write_eaf
from pipeline.formats.annotation.textgrid import write_textgrid
from pipeline.formats.document import TranscriptDocument, document_of_sentences
from pipeline.text.lines import plain_line
from tests.pipeline.formats.documents import (
    CONVERSATION,
    HOSTILE_TEXTS,
    NO_SPEECH,
    TURNS_ONLY,
    sentences,
)

Span = tuple[int, int, str]
ESCAPES = (*HOSTILE_TEXTS, 'she said "no" ""', "\\bu \\n {x}", "]]>", "a\ufffe\uffffb", "! comment")
IN_A_FOLDER = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def praat_tiers(document: TranscriptDocument, folder: Path) -> dict[str, list[Span]]:
    path = folder / "x.TextGrid"
    path.write_text(write_textgrid(document), encoding="utf-8", newline="\n")
    grid = textgrid.openTextgrid(str(path), includeEmptyIntervals=False)
    return {
        tier.name: [(round(s * 1000), round(e * 1000), label) for s, e, label in tier.entries]
        for tier in grid.tiers
    }


def elan_tiers(document: TranscriptDocument, folder: Path) -> dict[str, list[Span]]:
    path = folder / "x.eaf"
    path.write_text(write_eaf(document), encoding="utf-8", newline="\n")
    eaf = Eaf(str(path))
    return {
        name: sorted(
            (start, end, text or "") for start, end, text in eaf.get_annotation_data_for_tier(name)
        )
        for name in eaf.get_tier_names()
    }


READERS = (praat_tiers, elan_tiers)


@pytest.mark.parametrize("read", READERS)
def test_each_speaker_has_a_tier_and_one_with_the_words(read, tmp_path: Path) -> None:
    assert read(CONVERSATION, tmp_path) == {
        "S1": [(1_200, 3_400, "大家好。")],
        "S1 [words]": [(1_200, 1_500, "大"), (1_500, 2_250, "家"), (2_250, 3_000, "好")],
        "S2": [(3_000, 4_000, "你好，Tom & Ann!")],
        "unknown": [(3_723_004, 3_725_100, "再见。")],
    }


@pytest.mark.parametrize("read", READERS)
def test_turns_alone_carry_their_speakers_names(read, tmp_path: Path) -> None:
    assert read(TURNS_ONLY, tmp_path) == {
        "S1": [(0, 5_000, "S1")],
        "S2": [(4_000, 9_000, "S2")],
    }


def test_no_speech_is_an_empty_tier_for_praat_and_no_tier_for_elan(tmp_path: Path) -> None:
    assert praat_tiers(NO_SPEECH, tmp_path) == {"speech": []}
    assert elan_tiers(NO_SPEECH, tmp_path) == {}


@pytest.mark.parametrize("read", READERS)
def test_who_overlaps_himself_gets_a_second_tier(read, tmp_path: Path) -> None:
    document = document_of_sentences(
        (
            Sentence(0, 2_000, "one", speaker="A"),
            Sentence(1_000, 3_000, "two", speaker="A"),
            Sentence(2_000, 4_000, "three", speaker="A"),
        )
    )

    assert read(document, tmp_path) == {
        "A": [(0, 2_000, "one"), (2_000, 4_000, "three")],
        "A [2]": [(1_000, 3_000, "two")],
    }


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("text", ESCAPES)
def test_hostile_text_stays_one_annotation(read, text: str, tmp_path: Path) -> None:
    document = document_of_sentences(
        (Sentence(0, 1_000, text, speaker=text), Sentence(2_000, 3_000, "end", speaker="B"))
    )

    tiers = read(document, tmp_path)

    wanted = plain_line(text).translate(str.maketrans("\ufffe\uffff", "\ufffd\ufffd"))
    as_read = plain_line(text) if read is praat_tiers else wanted
    assert tiers.pop("B") == [(2_000, 3_000, "end")]
    assert list(tiers.values()) == ([[(0, 1_000, as_read)]] if as_read else [])


@pytest.mark.parametrize("read", READERS)
@IN_A_FOLDER
@given(items=st.lists(sentences(), max_size=5))
def test_every_sentence_with_text_is_there_once(
    read, items: list[Sentence], tmp_path: Path
) -> None:
    document = document_of_sentences(tuple(items))

    tiers = read(document, tmp_path)

    spoken = [
        (start, end)
        for name, spans in tiers.items()
        for start, end, _ in spans
        if not name.endswith("[words]")
    ]
    assert sorted(spoken) == sorted(
        (each.start_ms, each.end_ms) for each in document.lines if plain_line(each.text)
    )


def test_names_that_people_gave_stand_on_the_tiers(tmp_path: Path) -> None:
    document = TranscriptDocument(
        "", CONVERSATION.transcript, given_names=(("S1", "王 [经理]"), ("S2", "王 (经理)"))
    )

    assert set(praat_tiers(document, tmp_path)) == {
        "王 (经理)",
        "王 (经理) [words]",
        "王 (经理)_2",
        "unknown",
    }


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_an_audacity_label_is_one_line_of_three_cells(text: str) -> None:
    transcript = Transcript(0, "", sentences=(Sentence(1_250, 2_000, text, speaker=text),))

    written = write_audacity_labels(TranscriptDocument("", transcript))

    assert written.endswith("\n")
    assert written[:-1].splitlines() == [written[:-1]]
    assert written.split("\t")[:2] == ["1.250000", "2.000000"]
    assert len(written.split("\t")) == 3
