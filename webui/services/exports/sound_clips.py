"""Audio of sentences or of a speaker, as one WAV file or a zip with one per sentence."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import soundfile

from pipeline.audio.playback.wave_stream import Span, wave_blocks, wave_size
from pipeline.audio.samples import SAMPLE_RATE_HZ
from pipeline.formats.clock_times import subtitle_time
from storage.db.blobs import REVIEW_AUDIO, BlobStore
from storage.db.database import Database
from storage.db.errors import NotFoundError
from storage.db.records import Speaker, Utterance, UtteranceStatus
from storage.library.recordings import get_recording
from storage.transcripts.transcripts import get_transcript, list_speakers, list_utterances
from webui.services.exports.transcript_export import file_stem

PAUSE_MS = 300  # between two sentences in one file
_SAMPLES_PER_MS = SAMPLE_RATE_HZ // 1_000
_NOBODY = "unknown"


class SoundForm(str, Enum):
    """Formats of an audio download, by file extension."""

    WAV = "wav"
    ZIP = "zip"

    @property
    def media_type(self) -> str:
        """Media type of the file."""
        return "audio/wav" if self is SoundForm.WAV else "application/zip"


@dataclass(frozen=True, slots=True)
class SoundFile:
    """Audio file that is generated while it is sent.

    Attributes:
        name: file name.
        media_type: its media type.
        num_bytes: its size; None if unknown.
        blocks: its content.
    """

    name: str
    media_type: str
    num_bytes: int | None
    blocks: Iterator[bytes]


@dataclass(frozen=True, slots=True)
class _Clip:
    """Audio span of one sentence, with its file name."""

    name: str
    span: Span


class SoundClipService:
    """Service that returns audio of the sentences of a transcript."""

    def __init__(self, database: Database, blobs: BlobStore) -> None:
        self._database = database
        self._blobs = blobs

    def of_sentences(self, transcript_id: str, ids: Collection[str], form: SoundForm) -> SoundFile:
        """Return the audio of sentences, sorted by time; unknown ids are ignored.

        Raises:
            NotFoundError: if there is no such transcript, no stored audio, or no such sentence.
        """
        wanted = frozenset(ids)
        return self._file(transcript_id, form, "", lambda each: each.utterance_id in wanted)

    def of_speaker(self, transcript_id: str, speaker_id: str, form: SoundForm) -> SoundFile:
        """Return the audio of a speaker's sentences that are not rejected, sorted by time.

        Raises:
            NotFoundError: if there is no such transcript, or no stored audio of this speaker.
        """
        return self._file(
            transcript_id,
            form,
            speaker_id,
            lambda each: (
                each.speaker_id == speaker_id and each.status is not UtteranceStatus.REJECTED
            ),
        )

    def _file(
        self,
        transcript_id: str,
        form: SoundForm,
        speaker_id: str,
        is_wanted: Callable[[Utterance], bool],
    ) -> SoundFile:
        with self._database.reading() as db:
            recording_id = get_transcript(db, transcript_id).recording_id
            title = get_recording(db, recording_id).title
            names = _names(list_speakers(db, transcript_id))
            wanted = [each for each in list_utterances(db, transcript_id) if is_wanted(each)]
        path = self._blobs.path_of(recording_id, REVIEW_AUDIO)
        clips = _clips(wanted, names, _num_samples(path))
        if not clips:
            raise NotFoundError("There is no sound of these sentences; choose others.")
        stem = file_stem(f"{title} {names[speaker_id]}" if speaker_id else title)
        spans = [each.span for each in clips]
        pause = PAUSE_MS * _SAMPLES_PER_MS
        is_wave = form is SoundForm.WAV
        return SoundFile(
            name=f"{stem}.{form.value}",
            media_type=form.media_type,
            num_bytes=wave_size(spans, pause_samples=pause) if is_wave else None,
            blocks=(
                wave_blocks(path, spans, pause_samples=pause)
                if is_wave
                else _zip_blocks(path, clips)
            ),
        )


def _names(speakers: Sequence[Speaker]) -> dict[str | None, str]:
    """Return the display name of each speaker by id, and that of an unknown speaker."""
    names: dict[str | None, str] = {
        each.speaker_id: each.display_name or each.label for each in speakers
    }
    return {**names, None: _NOBODY}


def _num_samples(path: Path) -> int:
    try:
        return int(soundfile.info(str(path)).frames)
    except (soundfile.LibsndfileError, OSError) as error:
        raise NotFoundError("The sound of this recording is not stored or not readable.") from error


def _clips(
    utterances: Sequence[Utterance], names: dict[str | None, str], num_samples: int
) -> list[_Clip]:
    """Return the clips of sentences, whose names begin with number and time."""
    clips = []
    for number, each in enumerate(utterances, start=1):
        first = min(each.start_ms * _SAMPLES_PER_MS, num_samples)
        stop = min(each.end_ms * _SAMPLES_PER_MS, num_samples)
        if first < stop:
            time = subtitle_time(each.start_ms, ".").replace(":", "-")
            stem = file_stem(f"{number:04d} {time} {names[each.speaker_id]}")
            clips.append(_Clip(f"{stem}.wav", (first, stop)))
    return clips


def _zip_blocks(path: Path, clips: Sequence[_Clip]) -> Iterator[bytes]:
    """Yield a zip file with one WAV file per clip, block by block to limit memory."""
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_STORED) as archive:
        for clip in clips:
            entry = ZipInfo(clip.name, date_time=(1980, 1, 1, 0, 0, 0))
            with archive.open(entry, "w") as file:
                for block in wave_blocks(path, [clip.span]):
                    file.write(block)
                    yield sink.taken()
    yield sink.taken()


class _Sink:
    """Write-only binary buffer whose content is removed as it is read by `taken`."""

    def __init__(self) -> None:
        self._content = bytearray()

    def write(self, content: bytes) -> int:
        self._content += content
        return len(content)

    def flush(self) -> None:
        """Do nothing, since written data is available at once."""

    def close(self) -> None:
        """Do nothing, so that the content stays readable."""

    def taken(self) -> bytes:
        """Return the bytes written since the last call."""
        content = bytes(self._content)
        self._content.clear()
        return content
