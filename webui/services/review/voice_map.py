"""2-D maps of speaker embeddings, and uncertainty of texts and speakers."""

from __future__ import annotations

import io
import logging
import threading
from bisect import bisect_left
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.core.intervals import Interval
from pipeline.core.result import SpeakerEvidence
from pipeline.core.transcript import WordCandidates
from pipeline.speakers.clustering.assignment_confidence import assignment_doubt
from pipeline.speakers.clustering.projection import (
    compiled_mark,
    neighbour_points,
    prepare_neighbour_points,
    principal_points,
)
from storage.db.blobs import BlobStore
from storage.db.database import Database
from storage.db.errors import NotFoundError, StorageError
from storage.db.records import TranscriptRecord, Utterance
from storage.transcripts.transcripts import get_transcript, list_utterances, utterance_tokens
from webui.services.background import open_side_process
from webui.services.review.stored_voices import StoredVoices
from webui.services.review.word_candidates import stored_candidates

UNSURE_TOKENS = 3  # a sentence's doubt is that of its least certain words

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class VoiceMap:
    """2-D projection of the speaker embeddings of a recording's audio windows.

    Attributes:
        windows: windows, sorted by start.
        points: (num_windows, 2) float32 in [-1, 1].
        is_final: False for the preliminary map, shown until the final one is ready.
    """

    windows: tuple[Interval, ...]
    points: NDArray[np.float32]
    is_final: bool


class VoiceMapService:
    """Service that computes voice maps in a child process and stores them."""

    def __init__(self, database: Database, blobs: BlobStore) -> None:
        self._database = database
        self._blobs = blobs
        self._voices = StoredVoices(database, blobs)
        self._lock = threading.Lock()
        self._drawing: dict[str, Future[NDArray[np.float32]]] = {}
        self._warming: Future[None] | None = None
        self._is_closed = False
        self._process: ProcessPoolExecutor | None = None

    def warm_up(self, kernel_cache: Path) -> None:
        """Compile the numba code for voice maps in the child process, unless already cached.

        Args:
            kernel_cache: numba's cache folder, NUMBA_CACHE_DIR of the child.
        """
        if compiled_mark(kernel_cache).is_file():
            return
        with self._lock:
            self._warming = self._worker().submit(prepare_neighbour_points, kernel_cache)
        self._warming.add_done_callback(self._end_warm_up)

    @property
    def is_busy(self) -> bool:
        """Whether the child process is running."""
        return self._process is not None

    def points(self, transcript_id: str) -> VoiceMap:
        """Return a transcript's voice map, a quickly computed one until the final one is ready.

        Raises:
            NotFoundError: if there is no such transcript, or its embeddings are not stored.
        """
        record, evidence = self._voices.of(transcript_id)
        stored = self._stored(record, len(evidence.windows))
        if stored is not None:
            return VoiceMap(evidence.windows, stored, is_final=True)
        has_failed = self._start_final_map(record, evidence)
        return VoiceMap(evidence.windows, principal_points(evidence.embeddings), has_failed)

    def doubts(self, transcript_id: str) -> dict[str, tuple[float | None, float | None]]:
        """Return the uncertainty (0 to 1 or None) of each utterance's text and speaker, by id.

        Raises:
            NotFoundError: if there is no such transcript.
            StorageError: if its embeddings cannot be read.
        """
        with self._database.reading() as db:
            record = get_transcript(db, transcript_id)
            utterances = list_utterances(db, transcript_id)
            tokens = utterance_tokens(db, transcript_id)
        try:
            _, evidence = self._voices.of(transcript_id)
        except NotFoundError:  # an imported transcript has no embeddings
            of_speakers: list[float | None] = [None] * len(utterances)
        else:
            of_speakers = assignment_doubt(
                evidence.windows,
                evidence.embeddings,
                utterances,
                [each.speaker_id for each in utterances],
            )
        places = stored_candidates(self._blobs, record)
        of_texts = (
            [_place_doubt(each, places) for each in utterances]
            if places
            else [
                _text_doubt([token.confidence for token in tokens[each.utterance_id]])
                for each in utterances
            ]
        )
        return {
            each.utterance_id: (of_text, of_speaker)
            for each, of_text, of_speaker in zip(utterances, of_texts, of_speakers, strict=True)
        }

    def close(self) -> None:
        """Cancel the running computation and stop the child process."""
        with self._lock:
            self._is_closed = True
            process, self._process = self._process, None
        if process is not None:
            children = list(process._processes.values())  # no public API before Python 3.14
            process.shutdown(wait=False, cancel_futures=True)
            for each in children:  # otherwise the program's exit would wait for the map
                each.terminate()

    def _stored(self, record: TranscriptRecord, num_windows: int) -> NDArray[np.float32] | None:
        path = self._blobs.path_of(record.recording_id, _map_name(record))
        try:
            points: NDArray[np.float32] = np.load(path, allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return None
        return points if points.shape == (num_windows, 2) else None

    def _start_final_map(self, record: TranscriptRecord, evidence: SpeakerEvidence) -> bool:
        """Start computing the final map unless already started; return whether it has failed."""
        with self._lock:
            begun = self._drawing.get(record.transcript_id)
            if begun is not None:
                return begun.done() and begun.exception() is not None
            drawing = self._worker().submit(neighbour_points, evidence.embeddings)
            self._drawing[record.transcript_id] = drawing
        drawing.add_done_callback(lambda done: self._keep(record, done))
        return False

    def _worker(self) -> ProcessPoolExecutor:
        """Return the child process, started if necessary; the caller must hold the lock."""
        if self._process is None:
            self._process = open_side_process()
        return self._process

    def _keep(self, record: TranscriptRecord, done: Future[NDArray[np.float32]]) -> None:
        """Store a computed map, or log a failure; then stop the child process if it is idle."""
        if done.cancelled() or self._is_closed:
            return
        error = done.exception()
        if error is not None:
            _log.warning("a voice map could not be computed: %s", error)
        else:
            buffer = io.BytesIO()
            np.save(buffer, done.result())
            try:
                self._blobs.put(record.recording_id, _map_name(record), [buffer.getvalue()])
            except StorageError:
                _log.warning("a voice map could not be stored", exc_info=True)
        with self._lock:
            if error is None:
                self._drawing.pop(record.transcript_id, None)
        self._stop_idle_process()

    def _end_warm_up(self, warming: Future[None]) -> None:
        if warming.cancelled() or self._is_closed:
            return
        error = warming.exception()
        if error is not None:
            _log.warning("the code of voice maps could not be compiled: %s", error)
        self._stop_idle_process()

    def _stop_idle_process(self) -> None:
        """Stop the idle child process, whose libraries use much memory."""
        with self._lock:
            is_warm = self._warming is None or self._warming.done()
            is_drawn = all(each.done() for each in self._drawing.values())
            if self._process is not None and is_warm and is_drawn:
                self._process.shutdown(wait=False)
                self._process = None


def _map_name(record: TranscriptRecord) -> str:
    return f"voice-map-{record.run_id}.npy"


def _place_doubt(utterance: Utterance, places: Sequence[WordCandidates]) -> float:
    """Return the probability that at least one doubtful word of an utterance is wrong.

    Args:
        utterance: the utterance.
        places: doubtful words of the whole transcript, sorted by start.
    """
    first = bisect_left(places, utterance.start_ms, key=lambda each: each.start_ms)
    is_right = 1.0
    for place in islice(places, first, None):
        if place.end_ms > utterance.end_ms:
            break
        if place.text in utterance.text:
            is_right *= 1.0 - (place.doubt or 0.0)
    return 1.0 - is_right


def _text_doubt(confidences: list[float | None]) -> float | None:
    known = sorted(each for each in confidences if each is not None)[:UNSURE_TOKENS]
    return None if not known else 1.0 - sum(known) / len(known)
