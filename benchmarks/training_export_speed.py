"""Speed and peak memory of exporting 1,000 clips as training data in all formats together.

python -m benchmarks.training_export_speed [--clips 1000]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.process_tree import run_and_watch
from benchmarks.tables import print_table
from pipeline.audio.decode import read_audio
from pipeline.audio.playback.playback_copy import write_review_copy
from pipeline.audio.samples import SAMPLE_RATE_HZ, Audio
from pipeline.core.provenance import ModelUse, Provenance
from pipeline.core.transcript import Sentence, SpeakerTurn, Token, Transcript
from storage.db.blobs import REVIEW_AUDIO, BlobStore
from storage.db.database import open_database
from storage.db.workspace import DATABASE_NAME, FILES_FOLDER
from storage.edit_plans.review_status import Verify
from storage.edit_plans.text import CorrectText
from storage.history.edit_history import EditAuthor
from storage.library.recordings import add_recording, set_audio
from storage.library.runs import complete_run, queue_run
from storage.training.export import export_training_data
from storage.training.export_options import TrainingOptions
from storage.training.formats.registry import TRAINING_FORMATS
from storage.training.targets import writing_folder, writing_zip
from storage.transcripts.edit_application import edit
from storage.transcripts.transcripts import list_utterances, save_machine_transcript

REPOSITORY = Path(__file__).resolve().parent.parent
CLIPS_PER_RECORDING = 250
CLIP_MS, STEP_MS = 4_000, 5_000
_TEXT = "今天的会议就到这里，谢谢大家。"
_MS_PER_S = 1_000
_BYTES_PER_MB = 1e6


def main() -> None:
    """Time exports of a generated workspace to a folder and to a ZIP file, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=1_000)
    parser.add_argument("--worker", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--zip", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.worker is not None:
        _work(chosen.worker, is_zip=chosen.zip)
        return
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "workspace"
        build_workspace(workspace, chosen.clips)
        rows = [_measure(workspace, Path(folder), kind) for kind in ("folder", "zip")]
        rows.append(_reading_alone(workspace, chosen.clips))
    print_table(["what", "clips", "seconds", "x real time", "peak MB"], rows)


def build_workspace(root: Path, num_clips: int) -> None:
    """Create a workspace of noise recordings with corrected and verified sentences."""
    database, blobs = open_database(root / DATABASE_NAME), BlobStore(root / FILES_FOLDER)
    for number, first in enumerate(range(0, num_clips, CLIPS_PER_RECORDING)):
        count = min(CLIPS_PER_RECORDING, num_clips - first)
        duration_ms = count * STEP_MS
        with database.transaction() as db:
            recording = add_recording(
                db,
                title=f"meeting {number}",
                source_name="meeting.wav",
                audio_sha256=f"{number:064x}",
            )
            run = queue_run(db, recording.recording_id, options=())
            models = (ModelUse("recognizer", "paraformer-large", "0" * 64),)
            complete_run(db, run.run_id, Provenance(models), stage_seconds=(), evidence_sha256=None)
            record = save_machine_transcript(db, run, _transcript(count, duration_ms))
            set_audio(
                db,
                recording.recording_id,
                duration_ms=duration_ms,
                review_audio_sha256="0" * 64,
            )
            ids = [each.utterance_id for each in list_utterances(db, record.transcript_id)]
            for each in ids:
                request = CorrectText(each, f"{_TEXT}好的。")
                edit(db, record.transcript_id, request, author=EditAuthor("ann"))
            edit(db, record.transcript_id, Verify(tuple(ids)), author=EditAuthor("bob"))
        path = blobs.path_of(recording.recording_id, REVIEW_AUDIO)
        path.parent.mkdir(parents=True)
        write_review_copy(_noise(number, duration_ms), path)
    database.close()


def _transcript(count: int, duration_ms: int) -> Transcript:
    spans = [(i * STEP_MS, i * STEP_MS + CLIP_MS, f"S{i % 4 + 1}") for i in range(count)]
    step = CLIP_MS // len(_TEXT)
    return Transcript(
        duration_ms,
        "zh",
        tuple(
            Sentence(
                start,
                end,
                _TEXT,
                tuple(
                    Token(start + i * step, start + (i + 1) * step, letter, 0.9)
                    for i, letter in enumerate(_TEXT)
                ),
                speaker,
            )
            for start, end, speaker in spans
        ),
        tuple(SpeakerTurn(*span) for span in spans),
    )


def _noise(seed: int, duration_ms: int) -> Audio:
    """Return white noise, whose compressed size is about that of moderately loud speech."""
    noise = np.random.default_rng(seed).normal(0, 300, duration_ms * SAMPLE_RATE_HZ // _MS_PER_S)
    return Audio(noise.astype(np.int16))


def _measure(workspace: Path, folder: Path, kind: str) -> list[str]:
    command = [sys.executable, "-m", "benchmarks.training_export_speed"]
    flags = ["--zip"] if kind == "zip" else []
    finished = run_and_watch(
        [*command, "--worker", str(workspace), *flags],
        cwd=REPOSITORY,
        output=folder / "report.json",
    )
    report = json.loads(finished.output)
    return [
        kind,
        str(report["clips"]),
        f"{report['seconds']:.2f}",
        f"{report['clips_s'] / report['seconds']:.0f}",
        f"{finished.peak_bytes / _BYTES_PER_MB:.0f}",
    ]


def _work(workspace: Path, *, is_zip: bool) -> None:
    with tempfile.TemporaryDirectory(dir=workspace.parent) as folder:
        writing = writing_zip if is_zip else writing_folder
        begin = time.perf_counter()
        plan = export_training_data(
            workspace,
            TrainingOptions(tuple(TRAINING_FORMATS)),
            partial(writing, Path(folder) / "export"),
        )
        seconds = time.perf_counter() - begin
    clips_s = sum(row.utterance.duration_ms for row in plan.rows) / _MS_PER_S
    print(json.dumps({"clips": len(plan.rows), "clips_s": clips_s, "seconds": seconds}))


def _reading_alone(workspace: Path, num_clips: int) -> list[str]:
    begin = time.perf_counter()
    for path in sorted((workspace / FILES_FOLDER).glob(f"*/{REVIEW_AUDIO}")):
        read_audio(path)
    seconds = time.perf_counter() - begin
    clips_s = num_clips * CLIP_MS / _MS_PER_S
    return [
        "reading the audio alone",
        str(num_clips),
        f"{seconds:.2f}",
        f"{clips_s / seconds:.0f}",
        "",
    ]


if __name__ == "__main__":
    main()
