from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.transcript import Mark
from pipeline.punctuation.ct_transformer.dictionary_words import DictionaryCutter
from pipeline.punctuation.ct_transformer.word_pieces import CharacterCutter, Pieces, WordCutter

N, C, S = Mark.NONE, Mark.COMMA, Mark.FULL_STOP
WORDS = st.lists(st.text("今天气 2024年ab'，é\u3000", max_size=6), max_size=12)


@pytest.fixture(name="dictionary_cutter", scope="module")
def _dictionary_cutter(tmp_path_factory: pytest.TempPathFactory) -> DictionaryCutter:
    path = tmp_path_factory.mktemp("dictionary") / "jieba_usr_dict"
    path.write_text("今天 1000000\n天气 1000000\n二零二四年 1000000\n", encoding="utf-8")
    return DictionaryCutter(path)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("今天 hello world天气", ["今", "天", "hello", "world", "天", "气"]),
        ("AI技术 2024年", ["AI", "技", "术", "2024", "年"]),
        ("a，b", ["a", "，", "b"]),
        ("don't x&y", ["don't", "x&y"]),
        ("café", ["caf", "é"]),
        ("\u3000 \n", []),
    ],
)
def test_runs_of_ascii_and_single_characters_are_pieces(text: str, pieces: list[str]) -> None:
    assert CharacterCutter().cut(text.split()).texts == tuple(pieces)


def test_a_piece_belongs_to_the_word_it_ends_in() -> None:
    assert CharacterCutter().cut(["2024年", "", "好"]) == Pieces(("2024", "年", "好"), (0, 0, 2), 3)


def test_the_mark_of_a_word_is_its_last_pieces() -> None:
    pieces = Pieces(("2024", "年", "好"), (0, 0, 2), 3)

    assert pieces.marks_of_words([C, N, S]) == (N, N, S)
    assert pieces.marks_of_words([N, C, S]) == (C, N, S)


def test_a_dictionary_joins_characters_and_keeps_english_apart(
    dictionary_cutter: DictionaryCutter,
) -> None:
    cut = dictionary_cutter.cut(["今", "天", "hello", "don't", "天", "气"])

    assert cut == Pieces(("今天", "hello", "don't", "天气"), (1, 2, 3, 5), 6)


def test_a_mark_after_a_dictionarys_word_lies_on_its_last_character(
    dictionary_cutter: DictionaryCutter,
) -> None:
    cut = dictionary_cutter.cut(list("今天天气"))

    assert cut.marks_of_words([C, S]) == (N, C, N, S)


def test_digits_and_mixed_words_do_not_shift_the_marks_after_them(
    dictionary_cutter: DictionaryCutter,
) -> None:
    words = ["2", "0", "2", "4", "今", "天", "4", "G", "天", "气"]

    cut = dictionary_cutter.cut(words)

    assert cut.texts == ("2024", "今天", "4", "G", "天气")
    assert cut.marks_of_words([N, C, N, N, S]) == (N, N, N, N, N, C, N, N, N, S)


def test_a_word_that_the_dictionary_cuts_keeps_one_mark(
    dictionary_cutter: DictionaryCutter,
) -> None:
    cut = dictionary_cutter.cut(["今天天", "气"])

    assert cut.texts == ("今天", "天气")
    assert cut.marks_of_words([C, S]) == (C, S)


def test_a_model_does_not_change_how_others_cut(dictionary_cutter: DictionaryCutter) -> None:
    import jieba

    assert dictionary_cutter.cut(list("二零二四年")).texts == ("二零二四年",)
    assert "二零二四年" not in jieba.dt.FREQ


@given(WORDS)
def test_characters_are_all_cut_and_every_word_has_a_mark(words: list[str]) -> None:
    check_all_is_cut(CharacterCutter(), words)


@given(words=WORDS)
def test_a_dictionary_loses_nothing_and_every_word_has_a_mark(
    dictionary_cutter: DictionaryCutter, words: list[str]
) -> None:
    check_all_is_cut(dictionary_cutter, words)


def check_all_is_cut(cutter: WordCutter, words: list[str]) -> None:
    cut = cutter.cut(words)

    assert "".join(cut.texts) == "".join("".join(words).split())
    assert list(cut.owners) == sorted(cut.owners)
    assert len(cut.marks_of_words([C] * len(cut.texts))) == len(words)
