"""Operations that list, open, rename, delete and export recordings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from pipeline.audio.playback.spectrogram import spectrogram_tile
from pipeline.core import errors
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
    TranscriptSize,
    Turn,
    Utterance,
)
from storage.exports import TranscriptVersion, export_document
from storage.history.live_log import unfinished_transcripts
from storage.library.metadata import tags_of_recordings
from storage.library.recordings import (
    get_recording,
    list_expired,
    list_recordings,
    rename_recording,
)
from storage.library.runs import get_run, latest_runs
from storage.library.sharing import list_claims
from storage.maintenance.purge import delete_recording
from storage.statistics.progress import (
    RecordingStatus,
    ReviewProgress,
    count_transcripts,
    preferred_transcript,
    preferred_transcripts,
    review_progress,
)
from storage.statistics.talk_shares import TalkShare, TalkShares
from storage.transcripts.reviewed_turns import reviewed_turns
from storage.transcripts.transcripts import (
    get_transcript,
    list_speakers,
    list_transcripts,
    list_turns,
    list_utterances,
    transcript_sizes,
)
from webui.services.exports.long_reads import LongReads
from webui.services.exports.transcript_export import ExportedFile, ExportRequest
from webui.services.runs.run_progress import RunProgress
from webui.services.runs.transcription import TranscriptionService

# Kinds of failure that repeating the run cannot mend, because they are of the file itself.
_FILE_FAULTS = frozenset(
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type)
    and issubclass(kind, errors.AudioError)
    and kind not in (errors.AudioError, errors.RecordingTooLongError)
)


_CACHED_TILES = 64  # of the spectrogram, 128 kB each


@dataclass(frozen=True, slots=True)
class ListedRecording:
    """Recording with the data that the list of recordings shows.

    Attributes:
        recording: row of the recording.
        run: its newest run; None if it has none.
        tags: its tags, sorted.
        transcript_id: id of the preferred transcript; None if there is none.
        size: numbers of speakers and utterances of that transcript.
        progress: review progress of that transcript.
        num_transcripts: number of its transcripts.
        can_run_again: whether its audio is stored, and its last run did not find it unreadable.
        claimed_by: name of the person who reviews it; None if unclaimed.
        growing_id: id of the unfinished transcript of its newest run.
        talk: shares of the speakers in its speaking time, the largest first.
        revision: revision of the preferred transcript; 0 if there is none.
    """

    recording: Recording
    run: RunProgress | None
    tags: tuple[str, ...]
    transcript_id: str | None
    size: TranscriptSize | None
    progress: ReviewProgress | None
    num_transcripts: int
    can_run_again: bool
    claimed_by: str | None = None
    growing_id: str | None = None
    talk: tuple[TalkShare, ...] = ()
    revision: int = 0

    @property
    def status(self) -> RecordingStatus:
        """Review status of the preferred transcript."""
        return RecordingStatus.NEW if self.progress is None else self.progress.status


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
        self._talk_shares = TalkShares()

    def list(self, *, owner: str | None = None) -> tuple[ListedRecording, ...]:
        """Return all recordings, or a visitor's own and those without owner, the newest first."""
        at_work = self._transcription.at_work()  # first: runs that end meanwhile are in the rows
        with self._database.reading() as db:
            recordings = list_recordings(db, owner=owner)
            runs, transcripts = latest_runs(db), preferred_transcripts(db)
            sizes, progress = transcript_sizes(db), review_progress(db)
            tags, counts = tags_of_recordings(db), count_transcripts(db)
            claims = list_claims(db)
            talk = self._talk_shares.read(db, transcripts.values())
            growing = {each.run_id: each.transcript_id for each in unfinished_transcripts(db)}
        listed = []
        for recording in recordings:
            run = runs.get(recording.recording_id)
            transcript = transcripts.get(recording.recording_id)
            listed.append(
                ListedRecording(
                    recording=recording,
                    run=None if run is None else self._transcription.latest(run, at_work),
                    tags=tags.get(recording.recording_id, ()),
                    transcript_id=None if transcript is None else transcript.transcript_id,
                    size=None if transcript is None else sizes[transcript.transcript_id],
                    progress=None if transcript is None else progress[transcript.transcript_id],
                    num_transcripts=counts.get(recording.recording_id, 0),
                    can_run_again=self._has_audio(recording) and not _is_unreadable(run),
                    claimed_by=claims.get(recording.recording_id),
                    growing_id=None if run is None else growing.get(run.run_id),
                    talk=() if transcript is None else talk.get(transcript.transcript_id, ()),
                    revision=0 if transcript is None else transcript.revision,
                )
            )
        return tuple(listed)

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

    def _has_audio(self, recording: Recording) -> bool:
        return (
            recording.review_audio_sha256 is not None
            or self._blobs.find_upload(recording.recording_id) is not None
        )


def _is_unreadable(run: PipelineRun | None) -> bool:
    return run is not None and run.error_kind in _FILE_FAULTS


@lru_cache(maxsize=_CACHED_TILES)
def _tile_bytes(path: Path, _modified_ns: int, index: int) -> bytes:
    return spectrogram_tile(path, index).tobytes()
