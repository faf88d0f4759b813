"""Details and search of recordings, and choice among a recording's transcripts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from pipeline.formats.importing import import_transcript
from storage.annotation.second_annotations import SecondAnnotation, find_second_annotation
from storage.db.blobs import sha256_of
from storage.db.database import Database
from storage.db.records import PipelineRun, Recording, RunStatus, TranscriptRecord, TranscriptSize
from storage.history.edit_history import EditAuthor
from storage.importing.imports import ImportSource, import_as_transcript, imported_file
from storage.library.metadata import RecordingDetails, describe_recording
from storage.library.recordings import add_recording, get_recording
from storage.library.runs import get_run
from storage.library.search import Found, search
from storage.library.sentences import FoundSentence, sentences_of_person, sentences_with_word
from storage.statistics.annotators import annotators_of
from storage.statistics.progress import (
    ReviewProgress,
    choose_transcript,
    preferred_transcripts,
    review_progress,
)
from storage.transcripts.transcripts import list_transcripts, transcript_sizes

LONGEST_SEARCHED_WORD = 40  # characters


class TranscriptKind(str, Enum):
    """Origin of a transcript."""

    MACHINE = "machine"
    IMPORT = "import"
    SECOND = "second"
    ADJUDICATED = "adjudicated"


@dataclass(frozen=True, slots=True)
class TranscriptChoice:
    """A transcript of a recording, which can be chosen as the preferred one.

    Attributes:
        record: row of the transcript.
        run: run that produced it, also for an import.
        kind: origin.
        annotators: names of the people who annotated or edited it, the second annotator first.
        size: numbers of speakers and utterances.
        progress: review progress.
        is_preferred: whether it is the recording's preferred transcript.
    """

    record: TranscriptRecord
    run: PipelineRun
    kind: TranscriptKind
    annotators: tuple[str, ...]
    size: TranscriptSize
    progress: ReviewProgress
    is_preferred: bool

    @property
    def is_finished(self) -> bool:
        """Whether the transcript is complete, as it is imported or its run has finished."""
        return self.run.status is RunStatus.DONE


@dataclass(frozen=True, slots=True)
class TranscriptFile:
    """Transcript file on this machine, with its format and display name.

    Attributes:
        path: the file.
        format_name: name in the registry of formats.
        name: file name to display.
    """

    path: Path
    format_name: str
    name: str


class LibraryService:
    """Service for recording details, search and the choice of transcripts, by id."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_reviewed(
        self, audio_path: Path, *, title: str, transcript: TranscriptFile, reviewer: str
    ) -> None:
        """Add a recording without owner with a transcript whose sentences are all verified.

        The audio is stored when the recording is transcribed.

        Args:
            audio_path: the recording.
            title: its title.
            transcript: the reviewed transcript.
            reviewer: name of the person who reviewed it.

        Raises:
            FormatError: if the transcript cannot be read.
            StorageError: if it cannot be stored.
        """
        imported = import_transcript(transcript.path.read_bytes(), transcript.format_name)
        audio_sha256 = sha256_of(audio_path)
        with self._database.transaction() as db:
            recording = add_recording(
                db, title=title, source_name=audio_path.name, audio_sha256=audio_sha256
            )
            import_as_transcript(
                db,
                recording.recording_id,
                imported,
                source=ImportSource(transcript.format_name, transcript.name),
                author=EditAuthor(reviewer),
                reviewer=reviewer,
            )

    def describe(self, recording_id: str, details: RecordingDetails) -> Recording:
        """Update the details of a recording.

        Raises:
            NotFoundError: if there is no such recording.
            ValueError: if the language is not a language code.
        """
        with self._database.transaction() as db:
            return describe_recording(db, recording_id, details)

    def search(self, query: str, *, owner: str | None = None) -> tuple[Found, ...]:
        """Return recordings by title, file name, tags, notes, speaker or text.

        A blank query finds none.
        """
        with self._database.reading() as db:
            preferred = {
                recording_id: each.transcript_id
                for recording_id, each in preferred_transcripts(db).items()
            }
            return search(db, query, owner=owner, preferred=preferred)

    def with_word(self, word: str, *, owner: str | None, without: str) -> tuple[FoundSentence, ...]:
        """Return the unreviewed sentences of other recordings with a word; none for a blank one.

        Args:
            word: the word.
            owner: only recordings that this owner may edit; None for all.
            without: id of the recording that is left out.
        """
        if not word.strip() or len(word) > LONGEST_SEARCHED_WORD:
            return ()
        with self._database.reading() as db:
            chosen = preferred_transcripts(db)
            others = [each.transcript_id for key, each in chosen.items() if key != without]
            return sentences_with_word(db, word, others, owner=owner)

    def of_person(self, person_id: str) -> tuple[FoundSentence, ...]:
        """Return the sentences of a known person in all recordings."""
        with self._database.reading() as db:
            chosen = preferred_transcripts(db).values()
            return sentences_of_person(db, person_id, [each.transcript_id for each in chosen])

    def choose(self, transcript_id: str) -> None:
        """Make a transcript the preferred one of its recording.

        Raises:
            NotFoundError: if there is no such transcript.
        """
        with self._database.transaction() as db:
            choose_transcript(db, transcript_id)

    def transcripts(self, recording_id: str) -> tuple[TranscriptChoice, ...]:
        """Return all transcripts of a recording, the newest first.

        Raises:
            NotFoundError: if there is no such recording.
        """
        with self._database.reading() as db:
            get_recording(db, recording_id)
            preferred = preferred_transcripts(db, [recording_id]).get(recording_id)
            sizes = transcript_sizes(db, [recording_id])
            progress = review_progress(db, [recording_id])
            choices = []
            for each in list_transcripts(db, recording_id):
                run = get_run(db, each.run_id)
                pair = find_second_annotation(db, each.transcript_id)
                kind = _kind_of(each, run, pair)
                second = (pair.annotator,) if pair and kind is TranscriptKind.SECOND else ()
                names = dict.fromkeys((*second, *annotators_of(db, each.transcript_id)))
                choices.append(
                    TranscriptChoice(
                        record=each,
                        run=run,
                        kind=kind,
                        annotators=tuple(name for name in names if name),
                        size=sizes[each.transcript_id],
                        progress=progress[each.transcript_id],
                        is_preferred=preferred is not None
                        and preferred.transcript_id == each.transcript_id,
                    )
                )
            return tuple(choices)


def _kind_of(
    record: TranscriptRecord, run: PipelineRun, pair: SecondAnnotation | None
) -> TranscriptKind:
    if pair is not None and record.transcript_id == pair.transcript_id:
        return TranscriptKind.SECOND
    if pair is not None and record.transcript_id == pair.adjudicated_id:
        return TranscriptKind.ADJUDICATED
    return TranscriptKind.MACHINE if imported_file(run) is None else TranscriptKind.IMPORT
