from __future__ import annotations

import logging
from pathlib import Path

import pytest

from pipeline.asr.paraformer.hotwords import MAX_PIECES, HotwordSpeller, read_segment_dictionary
from pipeline.asr.paraformer.vocabulary import Vocabulary
from pipeline.core.errors import ModelContractError

TOKENS = ("<blank>", "<s>", "</s>", "魔", "搭", "2", "and@@", "roid", "ok", "<unk>")
VOCABULARY = Vocabulary(TOKENS)


def spelled(speller: HotwordSpeller, *hotwords: str) -> list[list[str]]:
    return [[TOKENS[each] for each in row] for row in speller.spell(hotwords)]


@pytest.fixture(name="dictionary")
def _dictionary(tmp_path: Path) -> Path:
    path = tmp_path / "seg_dict"
    path.write_text("android and@@ roid\nwent <unk>\n\n魔 魔\nempty\n", encoding="utf-8")
    return path


def test_chinese_words_are_spelled_character_by_character() -> None:
    assert spelled(HotwordSpeller(VOCABULARY, None), "魔搭", "魔2") == [["魔", "搭"], ["魔", "2"]]


def test_english_words_are_spelled_as_the_dictionary_says(dictionary: Path) -> None:
    speller = HotwordSpeller(VOCABULARY, dictionary)

    assert spelled(speller, "Android", "ok 魔搭") == [["and@@", "roid"], ["ok", "魔", "搭"]]


@pytest.mark.parametrize("hotword", ["龘", "unheard", "<unk>", "went", "魔 unheard"])
def test_a_word_that_cannot_be_written_is_left_out_with_a_warning(
    hotword: str, dictionary: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        rows = spelled(HotwordSpeller(VOCABULARY, dictionary), hotword, "魔搭")

    assert rows == [["魔", "搭"]]
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "Hotword 1 is left out" in caplog.text


def test_a_long_word_is_cut_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        (row,) = HotwordSpeller(VOCABULARY, None).spell(["魔搭" * 6])

    assert len(row) == MAX_PIECES
    assert "Hotword 1 is cut: of its 12 pieces" in caplog.text


def test_no_word_counts_twice_and_an_empty_one_not_at_all(dictionary: Path) -> None:
    speller = HotwordSpeller(VOCABULARY, dictionary)

    assert spelled(speller, "ok", "OK", " ", "", "empty") == [["ok"]]


def test_a_dictionary_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "seg_dict"
    path.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(ModelContractError, match="seg_dict"):
        read_segment_dictionary(path)
