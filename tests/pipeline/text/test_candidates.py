"""Other words for doubtful words: pronunciation, word frequencies, the search."""

from __future__ import annotations

import pytest

from pipeline.text.candidates.doubt import doubts_of
from pipeline.text.candidates.lexicon import Lexicon, general_lexicon
from pipeline.text.candidates.neighbours import NeighbourModel
from pipeline.text.candidates.pronunciation import (
    OTHER_SOUND,
    OTHER_TONE,
    SoundAlikes,
    Syllable,
    syllables_of,
)
from pipeline.text.candidates.search import MOST_CANDIDATES, Character, candidate_search
from pipeline.text.ngrams.arpa import parse_arpa
from pipeline.text.ngrams.counting import arpa_text, estimate_ngrams


def run_of(text: str, doubtful: str = "", heard: tuple[str, ...] = ()) -> list[Character]:
    """Return characters that are certain except the doubtful ones."""
    return [
        Character(each, 0.2, heard) if each in doubtful else Character(each, 0.99) for each in text
    ]


def test_readings_have_initial_final_and_tone():
    assert syllables_of("中")[0] == Syllable("zh", "ong", 1)
    assert syllables_of("女")[0] == Syllable("n", "v", 3)
    assert syllables_of("A") == ()


def test_characters_of_the_same_sound_cost_less_than_those_of_a_similar_one():
    alikes = SoundAlikes("时实是四中")
    assert alikes.of("时") == {"实": 0.0, "是": OTHER_TONE, "四": OTHER_SOUND}


def test_a_lexicon_divides_a_text_into_its_most_frequent_words():
    lexicon = Lexicon({"研究": 50.0, "研究生": 5.0, "生命": 50.0, "命": 3.0})
    assert lexicon.words_of("研究生命") == ("研究", "生命")
    assert lexicon.with_own(["究生"]).next_characters("究") == {"生"}


def test_entries_of_the_dictionary_are_chinese_words_with_a_frequency():
    lexicon = general_lexicon()
    assert lexicon.log_probability("临时") is not None
    assert lexicon.log_probability("AT&T") is None
    assert "时" in lexicon.next_characters("临")


@pytest.mark.parametrize(
    ("text", "wrong", "right"),
    [
        ("他在小区车库林时停车", "林", "临时"),
        ("在此次生版冬奥会的过程中", "生版", "申办"),
        ("歌曲付秦", "付", "父亲"),
    ],
)
def test_a_homophone_that_makes_a_word_is_among_the_candidates(text, wrong, right):
    first = text.index(wrong[0])
    place = candidate_search().at(run_of(text, wrong), range(first, first + 1))
    assert place is not None
    assert right in place.candidates
    assert len(place.candidates) <= MOST_CANDIDATES
    assert place.start <= first < place.stop


def test_every_candidate_changes_a_doubtful_character():
    text = "走市很好"
    place = candidate_search().at(run_of(text, "市"), range(1, 2))
    assert place is not None
    assert all(each[1 - place.start] != "市" for each in place.candidates)


def test_a_word_of_the_workspace_comes_first():
    run = run_of("请左小雷进一步表示", "雷")
    place = candidate_search(("左小蕾",)).at(run, range(3, 4))
    assert place is not None
    assert place.candidates[0] == "左小蕾"


def test_what_the_recogniser_considered_is_offered_though_it_sounds_different():
    place = candidate_search().at(run_of("想天歌曲", "天", heard=("听",)), range(1, 2))
    assert place is not None
    assert any("听" in each for each in place.candidates)


def neighbours(*texts: str) -> NeighbourModel:
    characters = sorted({*"".join(texts)})
    arpa = arpa_text(estimate_ngrams(texts, 3))
    return NeighbourModel(parse_arpa(arpa.splitlines(), characters), characters)


def test_a_character_that_a_model_of_own_texts_expects_comes_first():
    run = run_of("请左小雷进一步表示", "雷")
    without = candidate_search().at(run, range(3, 4))
    found = candidate_search((), neighbours("经济学家左小蕾", "左小蕾进一步")).at(run, range(3, 4))

    assert without is not None
    assert found is not None
    assert "蕾" not in without.candidates
    assert found.candidates == ("蕾", *without.candidates[: MOST_CANDIDATES - 1])


def test_characters_after_a_word_count_too():
    run = run_of("他在小区停车", "在")
    expecting = neighbours("再小区", "一再小区停")
    found = candidate_search((), expecting).at(run, range(1, 2))

    assert found is not None
    assert found.candidates[0] == "再"


def test_a_model_of_other_texts_changes_no_order():
    run = run_of("请左小雷进一步表示", "雷")
    assert candidate_search((), neighbours("天气晴朗", "明天有雨")).at(
        run, range(3, 4)
    ) == candidate_search().at(run, range(3, 4))


def test_doubt_is_a_probability_that_falls_with_confidence():
    lexicon = general_lexicon()
    doubts = [doubts_of("停车", [0.9, each], lexicon)[1] for each in (0.0, 0.3, 0.9, 1.0)]
    assert doubts == sorted(doubts, reverse=True)
    assert all(0.0 < each < 1.0 for each in doubts)


def test_characters_that_make_no_word_are_more_doubtful():
    lexicon = general_lexicon()
    (_, word), (_, no_word) = (doubts_of(text, [0.6, 0.6], lexicon) for text in ("停滞", "停制"))
    assert no_word > word
    assert doubts_of("", [], lexicon) == ()
