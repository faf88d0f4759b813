"""Registry of the transcript file formats by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from pipeline.formats.annotation.audacity import read_audacity_labels, write_audacity_labels
from pipeline.formats.annotation.elan import write_eaf
from pipeline.formats.annotation.elan_reading import read_eaf
from pipeline.formats.annotation.textgrid import write_textgrid
from pipeline.formats.annotation.textgrid_reading import read_textgrid
from pipeline.formats.document import TranscriptDocument
from pipeline.formats.import_report import ImportLog
from pipeline.formats.json_files.funasr_result import write_funasr
from pipeline.formats.json_files.json_lines import read_json_lines, write_json_lines
from pipeline.formats.json_files.json_recognition import read_any_json
from pipeline.formats.json_files.json_transcript import write_json
from pipeline.formats.json_files.label_studio import read_label_studio, write_label_studio
from pipeline.formats.report.html_file import (
    MissingSound,
    PageSound,
    write_html,
    write_html_with_sound,
)
from pipeline.formats.report.word_file import write_docx
from pipeline.formats.scoring.ctm import read_ctm, write_ctm
from pipeline.formats.scoring.kaldi import write_kaldi_zip
from pipeline.formats.scoring.rttm import read_rttm, write_rttm
from pipeline.formats.scoring.stm import read_stm, write_stm
from pipeline.formats.subtitles.subrip import read_srt, write_srt
from pipeline.formats.subtitles.substation_alpha import write_ass
from pipeline.formats.subtitles.substation_alpha_reading import read_ass
from pipeline.formats.subtitles.webvtt import read_vtt, write_vtt
from pipeline.formats.tables import write_csv, write_tsv
from pipeline.formats.text import write_markdown, write_txt

Reader = Callable[[str, ImportLog], TranscriptDocument]


class FormatGroup(str, Enum):
    """A group of formats with the same purpose."""

    SUBTITLES = "subtitles"
    READING = "reading"
    DATA = "data"
    ANNOTATION = "annotation"
    SPEECH_TOOLS = "speech_tools"


@dataclass(frozen=True, slots=True)
class Format:
    """A transcript file format; text is UTF-8 with a line feed after each line.

    Attributes:
        title: name of the format.
        group: purpose of the format.
        extension: unique extension of the file name, without its first point.
        media_type: media type of a download.
        write: returns the whole file.
        read: parses a file as far as the format allows, None if it cannot be read; problems go to
            the log, and a file of another format raises FormatError.
        other_extensions: extensions that other programs use for this format.
        write_with_sound: returns the whole file with embedded audio; None if the format has none.
    """

    title: str
    group: FormatGroup
    extension: str
    media_type: str
    write: Callable[[TranscriptDocument], bytes]
    read: Reader | None = None
    other_extensions: tuple[str, ...] = ()
    write_with_sound: Callable[[TranscriptDocument, PageSound | MissingSound], bytes] | None = None


def _utf_8(write: Callable[[TranscriptDocument], str]) -> Callable[[TranscriptDocument], bytes]:
    return lambda document: write(document).encode("utf-8")


def _whole(read: Callable[[str], TranscriptDocument]) -> Reader:
    """Wrap a reader so that it raises an error at the first line that cannot be read."""
    return lambda text, _log: read(text)


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "srt": Format(
            "SubRip",
            FormatGroup.SUBTITLES,
            "srt",
            "application/x-subrip",
            _utf_8(write_srt),
            read_srt,
        ),
        "vtt": Format(
            "WebVTT", FormatGroup.SUBTITLES, "vtt", "text/vtt", _utf_8(write_vtt), read_vtt
        ),
        "ass": Format(
            "Advanced SubStation Alpha",
            FormatGroup.SUBTITLES,
            "ass",
            "text/x-ass",
            _utf_8(write_ass),
            read_ass,
            other_extensions=("ssa",),
        ),
        "txt": Format("Plain text", FormatGroup.READING, "txt", "text/plain", _utf_8(write_txt)),
        "md": Format(
            "Markdown", FormatGroup.READING, "md", "text/markdown", _utf_8(write_markdown)
        ),
        "docx": Format(
            "Word document",
            FormatGroup.READING,
            "docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            write_docx,
        ),
        "html": Format(
            "Web page",
            FormatGroup.READING,
            "html",
            "text/html",
            _utf_8(write_html),
            write_with_sound=lambda document, sound: write_html_with_sound(
                document, sound
            ).encode(),
        ),
        "csv": Format("CSV table", FormatGroup.DATA, "csv", "text/csv", _utf_8(write_csv)),
        "tsv": Format(
            "TSV table", FormatGroup.DATA, "tsv", "text/tab-separated-values", _utf_8(write_tsv)
        ),
        "json": Format(
            "JSON",
            FormatGroup.DATA,
            "json",
            "application/json",
            _utf_8(write_json),
            read_any_json,
        ),
        "jsonl": Format(
            "JSON lines",
            FormatGroup.DATA,
            "jsonl",
            "application/jsonl",
            _utf_8(write_json_lines),
            _whole(read_json_lines),
        ),
        "funasr": Format(
            "FunASR result",
            FormatGroup.DATA,
            "funasr.json",
            "application/json",
            _utf_8(write_funasr),
            read_any_json,
        ),
        "textgrid": Format(
            "Praat TextGrid",
            FormatGroup.ANNOTATION,
            "TextGrid",
            "text/plain",
            _utf_8(write_textgrid),
            read_textgrid,
        ),
        "eaf": Format(
            "ELAN", FormatGroup.ANNOTATION, "eaf", "application/xml", _utf_8(write_eaf), read_eaf
        ),
        "audacity": Format(
            "Audacity labels",
            FormatGroup.ANNOTATION,
            "labels.txt",
            "text/plain",
            _utf_8(write_audacity_labels),
            read_audacity_labels,
            other_extensions=("txt",),
        ),
        "labelstudio": Format(
            "Label Studio tasks",
            FormatGroup.ANNOTATION,
            "labelstudio.json",
            "application/json",
            _utf_8(write_label_studio),
            read_label_studio,
        ),
        "rttm": Format(
            "RTTM", FormatGroup.SPEECH_TOOLS, "rttm", "text/plain", _utf_8(write_rttm), read_rttm
        ),
        "ctm": Format(
            "CTM", FormatGroup.SPEECH_TOOLS, "ctm", "text/plain", _utf_8(write_ctm), read_ctm
        ),
        "stm": Format(
            "STM", FormatGroup.SPEECH_TOOLS, "stm", "text/plain", _utf_8(write_stm), read_stm
        ),
        "kaldi": Format(
            "Kaldi directory",
            FormatGroup.SPEECH_TOOLS,
            "kaldi.zip",
            "application/zip",
            write_kaldi_zip,
        ),
    }
)
