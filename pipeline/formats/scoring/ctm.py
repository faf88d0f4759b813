"""CTM format with one line per word, used for recogniser output in scoring."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from pipeline.core.transcript import Token
from pipeline.formats.document import TranscriptDocument, document_of_sentences
from pipeline.formats.import_report import ImportLog, ProblemKind, StrictLog
from pipeline.formats.scoring.line_fields import (
    CHANNEL,
    MAX_NAME_FIELDS,
    MS_PER_SECOND,
    UNNAMED_RECORDING,
    FieldLine,
    field_lines,
    is_time,
    of_one_recording,
    span_from_start,
    whole_lines,
)
from pipeline.formats.speaker_names import one_word
from pipeline.formats.words import between_pauses, sentence_of_words, words_of

_MIN_FIELDS = 5  # file, channel, start, duration, word; the confidence is optional
_WANTED = "'file 1 start duration word' with times in seconds"
_START = 2  # the field with the start if the recording's name has no spaces
_NEXT_ALTERNATIVE = "<ALT>"
_ALTERNATIVES = frozenset({"<ALT_BEGIN>", _NEXT_ALTERNATIVE, "<ALT_END>"})
_MAYBE_CONFIDENCE = re.compile(r"<?NA>?|nan|-?inf|-|[-+]?[\d.]+(?:[eE][-+]?\d+)?", re.ASCII)
_CONFIDENCE = re.compile(r"0(?:\.\d+)?|1(?:\.0+)?|\.\d+", re.ASCII)


def write_ctm(document: TranscriptDocument) -> str:
    """Format one line per word or Chinese character, without punctuation and speakers.

    Words of unknown confidence have no confidence field.
    """
    uri = one_word(document.title) or UNNAMED_RECORDING
    words = sorted(
        (word for sentence in document.transcript.sentences for word in words_of(sentence)),
        key=lambda word: word.start_ms,
    )
    return "".join(f"{uri} {CHANNEL} {_fields(word)}\n" for word in words)


def read_ctm(text: str, log: ImportLog | None = None) -> TranscriptDocument:
    """Parse the words of the first recording in the file, divided into sentences at pauses.

    Several channels are read as one speaker each.

    Args:
        text: the file.
        log: receives problems; None to raise FormatError for an unreadable line.

    Raises:
        FormatError: a line cannot be read; the message names its number.
    """
    log = log or StrictLog()
    first_readings = _without_alternatives(field_lines(text), log)
    whole = whole_lines(first_readings, _MIN_FIELDS, wanted=_WANTED, log=log)
    separated = (line for each in whole if (line := _with_one_file_field(each, log)) is not None)
    channels: dict[str, list[Token]] = {}
    lines = tuple(of_one_recording(separated, 0, log))
    for line in lines:
        word = _word(line, log)
        if word is not None:
            channels.setdefault(line.fields[1], []).append(word)
    return document_of_sentences(
        tuple(
            sentence_of_words(words, speaker=channel if len(channels) > 1 else None)
            for channel, spoken in channels.items()
            for words in between_pauses(spoken)
        ),
        title=lines[0].fields[0] if lines else "",
    )


def _fields(word: Token) -> str:
    start_s, duration_s = word.start_ms / MS_PER_SECOND, word.duration_ms / MS_PER_SECOND
    confidence = "" if word.confidence is None else f" {word.confidence:.4f}"
    return f"{start_s:.3f} {duration_s:.3f} {word.text}{confidence}"


def _without_alternatives(lines: Iterable[FieldLine], log: ImportLog) -> Iterator[FieldLine]:
    """Yield the lines of words, and only the first of alternative readings."""
    is_kept = True
    for line in lines:
        marks = _ALTERNATIVES.intersection(line.fields)
        if marks:
            is_kept = _NEXT_ALTERNATIVE not in marks
        elif is_kept:
            yield line
        else:
            log.note(ProblemKind.NOT_USED, line.text, line=line.number)


def _with_one_file_field(line: FieldLine, log: ImportLog) -> FieldLine | None:
    """Return the line with the recording name joined into one field; report an invalid line.

    Returns:
        None for an invalid line.
    """
    start = next(filter(lambda place: _is_word_at(line.fields, place), _places(line)), None)
    if start is None:
        log.unreadable(line.text, line=line.number, wanted=_WANTED)
        return None
    return line.joined(0, start - 1, start)


def _places(line: FieldLine) -> range:
    return range(_START, min(len(line.fields) - 2, MAX_NAME_FIELDS))


def _is_word_at(fields: Sequence[str], place: int) -> bool:
    """Return whether the fields from `place` on are start, duration, word, optional confidence."""
    times, confidence = fields[place : place + 2], fields[place + 3 : place + 4]
    return all(map(is_time, times)) and all(map(_MAYBE_CONFIDENCE.fullmatch, confidence))


def _word(line: FieldLine, log: ImportLog) -> Token | None:
    span = span_from_start(line, 2, wanted=_WANTED, log=log)
    if span is None:
        return None
    confidence = line.fields[5] if len(line.fields) > _MIN_FIELDS else ""
    is_stated = _CONFIDENCE.fullmatch(confidence) is not None
    return Token(
        span.start_ms,
        span.end_ms,
        line.fields[4],
        float(confidence) if is_stated else None,
    )
