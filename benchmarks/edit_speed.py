"""Database benchmark of the edit time, the edit rate of several clients, and the opening time.

python -m benchmarks.edit_speed [--history 20000] [--seconds 60] [--clients 8]
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
import uuid
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from benchmarks.edited_workspace import UTTERANCE_MS, a_wish, add_history, open_with_transcript
from benchmarks.tables import print_table
from storage.db.database import Database
from storage.db.errors import EditRefusedError, StaleEditError
from storage.db.records import Utterance
from storage.edit_plans.request import EditRequest
from storage.edit_plans.review_status import Verify
from storage.history.edit_history import EditAuthor, plan_undo
from storage.history.replay import verify
from storage.transcripts.changes import TranscriptChanges, changes_since
from storage.transcripts.edit_application import edit, step

SIZES = (3_000, 10_000)
NUM_MEASURED = 1_000
NUM_OPENINGS = 10
UNDO_EVERY = 20
CROWD = 200  # number of utterances that all clients edit, to cause conflicts


def main() -> None:
    """Measure transcripts of several sizes, verify their histories, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--history", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--clients", type=int, default=8)
    chosen = parser.parse_args()
    rows = [measure(size, chosen.history, chosen.clients, chosen.seconds) for size in SIZES]
    print(f"load average {os.getloadavg()[0]:.1f}, {os.cpu_count()} processors")
    print_table(
        [
            *("utterances", "edit median ms", "p95 ms", "opening ms", "all verified ms"),
            "edits/s of all",
            *("acknowledged", "conflicts told", "lost", "verify failures"),
        ],
        rows,
    )


def measure(num_utterances: int, num_edits: int, num_clients: int, seconds: float) -> list[str]:
    """Measure a transcript of a given size, and return the cells of its table row."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "studio.sqlite3"
        database, transcript_id = open_with_transcript(path, num_utterances=num_utterances)
        opened = read_all(database, transcript_id)
        add_history(database, transcript_id, opened, num_edits=num_edits)
        times_ms = time_edits(database, transcript_id)
        opening_ms = time_openings(database, transcript_id)
        bulk_ms = time_bulk_edit(database, transcript_id)
        clients, took_s = edit_together(database, transcript_id, num_clients, seconds)
        acknowledged = [edit_id for each in clients for edit_id in each.acknowledged]
        lost = len(lost_edits(database, transcript_id, acknowledged))
        with database.reading() as db:
            failures = len(verify(db, transcript_id))
        database.close()
    return [
        f"{num_utterances}",
        f"{median(times_ms):.2f}",
        f"{quantiles(times_ms, n=20)[-1]:.2f}",
        f"{opening_ms:.0f}",
        f"{bulk_ms:.0f}",
        f"{len(acknowledged) / took_s:.0f}",
        f"{len(acknowledged)}",
        f"{sum(each.num_conflicts for each in clients)}",
        f"{lost}",
        f"{failures}",
    ]


def read_all(database: Database, transcript_id: str) -> TranscriptChanges:
    """Read the whole transcript, as sent to a page that opens it."""
    with database.reading() as db:
        return changes_since(db, transcript_id)


def time_openings(database: Database, transcript_id: str) -> float:
    """Return the median milliseconds to read the whole transcript from the database."""
    times_ms = []
    for _ in range(NUM_OPENINGS):
        begin = time.perf_counter()
        read_all(database, transcript_id)
        times_ms.append(1_000 * (time.perf_counter() - begin))
    return median(times_ms)


def time_bulk_edit(database: Database, transcript_id: str) -> float:
    """Return the milliseconds of one edit that verifies every utterance; then undo it."""
    everything = Verify(
        tuple(each.utterance_id for each in read_all(database, transcript_id).utterances)
    )
    begin = time.perf_counter()
    with database.transaction() as db:
        edit(db, transcript_id, everything, author=EditAuthor("one"))
    took_ms = 1_000 * (time.perf_counter() - begin)
    with database.transaction() as db:
        step(db, transcript_id, plan_undo, author=EditAuthor("one"))
    return took_ms


def time_edits(database: Database, transcript_id: str) -> Sequence[float]:
    """Return the milliseconds of each of many edits, including commit and reading of changes."""
    client = Client(database, transcript_id, random.Random(2), "one")
    times_ms = []
    for number in range(NUM_MEASURED):
        wish = client.next_wish()
        begin = time.perf_counter()
        if number % UNDO_EVERY:
            client.ask(wish)
        else:
            client.take_back()
        times_ms.append(1_000 * (time.perf_counter() - begin))
    return times_ms


def edit_together(
    database: Database, transcript_id: str, num_clients: int, seconds: float
) -> tuple[list[Client], float]:
    """Run several clients that edit one transcript; return them and the elapsed seconds."""
    clients = [
        Client(database, transcript_id, random.Random(100 + number), f"client {number}", CROWD)
        for number in range(num_clients)
    ]
    begin = time.perf_counter()
    with ThreadPoolExecutor(num_clients) as threads:
        for _ in threads.map(lambda client: client.ask_until(begin + seconds), clients):
            pass  # to raise what a client raised
    return clients, time.perf_counter() - begin


def lost_edits(database: Database, transcript_id: str, acknowledged: Iterable[str]) -> set[str]:
    """Return the client edit ids that were acknowledged but are not in the transcript's history."""
    with database.reading() as db:
        found = db.execute(
            "WITH RECURSIVE line (id, parent_id, client_edit_id) AS ("
            "SELECT edits.id, parent_id, client_edit_id FROM edits JOIN transcripts "
            "ON head_edit_id = edits.id WHERE transcripts.id = ? UNION ALL "
            "SELECT edits.id, edits.parent_id, edits.client_edit_id FROM edits, line "
            "WHERE edits.id = line.parent_id) SELECT client_edit_id FROM line",
            [transcript_id],
        )
        stored = {client_edit_id for (client_edit_id,) in found}
    return set(acknowledged) - stored


@dataclass
class Client:
    """Simulated page that edits its loaded utterances and applies the edits of other clients."""

    database: Database
    transcript_id: str
    chance: random.Random
    name: str
    num_utterances: int | None = None

    def __post_init__(self) -> None:
        seen = read_all(self.database, self.transcript_id)
        self.speakers = seen.speakers
        self.revision = seen.revision
        self.utterances = {each.utterance_id: each for each in seen.utterances}
        self.ids = self.first_ids()
        self.acknowledged: list[str] = []
        self.num_conflicts = 0

    def next_wish(self) -> EditRequest:
        """Return a random edit request for up to three neighbouring utterances."""
        known = self.neighbours()
        while len(known) < 2:  # the others were merged
            self.ids = self.first_ids()
            known = self.neighbours()
        return a_wish(self.chance, known, self.speakers, len(self.ids) * UTTERANCE_MS)

    def neighbours(self) -> tuple[Utterance, ...]:
        """Return those that exist of three random consecutive utterances."""
        first = self.chance.randrange(len(self.ids) - 2)
        found = [self.utterances.get(each) for each in self.ids[first : first + 3]]
        return tuple(each for each in found if each is not None)

    def first_ids(self) -> list[str]:
        """Return the ids of the first utterances, in order of time."""
        ordered = sorted(self.utterances.values(), key=lambda each: (each.start_ms, each.position))
        return [each.utterance_id for each in ordered[: self.num_utterances]]

    def ask(self, wish: EditRequest) -> None:
        """Apply an edit request, count a conflict if it is stale, and apply the changes since."""
        client_edit_id = uuid.uuid4().hex
        try:
            with self.database.transaction() as db:
                move = edit(
                    db,
                    self.transcript_id,
                    wish,
                    author=EditAuthor(self.name, client_edit_id),
                    base_revision=self.revision,
                )
                seen = changes_since(db, self.transcript_id, self.revision)
            if move is not None:
                self.acknowledged.append(client_edit_id)
            self.follow(seen)
        except StaleEditError:
            self.num_conflicts += 1
            self.look()
        except EditRefusedError:
            self.look()

    def take_back(self) -> None:
        """Undo this client's last edit and apply the changes since the last revision."""
        with self.database.transaction() as db:
            step(db, self.transcript_id, plan_undo, author=EditAuthor(self.name))
            seen = changes_since(db, self.transcript_id, self.revision)
        self.follow(seen)

    def look(self) -> None:
        """Read and apply the changes since the last revision."""
        with self.database.reading() as db:
            seen = changes_since(db, self.transcript_id, self.revision)
        self.follow(seen)

    def follow(self, seen: TranscriptChanges) -> None:
        """Apply changes to the loaded utterances."""
        if seen.is_complete:
            self.utterances = {}
        for utterance_id in seen.removed_ids:
            self.utterances.pop(utterance_id, None)
        self.utterances.update({each.utterance_id: each for each in seen.utterances})
        self.revision = seen.revision

    def ask_until(self, end: float) -> None:
        """Make edits until the performance counter reaches a time in seconds."""
        while time.perf_counter() < end:
            self.ask(self.next_wish())


if __name__ == "__main__":
    main()
