"""Load test of the app: many editors, a day's uploads in the queue, and a large archive.

python -m benchmarks.team_load [--editors 100] [--seconds 20] [--rate 2] [--rtf 0.03]

The editors send edits over HTTP to an app in a separate process. The queue and the archive are
simulated: the duration of a job is its length times the real-time factor, the order is the app's.
"""

from __future__ import annotations

import argparse
import heapq
import http.client
import json
import os
import random
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import mean, median, quantiles
from typing import Any

from benchmarks.tables import print_table
from pipeline.core.provenance import ModelUse, Provenance
from pipeline.engines.engine import Priority
from pipeline.engines.fair_order import FairOrder, QueuedTurn
from storage.db.database import open_database
from storage.library.recordings import add_recording
from storage.library.runs import complete_run, queue_run
from storage.transcripts.transcripts import save_machine_transcript
from tests.browser.review_workspace import add_talk, made_transcript
from tests.browser.running_app import RunningApp

NUM_TRANSCRIPTS = 20
NUM_SENTENCES = 400
LISTED_SENTENCES = 20
RECORDINGS_PER_STEP = 500  # written in one transaction
NUM_POLLS = 20
SMALL_ANSWER_BYTES = 1_000  # of a poll without changes
MAX_SETTLING_POLLS = 150  # talk shares are computed in several requests
WANTED_RATE = 200  # edits per second of all editors
WANTED_P95_MS = 150
DAY_S = 8 * 3_600.0
NUM_UPLOADS = 1_000
NUM_PEOPLE = 20
HEAVY_SHARE = 0.5  # of all uploads, by one person within the first hour
SHORT_S = 600.0
ARCHIVE_HOURS = 10_000
WORKERS = (1, 2, 4, 8, 16, 32, 64)


def main() -> None:
    """Run the three parts and print their tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--editors", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--rate", type=float, default=2.0, help="edits of an editor per second")
    parser.add_argument("--recordings", type=int, nargs="*", default=[1_000, 10_000])
    parser.add_argument("--rtf", type=float, default=0.03, help="of one worker with two cores")
    chosen = parser.parse_args()
    print(f"load average {os.getloadavg()[0]:.1f}, {os.cpu_count()} processors")
    measure_lists(chosen.recordings)
    measure_editors(chosen.editors, chosen.seconds, chosen.rate)
    simulate_day(chosen.rtf)
    simulate_archive(chosen.rtf)


@dataclass(slots=True)
class Editor:
    """Simulated editor who verifies sentences of a shared transcript one by one.

    Attributes:
        port: port of the app.
        transcript_id: the transcript.
        sentences: ids of the sentences that this editor alone edits.
        revision: revision of the transcript that the editor has opened.
        pause_s: seconds between the starts of two edits, 0 to send without a pause.
    """

    port: int
    transcript_id: str
    sentences: Sequence[str]
    revision: int
    pause_s: float
    times_ms: list[float] = field(default_factory=list)
    num_refused: int = 0

    def edit_until(self, end_s: float) -> None:
        """Send edits until a time of the monotonic clock."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        revision = self.revision
        next_s = time.monotonic() + random.random() * self.pause_s
        for number in count():
            time.sleep(max(0.0, next_s - time.monotonic()))
            began = time.monotonic()
            if began >= end_s:
                return
            next_s = max(next_s, began) + self.pause_s if self.pause_s else began
            sentence = self.sentences[number % len(self.sentences)]
            kind = "verify" if number // len(self.sentences) % 2 == 0 else "reopen"
            answer = self.send(connection, kind, sentence, revision)
            self.times_ms.append(1_000 * (time.monotonic() - began))
            revision = answer.get("revision", revision)
            self.num_refused += "error" in answer

    def send(
        self, connection: http.client.HTTPConnection, kind: str, sentence: str, base: int
    ) -> dict[str, Any]:
        """Send one edit and return the answer; try again if an idle connection was closed."""
        edit = {
            "client_edit_id": uuid.uuid4().hex,
            "base": base,
            "kind": kind,
            "utterance_ids": [sentence],
            "author": "editor",
        }
        path = f"/studio/transcripts/{self.transcript_id}/edits"
        headers = {"Content-Type": "application/json"}
        for is_last in (False, True):
            try:
                connection.request("POST", path, json.dumps(edit), headers)
                answer: dict[str, Any] = json.loads(connection.getresponse().read())
            except (http.client.HTTPException, OSError):
                connection.close()
                if is_last:
                    raise
            else:
                return answer
        raise AssertionError("the loop returns or raises")


def measure_editors(num_editors: int, seconds: float, rate: float) -> None:
    """Measure edits at a fixed rate and as fast as the app answers; print a table."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "workspace"
        made = [
            add_talk(workspace, f"{number:02x}", num_sentences=NUM_SENTENCES)
            for number in range(NUM_TRANSCRIPTS)
        ]
        app = RunningApp(workspace, "--no-demo")
        app.start()
        try:
            ids = [each.transcript_id for each in made]
            rows = []
            for name, pause_s in ((f"{rate:g} edits/s each", 1 / rate), ("without pauses", 0.0)):
                editors = _crowd(app.port, ids, num_editors, pause_s)
                before_s = _processor_s(app.process_id)
                cells = _measured(editors, seconds)
                work_ms = 1_000 * (_processor_s(app.process_id) - before_s)
                num_edits = sum(len(each.times_ms) for each in editors)
                rows.append([name, *cells, f"{work_ms / num_edits:.1f}"])
        finally:
            app.stop()
    print(
        f"\n{num_editors} editors of {NUM_TRANSCRIPTS} transcripts with {NUM_SENTENCES} sentences"
        f" (wanted: {WANTED_RATE} edits/s, p95 {WANTED_P95_MS} ms)"
    )
    measured = ("edits/s", "median ms", "p95 ms", "slowest ms", "refused", "processor ms")
    print_table(["editors", *measured], rows)


def measure_lists(sizes: Sequence[int]) -> None:
    """Measure requests for the list of recordings of libraries of several sizes; print a table."""
    rows = [_measured_list(size) for size in sizes]
    print(f"\nlist of recordings of {LISTED_SENTENCES} sentences, processor ms of the app")
    print_table(
        ["recordings", "first request", "poll, unchanged", "poll after an edit", "KB of a poll"],
        rows,
    )


def _measured_list(size: int) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        transcript_id = _add_library(Path(folder) / "workspace", size)
        app = RunningApp(Path(folder) / "workspace", "--no-demo")
        app.start()
        try:
            return [str(size), *_polled(app, transcript_id)]
        finally:
            app.stop()


def _add_library(workspace: Path, size: int) -> str:
    """Write a workspace with recordings without sound; return the id of the last transcript."""
    transcript = made_transcript(LISTED_SENTENCES)
    database = open_database(workspace / "studio.sqlite3")
    for first in range(0, size, RECORDINGS_PER_STEP):
        with database.transaction() as db:
            for number in range(first, min(size, first + RECORDINGS_PER_STEP)):
                name = f"meeting {number}"
                recording = add_recording(
                    db, title=name, source_name=f"{name}.wav", audio_sha256=f"{number:064x}"
                )
                run = queue_run(db, recording.recording_id, options=())
                provenance = Provenance((ModelUse("recognizer", "paraformer", "0" * 64),), ())
                complete_run(db, run.run_id, provenance, stage_seconds=(), evidence_sha256="0" * 64)
                transcript_id = save_machine_transcript(db, run, transcript).transcript_id
    database.close()
    return transcript_id


def _polled(app: RunningApp, transcript_id: str) -> list[str]:
    connection = http.client.HTTPConnection("127.0.0.1", app.port, timeout=60)
    opened = _get(connection, transcript_id)
    sentence, base, version = opened["utterances"][0]["id"], opened["revision"], ""
    editor = Editor(app.port, transcript_id, (sentence,), base, 0.0)

    def poll() -> int:
        nonlocal version
        connection.request("GET", f"/studio/recordings?since={version}")
        answer = connection.getresponse().read()
        version = json.loads(answer).get("version", "")
        return len(answer)

    def edit_and_poll() -> int:
        nonlocal base
        edits.append(1)
        kind = "verify" if len(edits) % 2 else "reopen"
        base = editor.send(connection, kind, sentence, base).get("revision", base)
        return poll()

    edits: list[int] = []
    first_ms, _ = _cost_ms(app, poll, 1)
    while poll() > SMALL_ANSWER_BYTES and len(edits) < MAX_SETTLING_POLLS:
        edits.append(1)
    edits.clear()
    unchanged_ms, num_bytes = _cost_ms(app, poll, NUM_POLLS)
    changed_ms, _ = _cost_ms(app, edit_and_poll, NUM_POLLS)
    return [f"{each:.1f}" for each in (first_ms, unchanged_ms, changed_ms, num_bytes / 1_000)]


def _cost_ms(app: RunningApp, act: Callable[[], int], times: int) -> tuple[float, float]:
    """Return the app's processor time per call in ms, and the mean of the returned numbers."""
    before_s = _processor_s(app.process_id)
    numbers = [act() for _ in range(times)]
    return 1_000 * (_processor_s(app.process_id) - before_s) / times, mean(numbers)


def _crowd(port: int, ids: Sequence[str], num_editors: int, pause_s: float) -> list[Editor]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    opened = {each: _get(connection, each) for each in ids}
    per_transcript = -(-num_editors // len(ids))
    editors = []
    for number in range(num_editors):
        transcript_id = ids[number % len(ids)]
        ids_of_rows = [row["id"] for row in opened[transcript_id]["utterances"]]
        own = ids_of_rows[number // len(ids) :: per_transcript]
        revision = opened[transcript_id]["revision"]
        editors.append(Editor(port, transcript_id, own, revision, pause_s))
    return editors


def _get(connection: http.client.HTTPConnection, transcript_id: str) -> dict[str, Any]:
    connection.request("GET", f"/studio/transcripts/{transcript_id}")
    answer: dict[str, Any] = json.loads(connection.getresponse().read())
    return answer


def _processor_s(pid: int) -> float:
    """Return the CPU time of a process in seconds (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _measured(editors: Sequence[Editor], seconds: float) -> list[str]:
    began = time.monotonic()
    threads = [
        threading.Thread(target=each.edit_until, args=(began + seconds,)) for each in editors
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    took_s = time.monotonic() - began
    times_ms = [time_ms for each in editors for time_ms in each.times_ms]
    return [
        f"{len(times_ms) / took_s:.0f}",
        f"{median(times_ms):.0f}",
        f"{quantiles(times_ms, n=20)[-1]:.0f}",
        f"{max(times_ms):.0f}",
        str(sum(each.num_refused for each in editors)),
    ]


@dataclass(frozen=True, slots=True)
class Upload:
    """Upload of a recording by a person at a time of the day."""

    name: str
    person: str
    at_s: float
    length_s: float

    @property
    def turn(self) -> QueuedTurn:
        """Entry of the upload in the app's queue."""
        priority = Priority.SHORT if self.length_s <= SHORT_S else Priority.LONG
        return QueuedTurn(self.name, self.person, priority)


def simulate_day(rtf: float) -> None:
    """Simulate a day's uploads in fair order and in order of submission; print a table."""
    uploads = _a_day(random.Random(1))
    hours = sum(each.length_s for each in uploads) / 3_600
    print(f"\n{len(uploads)} uploads ({hours:.0f} h) in 8 h, half by one person in an hour")
    rows = []
    for workers in (1, 2, 4):
        for name, is_fair in (("in turns", True), ("first come", False)):
            waits = _waits(uploads, workers, rtf, is_fair=is_fair)
            others = [waits[each.name] for each in uploads if each.person != "0"]
            heavy = [waits[each.name] for each in uploads if each.person == "0"]
            cells = [median(others), quantiles(others, n=20)[-1], max(others), median(heavy)]
            rows.append([f"{workers}, {name}", *(f"{each / 60:.0f}" for each in cells)])
    print_table(
        ["workers", "others: median min", "p95 min", "longest min", "that person: median min"], rows
    )


def _a_day(chance: random.Random) -> list[Upload]:
    uploads = []
    for number in range(NUM_UPLOADS):
        is_heavy = number < HEAVY_SHARE * NUM_UPLOADS
        person = "0" if is_heavy else str(chance.randrange(1, NUM_PEOPLE))
        at_s = chance.uniform(0, 3_600.0 if is_heavy else DAY_S)
        uploads.append(Upload(str(number), person, at_s, _length_s(chance)))
    return sorted(uploads, key=lambda each: each.at_s)


def _length_s(chance: random.Random) -> float:
    """Return a random length in seconds with a median of 20 minutes, at most four hours."""
    return min(4 * 3_600.0, chance.lognormvariate(7.09, 0.9))


def _waits(
    uploads: Sequence[Upload], workers: int, rtf: float, *, is_fair: bool
) -> dict[str, float]:
    """Return {name: seconds that the upload waits for a worker}."""
    order, waits = FairOrder(), {}
    free_at_s = [0.0] * workers
    to_come, queued = list(reversed(uploads)), dict[str, Upload]()
    while to_come or queued:
        now_s = max(free_at_s[0], 0.0 if queued else to_come[-1].at_s)
        while to_come and to_come[-1].at_s <= now_s:
            upload = to_come.pop()
            queued[upload.name] = upload
        turns = [each.turn for each in queued.values()]
        upload = queued.pop(order.arrange(turns)[0] if is_fair else next(iter(queued)))
        order.note_start(upload.turn)
        waits[upload.name] = now_s - upload.at_s
        heapq.heapreplace(free_at_s, now_s + rtf * upload.length_s)
    return waits


def simulate_archive(rtf: float) -> None:
    """Simulate an archive on several workers, each job to the first free one; print a table."""
    chance = random.Random(2)
    lengths_s: list[float] = []
    while sum(lengths_s) < 3_600 * ARCHIVE_HOURS:
        lengths_s.extend(_length_s(chance) for _ in range(100))
    print(f"\n{sum(lengths_s) / 3_600:.0f} h in {len(lengths_s)} recordings, RTF {rtf:g} a worker")
    rows = []
    for workers in WORKERS:
        free_at_s = [0.0] * workers
        for length_s in lengths_s:
            heapq.heapreplace(free_at_s, free_at_s[0] + rtf * length_s)
        idle = 1 - rtf * sum(lengths_s) / (workers * max(free_at_s))
        rows.append([str(workers), f"{max(free_at_s) / 3_600:.1f}", f"{100 * idle:.2f}"])
    print_table(["workers", "hours", "idle %"], rows)


if __name__ == "__main__":
    main()
