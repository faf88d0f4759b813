from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from pipeline.audio.samples import Audio
from pipeline.core.intervals import Interval
from pipeline.core.options import SpeakerCount
from pipeline.core.transcript import Sentence, Token
from pipeline.live.speakers.live_speakers import LiveSpeakers, speaker_number
from pipeline.speakers.clustering.voice_clusterer import VoiceClusterer
from pipeline.speakers.embedding.windows import slide
from tests.pipeline.live.scripted_voices import ScriptedVoices

SILENCE = Audio(np.zeros(0, dtype=np.int16))


def speakers_of(embedder: ScriptedVoices, count: SpeakerCount | None = None) -> LiveSpeakers:
    return LiveSpeakers(embedder, VoiceClusterer(), count or SpeakerCount())


def sentence(start_ms: int, end_ms: int) -> Sentence:
    tokens = tuple(Token(each, each + 250, "字") for each in range(start_ms, end_ms - 249, 250))
    return Sentence(start_ms, tokens[-1].end_ms, "字" * len(tokens), tokens)


def numbers(sentences: Sequence[Sentence]) -> list[int | None]:
    return [speaker_number(each.speaker) for each in sentences]


@pytest.mark.parametrize("run", [Interval(300, 700), Interval(300, 1_800), Interval(900, 7_210)])
def test_the_windows_of_a_run_do_not_depend_on_how_it_grew(run: Interval) -> None:
    embedder = ScriptedVoices((10_000, 0))
    speakers = speakers_of(embedder)
    for now_ms in range(run.start_ms + 100, run.end_ms, 100):
        speakers.follow(SILENCE, Interval(run.start_ms, now_ms), is_over=False)
    speakers.follow(SILENCE, run, is_over=True)

    assert [
        (each.start_ms - run.start_ms, each.end_ms - run.start_ms) for each in embedder.windows
    ] == list(slide(run.duration_ms, size=1_500, hop=750))


def test_a_window_is_labelled_as_soon_as_it_is_over() -> None:
    speakers = speakers_of(ScriptedVoices((4_000, 0), (8_000, 1)))

    speakers.follow(SILENCE, Interval(0, 1_400), is_over=False)
    assert speakers.recent_speaker(1_400, since_ms=0) is None
    speakers.follow(SILENCE, Interval(0, 1_500), is_over=False)
    assert speakers.recent_speaker(1_700, since_ms=0) == 0
    speakers.follow(SILENCE, Interval(0, 7_500), is_over=False)
    assert speakers.recent_speaker(7_700, since_ms=0) == 1
    assert speakers.recent_speaker(7_700, since_ms=7_650) is None


def test_speakers_are_numbered_as_they_appear_and_recognised_again() -> None:
    speakers = speakers_of(ScriptedVoices((4_000, 3), (8_000, 1), (12_000, 3)))
    found = []
    for start_ms in (0, 4_000, 8_000):
        run = Interval(start_ms, start_ms + 4_000)
        speakers.follow(SILENCE, run, is_over=True)
        found += numbers(speakers.assign([sentence(start_ms, start_ms + 3_900)], run))

    assert found == [0, 1, 0]


def test_no_more_speakers_than_allowed() -> None:
    speakers = speakers_of(
        ScriptedVoices((4_000, 0), (8_000, 1), (12_000, 2)), SpeakerCount(at_most=2)
    )
    run = Interval(0, 12_000)
    speakers.follow(SILENCE, run, is_over=True)

    assert set(numbers(speakers.assign([sentence(0, 12_000)], run))) == {0, 1}


def test_a_sentence_of_two_voices_is_divided_between_them() -> None:
    speakers = speakers_of(ScriptedVoices((3_000, 0), (6_000, 1)))
    run = Interval(0, 6_000)
    speakers.follow(SILENCE, run, is_over=True)

    found = speakers.assign([sentence(0, 6_000)], run)

    assert numbers(found) == [0, 1]
    assert found[0].end_ms == found[1].start_ms == pytest.approx(3_000, abs=775)


def test_a_second_voice_of_less_than_a_second_and_a_half_divides_nothing() -> None:
    speakers = speakers_of(ScriptedVoices((4_900, 0), (6_000, 1)))
    run = Interval(0, 6_000)
    speakers.follow(SILENCE, run, is_over=True)

    assert numbers(speakers.assign([sentence(0, 6_000)], run)) == [0]


def test_a_voice_taken_for_two_is_joined_by_the_next_clustering() -> None:
    embedder = ScriptedVoices((4_000, 0), (8_000, 1), (12_000, 11), (40_000, 1))
    speakers = speakers_of(embedder)
    shown: list[int | None] = []
    changes: list[tuple[int, int]] = []
    for start_ms in range(0, 24_000, 4_000):
        run = Interval(start_ms, start_ms + 4_000)
        changes += speakers.follow(SILENCE, run, is_over=True)
        shown += numbers(speakers.assign([sentence(start_ms, start_ms + 3_900)], run))
    changes += speakers.finish()

    now = {**dict(enumerate(shown)), **dict(changes)}
    assert now[1] == now[3] == now[4] == now[5]
    assert now[0] != now[1]
    assert all(dict(enumerate(shown)).get(number) != speaker for number, speaker in changes)


def test_a_continued_object_gives_the_same_speakers() -> None:
    script = ((4_000, 0), (8_000, 1), (12_000, 11), (20_000, 2), (60_000, 1))
    runs = [Interval(start_ms, start_ms + 3_700) for start_ms in range(0, 40_000, 4_000)]

    def transcribe(speakers: LiveSpeakers, part: Sequence[Interval]) -> list[object]:
        found: list[object] = []
        for run in part:
            found.append(speakers.follow(SILENCE, run, is_over=True))
            found.append(numbers(speakers.assign([sentence(run.start_ms, run.end_ms)], run)))
        return found

    whole = speakers_of(ScriptedVoices(*script))
    undisturbed = [*transcribe(whole, runs), whole.finish()]
    for place in range(len(runs)):
        first = speakers_of(ScriptedVoices(*script))
        before = transcribe(first, runs[:place])
        second = speakers_of(ScriptedVoices(*script))
        second.restore(first.state)

        assert [*before, *transcribe(second, runs[place:]), second.finish()] == undisturbed


def test_a_recording_without_speech_has_no_speakers() -> None:
    speakers = speakers_of(ScriptedVoices((1_000, 0)))

    assert speakers.assign([], Interval(0, 1_000)) == ()
    assert speakers.finish() == []
