"""Durability test with processes that edit one transcript and are killed repeatedly."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.dev_recordings import REPOSITORY
from benchmarks.edited_workspace import a_wish, open_with_transcript
from storage.db.database import Database, open_database
from storage.db.errors import EditRefusedError, StaleEditError
from storage.history.edit_history import EditAuthor
from storage.history.replay import verify
from storage.transcripts.changes import changes_since
from storage.transcripts.edit_application import edit

NUM_UTTERANCES = 60
NUM_WRITERS = 2
KILLS_A_TRANSCRIPT = 10  # a new transcript after so many kills: a short history is verified faster
SHORTEST_LIFE_S, LONGEST_LIFE_S = 0.02, 0.3


@dataclass
class Outcome:
    """Counts of kills and edits, with lost edits and failed checks.

    Attributes:
        num_kills: number of kills.
        num_acknowledged: number of edits acknowledged to a writer.
        lost: ids of acknowledged edits that are not stored.
        num_unheard: number of stored edits that were not acknowledged before the kill.
        failures: errors from the replay and SQLite's integrity check.
    """

    num_kills: int = 0
    num_acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    num_unheard: int = 0
    failures: list[str] = field(default_factory=list)


def kill_writers(folder: Path, *, num_kills: int, seed: int = 0) -> Outcome:
    """Kill one of two writers repeatedly at random times, and check the stored edits.

    Args:
        folder: an empty folder for the databases.
        num_kills: number of kills.
        seed: seed of the random times.
    """
    chance = random.Random(seed)
    outcome = Outcome()
    spare = _Writer()
    while outcome.num_kills < num_kills:
        path = folder / f"{outcome.num_kills}.sqlite3"
        database, transcript_id = open_with_transcript(path, num_utterances=NUM_UTTERANCES)
        writers = [_Writer() for _ in range(NUM_WRITERS)]
        for writer in writers:
            writer.begin(path, transcript_id)
        killed = []
        for _ in range(min(KILLS_A_TRANSCRIPT, num_kills - outcome.num_kills)):
            time.sleep(chance.uniform(SHORTEST_LIFE_S, LONGEST_LIFE_S))
            number = chance.randrange(NUM_WRITERS)
            writers[number].kill()
            killed.append(writers[number])
            _check(database, transcript_id, killed, outcome)
            writers[number], spare = spare, _Writer()
            writers[number].begin(path, transcript_id)
            outcome.num_kills += 1
        for writer in writers:
            writer.kill()
        everybody = [*killed, *writers]
        _check(database, transcript_id, everybody, outcome)
        _count(database, everybody, outcome)
        database.close()
    spare.kill()
    return outcome


def _check(database: Database, transcript_id: str, killed: list[_Writer], outcome: Outcome) -> None:
    with database.reading() as db:
        outcome.failures += verify(db, transcript_id)
        (integrity,) = db.execute("PRAGMA integrity_check").fetchone()
        if integrity != "ok":
            outcome.failures.append(integrity)
        stored = {each for (each,) in db.execute("SELECT client_edit_id FROM edits")}
    outcome.lost += [each for writer in killed for each in writer.acknowledged - stored]


def _count(database: Database, writers: list[_Writer], outcome: Outcome) -> None:
    with database.reading() as db:
        (num_stored,) = db.execute(
            "SELECT count(*) FROM edits WHERE client_edit_id IS NOT NULL"
        ).fetchone()
    num_acknowledged = sum(len(writer.acknowledged) for writer in writers)
    outcome.num_acknowledged += num_acknowledged
    outcome.num_unheard += num_stored - num_acknowledged


class _Writer:
    """Process that edits a transcript until it is killed, printing the ids of stored edits."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.killed_writers"],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self.acknowledged: set[str] = set()
        self._has_begun = threading.Event()
        # A full pipe would block the writer.
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()

    def begin(self, path: Path, transcript_id: str) -> None:
        """Start the process on a transcript; return after its first stored edit."""
        assert self._process.stdin is not None  # created with a pipe
        self._process.stdin.write(f"{path}\n{transcript_id}\n")
        self._process.stdin.flush()
        self._has_begun.wait()

    def kill(self) -> None:
        """Kill the process, and read its remaining output."""
        self._process.kill()
        self._listener.join()
        self._process.communicate()

    def _listen(self) -> None:
        assert self._process.stdout is not None  # created with a pipe
        for line in self._process.stdout:
            if line.endswith("\n"):
                self.acknowledged.add(line.strip())
                self._has_begun.set()


def _new_id() -> str:
    return uuid.uuid4().hex


def _write_until_killed() -> None:
    path, transcript_id = sys.stdin.readline().strip(), sys.stdin.readline().strip()
    database = open_database(Path(path))
    chance = random.Random()
    while True:
        with database.reading() as db:
            seen = changes_since(db, transcript_id)
        wish = a_wish(chance, seen.utterances, seen.speakers, 3_000 * NUM_UTTERANCES)
        client_edit_id = _new_id()
        try:
            with database.transaction() as db:
                move = edit(
                    db,
                    transcript_id,
                    wish,
                    author=EditAuthor("writer", client_edit_id),
                    base_revision=seen.revision,
                )
        except (StaleEditError, EditRefusedError):
            continue
        if move is not None:
            print(client_edit_id, flush=True)


if __name__ == "__main__":
    _write_until_killed()
