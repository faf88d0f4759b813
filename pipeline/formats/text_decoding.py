"""The text of a file whose encoding nobody states."""

from __future__ import annotations

import codecs

from pipeline.formats.import_report import ImportLog, ProblemKind

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHINESE = "gb18030"  # also GB2312 and GBK, which Chinese Windows programs still write


def decoded_text(content: bytes, log: ImportLog) -> str:
    """The text, by its byte order mark, else as UTF-8, else as GB18030.

    Where none fits, what cannot be read is replaced and noted.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _replacing(content[len(mark) :], encoding, log)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _chinese(content, log)


def _chinese(content: bytes, log: ImportLog) -> str:
    try:
        text = content.decode(_CHINESE)
    except UnicodeDecodeError:
        return _replacing(content, "utf-8", log)
    log.note(ProblemKind.ENCODING, "GB18030")
    return text


def _replacing(content: bytes, encoding: str, log: ImportLog) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        log.note(ProblemKind.ENCODING, encoding.upper())
        return content.decode(encoding, errors="replace")
