"""STM: a line an utterance with its speaker, as scorers of recognition read a reference."""

from __future__ import annotations

from pipeline.formats.document import TranscriptDocument, document_of_sentences
from pipeline.formats.import_report import ImportLog, ProblemKind, StrictLog
from pipeline.formats.line_fields import (
    CHANNEL,
    MS_PER_SECOND,
    UNNAMED_RECORDING,
    FieldLine,
    field_lines,
    of_one_recording,
    span_between,
    whole_lines,
)
from pipeline.formats.speaker_names import distinct_names, one_word, speaker_word
from pipeline.formats.words import joined, spaced, words_of
from pipeline.transcript import Sentence

UNKNOWN_SPEAKER = "unknown"
NOT_SCORED = "IGNORE_TIME_SEGMENT_IN_SCORING"
_MIN_FIELDS = 5  # file, channel, speaker, start, end; label and text may be missing
_WANTED = "'file 1 speaker start end text' with times in seconds"


def write_stm(document: TranscriptDocument) -> str:
    """Write the sentences' words as CTM holds them: without marks, Chinese characters one by one.

    Without sentences there is nothing to score, and the file is empty.
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
    """Read the utterances of the first recording in the file.

    Args:
        text: the file.
        log: takes what does not fit; without one, a line that cannot be read is refused.

    Raises:
        FormatError: for a line that cannot be read, naming its number.
    """
    log = log or StrictLog()
    whole = whole_lines(field_lines(text), _MIN_FIELDS, wanted=_WANTED, log=log)
    lines = tuple(of_one_recording(whole, 0, log))
    found = (_sentence(line, log) for line in lines)
    return document_of_sentences(
        tuple(each for each in found if each is not None),
        title=lines[0].fields[0] if lines else "",
    )


def _sentence(line: FieldLine, log: ImportLog) -> Sentence | None:
    span = span_between(line, 3, wanted=_WANTED, log=log)
    if span is None:
        return None
    words = line.fields[5:]
    if words[:1] and words[0].startswith("<") and words[0].endswith(">"):
        words = words[1:]  # the label with the utterance's groups
    if words == (NOT_SCORED,):
        log.note(ProblemKind.NOT_USED, line.text, line=line.number)
        return None
    speaker = None if line.fields[2] == UNKNOWN_SPEAKER else line.fields[2]
    return Sentence(span.start_ms, span.end_ms, joined(words), speaker=speaker)
