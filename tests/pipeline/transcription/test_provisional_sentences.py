from __future__ import annotations

from dataclasses import dataclass

from pipeline.core.events import RunEvent, SentencesFound
from pipeline.core.intervals import Interval
from pipeline.core.transcript import Sentence
from pipeline.transcription.provisional_sentences import ProvisionalSentences


@dataclass
class Voices:
    followed_ms: int = 0

    def speaker_of(self, chunk: Interval) -> str | None:
        return "S1" if chunk.end_ms <= self.followed_ms else None


def sentence(number: int, speaker: str | None = None) -> Sentence:
    return Sentence(1_000 * number, 1_000 * number + 900, f"第{number}句。", speaker=speaker)


def test_the_first_sentences_are_told_at_once_without_speakers() -> None:
    told: list[RunEvent] = []
    held = ProvisionalSentences(Voices(), told.append)

    held.add([sentence(0), sentence(1)])
    held.report_ready()

    assert told == [SentencesFound(0, (sentence(0), sentence(1)))]


def test_later_ones_wait_until_their_voices_are_known() -> None:
    told: list[RunEvent] = []
    voices = Voices()
    held = ProvisionalSentences(voices, told.append)
    held.add([sentence(0)])
    held.report_ready()

    held.add([sentence(1), sentence(2)])
    held.report_ready()
    assert len(told) == 1
    voices.followed_ms = 2_000
    held.report_ready()

    assert told[1:] == [SentencesFound(1, (sentence(1, "S1"),))]


def test_in_the_end_all_are_told() -> None:
    told: list[RunEvent] = []
    held = ProvisionalSentences(Voices(), told.append)
    held.add([sentence(0)])
    held.report_ready()
    held.add([sentence(1)])

    held.report_ready(is_over=True)
    held.report_ready(is_over=True)

    assert told == [SentencesFound(0, (sentence(0),)), SentencesFound(1, (sentence(1),))]
