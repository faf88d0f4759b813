"""Reader for JSON output of FunASR, Whisper and derivatives, whisper.cpp and Label Studio."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from pipeline.core.errors import FormatError
from pipeline.core.transcript import Sentence, Token
from pipeline.formats.document import TranscriptDocument, document_of_sentences
from pipeline.formats.import_report import ImportLog, ProblemKind
from pipeline.formats.json_files.json_fields import Record, parse_json, shown_value
from pipeline.formats.json_files.json_transcript import document_of_fields
from pipeline.formats.json_files.label_studio import is_label_studio, label_studio_document
from pipeline.text.lines import BYTE_ORDER_MARK, plain_line
from pipeline.text.text_units import text_units

_Fields: TypeAlias = Mapping[str, object]

_MS_PER_SECOND = 1_000
_MAX_MS = 10**12
_NUMBER = re.compile(r"-?\d{1,12}(?:\.\d{1,12})?", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}", re.ASCII)
_NUMBERED_SPEAKER = re.compile(r"\d{1,4}", re.ASCII)
_EMBEDDED_TAG = re.compile(r"<\|[^|<>]{0,40}\|>")  # SenseVoice's language, emotion and event
_SPECIAL_TOKEN = re.compile(r"\[_[A-Z]+_?\d*\]")  # whisper.cpp's time marks
_MAX_GAP = 20  # characters between two words
_OWN_KEYS = frozenset({"duration_ms", "sentences"})
_WANTED = "a start, an end after it, and a text"
_EXPECTED = (
    "duration_ms of the JSON format written here, sentence_info (FunASR), segments (Whisper, "
    "WhisperX, faster-whisper), transcription (whisper.cpp), chunks (Transformers) or annotations "
    "(Label Studio)"
)


@dataclass(frozen=True, slots=True)
class _Word:
    """A recognised word with its times, which may be None."""

    text: str
    start_ms: int | None
    end_ms: int | None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class _Entry:
    """A sentence of the recogniser's output before validation."""

    start_ms: int | None
    end_ms: int | None
    text: object
    speaker: object = None
    words: tuple[_Word, ...] = ()


def read_any_json(text: str, log: ImportLog) -> TranscriptDocument:
    """Parse the JSON output of a speech recogniser, or this program's JSON format.

    Args:
        text: the file.
        log: receives sentences that cannot be used.

    Raises:
        FormatError: the text is not JSON, or has no known form; the message names the known ones.
    """
    value, constants = parse_json(text.removeprefix(BYTE_ORDER_MARK))
    if isinstance(value, dict) and _OWN_KEYS & set(value):
        if constants:
            raise FormatError(f"The file is not JSON: {constants[0]} is no number")
        return document_of_fields(Record("", value))
    try:
        return _read(value, log)
    except RecursionError as error:
        raise FormatError("The JSON is nested too deeply for a transcript") from error


def _read(value: object, log: ImportLog) -> TranscriptDocument:
    if is_label_studio(value):
        return label_studio_document(value, log)
    if isinstance(value, list):
        return _of_list(value, log)
    if isinstance(value, dict):
        for key, read in _FORMS.items():
            entries = value.get(key)
            if isinstance(entries, list):
                found = _document(key, map(_fields, entries), read, log)
                return _described(found, value)
        if _is_funasr(value):
            return _of_funasr([value], log)
        keys = ", ".join(str(key)[:20] for key in list(value)[:8]) or "none"
        raise FormatError(f"The JSON should have {_EXPECTED}; it has the keys: {plain_line(keys)}")
    raise FormatError(f"The JSON should have {_EXPECTED}; got {shown_value(value)}")


def _of_list(values: list[object], log: ImportLog) -> TranscriptDocument:
    first = _fields(values[0]) if values else {}
    if _is_funasr(first):
        return _of_funasr([_fields(each) for each in values], log)
    if "start" in first and "end" in first:
        return _document("", map(_fields, values), _of_segment, log)
    raise FormatError(f"The JSON should have {_EXPECTED}; it is a list without them")


def _is_funasr(fields: _Fields) -> bool:
    return "sentence_info" in fields or ("text" in fields and "timestamp" in fields)


def _of_funasr(records: list[_Fields], log: ImportLog) -> TranscriptDocument:
    """Convert the first recording in FunASR's list; report other recordings."""
    first, key = records[0], records[0].get("key")
    for other in records[1:]:
        log.note(ProblemKind.OTHER_RECORDING, str(other.get("key", ""))[:200])
    entries = first.get("sentence_info")
    if not isinstance(entries, list) or not entries:
        entries = [_whole_record(first)]
    document = _document("sentence_info", map(_fields, entries), _of_sentence_info, log)
    return replace(document, title=plain_line(key) if isinstance(key, str) else "")


def _whole_record(record: _Fields) -> _Fields:
    """Convert a record without sentences to one sentence that spans all word times."""
    pairs = list(_pairs(record.get("timestamp")))
    times = {"start": pairs[0][0], "end": pairs[-1][1]} if pairs else {}
    return {**record, **times}


def _document(
    where: str, entries: Iterable[_Fields], read: Callable[[_Fields], _Entry], log: ImportLog
) -> TranscriptDocument:
    sentences = []
    for index, fields in enumerate(entries):
        sentence = _sentence(read(fields))
        if isinstance(sentence, Sentence):
            sentences.append(sentence)
        else:
            found = f"{where}[{index}]: {shown_value(dict(fields))}"
            wanted = _WANTED if sentence is ProblemKind.UNREADABLE else ""
            log.note(sentence, found, wanted=wanted)
    return document_of_sentences(tuple(sentences))


def _described(document: TranscriptDocument, value: _Fields) -> TranscriptDocument:
    """Return the document with the language stated in the recogniser's output, if any."""
    result = value.get("result")
    stated = value.get("language") or (result.get("language") if isinstance(result, dict) else "")
    if isinstance(stated, str) and _LANGUAGE.fullmatch(stated):
        return replace(document, transcript=replace(document.transcript, language=stated))
    return document


def _sentence(entry: _Entry) -> Sentence | ProblemKind:
    start_ms, end_ms = entry.start_ms, entry.end_ms
    if start_ms is None or end_ms is None or not isinstance(entry.text, str):
        return ProblemKind.UNREADABLE
    start_ms = max(0, start_ms)
    if start_ms >= end_ms:
        return ProblemKind.NO_LENGTH
    text = plain_line(_EMBEDDED_TAG.sub("", entry.text))
    tokens = tuple(_tokens(entry.words, text, (start_ms, end_ms)))
    return Sentence(start_ms, end_ms, text=text, tokens=tokens, speaker=_speaker(entry.speaker))


def _speaker(value: object) -> str | None:
    """Return the speaker's name; FunASR's speaker number 0 becomes the label `S1`."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return None
    name = plain_line(str(value))
    if _NUMBERED_SPEAKER.fullmatch(name):
        return f"S{int(name) + 1}"
    return None if name in ("", "?", "-1") else name


def _tokens(words: Iterable[_Word], text: str, span: tuple[int, int]) -> Iterator[Token]:
    """Yield the words as tokens, each with the punctuation and spaces before it in the text.

    A word without a usable time is joined to the previous one.
    """
    placed: list[tuple[str, int, int, float | None]] = []
    for word, piece in _pieces(words, text):
        last_ms = placed[-1][1] if placed else span[0]
        start_ms = max(span[0], word.start_ms if word.start_ms is not None else -1)
        end_ms = min(span[1], word.end_ms if word.end_ms is not None else -1)
        if last_ms <= start_ms < end_ms:
            placed.append((piece, start_ms, end_ms, word.confidence))
        elif placed:
            before = placed[-1]
            placed[-1] = (before[0] + piece, *before[1:])
    return (Token(start, end, piece, sure) for piece, start, end, sure in placed)


def _pieces(words: Iterable[_Word], text: str) -> Iterator[tuple[_Word, str]]:
    """Yield each word with its spelling in the text, including the punctuation before it."""
    position = 0
    for word in words:
        plain = plain_line(word.text)
        at = text.find(plain, position, position + len(plain) + _MAX_GAP) if plain else -1
        if at < 0:
            yield word, word.text
            continue
        stop = at + len(plain)
        yield word, text[position:stop]
        position = stop


def _of_sentence_info(fields: _Fields) -> _Entry:
    text = fields["text"] if "text" in fields else fields.get("sentence")
    speaker = fields["spk"] if "spk" in fields else fields.get("speaker")
    start_ms, end_ms = (_time(fields.get(key), 1) for key in ("start", "end"))
    words = _timed_units(text, fields.get("timestamp")) if isinstance(text, str) else ()
    return _Entry(start_ms, end_ms, text, speaker, words)


def _timed_units(text: str, timestamp: object) -> tuple[_Word, ...]:
    """Return the characters and words of a text with FunASR's times, empty if the counts differ."""
    pairs = list(_pairs(timestamp))
    units = text_units(plain_line(_EMBEDDED_TAG.sub("", text))) if pairs else ()
    if len(units) != len(pairs):
        return ()
    return tuple(
        _Word(unit.text, _time(start, 1), _time(end, 1))
        for unit, (start, end) in zip(units, pairs, strict=True)
    )


def _of_segment(fields: _Fields) -> _Entry:
    start_ms, end_ms = (_time(fields.get(key), _MS_PER_SECOND) for key in ("start", "end"))
    text = fields["text"] if "text" in fields else fields.get("transcript")
    words = tuple(map(_word, _list_of_fields(fields.get("words"))))
    return _Entry(start_ms, end_ms, text, fields.get("speaker"), words)


def _word(fields: _Fields) -> _Word:
    start_ms, end_ms = (_time(fields.get(key), _MS_PER_SECOND) for key in ("start", "end"))
    text = fields["word"] if "word" in fields else fields.get("text")
    sure = next((fields[key] for key in ("probability", "score") if key in fields), None)
    return _Word(text if isinstance(text, str) else "", start_ms, end_ms, _confidence(sure))


def _of_whisper_cpp(fields: _Fields) -> _Entry:
    offsets = _fields(fields.get("offsets"))
    words = tuple(
        _Word(text, *_offsets(each), _confidence(each.get("p")))
        for each in _list_of_fields(fields.get("tokens"))
        if isinstance(text := each.get("text"), str) and not _SPECIAL_TOKEN.fullmatch(text)
    )
    start_ms, end_ms = _time(offsets.get("from"), 1), _time(offsets.get("to"), 1)
    return _Entry(start_ms, end_ms, fields.get("text"), fields.get("speaker"), words)


def _offsets(fields: _Fields) -> tuple[int | None, int | None]:
    offsets = _fields(fields.get("offsets"))
    return _time(offsets.get("from"), 1), _time(offsets.get("to"), 1)


def _of_chunk(fields: _Fields) -> _Entry:
    start, end = next(_pairs([fields.get("timestamp")]), (None, None))
    start_ms, end_ms = _time(start, _MS_PER_SECOND), _time(end, _MS_PER_SECOND)
    return _Entry(start_ms, end_ms, fields.get("text"), fields.get("speaker"))


def _pairs(value: object) -> Iterator[tuple[object, object]]:
    for each in value if isinstance(value, list) else ():
        if isinstance(each, list) and len(each) >= len(("start", "end")):
            yield each[0], each[1]


def _fields(value: object) -> _Fields:
    return value if isinstance(value, dict) else {}


def _list_of_fields(value: object) -> Iterator[_Fields]:
    return map(_fields, value if isinstance(value, list) else ())


def _time(value: object, ms_per_unit: int) -> int | None:
    """Convert a time to milliseconds; return None if it is not a number or out of range."""
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        value = float(value.strip())
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return round(value * ms_per_unit) if abs(value) * ms_per_unit < _MAX_MS else None


def _confidence(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if 0.0 <= value <= 1.0 else None


_FORMS: Mapping[str, Callable[[_Fields], _Entry]] = {
    "segments": _of_segment,
    "transcription": _of_whisper_cpp,
    "chunks": _of_chunk,
}
