from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.audio.samples import Audio
from pipeline.core.errors import OptionError
from pipeline.core.options import Profile, RuntimeOptions
from pipeline.core.transcript import RecognizedSegment, SpeechSegment, Token
from pipeline.live.events import FinalText, LiveEvent, PassingText, SpeakerChanges
from pipeline.live.models import LiveModels, load_live_models
from pipeline.live.options import LiveOptions
from pipeline.live.recognition.live_paraformer import RunningMarks
from pipeline.live.segmenter import live_vad_options
from pipeline.live.session import LiveSession
from pipeline.models.locations import ModelLocations
from pipeline.models.model_folders import ModelFolders
from pipeline.punctuation.ct_transformer.ct_transformer import open_punctuator
from pipeline.vad.endpointing import decide_frames, find_runs
from tests.pipeline.live.speech import unbroken

SECOND = 16_000
OPTIONS = LiveOptions(recognizer="paraformer")


def load(folders: ModelFolders, options: LiveOptions = OPTIONS) -> LiveModels:
    cache = (folders.paraformer or Path()).parent / "cache"
    return load_live_models(ModelLocations(cache, offline=True, folders=folders), options)


@pytest.fixture(scope="module")
def models(folders: ModelFolders) -> LiveModels:
    return load(folders)


@pytest.fixture(scope="module")
def talk(conversation: NDArray[np.int16]) -> NDArray[np.int16]:
    return conversation[: 19 * SECOND]


def transcribe(session: LiveSession, pcm: NDArray[np.int16], *, step: int) -> list[LiveEvent]:
    events: list[LiveEvent] = []
    for first in range(0, len(pcm), step):
        events += session.feed(pcm[first : first + step])
    return events + session.finish()


def said(events: list[LiveEvent]) -> list[LiveEvent]:
    return [each for each in events if isinstance(each, FinalText | SpeakerChanges)]


def finals(events: list[LiveEvent]) -> list[FinalText]:
    return [each for each in events if isinstance(each, FinalText)]


def test_passing_text_comes_from_the_streaming_graph_and_is_only_appended_to(
    models: LiveModels, talk: NDArray[np.int16]
) -> None:
    shown: dict[int, str] = {}
    for event in transcribe(LiveSession(models, OPTIONS), talk, step=1_600):
        if isinstance(event, PassingText):
            assert event.text.startswith(shown.get(event.segment, ""))
            assert event.num_firm == len(event.text)
            shown[event.segment] = event.text
    assert len(shown) >= 2


def test_final_texts_are_those_of_the_offline_graph_for_each_segment(
    models: LiveModels, talk: NDArray[np.int16], folders: ModelFolders
) -> None:
    from pipeline.asr.paraformer.paraformer import open_paraformer

    assert folders.paraformer is not None
    recognizer = open_paraformer(folders.paraformer)
    options = live_vad_options(Profile.DEFAULT)
    runs = find_runs(
        decide_frames(models.vad.speech_probabilities(Audio(talk.copy())), options), options
    )
    expected = [
        [(token.start_ms, token.end_ms) for token in found.tokens]
        for start, stop in runs
        for found in recognizer.recognize(
            Audio(talk.copy()), [SpeechSegment(10 * start, 10 * stop)], language=None
        )
    ]

    events = transcribe(LiveSession(models, OPTIONS), talk, step=1_600)

    assert [
        [(w.start_ms, w.end_ms) for one in final.sentences for w in one.words]
        for final in finals(events)
    ] == expected


def test_final_texts_do_not_depend_on_the_division_into_calls(
    models: LiveModels, talk: NDArray[np.int16]
) -> None:
    steady = transcribe(LiveSession(models, OPTIONS), talk, step=1_600)

    assert finals(transcribe(LiveSession(models, OPTIONS), talk, step=30_001)) == finals(steady)


def test_a_session_continued_at_any_place_gives_the_same_final_texts_and_speakers(
    models: LiveModels, talk: NDArray[np.int16]
) -> None:
    undisturbed = said(transcribe(LiveSession(models, OPTIONS), talk, step=SECOND))
    first = LiveSession(models, OPTIONS)
    before: list[LiveEvent] = []
    for place in sorted(np.random.default_rng(4).integers(0, len(talk), size=12).tolist()):
        before += first.feed(talk[first.num_samples : place])

        second = LiveSession(models, OPTIONS)
        second.resume(first.state, lambda start, stop: talk[start:stop])
        after = second.feed(talk[second.num_samples :]) + second.finish()

        assert said(before + after) == undisturbed, f"continued at sample {place}"


def test_without_the_streaming_graph_the_other_one_gives_the_passing_text(
    folders: ModelFolders, talk: NDArray[np.int16]
) -> None:
    models = load(ModelFolders(folders.paraformer, folders.punctuation))

    events = transcribe(LiveSession(models, OPTIONS), talk, step=1_600)

    assert any(isinstance(each, PassingText) and each.num_firm for each in events)
    assert finals(events)


def test_passing_text_goes_on_after_a_cut(models: LiveModels, talk: NDArray[np.int16]) -> None:
    pcm = unbroken(models.vad, talk, seconds=16)

    events = transcribe(LiveSession(models, OPTIONS), pcm, step=1_600)

    assert {each.segment for each in events if isinstance(each, PassingText)} == {0, 1}


def test_a_paraformer_with_its_punctuation_is_chosen_by_itself(folders: ModelFolders) -> None:
    models = load(folders, LiveOptions())

    assert type(models.open_recognizer(LiveOptions())).__name__ == "LiveParaformer"


@pytest.mark.parametrize(
    "options",
    [
        LiveOptions(recognizer="paraformer", language="en"),
        LiveOptions(recognizer="paraformer", hotwords=("回声",)),
    ],
    ids=str,
)
def test_what_the_model_does_not_support_is_refused(
    models: LiveModels, options: LiveOptions
) -> None:
    with pytest.raises(OptionError):
        LiveSession(models, options)


def segment(words: str, *, start_ms: int = 0) -> RecognizedSegment:
    tokens = tuple(
        Token(start_ms + 200 * number, start_ms + 200 * number + 200, word)
        for number, word in enumerate(words)
    )
    return RecognizedSegment(
        SpeechSegment(start_ms, start_ms + max(1, 200 * len(words))), tokens, "zh"
    )


@pytest.fixture
def marks(folders: ModelFolders) -> RunningMarks:
    assert folders.punctuation is not None
    return RunningMarks(open_punctuator(folders.punctuation, RuntimeOptions()))


def texts(marks: RunningMarks, *segments: str, is_end: bool = False) -> list[list[str]]:
    return [
        [
            sentence.text
            for sentence in marks.sentences_of(
                segment(each), is_end=is_end and each is segments[-1]
            )
        ]
        for each in segments
    ]


def test_a_segment_ends_with_the_mark_of_its_last_word_alone(marks: RunningMarks) -> None:
    assert texts(marks, "今天", "今", "好") == [["今天，"], ["今"], ["好。"]]


def test_the_words_since_the_last_sentence_end_are_read_again(marks: RunningMarks) -> None:
    texts(marks, "好今", "天今")
    assert marks.words == ("今", "天", "今")
    texts(marks, "好")
    assert marks.words == ()


def test_the_last_word_of_the_recording_ends_a_sentence(marks: RunningMarks) -> None:
    assert texts(marks, "今天", "今", is_end=True) == [["今天，"], ["今。"]]


def test_no_more_than_200_words_are_read_again(marks: RunningMarks) -> None:
    texts(marks, "今" * 150, "今" * 150)

    assert len(marks.words) == 200


def test_a_segment_without_words_has_no_sentences(marks: RunningMarks) -> None:
    assert texts(marks, "今", "", "好") == [["今"], [], ["好。"]]
