"""Writers of tables (.csv, .tsv) with one row per sentence, for spreadsheets and statistics."""

from __future__ import annotations

import csv
import io
import re

from pipeline.formats.clock_times import subtitle_time
from pipeline.formats.document import TranscriptDocument
from pipeline.text.lines import BYTE_ORDER_MARK, plain_line

COLUMNS = ("start", "end", "start_ms", "end_ms", "speaker", "text")
# Spreadsheets evaluate a cell that starts with one of these as a formula, in East Asian locales
# the full-width ones too (OWASP, "CSV injection"). A leading apostrophe makes it text.
_FORMULA = re.compile(r"[=+\-@\t\r＝＋－＠]")


def write_csv(document: TranscriptDocument) -> str:
    """Format the document as CSV with a byte order mark, which Excel needs."""
    return BYTE_ORDER_MARK + _table(document, ",")


def write_tsv(document: TranscriptDocument) -> str:
    """Format the document as tab-separated values."""
    return _table(document, "\t")


def safe_cell(text: str) -> str:
    """Convert a text to one line, protected against evaluation as a spreadsheet formula."""
    cell = plain_line(text)
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _table(document: TranscriptDocument, delimiter: str) -> str:
    table = io.StringIO()
    writer = csv.writer(table, delimiter=delimiter, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(
        (
            subtitle_time(line.start_ms, "."),
            subtitle_time(line.end_ms, "."),
            line.start_ms,
            line.end_ms,
            safe_cell(line.speaker or ""),
            safe_cell(line.text),
        )
        for line in document.lines
    )
    return table.getvalue()
