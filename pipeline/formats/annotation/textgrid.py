"""Writer of Praat TextGrids, with a sentence tier and a word tier for each speaker."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pipeline.formats.annotation.tier_names import TierName, tier_name
from pipeline.formats.annotation.tiers import (
    UNKNOWN_SPEAKER,
    WORDS_SUFFIX,
    Annotation,
    speaker_tiers,
)
from pipeline.formats.document import TranscriptDocument

_MS_PER_SECOND = 1_000
_NO_SPEECH_TIER = "speech"  # Praat refuses a TextGrid without tiers


def write_textgrid(document: TranscriptDocument) -> str:
    """Format the document in Praat's long text form, with the tiers of `speaker_tiers`."""
    tiers: list[tuple[str, Sequence[Annotation]]] = []
    for tier in speaker_tiers(document):
        name = _sentence_tier(tier.name)
        tiers.append((name, tier.sentences))
        if tier.words:
            tiers.append((f"{name}{WORDS_SUFFIX}", tier.words))
    tiers = tiers or [(_NO_SPEECH_TIER, ())]
    last_ms = max((each.end_ms for _, intervals in tiers for each in intervals), default=1)
    end_ms = max(document.transcript.duration_ms, last_ms)
    rows = [
        'File type = "ooTextFile"',
        'Object class = "TextGrid"',
        "",
        f"xmin = {_seconds(0)}",
        f"xmax = {_seconds(end_ms)}",
        "tiers? <exists>",
        f"size = {len(tiers)}",
        "item []:",
    ]
    for number, (name, intervals) in enumerate(tiers, start=1):
        rows += [f"    item [{number}]:", *_tier_rows(name, intervals, end_ms)]
    return "".join(f"{row}\n" for row in rows)


def _sentence_tier(name: str) -> str:
    """Return a name for a sentence tier from which the reader restores the speaker.

    This is the tier's name, such as "Ann" or "Ann [2]", unless the reader would parse the
    speaker in it as a role ("notes", "Ann - words").
    """
    speaker, bracket, number = name.partition(" [")  # names of speakers have no brackets
    is_clear = speaker == UNKNOWN_SPEAKER or tier_name(speaker) == TierName(speaker, None)
    return name if is_clear else f"{speaker} - sentences{bracket}{number}"


def _tier_rows(name: str, annotations: Iterable[Annotation], end_ms: int) -> Iterator[str]:
    intervals = tuple(_without_gaps(annotations, end_ms))
    yield '        class = "IntervalTier"'
    yield f"        name = {_quoted(name)}"
    yield f"        xmin = {_seconds(0)}"
    yield f"        xmax = {_seconds(end_ms)}"
    yield f"        intervals: size = {len(intervals)}"
    for number, interval in enumerate(intervals, start=1):
        yield f"        intervals [{number}]:"
        yield f"            xmin = {_seconds(interval.start_ms)}"
        yield f"            xmax = {_seconds(interval.end_ms)}"
        yield f"            text = {_quoted(interval.text)}"


def _without_gaps(annotations: Iterable[Annotation], end_ms: int) -> Iterator[Annotation]:
    """Yield annotations that cover 0 to the end of the recording, with empty text in silence."""
    done_ms = 0
    for annotation in annotations:
        if done_ms < annotation.start_ms:
            yield Annotation(done_ms, annotation.start_ms, "")
        yield annotation
        done_ms = annotation.end_ms
    if done_ms < end_ms:
        yield Annotation(done_ms, end_ms, "")


def _seconds(time_ms: int) -> str:
    return f"{time_ms / _MS_PER_SECOND:.3f}"


def _quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'
