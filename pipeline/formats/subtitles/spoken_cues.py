"""Conversion of subtitle cues to sentences with speakers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.core.intervals import Interval
from pipeline.core.transcript import Sentence
from pipeline.formats.document import TranscriptDocument, document_of_sentences
from pipeline.formats.import_report import ImportLog, ProblemKind
from pipeline.formats.subtitles.cue_markup import VoicedLine
from pipeline.formats.subtitles.cues import may_start_cue
from pipeline.formats.subtitles.speaker_prefixes import (
    GUARD,
    SpeakerLabels,
    find_speaker_prefixes,
    leading_label,
)
from pipeline.text.scripts import is_letter_or_digit

_MIN_REPEATS = 3
_ROLLING_GAP_MS = 50  # between the cues of a rolling caption


@dataclass(frozen=True, slots=True)
class SpokenCue(Interval):
    """A cue without markup: the lines displayed during an interval, with speakers.

    Attributes:
        line: line number in the file, from 1.
        lines: text lines, each with its speaker from the markup.
    """

    line: int
    lines: tuple[VoicedLine, ...]


def document_of_cues(
    cues: Iterable[SpokenCue], log: ImportLog, *, title: str = ""
) -> TranscriptDocument:
    """Convert the cues of a subtitle file to a document of sentences.

    Lines repeated by a rolling caption are omitted. Without markup of speakers, names before the
    text are detected in the whole file; see `find_speaker_prefixes`.

    Args:
        cues: cues of the file.
        log: receives omitted lines and the labels used as speakers.
        title: title of the document.
    """
    shown = _without_rolling_repeats(tuple(cues), log)
    has_voices = any(each.voice is not None for cue in shown for each in cue.lines)
    lines = () if has_voices else tuple(_numbered_lines(shown))
    labels = find_speaker_prefixes(lines, log)
    sentences = tuple(each for cue in shown for each in _sentences(cue, labels, log))
    return document_of_sentences(sentences, title=title)


def _numbered_lines(cues: Iterable[SpokenCue]) -> Iterator[tuple[int, tuple[str, ...]]]:
    for cue in cues:
        yield cue.line, tuple(each.text for each in cue.lines)


def _sentences(cue: SpokenCue, labels: SpeakerLabels, log: ImportLog) -> Iterator[Sentence]:
    pieces = _pieces(cue.lines, labels)
    if len(pieces) > 1:
        speakers = ", ".join(each.voice or "?" for each in pieces[:4])
        log.note(ProblemKind.SHARED_TIME, speakers, line=cue.line)
    for each in pieces:
        yield Sentence(cue.start_ms, cue.end_ms, text=each.text, speaker=each.voice)


def with_guard(text: str) -> str:
    """Return the text, prefixed with a zero-width space if it resembles a speaker or time line."""
    return f"{GUARD}{text}" if _is_mistakable(text) else text


def _without_guard(text: str) -> str:
    is_guarded = text.startswith(GUARD) and _is_mistakable(text)
    return text.removeprefix(GUARD) if is_guarded else text


def _is_mistakable(text: str) -> bool:
    plain = text.lstrip(GUARD)
    return leading_label(plain) is not None or may_start_cue(plain)


def _pieces(lines: Iterable[VoicedLine], labels: SpeakerLabels) -> list[VoicedLine]:
    """Return the parts of a cue by speaker, or one empty part for a cue without text."""
    parts: list[tuple[str | None, list[str]]] = []
    for line in lines:
        speaker, text = _speaker_and_text(line, labels)
        if parts and (speaker == parts[-1][0] or _goes_on(speaker, text, labels)):
            parts[-1][1].append(text)
        else:
            parts.append((speaker, [text]))
    pieces = [VoicedLine(speaker, " ".join(filter(None, texts))) for speaker, texts in parts]
    return [each for each in pieces if each.text] or pieces[:1] or [VoicedLine(None, "")]


def _goes_on(speaker: str | None, text: str, labels: SpeakerLabels) -> bool:
    """Return whether a line without a speaker continues the previous line."""
    return speaker is None and (labels.has_any or not _is_spoken(text))


def _speaker_and_text(line: VoicedLine, labels: SpeakerLabels) -> tuple[str | None, str]:
    if line.voice is not None:
        return line.voice, line.text
    label = labels.label_of(line.text)
    if label is None:
        return None, _without_guard(line.text)
    return label.name, label.rest


def _is_spoken(text: str) -> bool:
    return any(is_letter_or_digit(letter) for letter in text)


def _without_rolling_repeats(cues: tuple[SpokenCue, ...], log: ImportLog) -> Sequence[SpokenCue]:
    """Return the cues without the lines that are still displayed from the previous cue.

    Automatic captions of video sites show each line two or three times. They are detected if at
    least half of the cues begin with the last line of the previous cue, and at least a third of
    those continue with another line.
    """
    repeats = [_num_repeated(before, cue) for before, cue in pairwise(cues)]
    num_rolling = sum(1 for each in repeats if each)
    num_growing = sum(
        1 for cue, each in zip(cues[1:], repeats, strict=False) if 0 < each < len(cue.lines)
    )
    if num_rolling < max(_MIN_REPEATS, len(repeats) / 2) or 3 * num_growing < num_rolling:
        return cues
    kept = list(cues[:1])
    for cue, num_repeated in zip(cues[1:], repeats, strict=True):
        if num_repeated:
            log.note(ProblemKind.REPEATED, cue.lines[0].text, line=cue.line)
        if num_repeated < len(cue.lines):
            kept.append(replace(cue, lines=cue.lines[num_repeated:]))
    return kept


def _num_repeated(before: SpokenCue, cue: SpokenCue) -> int:
    """Return the number of lines at the start of a cue that repeat the end of the previous cue."""
    is_next = abs(cue.start_ms - before.end_ms) <= _ROLLING_GAP_MS
    if not (is_next and cue.lines and before.lines):
        return 0
    if cue.lines == before.lines:
        return len(cue.lines)
    return int(cue.lines[0] == before.lines[-1])
