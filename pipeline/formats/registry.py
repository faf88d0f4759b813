"""The formats a transcript can be written in, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pipeline.formats.document import TranscriptDocument
from pipeline.formats.json_transcript import read_json, write_json
from pipeline.formats.rttm import read_rttm, write_rttm
from pipeline.formats.subrip import read_srt, write_srt
from pipeline.formats.text import write_txt
from pipeline.formats.webvtt import read_vtt, write_vtt


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a transcript; files are UTF-8 with a line feed after each line.

    Attributes:
        extension: of the file name, without its point.
        media_type: for a download.
        write: the whole file as text.
        read: the way back as far as the format carries it, None where it is not meant to be read.
    """

    extension: str
    media_type: str
    write: Callable[[TranscriptDocument], str]
    read: Callable[[str], TranscriptDocument] | None


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "srt": Format("srt", "application/x-subrip", write_srt, read_srt),
        "vtt": Format("vtt", "text/vtt", write_vtt, read_vtt),
        "txt": Format("txt", "text/plain", write_txt, None),
        "json": Format("json", "application/json", write_json, read_json),
        "rttm": Format("rttm", "text/plain", write_rttm, read_rttm),
    }
)
