"""A transcription's choices as text, for the record and to run it again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.audio_track import AudioTrack
from pipeline.core.errors import OptionError
from pipeline.core.language_model_options import LanguageModelForm, LanguageModelOptions
from pipeline.core.options import MAX_SPEAKERS, AsrOptions, PipelineOptions, Profile, SpeakerCount

COUNTS = st.just(SpeakerCount()) | st.lists(
    st.integers(1, MAX_SPEAKERS), min_size=2, max_size=2
).map(lambda bounds: SpeakerCount(*sorted(bounds)))

OPTIONS = st.builds(
    PipelineOptions,
    profile=st.sampled_from(Profile),
    speakers=COUNTS,
    asr=st.builds(
        AsrOptions,
        recognizer=st.sampled_from(["auto", "whisper", "paraformer"]),
        language=st.sampled_from([None, "zh", "en"]),
        hotwords=st.sampled_from([(), ("魔搭",), ("speaker studio", "魔搭")]),
        batch_size_s=st.integers(0, 100_000),
        batch_size_threshold_s=st.integers(1, 100_000),
        language_model=st.none()
        | st.builds(
            LanguageModelOptions,
            name=st.sampled_from(["words", "会议 3.1"]),
            sha256=st.just("0f" * 32),
            form=st.sampled_from(LanguageModelForm),
            weight=st.floats(0, 5),
        ),
    ),
    diarize_only=st.booleans(),
    track=st.sampled_from([AudioTrack(), AudioTrack(is_mix=True), AudioTrack(3)]),
)


@given(OPTIONS)
def test_the_text_of_any_options_reads_back_as_the_options(options: PipelineOptions) -> None:
    assert PipelineOptions.from_text(options.as_text()) == options


def test_choices_that_are_not_named_keep_their_defaults() -> None:
    assert PipelineOptions.from_text(()) == PipelineOptions()


@pytest.mark.parametrize(
    "setting", [("lm_form", "loud"), ("lm_weight", "nan"), ("lm_weight", "-1"), ("lm_weight", "x")]
)
def test_a_setting_of_the_language_model_that_is_none_is_refused(setting: tuple[str, str]) -> None:
    with pytest.raises(OptionError):
        PipelineOptions.from_text([("language_model", "words@" + "0" * 64), setting])


@pytest.mark.parametrize(
    "choice",
    [
        ("profile", "odd"),
        ("speakers", "many"),
        ("batch_size_s", "1.5"),
        ("batch_size_s", "999999"),
        ("batch_size_threshold_s", "0"),
        ("audio_track", "all"),
        ("language_model", "../words.arpa"),
        ("language_model", "words@123"),
    ],
)
def test_a_value_that_is_none_is_refused(choice: tuple[str, str]) -> None:
    with pytest.raises(OptionError):
        PipelineOptions.from_text([choice])
