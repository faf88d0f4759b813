"""Import of transcript files from this or other programs for a recording."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from pipeline.core.errors import FormatError
from pipeline.core.transcript import Sentence, SpeakerTurn, Token, Transcript
from pipeline.formats.document import TranscriptDocument
from pipeline.formats.import_report import ImportLog, ImportReport, ProblemKind
from pipeline.formats.registry import FORMATS
from pipeline.formats.text_decoding import AUTO, decoded_text

MAX_IMPORT_BYTES = 64 * 2**20  # eight hours in ELAN's format with word times
_MIB = 2**20

Spoken = TypeVar("Spoken", Sentence, SpeakerTurn, Token)


@dataclass(frozen=True, slots=True)
class ImportedTranscript:
    """The document read from a transcript file, with a report of problems.

    Attributes:
        document: sentences, turns, or both, within the recording.
        report: problems.
    """

    document: TranscriptDocument
    report: ImportReport


def readable_formats() -> tuple[str, ...]:
    """Return the names of the formats that can be imported."""
    return tuple(name for name, each in FORMATS.items() if each.read is not None)


def readable_suffixes() -> tuple[str, ...]:
    """Return the last suffixes of the files that can be imported, such as ".srt", each once."""
    found = (f".{extension.rsplit('.', 1)[-1]}" for extension, _ in _readable_extensions())
    return tuple(dict.fromkeys(found))


def guess_format(file_name: str) -> str | None:
    """Guess the format from the longest known extension of a file name; return None if unknown."""
    fitting = (
        (len(extension), name)
        for extension, name in _readable_extensions()
        if file_name.lower().endswith(f".{extension}")
    )
    return max(fitting, default=(0, None))[1]


def _readable_extensions() -> Iterator[tuple[str, str]]:
    """Yield each extension in lower case, with the name of its format."""
    for name in readable_formats():
        for extension in (FORMATS[name].extension, *FORMATS[name].other_extensions):
            yield extension.lower(), name


def import_transcript(
    content: bytes,
    format_name: str,
    *,
    duration_ms: int | None = None,
    encoding: str = AUTO,
) -> ImportedTranscript:
    """Parse the content of a transcript file in a given format.

    Args:
        content: the file.
        format_name: one of `readable_formats()`.
        duration_ms: length of the recording; None if unknown.
        encoding: encoding of the file, one of `text_decoding.encoding_names()`.

    Raises:
        FormatError: the file is too large, in another format, or has no usable content.
    """
    chosen = FORMATS.get(format_name)
    if chosen is None or chosen.read is None:
        known = ", ".join(readable_formats())
        raise FormatError(f"Transcripts cannot be read from {format_name[:40]!r}. Choose: {known}")
    if len(content) > MAX_IMPORT_BYTES:
        raise FormatError(
            f"The file has {len(content) / _MIB:.0f} MiB; transcripts of up to "
            f"{MAX_IMPORT_BYTES // _MIB} MiB are read"
        )
    log = ImportLog()
    document = chosen.read(decoded_text(content, log, encoding), log)
    if duration_ms is not None:
        document = replace(document, transcript=_fitted(document.transcript, duration_ms, log))
    _note_overlaps(document.transcript.sentences, log)
    if not (document.transcript.sentences or document.transcript.turns):
        raise FormatError(
            f"Nothing in the file can be used as {chosen.title}: it holds no sentence and no turn "
            f"inside the recording{_first_unreadable(log.report)}"
        )
    return ImportedTranscript(document, log.report)


def _first_unreadable(report: ImportReport) -> str:
    """Describe the first unreadable line and the expected content, as part of a message."""
    for each in report.problems:
        if each.kind is ProblemKind.UNREADABLE:
            where = "a part" if each.line is None else f"line {each.line}"
            wanted = f"should hold {each.wanted}"
            return f". What could not be read first: {where}, {each.found!r}, {wanted}"
    return ""


def _fitted(transcript: Transcript, duration_ms: int, log: ImportLog) -> Transcript:
    sentences = tuple(
        replace(each, tokens=tuple(_inside(each.tokens, duration_ms)))
        if each.end_ms > duration_ms
        else each
        for each in transcript.sentences
    )
    return replace(
        transcript,
        duration_ms=duration_ms,
        sentences=tuple(_clipped(sentences, duration_ms, log)),
        turns=tuple(_clipped(transcript.turns, duration_ms, log)),
    )


def _inside(tokens: Iterable[Token], duration_ms: int) -> Iterator[Token]:
    return (
        replace(each, end_ms=min(each.end_ms, duration_ms))
        for each in tokens
        if each.start_ms < duration_ms
    )


def _clipped(items: Iterable[Spoken], duration_ms: int, log: ImportLog) -> Iterator[Spoken]:
    for each in items:
        found = each.speaker if isinstance(each, SpeakerTurn) else each.text
        if each.start_ms >= duration_ms:
            log.note(ProblemKind.BEYOND_END, found)
        elif each.end_ms > duration_ms:
            log.note(ProblemKind.CLIPPED, found)
            yield replace(each, end_ms=duration_ms)
        else:
            yield each


def _note_overlaps(sentences: Iterable[Sentence], log: ImportLog) -> None:
    ends_ms: dict[str, int] = {}
    for each in sentences:
        if each.speaker is not None:
            if each.start_ms < ends_ms.get(each.speaker, 0):
                log.note(ProblemKind.OVERLAP, each.text)
            ends_ms[each.speaker] = max(each.end_ms, ends_ms.get(each.speaker, 0))
