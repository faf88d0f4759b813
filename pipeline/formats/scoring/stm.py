"""STM format with a line per utterance, used for reference transcripts in scoring."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.core.transcript import Sentence
from pipeline.formats.document import TranscriptDocument, document_of_sentences
from pipeline.formats.import_report import ImportLog, ProblemKind, StrictLog
from pipeline.formats.scoring.line_fields import (
    CHANNEL,
    MS_PER_SECOND,
    UNNAMED_RECORDING,
    FieldLine,
    field_lines,
    is_time,
    of_one_recording,
    span_between,
    whole_lines,
)
from pipeline.formats.speaker_names import distinct_names, one_word, speaker_word
from pipeline.formats.words import joined, spaced, words_of

UNKNOWN_SPEAKER = "unknown"
NOT_SCORED = "IGNORE_TIME_SEGMENT_IN_SCORING"
_MIN_FIELDS = 5  # file, channel, speaker, start, end; label and text are optional
_START = 3  # the field with the start if no name has spaces
_LABEL_AT = 5
_MAX_LABEL_AT = 15
_WANTED = "'file 1 speaker start end text' with times in seconds"

# Labels of an utterance's groups: <o,f0,male>, <O>, <F3>; <unk> and <noise> are words.
_LABEL = re.compile(r"<(?:NA|[A-Za-z]\d?|[^<>,]*,[^<>]*)>")
_CHANNEL = re.compile(r"\d|[A-Za-z]")
_NOBODY = frozenset({"inter_segment_gap", "excluded_region"})
_EVENT = re.compile(r"\[[^\[\]]*\]|\{[^{}]*\}|<[^<>]*>")  # [NOISE], {SMACK}, <sil>
_UNKNOWN_WORDS = frozenset({"<unk>", "[unk]", "<oov>"})  # spoken, but unknown
_PRONUNCIATION = re.compile(r"(?<=\w)\(\d\)(?!\S)")  # the(2), the second one in a lexicon
_ALTERNATIVES = re.compile(r"(?<!\S)\{ ([^{}/]*)(?:/ [^{}/]*)+\}(?!\S)")  # { um / uh / @ }
_NO_WORD = "@"


def write_stm(document: TranscriptDocument) -> str:
    """Format one line per sentence, with Chinese characters separated by spaces.

    Punctuation is omitted. Without sentences the file is empty.
    """
    uri = one_word(document.title) or UNNAMED_RECORDING
    lines = document.lines if document.transcript.sentences else ()
    speakers = [*(line.speaker for line in lines if line.speaker), ""]
    names = distinct_names(speakers, lambda name: speaker_word(name or UNKNOWN_SPEAKER))
    return "".join(
        f"{uri} {CHANNEL} {names[line.speaker or '']} "
        f"{line.start_ms / MS_PER_SECOND:.3f} {line.end_ms / MS_PER_SECOND:.3f} "
        f"{spaced(word.text for word in words_of(line))}".rstrip()
        + "\n"
        for line in lines
    )


def read_stm(text: str, log: ImportLog | None = None) -> TranscriptDocument:
    """Parse the utterances of the first recording in the file; report lines without speech.

    Args:
        text: the file.
        log: receives problems; None to raise FormatError for an unreadable line.

    Raises:
        FormatError: a line cannot be read; the message names its number.
    """
    log = log or StrictLog()
    whole = whole_lines(field_lines(text), _MIN_FIELDS, wanted=_WANTED, log=log)
    separated = (line for each in whole if (line := _with_single_names(each, log)) is not None)
    lines = tuple(of_one_recording(separated, 0, log))
    found = (_sentence(line, log) for line in lines)
    return document_of_sentences(
        tuple(each for each in found if each is not None),
        title=lines[0].fields[0] if lines else "",
    )


def _with_single_names(line: FieldLine, log: ImportLog) -> FieldLine | None:
    """Return the line with recording and speaker each joined into one field; None if ambiguous.

    If names contain spaces, the label after the times locates the times. Ambiguous lines are
    reported.
    """
    borders = _borders(line.fields)
    if borders is None:
        log.unreadable(line.text, line=line.number, wanted=_WANTED)
        return None
    return line.joined(*borders)


def _borders(fields: Sequence[str]) -> tuple[int, ...] | None:
    """Return the indexes of recording, channel, speaker and start fields, None if ambiguous."""
    label_at = next(filter(lambda at: _is_label_at(fields, at), _places(fields)), _LABEL_AT)
    if label_at == _LABEL_AT:
        return None if _may_hold_blanks(fields) else (0, 1, 2, _START)
    start = label_at - 2
    channels = [at for at in range(1, start - 1) if _CHANNEL.fullmatch(fields[at])]
    return (0, channels[0], channels[0] + 1, start) if len(channels) == 1 else None


def _places(fields: Sequence[str]) -> range:
    return range(_LABEL_AT, min(len(fields), _MAX_LABEL_AT))


def _is_label_at(fields: Sequence[str], place: int) -> bool:
    return _LABEL.fullmatch(fields[place]) is not None and all(
        map(is_time, fields[place - 2 : place])
    )


def _may_hold_blanks(fields: Sequence[str]) -> bool:
    """Return whether the speaker's name may contain a space, as in `Speaker 1`."""
    number, *times = fields[_START : _START + 3]
    are_times = all("." in each and is_time(each) for each in times)
    return number.isdecimal() and len(fields) > _LABEL_AT and are_times


def _sentence(line: FieldLine, log: ImportLog) -> Sentence | None:
    span = span_between(line, _START, wanted=_WANTED, log=log)
    if span is None:
        return None
    words = line.fields[_LABEL_AT:]
    if words and _LABEL.fullmatch(words[0]):
        words = words[1:]
    speaker = line.fields[2]
    if speaker.casefold() in _NOBODY or (words and all(map(_is_no_speech, words))):
        log.note(ProblemKind.NOT_USED, line.text, line=line.number)
        return None
    text = joined(_spoken(words, line, log))
    return Sentence(
        span.start_ms, span.end_ms, text, speaker=None if speaker == UNKNOWN_SPEAKER else speaker
    )


def _is_no_speech(word: str) -> bool:
    if word.casefold() in _UNKNOWN_WORDS:
        return False
    return word.casefold() == NOT_SCORED.casefold() or _EVENT.fullmatch(word) is not None


def _spoken(words: Sequence[str], line: FieldLine, log: ImportLog) -> Sequence[str]:
    """Return the words without pronunciation numbers, and only the first of alternatives."""
    written = " ".join(words)
    first_readings = _ALTERNATIVES.sub(lambda found: found[1].replace(_NO_WORD, " "), written)
    plain = _PRONUNCIATION.sub("", first_readings)
    if plain != written:
        log.note(ProblemKind.NOT_USED, line.text, line=line.number)
    return plain.split()
