"""Re-clustering of a transcript's speakers into a proposal, without a change of rows."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from pipeline.core.options import SpeakerCount
from pipeline.speakers.clustering.reclustering import Reclustering, recluster_voices
from storage.db.blobs import BlobStore
from storage.db.database import Database
from storage.db.records import UtteranceStatus
from storage.transcripts.transcripts import list_utterances
from webui.services.background import WaitingPlaces, open_side_process
from webui.services.review.stored_voices import StoredVoices

# Up to here it takes 0.2 s; 10,000 windows take 2 s, which must not block other people's edits.
AT_ONCE_WINDOWS = 2_500
MOST_WAITING = 4  # proposals for long recordings that wait or are computed
_SETTLED = (UtteranceStatus.VERIFIED, UtteranceStatus.REJECTED)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed assignment of utterances to speakers.

    Attributes:
        counterparts: per group the corresponding speaker; None for a new one.
        window_groups: group of each window of the map.
        changes: (utterance, group) of utterances that would get another speaker, without verified
            and rejected ones.
    """

    counterparts: tuple[str | None, ...]
    window_groups: tuple[int, ...]
    changes: tuple[tuple[str, int], ...]


class ReclusteringService:
    """Re-clustering service, which computes long recordings in a child process."""

    def __init__(
        self, database: Database, blobs: BlobStore, *, at_once_windows: int = AT_ONCE_WINDOWS
    ) -> None:
        self._database = database
        self._at_once_windows = at_once_windows
        self._voices = StoredVoices(database, blobs)
        self._places = WaitingPlaces(MOST_WAITING)
        self._lock = threading.Lock()

    def propose(self, transcript_id: str, num_speakers: SpeakerCount) -> Proposal:
        """Cluster the embeddings of a transcript into a given or estimated number of speakers.

        Raises:
            NotFoundError: if there is no such transcript, or its embeddings are not stored.
            StorageError: if they cannot be read.
            LimitReachedError: if too many requests wait.
        """
        _, evidence = self._voices.of(transcript_id)
        with self._database.reading() as db:
            utterances = list_utterances(db, transcript_id)
        work = partial(
            recluster_voices,
            evidence.windows,
            evidence.embeddings,
            num_speakers,
            segments=utterances,
            speakers=[each.speaker_id for each in utterances],
            is_mixed=evidence.is_mixed,
        )
        is_quick = len(evidence.windows) <= self._at_once_windows
        found = work() if is_quick else self._elsewhere(work)
        return Proposal(
            found.counterparts,
            found.window_groups,
            tuple(
                (each.utterance_id, group)
                for each, group in zip(utterances, found.segment_groups, strict=True)
                if group is not None
                and each.status not in _SETTLED
                and (
                    found.counterparts[group] is None
                    or found.counterparts[group] != each.speaker_id
                )
            ),
        )

    def _elsewhere(self, work: Callable[[], Reclustering]) -> Reclustering:
        with self._places.one(), self._lock:
            return self._compute(work)

    def _compute(self, work: Callable[[], Reclustering]) -> Reclustering:
        with open_side_process() as process:
            return process.submit(work).result()
