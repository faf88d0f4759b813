"""RTTM: who speaks when, a line a turn, as diarization scorers read it."""

from __future__ import annotations

from pipeline.formats.document import TranscriptDocument
from pipeline.formats.import_report import ImportLog, StrictLog
from pipeline.formats.line_fields import (
    CHANNEL,
    MS_PER_SECOND,
    UNNAMED_RECORDING,
    FieldLine,
    field_lines,
    of_one_recording,
    span_from_start,
    whole_lines,
)
from pipeline.formats.speaker_names import distinct_names, one_word, speaker_word
from pipeline.transcript import SpeakerTurn, Transcript

NOT_APPLICABLE = "<NA>"
_SPEAKER_TYPE = "SPEAKER"
_MIN_FIELDS = 8  # type, file, channel, start, duration, two unused, name; the rest may be missing
_WANTED = "'SPEAKER file 1 start duration <NA> <NA> name <NA> <NA>' with times in seconds"


def write_rttm(document: TranscriptDocument) -> str:
    """Write the turns, or the sentences' speakers where there are none.

    The format separates by white space: blanks in names become underscores, and a number is added
    where two speakers would share a name.
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
    """Read the turns of the first recording in the file; lines of other types are passed over.

    Args:
        text: the file.
        log: takes what does not fit; without one, a line that cannot be read is refused.

    Raises:
        FormatError: for a line that cannot be read, naming its number.
    """
    log = log or StrictLog()
    spoken = (line for line in field_lines(text) if line.fields[0] == _SPEAKER_TYPE)
    whole = whole_lines(spoken, _MIN_FIELDS, wanted=_WANTED, log=log)
    lines = tuple(of_one_recording(whole, 1, log))
    found = (turn for line in lines if (turn := _turn(line, log)) is not None)
    turns = tuple(sorted(found, key=lambda each: each.start_ms))
    duration_ms = max((turn.end_ms for turn in turns), default=0)
    title = lines[0].fields[1] if lines else ""
    return TranscriptDocument(title, Transcript(duration_ms, "", turns=turns))


def _turn(line: FieldLine, log: ImportLog) -> SpeakerTurn | None:
    span = span_from_start(line, 3, wanted=_WANTED, log=log)
    return None if span is None else SpeakerTurn(span.start_ms, span.end_ms, line.fields[7])
