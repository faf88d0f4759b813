"""Export of a recording's transcript as a file in one of the registered formats."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pipeline.audio.playback.compressed_copy import MEDIA_TYPE, compressed_copy
from pipeline.audio.samples import SAMPLE_RATE_HZ
from pipeline.core.errors import AudioError
from pipeline.formats.chinese_script import ChineseScript, in_script
from pipeline.formats.document import TranscriptDocument
from pipeline.formats.registry import FORMATS, Format, FormatGroup
from pipeline.formats.report.html_file import MAX_SOUND_MS, MissingSound, PageSound
from storage.db.database import Database
from storage.db.errors import NotFoundError
from storage.exports import (
    TranscriptVersion,
    export_document,
    with_default_names,
    without_empty_sentences,
)

# Windows and macOS refuse these characters in names of files, or give them a meaning.
_UNFIT_FOR_FILE_NAMES = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')
_GROUPS_FOR_READING = (FormatGroup.SUBTITLES, FormatGroup.READING)
_REPORTS = frozenset({"docx", "html"})  # of what was said: without rejected sentences
MAX_FILE_STEM = 100  # characters; a file system takes 255 bytes, a Chinese character needs three


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """Name, media type and content of a file to be downloaded."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """A request for a transcript as a file.

    Attributes:
        transcript_id: the transcript.
        format_name: name in the registry of formats.
        version: the reviewed or the machine's version.
        verified_only: whether sentences that are not verified are left out.
        language: of the default names of speakers, "zh" or "en"; "" for the transcript's.
        script: Chinese characters of the file.
        sound_path: the playback copy, for a format with sound; None to leave the sound out.
    """

    transcript_id: str
    format_name: str
    version: TranscriptVersion
    verified_only: bool
    language: str
    script: ChineseScript = ChineseScript.KEEP
    sound_path: Path | None = None

    def read(self, database: Database) -> ExportedFile:
        """Read the transcript and write it in the requested format.

        Raises:
            NotFoundError: if there is no such transcript or format.
        """
        chosen = FORMATS.get(self.format_name)
        if chosen is None:
            raise NotFoundError(
                f"There is no format {self.format_name!r}. Choose one of: {', '.join(FORMATS)}."
            )
        with database.reading() as db:
            document = export_document(
                db,
                self.transcript_id,
                version=self.version,
                verified_only=self.verified_only,
                with_rejected=self.format_name not in _REPORTS,
            )
        if chosen.group is not FormatGroup.SPEECH_TOOLS:  # scorers take labels: one word, ASCII
            document = with_default_names(document, self.language)
        if chosen.group in _GROUPS_FOR_READING:
            document = without_empty_sentences(document)
        mark = ".machine" if self.version is TranscriptVersion.MACHINE else ""
        mark += ".verified" if self.verified_only else ""
        return ExportedFile(
            name=f"{file_stem(document.title)}{mark}.{chosen.extension}",
            media_type=chosen.media_type,
            content=self._content(chosen, in_script(document, self.script)),
        )

    def _content(self, chosen: Format, document: TranscriptDocument) -> bytes:
        if chosen.write_with_sound is None or self.sound_path is None:
            return chosen.write(document)
        sound = _page_sound(self.sound_path, document.transcript.duration_ms)
        return chosen.write_with_sound(document, sound)


def _page_sound(path: Path, duration_ms: int) -> PageSound | MissingSound:
    """Return the compressed sound of a recording, or the reason why it is left out."""
    if duration_ms > MAX_SOUND_MS:
        return MissingSound.TOO_LONG
    try:
        content = compressed_copy(path, duration_ms * SAMPLE_RATE_HZ // 1_000)
    except AudioError:
        return MissingSound.UNREADABLE
    return PageSound(content, MEDIA_TYPE)


def file_stem(title: str) -> str:
    """Convert a recording's title to a file name, without extension, valid on every system."""
    return _UNFIT_FOR_FILE_NAMES.sub("_", title)[:MAX_FILE_STEM].strip(" .") or "transcript"
