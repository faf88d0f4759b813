"""RTTM: who speaks when, a line a turn, as diarization scorers read it."""

from __future__ import annotations

import re

from pipeline.errors import FormatError
from pipeline.formats.document import TranscriptDocument
from pipeline.formats.plain_line import text_lines
from pipeline.formats.speaker_names import distinct_names, one_word, speaker_word
from pipeline.transcript import SpeakerTurn, Transcript

UNNAMED_RECORDING = "recording"
NOT_APPLICABLE = "<NA>"
MS_PER_SECOND = 1_000
_SPEAKER_TYPE = "SPEAKER"
_MIN_FIELDS = 8  # type, file, channel, start, duration, two unused, name; the rest may be missing
_SECONDS = re.compile(r"\d{1,9}(?:\.\d*)?(?:[eE][-+]?\d{1,2})?")
_COMMENT = ";;"


def write_rttm(document: TranscriptDocument) -> str:
    """Write the turns, or the sentences' speakers where there are none.

    The format separates by white space: blanks in names become underscores, and a number is added
    where two speakers would share a name.
    """
    names = distinct_names((turn.speaker for turn in document.turns), speaker_word)
    uri = one_word(document.title) or UNNAMED_RECORDING
    return "".join(
        f"{_SPEAKER_TYPE} {uri} 1 {turn.start_ms / MS_PER_SECOND:.3f} "
        f"{turn.duration_ms / MS_PER_SECOND:.3f} {NOT_APPLICABLE} {NOT_APPLICABLE} "
        f"{names[turn.speaker]} {NOT_APPLICABLE} {NOT_APPLICABLE}\n"
        for turn in document.turns
    )


def read_rttm(text: str) -> TranscriptDocument:
    """Read the turns; lines of other types and turns of no length are passed over.

    Raises:
        FormatError: for a line that cannot be read, naming its number.
    """
    rows = [
        _turn(fields, number)
        for number, line in enumerate(text_lines(text), start=1)
        if not line.startswith(_COMMENT) and (fields := line.split())[:1] == [_SPEAKER_TYPE]
    ]
    turns = sorted((turn for _, turn in rows if turn is not None), key=lambda each: each.start_ms)
    duration_ms = max((turn.end_ms for turn in turns), default=0)
    title = rows[0][0] if rows else ""
    return TranscriptDocument(title, Transcript(duration_ms, "", turns=tuple(turns)))


def _turn(fields: list[str], number: int) -> tuple[str, SpeakerTurn | None]:
    if len(fields) < _MIN_FIELDS or not all(_SECONDS.fullmatch(each) for each in fields[3:5]):
        raise FormatError(
            f"Line {number} of the RTTM file should be 'SPEAKER file 1 start duration <NA> <NA> "
            f"name <NA> <NA>' with times in seconds, got {' '.join(fields)[:80]!r}"
        )
    start_s, duration_s = float(fields[3]), float(fields[4])
    start_ms = round(start_s * MS_PER_SECOND)
    end_ms = round((start_s + duration_s) * MS_PER_SECOND)
    turn = SpeakerTurn(start_ms, end_ms, fields[7]) if start_ms < end_ms else None
    return fields[1], turn
