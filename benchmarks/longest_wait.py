"""Response times of the app for one client during large or malicious requests of another client.

python -m benchmarks.longest_wait [--sentences 30000] [--act NAME]
"""

from __future__ import annotations

import argparse
import base64
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from benchmarks.edited_workspace import made_transcript
from benchmarks.tables import print_table
from storage.db.database import open_database
from storage.library.recordings import add_recording, set_audio
from storage.library.runs import queue_run
from storage.transcripts.transcripts import save_machine_transcript
from tests.attacks.measured_app import MeasuredApp
from tests.browser.review_workspace import MadeWorkspace, make_workspace

BETWEEN_VISITS_S = 0.05
ACT_TIMEOUT_S = 600.0
VISITORS_SENTENCES = 20
CUE_MS = 500
QUOTES = 4_000_000
VOICES = 40_000


@dataclass(frozen=True)
class Attacked:
    """Running app with a short recording for the visitor and a long one for the attacker.

    Attributes:
        app: the app in a separate process.
        visitors: workspace and short recording that the visitor opens and edits.
        long_id: the long recording.
        transcript_id: transcript of the long recording.
        size: number of sentences of the long recording.
    """

    app: MeasuredApp
    visitors: MadeWorkspace
    long_id: str
    transcript_id: str
    size: int

    def client(self) -> httpx.Client:
        """Return an HTTP client of the attacker, with another IP address than the visitor's."""
        transport = httpx.HTTPTransport(local_address="127.0.0.2")
        return httpx.Client(base_url=self.app.url, timeout=ACT_TIMEOUT_S, transport=transport)


@dataclass
class Visits:
    """The visitor's response times in seconds, by kind of request."""

    waits_s: dict[str, list[float]] = field(default_factory=dict)

    @property
    def longest_s(self) -> float:
        """Longest response time of all requests, in seconds."""
        return max(max(each) for each in self.waits_s.values())

    def note(self, what: str, began_s: float) -> None:
        """Record a response time: the seconds since a reading of the monotonic clock."""
        self.waits_s.setdefault(what, []).append(time.monotonic() - began_s)


@contextmanager
def attacked_app(folder: Path, size: int) -> Iterator[Attacked]:
    """Run the app in a new workspace with a short and a long recording."""
    made = make_workspace(folder / "workspace", num_sentences=VISITORS_SENTENCES)
    database = open_database(made.folder / "studio.sqlite3")
    transcript = made_transcript(size)
    with database.transaction() as db:
        recording = add_recording(db, title="long", source_name="l.wav", audio_sha256="b" * 64)
        run = queue_run(db, recording.recording_id, options=())
        record = save_machine_transcript(db, run, transcript)
        duration_ms = transcript.duration_ms
        set_audio(db, recording.recording_id, duration_ms=duration_ms, review_audio_sha256=None)
        db.execute("UPDATE pipeline_runs SET status = 'done'")
    database.close()
    app = MeasuredApp(made.folder, "--no-demo", "--offline")
    app.start()
    try:
        yield Attacked(app, made, recording.recording_id, record.transcript_id, size)
    finally:
        app.stop()


@contextmanager
def visiting(attacked: Attacked) -> Iterator[Visits]:
    """Send the visitor's requests in a thread, in rounds 50 ms apart; yield their times."""
    visits, ends = Visits(), threading.Event()
    made = attacked.visitors

    def visit() -> None:
        with httpx.Client(base_url=attacked.app.url, timeout=ACT_TIMEOUT_S) as client:
            while not ends.is_set():
                _visit(client, made, visits)
                ends.wait(BETWEEN_VISITS_S)

    visitor = threading.Thread(target=visit, daemon=True)
    visitor.start()
    try:
        yield visits
    finally:
        ends.set()
        visitor.join()


def _visit(client: httpx.Client, made: MadeWorkspace, visits: Visits) -> None:
    began_s = time.monotonic()
    client.get("/studio/recordings").raise_for_status()
    visits.note("list", began_s)
    began_s = time.monotonic()
    opened = client.get(f"/studio/transcripts/{made.transcript_id}").raise_for_status().json()
    visits.note("transcript", began_s)
    first = opened["utterances"][0]
    began_s = time.monotonic()
    edit = {"kind": "correct_text", "utterance_id": first["id"], "text": f"{began_s}"}
    _edit(client, made.transcript_id, opened["revision"], edit).raise_for_status()
    visits.note("edit", began_s)


def _edit(
    client: httpx.Client, transcript_id: str, base: int, edit: Mapping[str, object]
) -> httpx.Response:
    body = {"client_edit_id": uuid.uuid4().hex, "base": base, "author": "ann", **edit}
    return client.post(f"/studio/transcripts/{transcript_id}/edits", json=body)


def _import(client: httpx.Client, address: str, name: str, content: bytes) -> httpx.Response:
    body = {
        "name": name,
        "content": base64.b64encode(content).decode("ascii"),
        "client_edit_id": uuid.uuid4().hex,
        "author": "eve",
    }
    return client.post(f"/studio/{address}/imports", json=body)


def cues(count: int, mark: str = "改") -> bytes:
    """Return the content of a SubRip file with a number of cues of half a second each."""
    return "".join(
        f"{number + 1}\n{_clock(number * CUE_MS)} --> {_clock((number + 1) * CUE_MS)}\n"
        f"{mark} {number} 我们今天讨论\n\n"
        for number in range(count)
    ).encode()


def _clock(ms: int) -> str:
    seconds, rest = divmod(ms, 1_000)
    return f"{seconds // 3_600:02}:{seconds // 60 % 60:02}:{seconds % 60:02},{rest:03}"


def _voices(client: httpx.Client, attacked: Attacked) -> Any:
    text = "WEBVTT\n\n00:00.000 --> 00:09.000\n" + "<v." * VOICES + "\n"
    return _import(client, f"recordings/{attacked.long_id}", "a.vtt", text.encode())


def _quotes(client: httpx.Client, attacked: Attacked) -> Any:
    text = 'File type = "ooTextFile"\nObject class = "TextGrid"\n\n' + '"' * QUOTES
    return _import(client, f"recordings/{attacked.long_id}", "a.TextGrid", text.encode())


def _transcript(client: httpx.Client, attacked: Attacked) -> Any:
    return _import(client, f"recordings/{attacked.long_id}", "a.srt", cues(3 * attacked.size))


def _too_many(client: httpx.Client, attacked: Attacked) -> Any:
    return _import(client, f"recordings/{attacked.long_id}", "a.srt", cues(20 * attacked.size))


def _corrections(client: httpx.Client, attacked: Attacked) -> Any:
    opened = client.get(f"/studio/transcripts/{attacked.transcript_id}").json()
    lines = [
        f"x 1 S{number % 6} {each['start_ms'] / 1000:.3f} {each['end_ms'] / 1000:.3f} 改了 {number}"
        for number, each in enumerate(opened["utterances"])
    ]
    content = "\n".join(lines).encode()
    return _import(client, f"transcripts/{attacked.transcript_id}", "a.stm", content)


def _replace(client: httpx.Client, attacked: Attacked) -> Any:
    opened = client.get(f"/studio/transcripts/{attacked.transcript_id}").json()
    verify = {"kind": "verify", "utterance_ids": [each["id"] for each in opened["utterances"]]}
    return _edit(client, attacked.transcript_id, opened["revision"], verify)


def _stepping(kind: str) -> Callable[[httpx.Client, Attacked], Any]:
    def step(client: httpx.Client, attacked: Attacked) -> Any:
        address = f"/studio/transcripts/{attacked.transcript_id}"
        opened = client.get(address).json()
        edits = client.get(f"{address}/history").json()["edits"]
        request = {"kind": kind, "edit_id": edits[-1]["id"]}  # the oldest, for "return_to"
        return _edit(client, attacked.transcript_id, opened["revision"], request)

    return step


def _reading(address: str) -> Callable[[httpx.Client, Attacked], Any]:
    def read(client: httpx.Client, attacked: Attacked) -> Any:
        ids = {"recording": attacked.long_id, "transcript": attacked.transcript_id}
        return client.get(f"/studio/{address.format_map(ids)}")

    return read


def _delete(client: httpx.Client, attacked: Attacked) -> Any:
    return client.delete(
        f"/studio/recordings/{attacked.long_id}", headers={"content-type": "application/json"}
    )


# Order matters: the last request deletes the long recording.
ACTS: Mapping[str, Callable[[httpx.Client, Attacked], Any]] = {
    "import of <v. repeated": _voices,
    "import of quotes": _quotes,
    "import of 20 times the sentences": _too_many,
    "import of 3 times the sentences": _transcript,
    "corrections of all sentences": _corrections,
    "all sentences verified": _replace,
    "undo": _stepping("undo"),
    "redo": _stepping("redo"),
    "return": _stepping("return_to"),
    "open": _reading("transcripts/{transcript}"),
    "open for readers": _reading("recordings/{recording}"),
    "search": _reading("search?q=%E6%88%91"),
    "history": _reading("transcripts/{transcript}/history"),
    "annotators": _reading("transcripts/{transcript}/annotators"),
    "quality": _reading("transcripts/{transcript}/quality"),
    "doubts": _reading("transcripts/{transcript}/doubts"),
    "export json": _reading("recordings/{recording}/export/json"),
    "export eaf": _reading("recordings/{recording}/export/eaf"),
    "export kaldi": _reading("recordings/{recording}/export/kaldi"),
    "deletion": _delete,
}


@dataclass(frozen=True)
class Waited:
    """The visitor's response times and the app's peak memory during one request of the attacker.

    Attributes:
        name: name of the request.
        status: status of its response.
        took_s: duration of the request.
        visits: the visitor's response times meanwhile.
        memory_mb: peak memory of the app's process.
    """

    name: str
    status: int
    took_s: float
    visits: Visits
    memory_mb: float


def waited(attacked: Attacked, name: str) -> Waited:
    """Send one of the attacker's requests, and measure the visitor's response times meanwhile."""
    attacked.app.forget_peak()
    with visiting(attacked) as visits, attacked.client() as client:
        time.sleep(5 * BETWEEN_VISITS_S)
        began_s = time.monotonic()
        answer = ACTS[name](client, attacked)
        took_s = time.monotonic() - began_s
        time.sleep(5 * BETWEEN_VISITS_S)
    return Waited(name, answer.status_code, took_s, visits, attacked.app.peak_memory_mb())


def main() -> None:
    """Send the chosen requests, and print the visitor's longest response times during each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sentences", type=int, default=30_000)
    parser.add_argument("--act", action="append", choices=ACTS)
    chosen = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        attacked_app(Path(folder), chosen.sentences) as attacked,
    ):
        found = [waited(attacked, name) for name in chosen.act or ACTS]
    print_table(
        ["act", "status", "took s", "list s", "transcript s", "edit s", "memory MB"],
        [
            [
                each.name,
                f"{each.status}",
                f"{each.took_s:.1f}",
                *(
                    f"{max(each.visits.waits_s[what]):.2f}"
                    for what in ("list", "transcript", "edit")
                ),
                f"{each.memory_mb:.0f}",
            ]
            for each in found
        ],
    )


if __name__ == "__main__":
    main()
