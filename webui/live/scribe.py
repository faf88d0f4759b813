"""Storage of the text of a live recording in its live transcript."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from pipeline.core.transcript import Sentence
from pipeline.live.events import LiveSentence, SpeakerChanges
from storage.db.database import Database
from storage.db.errors import NotFoundError, StorageError
from storage.db.records import PipelineRun
from storage.library.live_recordings import set_live_duration
from storage.transcripts.live_transcript import append_live, change_live_speakers

_log = logging.getLogger(__name__)


class Scribe:
    """Writer of the sentences of one live recording.

    Sentences that cannot be stored, for example on a full disk, are stored with later ones.
    """

    def __init__(self, database: Database, run: PipelineRun) -> None:
        self._database = database
        self._run = run
        self._waiting: list[LiveSentence] = []
        self._waiting_labels: dict[int, str | None] = {}

    def add(self, sentences: Iterable[LiveSentence], duration_ms: int) -> None:
        """Append sentences to the transcript and store the length of the recording.

        Raises:
            NotFoundError: if the recording was deleted.
        """
        self._waiting.extend(sentences)
        self._write(duration_ms)

    def change(self, event: SpeakerChanges) -> None:
        """Change the speakers of sentences, except of those that people have edited.

        Raises:
            NotFoundError: if the recording was deleted.
        """
        for sentence_id, speaker in event.changes:
            self._waiting_labels[sentence_id] = speaker_label(speaker)
        self._write(0)

    def _write(self, duration_ms: int) -> None:
        try:
            with self._database.transaction() as db:
                if self._waiting:
                    sentences = [_sentence(each) for each in self._waiting]
                    append_live(
                        db, self._run, self._waiting[0].id, sentences, duration_ms=duration_ms
                    )
                change_live_speakers(db, self._run, self._waiting_labels)
                if duration_ms:
                    set_live_duration(db, self._run.recording_id, duration_ms)
        except NotFoundError:
            raise
        except StorageError:
            _log.warning("live text of run %s is not stored yet", self._run.run_id, exc_info=True)
            return
        self._waiting.clear()
        self._waiting_labels.clear()


def speaker_label(speaker: int | None) -> str | None:
    """Return the label of a provisional speaker, such as "S1"; None for an unknown speaker."""
    return None if speaker is None else f"S{speaker + 1}"


def _sentence(sentence: LiveSentence) -> Sentence:
    label = speaker_label(sentence.speaker)
    return Sentence(sentence.start_ms, sentence.end_ms, sentence.text, sentence.words, label)
