"""Decoding of text files in a chosen or detected encoding."""

from __future__ import annotations

import codecs

from pipeline.core.errors import FormatError
from pipeline.formats.encoding_detection import ENCODINGS, decode_as, detect_encoding
from pipeline.formats.import_report import ImportLog, ProblemKind

AUTO = "auto"
_UTF_8 = "UTF-8"
_BY_LOWER_NAME = {name.lower(): name for name in ENCODINGS}
_MARKS = (  # longer ones first: those of UTF-32 begin with those of UTF-16
    (codecs.BOM_UTF8, _UTF_8),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "UTF-16-LE"),
    (codecs.BOM_UTF16_BE, "UTF-16-BE"),
)


def encoding_names() -> tuple[str, ...]:
    """Return the names that `decoded_text` accepts, in lower case; the first is the default."""
    return (AUTO, *_BY_LOWER_NAME)


def decoded_text(content: bytes, log: ImportLog, encoding: str = AUTO) -> str:
    """Decode the content of a text file, in a detected encoding if none is given.

    Args:
        content: the file.
        log: receives a detected encoding other than UTF-8, or one with invalid bytes, which are
            replaced.
        encoding: one of `encoding_names()` in any case.

    Raises:
        FormatError: there is no such encoding.
    """
    chosen = encoding.strip().lower()
    if chosen not in encoding_names():
        known = ", ".join(encoding_names())
        raise FormatError(f"There is no encoding {encoding[:40]!r}. Choose: {known}")
    if chosen != AUTO:
        return _decoded(content, _BY_LOWER_NAME[chosen], log, is_news=False)
    for mark, name in _MARKS:
        if content.startswith(mark):
            return _decoded(content[len(mark) :], name, log, is_news=False)
    name = detect_encoding(content)
    return _decoded(content, name, log, is_news=name != _UTF_8)


def _decoded(content: bytes, name: str, log: ImportLog, *, is_news: bool) -> str:
    text, is_whole = decode_as(content, name)
    if is_news or not is_whole:
        log.note(ProblemKind.ENCODING, name if is_whole else f"{name} \N{REPLACEMENT CHARACTER}")
    return text
