"""Operations that list, open, rename, delete and export recordings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from pipeline.audio.playback.spectrogram import spectrogram_tile
from pipeline.core.errors import AudioError
from pipeline.formats.chinese_script import ChineseScript
from pipeline.formats.document import TranscriptDocument
from pipeline.formats.registry import FORMATS
from storage.db.blobs import PEAKS, REVIEW_AUDIO, BlobStore
from storage.db.database import Database
from storage.db.errors import NotFoundError
from storage.db.records import (
    PipelineRun,
    Recording,
    Speaker,
    TranscriptRecord,
    Turn,
    Utterance,
)
from storage.exports import TranscriptVersion, export_document
from storage.library.recordings import (
    get_recording,
    list_expired,
    rename_recording,
)
from storage.library.runs import get_run
from storage.maintenance.purge import delete_recording
from storage.statistics.progress import (
    preferred_transcript,
)
from storage.transcripts.reviewed_turns import reviewed_turns
from storage.transcripts.transcripts import (
    get_transcript,
    list_speakers,
    list_transcripts,
    list_turns,
    list_utterances,
)
from webui.services.exports.long_reads import LongReads
from webui.services.exports.transcript_export import ExportedFile, ExportRequest
from webui.services.recording_list import ListChanges, ListedRecording, RecordingList
from webui.services.runs.transcription import TranscriptionService

_CACHED_TILES = 64  # of the spectrogram, 128 kB each


@dataclass(frozen=True, slots=True)
class OpenedTranscript:
    """A recording with its preferred transcript, read in one transaction.

    Attributes:
        recording: row of the recording.
        record: row of the transcript.
        run: run that produced it.
        speakers: in order of first appearance.
        utterances: in order of time.
        turns: in order of time.
        has_audio: whether audio for playback is stored.
    """

    recording: Recording
    record: TranscriptRecord
    run: PipelineRun
    speakers: tuple[Speaker, ...]
    utterances: tuple[Utterance, ...]
    turns: tuple[Turn, ...]
    has_audio: bool


class RecordingsService:
    """Service that lists, opens, renames, deletes and exports recordings by id."""

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        transcription: TranscriptionService,
        long_reads: LongReads,
    ) -> None:
        self._long_reads = long_reads
        self._database = database
        self._blobs = blobs
        self._transcription = transcription
        self._list = RecordingList(database, blobs, transcription)

    def list(self, *, owner: str | None = None) -> tuple[ListedRecording, ...]:
        """Return all recordings, or a visitor's own and those without owner, the newest first."""
        return self._list.all(owner)

    def changes(self, since: str, *, owner: str | None = None) -> ListChanges:
        """Return the changes of the list since a version of it that the visitor has received.

        Without a valid version the complete list is returned.
        """
        return self._list.changes(since, owner)

    def expired(self, before: datetime) -> tuple[str, ...]:
        """Return the ids of demo visitors' recordings that were added before a time."""
        with self._database.reading() as db:
            return tuple(each.recording_id for each in list_expired(db, before))

    def open(self, recording_id: str) -> OpenedTranscript:
        """Return a recording's preferred transcript.

        Raises:
            NotFoundError: if there is no such recording, or no transcript of it yet.
        """
        with self._database.reading() as db:
            record = preferred_transcript(db, recording_id)
            recording = get_recording(db, recording_id)
            utterances = list_utterances(db, record.transcript_id)
            return OpenedTranscript(
                recording=recording,
                record=record,
                run=get_run(db, record.run_id),
                speakers=list_speakers(db, record.transcript_id),
                utterances=utterances,
                turns=reviewed_turns(list_turns(db, record.transcript_id), utterances),
                has_audio=recording.review_audio_sha256 is not None,
            )

    def rename(self, recording_id: str, title: str) -> Recording:
        """Rename a recording; a blank title changes nothing.

        Raises:
            NotFoundError: if there is no such recording.
        """
        with self._database.transaction() as db:
            return rename_recording(db, recording_id, title)

    def delete(self, recording_id: str) -> None:
        """Stop all runs on a recording, then delete it permanently.

        Raises:
            NotFoundError: if there is no such recording.
            FilesInUseError: if another program holds its audio open; all else is deleted.
        """
        self._transcription.drop_all(recording_id)
        delete_recording(self._database, self._blobs, recording_id)

    def audio_path(self, recording_id: str) -> Path:
        """Return the path of the audio file for playback.

        Raises:
            NotFoundError: if there is no such recording, or no audio of it.
        """
        return self._stored(recording_id, REVIEW_AUDIO)

    def peaks(self, recording_id: str) -> bytes:
        """Return the waveform peaks as encoded by `pipeline.audio.playback.peaks`.

        Raises:
            NotFoundError: if there is no such recording, or no audio of it.
        """
        return self._stored(recording_id, PEAKS).read_bytes()

    def spectrogram(self, recording_id: str, index: int) -> bytes:
        """Return a tile of the spectrogram, as `pipeline.audio.playback.spectrogram` computes it.

        Raises:
            NotFoundError: if there is no such recording, no audio of it, or no such tile.
        """
        path = self._stored(recording_id, REVIEW_AUDIO)
        try:
            tile = _tile_bytes(path, path.stat().st_mtime_ns, index)
        except (AudioError, FileNotFoundError) as error:
            raise NotFoundError(f"The audio of recording {recording_id} cannot be read.") from error
        if not tile:
            raise NotFoundError(f"The recording ends before tile {index} of its spectrogram.")
        return tile

    def title(self, recording_id: str) -> str:
        """Return the title of a recording.

        Raises:
            NotFoundError: if there is no such recording.
        """
        with self._database.reading() as db:
            return get_recording(db, recording_id).title

    def document(
        self,
        recording_id: str,
        *,
        version: TranscriptVersion = TranscriptVersion.REVIEWED,
        verified_only: bool = False,
    ) -> TranscriptDocument:
        """Return a recording's preferred transcript as the input of the file format writers.

        Raises:
            NotFoundError: if there is no such recording, or no transcript of it yet.
        """
        with self._database.reading() as db:
            transcript_id = preferred_transcript(db, recording_id).transcript_id
            return export_document(db, transcript_id, version=version, verified_only=verified_only)

    def find_transcript_of(self, recording_id: str, run_id: str) -> str | None:
        """Return the id of the transcript of a run, finished or not; None if it has none."""
        with self._database.reading() as db:
            found = list_transcripts(db, recording_id)
        return next((each.transcript_id for each in found if each.run_id == run_id), None)

    def document_of_run(self, recording_id: str, run_id: str) -> TranscriptDocument:
        """Return the current transcript of a run as the input of the file format writers.

        Raises:
            NotFoundError: if the run has no transcript.
        """
        transcript_id = self.find_transcript_of(recording_id, run_id)
        if transcript_id is None:
            raise NotFoundError("The transcript has been deleted.")
        with self._database.reading() as db:
            return export_document(db, transcript_id, with_rejected=False)

    def export(
        self,
        recording_id: str,
        format_name: str,
        *,
        version: TranscriptVersion = TranscriptVersion.REVIEWED,
        verified_only: bool = False,
        language: str = "",
        script: ChineseScript = ChineseScript.KEEP,
        with_sound: bool = False,
    ) -> ExportedFile:
        """Return a recording's preferred transcript as a file.

        Args:
            recording_id: id of the recording.
            format_name: name in the registry of formats.
            version: the reviewed or the machine's version.
            verified_only: omit sentences that are not verified.
            language: language of default speaker names, "zh" or "en"; "" for the transcript's.
            script: Chinese characters of the file.
            with_sound: whether a file that can have sound contains the recording's, if stored.

        Raises:
            NotFoundError: if there is no such recording, transcript or format.
            LimitReachedError: if too many long transcripts are being read.
        """
        with self._database.reading() as db:
            transcript_id = preferred_transcript(db, recording_id).transcript_id
        request = ExportRequest(
            transcript_id, format_name, version, verified_only, language, script
        )
        return self.export_transcript(request, with_sound=with_sound)

    def export_transcript(self, request: ExportRequest, *, with_sound: bool) -> ExportedFile:
        """Return any transcript of a recording as a file.

        Args:
            request: the transcript and the format.
            with_sound: whether a file that can have sound contains the recording's, if stored.

        Raises:
            NotFoundError: if there is no such transcript or format.
            LimitReachedError: if too many long transcripts are being read.
        """
        with self._database.reading() as db:
            recording_id = get_transcript(db, request.transcript_id).recording_id
        if with_sound:
            request = replace(request, sound_path=self._sound_of(recording_id, request.format_name))
        file: ExportedFile = self._long_reads.read(
            request, request.transcript_id, is_slow=request.sound_path is not None
        )
        return file

    def _sound_of(self, recording_id: str, format_name: str) -> Path | None:
        """Return the path of the playback copy; None if missing or if the format has no sound."""
        chosen = FORMATS.get(format_name)
        if chosen is None or chosen.write_with_sound is None:
            return None
        path = self._blobs.path_of(recording_id, REVIEW_AUDIO)
        return path if path.is_file() else None

    def _stored(self, recording_id: str, name: str) -> Path:
        with self._database.reading() as db:
            recording = get_recording(db, recording_id)
        path = self._blobs.path_of(recording.recording_id, name)
        if not path.is_file():
            raise NotFoundError(f"No audio of {recording.title!r} is stored.")
        return path


@lru_cache(maxsize=_CACHED_TILES)
def _tile_bytes(path: Path, _modified_ns: int, index: int) -> bytes:
    return spectrogram_tile(path, index).tobytes()
