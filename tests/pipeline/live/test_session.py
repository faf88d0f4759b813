from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.core.errors import OptionError
from pipeline.core.options import SpeakerCount
from pipeline.live.events import FinalText, Lag, LiveEvent, PassingText, SpeakerChanges
from pipeline.live.models import LiveModels
from pipeline.live.options import LiveOptions
from pipeline.live.session import LiveSession
from tests.pipeline.live.sample_net import SampleNet, with_net
from tests.pipeline.live.scripted_voices import ScriptedVoices
from tests.pipeline.live.speech import unbroken

SECOND = 16_000


@pytest.fixture(scope="module")
def talk(conversation: NDArray[np.int16]) -> NDArray[np.int16]:
    return conversation[: 12 * SECOND]


@pytest.fixture(scope="module")
def events(models: LiveModels, talk: NDArray[np.int16]) -> list[LiveEvent]:
    return transcribe(LiveSession(models, LiveOptions(language="zh")), talk)


def transcribe(
    session: LiveSession, pcm: NDArray[np.int16], *, step: int = 1_600
) -> list[LiveEvent]:
    events: list[LiveEvent] = []
    for first in range(0, len(pcm), step):
        events += session.feed(pcm[first : first + step])
    return events + session.finish()


def finals(events: list[LiveEvent]) -> list[FinalText]:
    return [each for each in events if isinstance(each, FinalText)]


def test_text_appears_while_a_segment_is_spoken_and_is_replaced_by_its_final_text(
    events: list[LiveEvent], talk: NDArray[np.int16]
) -> None:
    done: set[int] = set()
    for event in events:
        if isinstance(event, PassingText):
            assert event.segment not in done
            assert 0 <= event.num_firm <= len(event.text)
            assert event.start_ms < event.heard_ms <= len(talk) / 16
        elif isinstance(event, FinalText):
            done.add(event.segment)
    assert sorted(done) == list(range(len(done)))
    assert {each.segment for each in events if isinstance(each, PassingText)} <= done
    assert sum(isinstance(each, PassingText) for each in events) >= len(done)


def test_firm_text_stays_until_the_segment_is_final(events: list[LiveEvent]) -> None:
    firm: dict[int, str] = {}
    for event in events:
        if isinstance(event, PassingText):
            assert event.text.startswith(firm.get(event.segment, ""))
            firm[event.segment] = event.text[: event.num_firm]
    assert any(firm.values())


def test_words_of_a_final_text_have_times_inside_their_sentence(events: list[LiveEvent]) -> None:
    sentences = [sentence for final in finals(events) for sentence in final.sentences]

    assert [each.id for each in sentences] == list(range(len(sentences)))
    for each in sentences:
        assert "".join(word.text for word in each.words).strip() == each.text
        assert each.start_ms == each.words[0].start_ms
        assert all(word.end_ms <= each.end_ms for word in each.words)


def test_every_sentence_has_a_speaker_and_so_has_passing_text_in_time(
    events: list[LiveEvent],
) -> None:
    sentences = [sentence for final in finals(events) for sentence in final.sentences]
    assert all(each.speaker is not None for each in sentences)
    late = [
        each
        for each in events
        if isinstance(each, PassingText) and each.heard_ms - each.start_ms > 2_000
    ]
    assert late
    assert all(each.speaker is not None for each in late)


@pytest.fixture
def net() -> SampleNet:
    return SampleNet()


@pytest.fixture
def quick_models(models: LiveModels, net: SampleNet) -> LiveModels:
    return with_net(models, net)


@pytest.fixture(scope="module")
def quick_finals(models: LiveModels, talk: NDArray[np.int16]) -> list[FinalText]:
    session = LiveSession(with_net(models, SampleNet()), LiveOptions(language="zh"))
    found = finals(transcribe(session, talk))
    assert len(found) >= 2
    return found


def test_the_final_texts_are_those_of_any_division_into_calls_and_any_lag(
    quick_models: LiveModels, quick_finals: list[FinalText], talk: NDArray[np.int16]
) -> None:
    at_once = transcribe(
        LiveSession(quick_models, LiveOptions(language="zh"), clock=lambda: 60_000),
        talk,
        step=7_777,
    )

    assert finals(at_once) == quick_finals


def test_speech_without_pauses_gets_its_text_in_pieces(
    quick_models: LiveModels, conversation: NDArray[np.int16]
) -> None:
    pcm = unbroken(quick_models.vad, conversation, seconds=16)

    events = transcribe(LiveSession(quick_models, LiveOptions(language="zh")), pcm, step=SECOND)

    assert len(finals(events)) == 2
    assert isinstance(events[-1], FinalText)
    first = next(number for number, each in enumerate(events) if isinstance(each, FinalText))
    assert any(isinstance(each, PassingText) for each in events[first:])


def test_silence_has_no_events(quick_models: LiveModels) -> None:
    assert (
        transcribe(LiveSession(quick_models, LiveOptions()), np.zeros(5 * SECOND, np.int16)) == []
    )


def test_nothing_at_all_ends_without_events(quick_models: LiveModels) -> None:
    assert LiveSession(quick_models, LiveOptions()).finish() == []


def test_a_language_is_detected_if_none_is_given(
    quick_models: LiveModels,
    net: SampleNet,
    quick_finals: list[FinalText],
    talk: NDArray[np.int16],
) -> None:
    assert not net.num_questions

    detected = transcribe(LiveSession(quick_models, LiveOptions()), talk, step=SECOND)

    assert net.num_questions
    assert finals(detected) == quick_finals


def test_a_lag_is_reported_and_ends_the_passing_text_until_it_is_gone(
    quick_models: LiveModels, conversation: NDArray[np.int16]
) -> None:
    pcm = unbroken(quick_models.vad, conversation, seconds=11)
    now_ms = 0
    session = LiveSession(quick_models, LiveOptions(language="zh"), clock=lambda: now_ms)
    late: list[LiveEvent] = []
    for first in range(0, 8 * SECOND, SECOND // 10):
        now_ms = first // 16 + 5_000
        late += session.feed(pcm[first : first + SECOND // 10])
    in_time: list[LiveEvent] = []
    for first in range(8 * SECOND, 11 * SECOND, SECOND // 10):
        now_ms = first // 16 + 100
        in_time += session.feed(pcm[first : first + SECOND // 10])

    states = [each.passing for each in late if isinstance(each, Lag)]
    assert states[-1] == "off"
    assert [each.passing for each in in_time if isinstance(each, Lag)] == ["on"]
    heard = [each.heard_ms for each in late if isinstance(each, PassingText)]
    assert max(heard) < 4_000
    assert any(isinstance(each, PassingText) for each in in_time)


def test_a_segment_on_which_the_model_fails_gets_an_empty_final_text(
    quick_models: LiveModels, net: SampleNet, talk: NDArray[np.int16]
) -> None:
    session = LiveSession(quick_models, LiveOptions(language="zh"))
    net.fails = True

    events = transcribe(session, talk, step=SECOND)

    assert finals(events)
    assert all(each.sentences == () for each in finals(events))


def test_a_language_that_the_recogniser_does_not_support_is_refused_at_once(
    quick_models: LiveModels,
) -> None:
    with pytest.raises(OptionError, match="does not support the language 'tlh'"):
        LiveSession(quick_models, LiveOptions(language="tlh"))


@pytest.mark.parametrize("seconds", [3, 7, 9])
def test_a_session_that_continues_another_gives_the_same_final_texts(
    quick_models: LiveModels,
    quick_finals: list[FinalText],
    talk: NDArray[np.int16],
    seconds: int,
) -> None:
    first = LiveSession(quick_models, LiveOptions(language="zh"), clock=lambda: 60_000)
    before = first.feed(talk[: seconds * SECOND + 555])
    second = LiveSession(quick_models, LiveOptions(language="zh"), clock=lambda: 60_000)

    second.resume(first.state, lambda start, stop: talk[start:stop])
    after = second.feed(talk[second.num_samples :]) + second.finish()

    assert finals(before) + finals(after) == quick_finals


def test_a_cut_after_a_continuation_is_where_it_is_without(
    quick_models: LiveModels, conversation: NDArray[np.int16]
) -> None:
    pcm = unbroken(quick_models.vad, conversation, seconds=22)
    whole = LiveSession(quick_models, LiveOptions(language="zh"), clock=lambda: 60_000)
    undisturbed = finals(whole.feed(pcm) + whole.finish())
    first = LiveSession(quick_models, LiveOptions(language="zh"), clock=lambda: 60_000)
    before = first.feed(pcm[: 20 * SECOND])
    second = LiveSession(quick_models, LiveOptions(language="zh"), clock=lambda: 60_000)

    second.resume(first.state, lambda start, stop: pcm[start:stop])
    after = second.feed(pcm[second.num_samples :]) + second.finish()

    assert finals(before) + finals(after) == undisturbed
    assert len(undisturbed) >= 2


class LikeVoicesApart:
    """A clusterer that tells voice 10 from voice 0, which are alike."""

    def cluster(
        self, embeddings: NDArray[np.float32], num_speakers: SpeakerCount
    ) -> NDArray[np.int64]:
        return (embeddings[:, 20] > 0.4).astype(np.int64)


def test_the_last_texts_have_the_speakers_of_the_last_clustering(
    quick_models: LiveModels, talk: NDArray[np.int16], monkeypatch: pytest.MonkeyPatch
) -> None:
    voices = replace(quick_models, embedder=ScriptedVoices((6_400, 0), (60_000, 10)))
    monkeypatch.setattr("pipeline.live.models.VoiceClusterer", LikeVoicesApart)
    session = LiveSession(voices, LiveOptions(language="zh"))
    before = session.feed(talk)

    last = session.finish()

    assert not any(isinstance(each, SpeakerChanges) for each in before)
    assert isinstance(last[-1], FinalText)
    assert {each.speaker for each in last[-1].sentences} == {1}
    assert all(each.likeness == pytest.approx(1.0, abs=0.1) for each in last[-1].sentences)
    assert {one.speaker for each in finals(before) for one in each.sentences} == {0}


def test_a_skipped_segment_gets_an_empty_final_text_and_the_next_one_its_own(
    quick_models: LiveModels, quick_finals: list[FinalText], talk: NDArray[np.int16]
) -> None:
    session = LiveSession(quick_models, LiveOptions(language="zh"))
    session.skip_segment(0)

    skipped = transcribe(session, talk)

    assert finals(skipped)[0] == FinalText(0, ())
    assert not any(isinstance(each, PassingText) and each.segment == 0 for each in skipped)
    assert len(finals(skipped)) == len(quick_finals)
    assert finals(skipped)[1].sentences
