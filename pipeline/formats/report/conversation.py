"""Statistics of a conversation: speaking time, turns, overlaps, silence, changes, pace.

Speaking time, overlaps and silence are measured on the speaker turns of the transcript and on
sentences of unknown speakers; turns, their order and the pace on its sentences. A transcript
without one of them uses the other for both.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.core.intervals import Interval, merge_close, subtract, total_ms
from pipeline.core.transcript import Sentence, SpeakerTurn, Transcript
from pipeline.text.text_units import text_units

MAX_PAUSE_MS = 10_000  # a longer pause of the same speaker begins another turn
MIN_OVERLAP_MS = 200  # shorter overlaps come from rounded borders, not from simultaneous speech
MAX_PERIODS = 12
_MS_PER_MINUTE = 60_000
_PERIODS_S = (5, 10, 15, 20, 30, 60, 120, 180, 240, 300, 600, 900, 1_200, 1_800, 3_600)
_BY_CHARACTER = ("zh", "yue", "ja", "ko")  # languages whose pace is given in characters

Speaker = str | None  # label of a speaker; None for speech of an unknown speaker


@dataclass(frozen=True, slots=True)
class ConversationTurn(Interval):
    """Successive sentences of one speaker.

    Attributes:
        speaker: label; None if unknown.
        first: index of its first sentence.
        stop: index after its last sentence.
    """

    speaker: Speaker
    first: int
    stop: int


@dataclass(frozen=True, slots=True)
class SpeakerFigures:
    """Statistics of one speaker.

    Attributes:
        speaker: label; None if unknown.
        talk_ms: speaking time; time in several turns of the speaker counts once.
        share: share of the speaking time of all speakers, in [0, 1].
        num_turns: number of turns.
        longest: the longest turn; None without a turn.
        pace: characters or words per minute of speech; None without text.
    """

    speaker: Speaker
    talk_ms: int
    share: float
    num_turns: int
    longest: ConversationTurn | None
    pace: float | None


@dataclass(frozen=True, slots=True)
class Period(Interval):
    """A section of the recording with the speaking time of each speaker in it.

    Attributes:
        talk_ms: speaking time in the order of the figures' speakers.
    """

    talk_ms: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ConversationFigures:
    """Speaking times, pauses and speaker changes of a conversation.

    Attributes:
        duration_ms: length of the recording.
        turns: turns in order of time.
        speakers: the most talkative first.
        overlaps: intervals in which several speakers are active.
        silence_ms: total length of the pauses, without any speech.
        spoken: speech intervals of each speaker, in the order of `speakers`.
        followed: number of turns of speaker j directly after one of speaker i, as [i][j]; 0
            for i = j.
        periods: successive sections of equal length; the last one may be shorter.
        counts_words: whether the pace counts words instead of characters.
    """

    duration_ms: int
    turns: tuple[ConversationTurn, ...]
    speakers: tuple[SpeakerFigures, ...]
    overlaps: tuple[Interval, ...]
    silence_ms: int
    spoken: tuple[tuple[Interval, ...], ...]
    followed: tuple[tuple[int, ...], ...]
    periods: tuple[Period, ...]
    counts_words: bool

    @property
    def mean_turn_ms(self) -> float:
        """Mean length of a turn; 0 without turns."""
        return total_ms(self.turns) / len(self.turns) if self.turns else 0.0

    @property
    def overlap_ms(self) -> int:
        """Total length of the overlaps."""
        return total_ms(self.overlaps)

    @property
    def silence_share(self) -> float:
        """Share of the recording without speech, in [0, 1]."""
        return self.silence_ms / self.duration_ms if self.duration_ms else 0.0

    @property
    def longest_turn(self) -> ConversationTurn | None:
        """The longest turn, the earliest if several are equal; None without turns."""
        return max(self.turns, key=lambda each: each.duration_ms, default=None)

    @property
    def busiest_pair(self) -> tuple[int, int, int] | None:
        """The two speakers who follow each other most often, as indices, and the number of changes.

        The first index is that of the speaker with more speaking time; None without changes.
        """
        pairs = (
            (self.followed[i][j] + self.followed[j][i], -i, -j)
            for j in range(len(self.speakers))
            for i in range(j)
        )
        count, first, second = max(pairs, default=(0, 0, 0))
        return (-first, -second, count) if count else None


def conversation_figures(transcript: Transcript) -> ConversationFigures:
    """Compute the statistics of a transcript."""
    sentences = transcript.sentences or tuple(map(_as_sentence, transcript.turns))
    spoken = _spoken(transcript.turns, sentences)
    turns = conversation_turns(sentences)
    speakers = sorted(
        dict.fromkeys((*spoken, *(each.speaker for each in turns))),
        key=lambda each: -total_ms(spoken.get(each, ())),
    )
    everything = [each for intervals in spoken.values() for each in intervals]
    counts_words = not transcript.language.startswith(_BY_CHARACTER) and _has_words(transcript)
    return ConversationFigures(
        duration_ms=transcript.duration_ms,
        turns=turns,
        speakers=_speaker_figures(speakers, spoken, turns, sentences),
        overlaps=_overlaps(everything),
        silence_ms=max(0, transcript.duration_ms - total_ms(merge_close(everything))),
        spoken=tuple(spoken.get(each, ()) for each in speakers),
        followed=_followed(speakers, turns),
        periods=_periods(transcript.duration_ms, [spoken.get(each, ()) for each in speakers]),
        counts_words=counts_words,
    )


def conversation_turns(sentences: Sequence[Sentence]) -> tuple[ConversationTurn, ...]:
    """Join successive sentences of one speaker to turns, except across long pauses.

    Args:
        sentences: sorted by start.
    """
    turns: list[ConversationTurn] = []
    for index, each in enumerate(sentences):
        last, speaker = turns[-1] if turns else None, each.speaker or None
        if last is not None and last.speaker == speaker and _is_close(last, each):
            end_ms = max(last.end_ms, each.end_ms)
            turns[-1] = ConversationTurn(last.start_ms, end_ms, last.speaker, last.first, index + 1)
        else:
            turns.append(ConversationTurn(each.start_ms, each.end_ms, speaker, index, index + 1))
    return tuple(turns)


def _is_close(turn: Interval, sentence: Interval) -> bool:
    return sentence.start_ms - turn.end_ms <= MAX_PAUSE_MS


def _as_sentence(turn: SpeakerTurn) -> Sentence:
    return Sentence(turn.start_ms, turn.end_ms, "", speaker=turn.speaker)


def _spoken(
    turns: Sequence[SpeakerTurn], sentences: Sequence[Sentence]
) -> dict[Speaker, tuple[Interval, ...]]:
    """Return the merged speech intervals of each speaker."""
    intervals: dict[Speaker, list[Interval]] = defaultdict(list)
    for each in turns or sentences:
        intervals[each.speaker or None].append(each)
    spoken = {speaker: merge_close(each) for speaker, each in intervals.items()}
    if turns:
        unknown = merge_close(each for each in sentences if not each.speaker)
        if beside := subtract(unknown, merge_close(turns)):
            spoken[None] = merge_close((*spoken.get(None, ()), *beside))
    return spoken


def _speaker_figures(
    speakers: Sequence[Speaker],
    spoken: Mapping[Speaker, tuple[Interval, ...]],
    turns: Sequence[ConversationTurn],
    sentences: Sequence[Sentence],
) -> tuple[SpeakerFigures, ...]:
    all_ms = sum(total_ms(each) for each in spoken.values())
    own: dict[Speaker, list[ConversationTurn]] = defaultdict(list)
    for turn in turns:
        own[turn.speaker].append(turn)
    paces = _paces(sentences)
    return tuple(
        SpeakerFigures(
            speaker=each,
            talk_ms=(talk_ms := total_ms(spoken.get(each, ()))),
            share=talk_ms / all_ms if all_ms else 0.0,
            num_turns=len(own[each]),
            longest=max(own[each], key=lambda turn: turn.duration_ms, default=None),
            pace=paces.get(each),
        )
        for each in speakers
    )


def _paces(sentences: Iterable[Sentence]) -> dict[Speaker, float]:
    """Compute the characters or words per minute of each speaker's sentences with text."""
    units: Counter[Speaker] = Counter()
    times_ms: Counter[Speaker] = Counter()
    for each in sentences:
        count = sum(bool(unit.key) for unit in text_units(each.text))
        if count:
            units[each.speaker or None] += count
            times_ms[each.speaker or None] += each.duration_ms
    return {each: units[each] * _MS_PER_MINUTE / times_ms[each] for each in units}


def _has_words(transcript: Transcript) -> bool:
    """Return True for a stated language, else whether the text consists mainly of words."""
    if transcript.language:
        return True
    text = "".join(each.text for each in transcript.sentences)
    return 2 * len(text_units(text)) < sum(map(str.isalnum, text))


def _overlaps(parts: Iterable[Interval]) -> tuple[Interval, ...]:
    """Return the intervals covered by at least two speakers, omitting those that are too short.

    `parts` are the merged intervals of each speaker.
    """
    borders = sorted(border for each in parts for border in ((each.start_ms, 1), (each.end_ms, -1)))
    found: list[Interval] = []
    talking, start_ms = 0, 0
    for time_ms, change in borders:
        if talking > 1 and time_ms > start_ms:
            found.append(Interval(start_ms, time_ms))
        talking, start_ms = talking + change, time_ms
    return tuple(each for each in merge_close(found) if each.duration_ms >= MIN_OVERLAP_MS)


def _followed(
    speakers: Sequence[Speaker], turns: Sequence[ConversationTurn]
) -> tuple[tuple[int, ...], ...]:
    counts = Counter(
        (one.speaker, other.speaker)
        for one, other in pairwise(turns)
        if one.speaker != other.speaker
    )
    return tuple(tuple(counts[one, other] for other in speakers) for one in speakers)


def _periods(duration_ms: int, spoken: Sequence[Sequence[Interval]]) -> tuple[Period, ...]:
    """Divide the recording into up to MAX_PERIODS sections of a round number of seconds."""
    fitting = (each * 1_000 for each in _PERIODS_S if duration_ms <= each * 1_000 * MAX_PERIODS)
    step_ms = next(fitting, -(-duration_ms // MAX_PERIODS))
    spans = [
        Interval(start_ms, min(start_ms + step_ms, duration_ms))
        for start_ms in range(0, duration_ms, max(1, step_ms))
    ]
    talk_ms = [_talk_ms(intervals, spans) for intervals in spoken]
    return tuple(
        Period(each.start_ms, each.end_ms, tuple(times[index] for times in talk_ms))
        for index, each in enumerate(spans)
    )


def _talk_ms(intervals: Sequence[Interval], spans: Sequence[Interval]) -> list[int]:
    """Return the speaking time in each of several successive spans of equal length."""
    times = [0] * len(spans)
    step_ms = spans[0].duration_ms if spans else 1
    for each in intervals:
        for index in range(each.start_ms // step_ms, min(len(spans), each.end_ms // step_ms + 1)):
            times[index] += each.overlap_ms(spans[index])
    return times
