"""RTTM format with one line per speaker turn, used for scoring diarization."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from pipeline.core.transcript import SpeakerTurn, Transcript
from pipeline.formats.document import TranscriptDocument
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
from pipeline.formats.speaker_names import distinct_names, one_word, speaker_word

NOT_APPLICABLE = "<NA>"
_SPEAKER_TYPE = "SPEAKER"
_OTHER_TYPES = re.compile(
    "SEGMENT|NOSCORE|NO_RT_METADATA|LEXEME|NON-LEX|NON-SPEECH|NOISE|FILLER|EDIT|IP|SU|CB|A/P|"
    "SPKR-INFO"
)
_MIN_FIELDS = 8  # type, file, channel, start, duration, two unused, name; the rest may be missing
_MAX_FIELDS = 10  # with confidence and look-ahead time
_START = 3  # the field with the start if no name has spaces
_NUM_AFTER_NAME = 2
_NUMBER = re.compile(r"-?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?", re.ASCII)
_WANTED = "'SPEAKER file 1 start duration <NA> <NA> name <NA> <NA>' with times in seconds"


def write_rttm(document: TranscriptDocument) -> str:
    """Format one line per speaker turn, or per sentence if there are no turns.

    Fields are separated by white space: spaces in names become underscores, and numbers make
    equal names unique.
    """
    names = distinct_names((turn.speaker for turn in document.turns), speaker_word)
    uri = one_word(document.title) or UNNAMED_RECORDING
    return "".join(
        f"{_SPEAKER_TYPE} {uri} {CHANNEL} {turn.start_ms / MS_PER_SECOND:.3f} "
        f"{turn.duration_ms / MS_PER_SECOND:.3f} {NOT_APPLICABLE} {NOT_APPLICABLE} "
        f"{names[turn.speaker]} {NOT_APPLICABLE} {NOT_APPLICABLE}\n"
        for turn in document.turns
    )


def read_rttm(text: str, log: ImportLog | None = None) -> TranscriptDocument:
    """Parse the turns of the first recording in the file; report lines of other types.

    Names of recordings and speakers may contain spaces, which some programs write: the times are
    found by the two unused fields after them.

    Args:
        text: the file.
        log: receives problems; None to raise FormatError for an unreadable line.

    Raises:
        FormatError: a line cannot be read; the message names its number.
    """
    log = log or StrictLog()
    whole = whole_lines(_speaker_lines(text, log), _MIN_FIELDS, wanted=_WANTED, log=log)
    separated = [line for each in whole if (line := _with_one_file_field(each, log)) is not None]
    lines = tuple(of_one_recording(separated, 1, log))
    has_numbers = _have_names_numbers(lines)
    found = (turn for line in lines if (turn := _turn(line, has_numbers, log)) is not None)
    turns = tuple(sorted(found, key=lambda each: each.start_ms))
    duration_ms = max((turn.end_ms for turn in turns), default=0)
    title = lines[0].fields[1] if lines else ""
    return TranscriptDocument(title, Transcript(duration_ms, "", turns=turns))


def _speaker_lines(text: str, log: ImportLog) -> Iterator[FieldLine]:
    """Yield the lines of speaker turns; report the first line of each other type."""
    noted: set[str] = set()
    for line in field_lines(text):
        kind = line.fields[0].upper()
        if kind == _SPEAKER_TYPE:
            yield line
        elif not _OTHER_TYPES.fullmatch(kind):
            log.unreadable(line.text, line=line.number, wanted=_WANTED)
        elif kind not in noted:
            noted.add(kind)
            log.note(ProblemKind.NOT_USED, line.text, line=line.number)


def _with_one_file_field(line: FieldLine, log: ImportLog) -> FieldLine | None:
    """Return the line with the recording name joined into one field; report an invalid line.

    Returns:
        None for an invalid line.
    """
    start = _start_of(line.fields)
    if start is None:
        log.unreadable(line.text, line=line.number, wanted=_WANTED)
        return None
    return line.joined(0, 1, start - 1, start)


def _start_of(fields: Sequence[str]) -> int | None:
    """Return the index of the start field, None if ambiguous."""
    for place in range(_START, min(len(fields) - 4, MAX_NAME_FIELDS)):
        unused = fields[place + 2 : place + 4]
        if all(map(is_time, fields[place : place + 2])) and all(map(_is_unused, unused)):
            return place
    is_usual = len(fields) <= _MAX_FIELDS and not is_time(fields[_START + 2])
    return _START if is_usual else None


def _is_unused(field: str) -> bool:
    return field == NOT_APPLICABLE


def _have_names_numbers(lines: Iterable[FieldLine]) -> bool:
    """Return whether trailing numbers belong to names like `Speaker 1` rather than confidences."""
    last = {name[-1] for line in lines if len(name := _name_fields(line, has_number=True)) > 1}
    return all(each.isdecimal() for each in last) and (len(last) > 1 or max(last, default="") > "1")


def _name_fields(line: FieldLine, *, has_number: bool) -> Sequence[str]:
    """Return the fields of the speaker's name, without confidence and look-ahead time."""
    fields = line.fields[_MIN_FIELDS - 1 :]
    for _ in range(_NUM_AFTER_NAME):
        is_number = not has_number and _NUMBER.fullmatch(fields[-1]) is not None
        if len(fields) > 1 and (_is_unused(fields[-1]) or is_number):
            fields = fields[:-1]
    return fields


def _turn(line: FieldLine, has_numbers: bool, log: ImportLog) -> SpeakerTurn | None:
    span = span_from_start(line, _START, wanted=_WANTED, log=log)
    if span is None:
        return None
    name = " ".join(_name_fields(line, has_number=has_numbers))
    if name == NOT_APPLICABLE:
        log.unreadable(line.text, line=line.number, wanted=_WANTED)
        return None
    return SpeakerTurn(span.start_ms, span.end_ms, name)
