"""Benchmarks of the app: start, idle memory, time to first sentence, edits, killed workers."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

from benchmarks.bench_speed import ExcludedInputError, Setting, paraformer_folders
from benchmarks.cold_caches import can_forget, cold_caches
from benchmarks.first_words import on_page, opened_page, through_api
from benchmarks.killed_workers import Workplace, kill_workers
from benchmarks.measurements import OURS, Limit, Measurement, Statistic
from benchmarks.process_tree import tree_bytes
from benchmarks.start_up import started_app, time_import, time_start
from pipeline.core.options import PipelineOptions
from pipeline.models.locations import default_model_cache

SETTLE_S = 15.0  # background work after a start may take this long
APART_S = 17  # shift between the runs' recordings, so that no run continues from a checkpoint
NUM_KILLS = 50
REPEATS = 2  # repetitions of the demo conversation in the recording whose worker is killed
_MB = 1e6


def start(setting: Setting) -> Iterator[Measurement]:
    """Measure import time, time to the first page (warm and cold caches), and idle memory."""
    time_import()
    imports = tuple(time_import() for _ in range(setting.runs))
    yield Measurement("start", "importing the app", OURS, "s", imports)
    time_start()
    warm = tuple(time_start() for _ in range(setting.runs))
    what = "start to first page, caches"
    yield Measurement("start", f"{what} warm", OURS, "s", warm, limit=Limit(4.0))
    if can_forget():
        cold = tuple(_time_cold_start() for _ in range(setting.runs))
        yield Measurement("start", f"{what} cold", OURS, "s", cold, limit=Limit(15.0))
    with started_app() as app:
        time.sleep(SETTLE_S)
        memory = tree_bytes(app.pid) / _MB
    yield Measurement("start", "memory of the idle app", OURS, "MB", (memory,), limit=Limit(600.0))


def _time_cold_start() -> float:
    with cold_caches() as environment, started_app(environment=environment) as app:
        return app.seconds


def first_words(setting: Setting) -> Iterator[Measurement]:
    """Measure the seconds from submitting an hour of audio to its first recognised sentence."""
    kinds: list[tuple[str, Sequence[str], float, str]] = [("whisper", (), 6.0, "")]
    try:
        (paraformer, punctuation), held = paraformer_folders(setting)
        folders = [f"--model-folder=paraformer={paraformer}"]
        folders += [f"--model-folder=punctuation={punctuation}"]
        kinds.insert(0, ("paraformer", folders, 3.0, f" ({held})"))
    except ExcludedInputError as error:
        print(f"  without Paraformer: {error}", file=sys.stderr)
    hours = [setting.recordings.hour_from(APART_S * n) for n in range(1, setting.runs + 1)]
    for recognizer, flags, limit_s, weights in kinds:
        what, limit = f"first sentence of an hour, {recognizer}{weights}", Limit(limit_s)
        with started_app("--recognizer", recognizer, *flags) as app:
            through_api(app, setting.recordings.warm_up())
            seconds = tuple(through_api(app, hour) for hour in hours)
        name = f"{what}: asked for through the API"
        yield Measurement("first_words", name, OURS, "s", seconds, limit=limit)
        if find_spec("playwright") is None:
            print("  without the page: `make setup-dev` installs playwright", file=sys.stderr)
            continue
        seconds = tuple(
            _time_on_new_page(hour, "--recognizer", recognizer, *flags) for hour in hours
        )
        name = f"{what}: on the page, first file after a start"
        yield Measurement("first_words", name, OURS, "s", seconds, limit=limit)


def _time_on_new_page(recording: Path, *flags: str) -> float:
    with started_app(*flags) as app, opened_page(app) as page:
        return on_page(page, recording)


def editing(setting: Setting) -> Iterator[Measurement]:  # noqa: ARG001 - all parts are called alike
    """Measure the time to save a keyboard edit, with and without a transcription running.

    Raises:
        ExcludedInputError: if Playwright is not installed.
    """
    if find_spec("playwright") is None:
        raise ExcludedInputError("needs playwright, which `make setup-dev` installs")
    from benchmarks.review_page import PARTS, staged  # noqa: PLC0415 - needs playwright

    with staged() as stage:
        for name in ("editing", "busy"):
            for each in PARTS[name](stage, 0.0):
                if each.what.endswith("ms"):
                    yield Measurement(
                        "editing",
                        f"an edit, {each.what.removesuffix(', ms')}",
                        OURS,
                        "ms",
                        each.values,
                        Statistic.P95,
                        Limit(each.limit),
                    )


def killed(setting: Setting) -> Iterator[Measurement]:  # noqa: ARG001 - all parts are called alike
    """Count the failed or wrong transcripts of jobs with killed workers, and time these jobs."""
    with tempfile.TemporaryDirectory() as folder:
        place = Workplace(
            Path(folder), repeats=REPEATS, options=PipelineOptions(), cache=default_model_cache()
        )
        try:
            usual_s, outcome = kill_workers(place, num_kills=NUM_KILLS)
        finally:
            place.engine.close()
    bad = float(len(outcome.failed) + outcome.num_different)
    what = f"a worker killed {outcome.num_kills} times"
    name = f"{what}: jobs without their transcript, of {outcome.num_jobs}"
    yield Measurement("killed", name, OURS, "", (bad,), limit=Limit(0.0))
    ratios = tuple(each / usual_s for each in outcome.seconds)
    yield Measurement("killed", f"{what}: a job beside one left alone", OURS, "times", ratios)
