"""Long transcripts are read in a process of their own, with the same results as short ones."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.core.transcript import Sentence, Transcript
from pipeline.formats.registry import FORMATS
from storage.db.database import Database, open_database
from storage.db.errors import NotFoundError
from storage.exports import TranscriptVersion
from storage.transcripts.transcripts import save_machine_transcript
from tests.conditions import eventually
from tests.storage.samples import add_sample_run
from webui.services.exports import long_reads
from webui.services.exports.long_reads import LONG_SENTENCES, MOST_WAITING, LongReads
from webui.services.exports.transcript_export import ExportRequest
from webui.services.review.comparison import ComparisonRequest
from webui.services.review.review_history import QualityRequest
from webui.services.runs.limits import LimitReachedError


@dataclass(frozen=True)
class Stored:
    """A recording with its transcript."""

    recording_id: str
    transcript_id: str


@dataclass(frozen=True)
class ProcessRequest:
    """A request for the id of the process that reads."""

    def read(self, database: Database) -> int:
        return os.getpid()


@dataclass(frozen=True)
class BlockedRequest:
    """A request that waits until a file is there."""

    path: Path

    def read(self, database: Database) -> None:
        eventually(self.path.exists)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(tmp_path / "studio.sqlite3")
    yield database
    database.close()


@pytest.fixture
def reads(database: Database) -> Iterator[LongReads]:
    reads = LongReads(database)
    yield reads
    reads.close()


@pytest.fixture
def store(database: Database) -> Callable[[int], Stored]:
    def stored(count: int) -> Stored:
        sentences = tuple(
            Sentence(i * 1_000, i * 1_000 + 900, f"第{i}句话", speaker="S1") for i in range(count)
        )
        with database.transaction() as db:
            run = add_sample_run(db, f"{count}")
            transcript = Transcript(count * 1_000, "zh", sentences)
            record = save_machine_transcript(db, run, transcript)
        return Stored(run.recording_id, record.transcript_id)

    return stored


def test_only_long_transcripts_are_read_in_another_process(
    reads: LongReads, store: Callable[[int], Stored]
) -> None:
    short, long = store(LONG_SENTENCES - 1), store(LONG_SENTENCES)

    assert reads.read(ProcessRequest(), short.transcript_id) == os.getpid()
    assert reads.read(ProcessRequest(), long.transcript_id) != os.getpid()
    both = (short.transcript_id, long.transcript_id)
    assert reads.read(ProcessRequest(), *both) != os.getpid()


def test_results_are_those_of_the_same_process(
    reads: LongReads, database: Database, store: Callable[[int], Stored]
) -> None:
    long = store(LONG_SENTENCES)
    requests = [
        ExportRequest(long.transcript_id, name, TranscriptVersion.REVIEWED, False, "zh")
        for name in FORMATS
    ]

    compared = ComparisonRequest(long.transcript_id, long.transcript_id)
    for request in (*requests, QualityRequest(long.transcript_id), compared):
        assert reads.read(request, long.transcript_id) == request.read(database)


def test_what_the_reading_raises_is_raised_here(
    reads: LongReads, store: Callable[[int], Stored]
) -> None:
    with pytest.raises(NotFoundError):
        reads.read(QualityRequest("f" * 32), store(LONG_SENTENCES).transcript_id)


def test_more_requests_than_may_wait_are_refused_and_the_others_answered(
    reads: LongReads, store: Callable[[int], Stored], tmp_path: Path
) -> None:
    long, gate = store(LONG_SENTENCES), tmp_path / "gate"
    outcomes: list[str] = []

    def ask() -> None:
        try:
            reads.read(BlockedRequest(gate), long.transcript_id)
            outcomes.append("read")
        except LimitReachedError:
            outcomes.append("refused")

    askers = [threading.Thread(target=ask) for _ in range(MOST_WAITING + 3)]
    for asker in askers:
        asker.start()
    eventually(lambda: outcomes == ["refused"] * 3)
    gate.touch()
    for asker in askers:
        asker.join()

    assert outcomes.count("read") == MOST_WAITING


def test_a_request_beyond_the_limits_is_refused_and_its_process_ended(
    database: Database,
    store: Callable[[int], Stored],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(long_reads, "LIMITS", long_reads.WorkLimits(seconds=0.5, memory_mb=1_024))
    reads, long = LongReads(database), store(LONG_SENTENCES)

    with pytest.raises(LimitReachedError):
        reads.read(BlockedRequest(tmp_path / "never"), long.transcript_id)

    assert not multiprocessing.active_children()
    reads.close()
