import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.errors import OptionError
from pipeline.core.options import AsrOptions
from pipeline.models.recognizer_choice import (
    AUTO,
    PARAFORMER,
    RECOGNIZERS,
    SHERPA,
    WHISPER,
    AvailableModels,
    Reason,
    RecognizerChoice,
    choose_recognizer,
)
from tests.dev_data import REPOSITORY

NOTHING = AvailableModels()
BOTH = AvailableModels(paraformer=True, punctuation=True)
FOR_HOTWORDS = AvailableModels(paraformer=True, punctuation=True, accepts_hotwords=True)


def test_every_recogniser_is_in_the_documents():
    page = (REPOSITORY / "docs" / "models.md").read_text("utf-8")

    assert all(f"`{name}`" in page for name in RECOGNIZERS)


@pytest.mark.parametrize(
    ("language", "at_hand", "name", "reason"),
    [
        (None, NOTHING, WHISPER, Reason.NO_PARAFORMER),
        (None, AvailableModels(punctuation=True), WHISPER, Reason.NO_PARAFORMER),
        (None, AvailableModels(paraformer=True), WHISPER, Reason.NO_PUNCTUATION),
        (None, BOTH, PARAFORMER, Reason.BEST_AT_HAND),
        ("zh", BOTH, PARAFORMER, Reason.BEST_AT_HAND),
        ("en", BOTH, WHISPER, Reason.OTHER_LANGUAGE),
        ("ja", NOTHING, WHISPER, Reason.OTHER_LANGUAGE),
    ],
)
def test_paraformer_hears_chinese_as_soon_as_it_and_its_punctuation_are_here(
    language, at_hand, name, reason
):
    choice = choose_recognizer(AsrOptions(language=language), at_hand)

    assert (choice.name, choice.reason) == (name, reason)


def test_what_is_asked_for_by_name_is_chosen_here_or_not():
    paraformer = choose_recognizer(AsrOptions(PARAFORMER), NOTHING)
    whisper = choose_recognizer(AsrOptions(WHISPER, language="ko"), FOR_HOTWORDS)

    assert paraformer == RecognizerChoice(PARAFORMER, False, False, Reason.ASKED_FOR)
    assert whisper == RecognizerChoice(WHISPER, False, True, Reason.ASKED_FOR)


def test_whisper_and_the_paraformer_with_the_graph_for_them_take_hotwords():
    assert choose_recognizer(AsrOptions(), FOR_HOTWORDS).accepts_hotwords
    assert not choose_recognizer(AsrOptions(), BOTH).accepts_hotwords
    assert choose_recognizer(AsrOptions(), NOTHING).accepts_hotwords


def test_the_most_accurate_whisper_that_was_installed_on_purpose_is_chosen_without_a_name():
    at_hand = AvailableModels(whispers=("whisper-medium", "whisper-small"))

    chosen = choose_recognizer(AsrOptions(), at_hand)

    assert (chosen.name, chosen.is_whisper) == ("whisper-medium", True)
    assert choose_recognizer(AsrOptions(WHISPER), at_hand).name == WHISPER
    assert choose_recognizer(AsrOptions("whisper-tiny"), at_hand).name == "whisper-tiny"
    paraformer = AvailableModels(True, True, whispers=("whisper-medium",))
    assert choose_recognizer(AsrOptions(), paraformer).name == PARAFORMER


def test_a_given_model_of_sherpa_onnx_comes_before_all_without_a_name():
    at_hand = AvailableModels(True, True, whispers=("whisper-medium",), sherpa=True)

    assert choose_recognizer(AsrOptions(), at_hand).name == SHERPA
    assert choose_recognizer(AsrOptions(language="ko"), at_hand).name == "whisper-medium"
    assert choose_recognizer(AsrOptions(PARAFORMER), at_hand).name == PARAFORMER
    assert not choose_recognizer(AsrOptions(SHERPA), NOTHING).accepts_hotwords


def test_paraformer_is_not_asked_for_another_language():
    with pytest.raises(OptionError, match="recognises Chinese, not 'en'"):
        choose_recognizer(AsrOptions(PARAFORMER, language="en"), BOTH)


def test_a_recogniser_nobody_knows_is_refused_with_those_there_are():
    with pytest.raises(OptionError, match="auto, paraformer, whisper"):
        choose_recognizer(AsrOptions("parafomer"), BOTH)


@given(
    st.sampled_from((AUTO, WHISPER)),
    st.sampled_from((None, "zh", "en", "yue", "ja", "ko")),
    st.builds(AvailableModels, st.booleans(), st.booleans(), st.booleans()),
)
def test_nobody_waits_for_a_model_that_was_not_asked_for(wanted, language, at_hand):
    choice = choose_recognizer(AsrOptions(wanted, language=language), at_hand)

    assert choice.name == WHISPER or (at_hand.paraformer and at_hand.punctuation)
    assert not choice.is_punctuated or at_hand.punctuation
    assert choice.accepts_hotwords == (at_hand.accepts_hotwords or choice.name == WHISPER)
