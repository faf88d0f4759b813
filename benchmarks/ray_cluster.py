"""Benchmarks of `--engine ray` on a cluster of several nodes on this machine.

    python -m benchmarks.ray_cluster FOLDER_OF_RECORDINGS --parts overhead,sleep,pair,resumed

They need requirements-ray.txt and Linux. Each part compares its results with those of a
sequential run in one process.
"""

from __future__ import annotations

import argparse
import filecmp
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any  # Ray has no types here

import numpy as np
import soundfile

from pipeline.audio.samples import SAMPLE_RATE_HZ
from pipeline.batch.journal import FILE_NAME
from pipeline.core.events import OnEvent
from pipeline.core.options import PipelineOptions
from pipeline.core.progress import (
    OnProgress,
    Stage,
    StageProgress,
    ignore_report,
    overall_fraction,
)
from pipeline.core.result import PipelineResult
from pipeline.engines.choice import EngineChoice, EngineKind
from pipeline.engines.engine import JobRequest, JobState, JobStatus, Runner
from pipeline.engines.ray.connection import connect
from pipeline.engines.ray.engine import RayEngine
from pipeline.engines.ray.options import RayOptions
from pipeline.inputs.gathering import iterate_inputs
from pipeline.models.locations import ModelLocations, default_model_cache
from pipeline.runtime.process_control import INTERRUPTED

WORKER_NAME = b"ray::RayWorker"
NUM_SLEEPS = 20
KILLED_AT = 0.6  # fraction of the work
DIARIZATION = PipelineOptions(diarize_only=True)
_JOURNAL_FILES = (FILE_NAME, ".transcribed.lock")
_STARTED = 19  # index of the start of a process among its fields from the state on
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Setting:
    """Cluster and recordings of all benchmark parts."""

    cluster: Any
    recordings: Path
    out: Path
    kills: int
    minutes: float
    draw: random.Random

    @cached_property
    def reference(self) -> Path:
        """Folder with the results of a sequential run, which the first use of it makes."""
        wall_s, cpu_s = _run(self.command("in-turn"))
        print(f"in turn: {wall_s:.1f} s, {cpu_s:.1f} s of CPU", flush=True)
        return self.out / "in-turn"

    def command(self, name: str, *engine: str) -> list[str]:
        """Return the command of a batch run without recognition."""
        return [
            *(sys.executable, "-m", "pipeline", "transcribe", str(self.recordings)),
            *("--out", str(self.out / name), "--format", "rttm,json", "--diarize-only"),
            *("--offline", "--threads", "1", *engine),
        ]

    def on_cluster(self, name: str, workers: int = 2) -> list[str]:
        """Return the command of a batch run on the cluster."""
        return self.command(
            name,
            *("--engine", "ray", "--ray-address", self.cluster.address),
            *("--workers", str(workers), "--cpus-per-worker", "1", "--memory-per-worker", "500"),
        )


def main() -> None:
    """Run the requested parts and print a line of results for each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("recordings", type=Path)
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=60.0, help="length for `resumed`")
    parser.add_argument("--nodes", type=int, default=2)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, _cluster(chosen.nodes) as cluster:
        setting = Setting(
            *(cluster, chosen.recordings, Path(folder), chosen.kills, chosen.minutes),
            random.Random(20),
        )
        for name in chosen.parts.split(","):
            print(f"{name}: {PARTS[name](setting)}", flush=True)


def overhead(setting: Setting) -> str:
    """Compare one worker with a sequential run, including the worker's start and end."""
    with _CpuMeter() as meter:
        wall_s, cpu_s = _run(setting.on_cluster("overhead", workers=1))
    cpu = (
        f"CPU {cpu_s:.1f} s of the program, {meter.seconds:.1f} s of the cluster, "
        f"{meter.worker_seconds:.1f} s of them of the worker"
    )
    return f"{wall_s:.1f} s, {cpu}; {_compared(setting, 'overhead')}"


def sleep(setting: Setting) -> str:
    """Compare two workers with one on jobs that sleep for a second."""
    one_s, two_s = (_sleeping_jobs(setting, workers) for workers in (1, 2))
    return f"{one_s:.2f} s with one worker, {two_s:.2f} s with two: {one_s / two_s:.2f} times"


def workers(setting: Setting) -> str:
    """Kill the oldest worker repeatedly during a batch run."""
    killed = 0
    with subprocess.Popen(setting.on_cluster("workers")) as program:
        while program.poll() is None and killed < setting.kills:
            num_done = _num_done(setting, "workers")
            while program.poll() is None and _num_done(setting, "workers") == num_done:
                time.sleep(0.05)  # three kills without progress would rightly be a failure
            time.sleep(setting.draw.uniform(0.0, 2.0))
            if found := _worker_processes():
                os.kill(found[0], signal.SIGKILL)
                killed += 1
    return f"{killed} workers killed; {_compared(setting, 'workers')}"


def driver(setting: Setting) -> str:
    """Kill the driver program repeatedly at random times; then run it to the end."""
    for _ in range(setting.kills // 2):
        with subprocess.Popen(setting.on_cluster("driver"), stdout=subprocess.DEVNULL) as program:
            time.sleep(setting.draw.uniform(5.0, 9.0))
            program.kill()
    _run(setting.on_cluster("driver"))
    return f"{setting.kills // 2} programs killed; {_compared(setting, 'driver')}"


def node(setting: Setting) -> str:
    """Remove a node during a batch run; replace it by another one afterwards."""
    with subprocess.Popen(setting.on_cluster("node")) as program:
        while program.poll() is None and not any((setting.out / "node").glob("*.rttm")):
            time.sleep(0.1)
        removed = next(iter(setting.cluster.worker_nodes))
        setting.cluster.remove_node(removed, allow_graceful=False)
        code = program.wait()
    _add_node(setting.cluster)
    return f"a node lost, exit code {code}; {_compared(setting, 'node')}"


def frozen(setting: Setting) -> str:
    """Suspend a worker's node during a batch run, and resume it after the end."""
    with subprocess.Popen(setting.on_cluster("frozen")) as program:
        while program.poll() is None and not any((setting.out / "frozen").glob("*.rttm")):
            time.sleep(0.1)
        stopped = _node_of(_worker_processes()[0])
        began_s = time.monotonic()
        _send(stopped, signal.SIGSTOP)
        code = program.wait()
        wall_s = time.monotonic() - began_s
        _send(stopped, signal.SIGCONT)
    _add_node(setting.cluster)
    return (
        f"a node frozen, exit code {code}, {wall_s:.0f} s to the end; "
        f"{_compared(setting, 'frozen')}"
    )


def pair(setting: Setting) -> str:
    """Compare two workers with one on the recordings, with the start and end of the workers."""
    times_s: list[float] = []
    for workers in (1, 2, 2, 1):  # the load of the machine may change meanwhile
        name = f"pair-{workers}-{len(times_s)}"
        times_s.append(_run(setting.on_cluster(name, workers))[0])
    one_s, two_s = times_s[0] + times_s[3], times_s[1] + times_s[2]
    shown = ", ".join(f"{each:.1f}" for each in times_s)
    return f"1, 2, 2, 1 workers: {shown} s: {one_s / two_s:.2f} times; {_compared(setting, name)}"


def resumed(setting: Setting) -> str:
    """Kill the node of a long recording at KILLED_AT; compare with an undisturbed run."""
    recording = _long_recording(setting)
    options = RayOptions(setting.cluster.address, 1, cpus=1, memory_mb=500)
    load = EngineChoice(EngineKind.RAY, options).runner(ModelLocations(default_model_cache()), 1)
    engine: RayEngine[PipelineResult] = RayEngine(load, connect(options), options)
    try:
        whole, whole_s, _ = _transcribed(engine, recording, setting.out / "undisturbed", None)
        killed, killed_s, times_s = _transcribed(
            engine, recording, setting.out / "killed", KILLED_AT
        )
    finally:
        engine.close()
        _add_node(setting.cluster)
    is_same = "the same" if killed.transcript == whole.transcript else "other"
    steps = ", ".join(f"{name} {each:.1f} s" for name, each in times_s.items())
    return (
        f"{setting.minutes:g} min, undisturbed {whole_s:.1f} s, its node killed at "
        f"{100 * KILLED_AT:.0f} %: {killed_s:.1f} s, {killed_s / whole_s:.2f} times; "
        f"{is_same} turns; since the start: {steps}"
    )


_Status = JobStatus[PipelineResult]


def _transcribed(
    engine: RayEngine[PipelineResult], recording: Path, folder: Path, kill_at: float | None
) -> tuple[PipelineResult, float, dict[str, float]]:
    """Transcribe a recording; kill its node at a fraction of the work, if one is given.

    Returns:
        The result, its seconds, and {step of the recovery: seconds since the start}.
    """
    began_s, times_s = time.perf_counter(), dict[str, float]()
    steps = [] if kill_at is None else _steps_of_recovery(kill_at)
    request = JobRequest(recording, DIARIZATION, checkpoint_dir=folder)
    job_id = engine.submit(request)
    while not (status := engine.wait(job_id, timeout_s=0.1)).state.is_final:
        while steps and steps[0][1](status):
            name, _ = steps.pop(0)
            times_s[name] = time.perf_counter() - began_s
            if name == "killed":
                _send(_node_of(_worker_processes()[0]), signal.SIGKILL)
    if status.result is None:
        raise RuntimeError(f"the recording was not transcribed: {status.failure}")
    return status.result, time.perf_counter() - began_s, times_s


def _steps_of_recovery(kill_at: float) -> list[tuple[str, Callable[[_Status], bool]]]:
    """Return the steps of the recovery in order, each with the condition that it is reached."""
    return [
        ("begun", lambda status: status.progress is not None),
        ("killed", lambda status: _fraction(status) >= kill_at),
        ("noticed", lambda status: status.continuations > 0),
        ("next worker", lambda status: status.state is JobState.RUNNING),
        ("models loaded", lambda status: _fraction(status) < kill_at),
        ("caught up", lambda status: _fraction(status) >= kill_at),
    ]


def _fraction(status: _Status) -> float:
    without = (Stage.RECOGNIZE, Stage.PUNCTUATE)
    return 0.0 if status.progress is None else overall_fraction(status.progress, without=without)


def _long_recording(setting: Setting) -> Path:
    """Write a recording of the wanted length, made of the recordings in order."""
    found = [each.read(ignore_report).pcm for each in iterate_inputs(setting.recordings)]
    num_samples = round(60 * setting.minutes * SAMPLE_RATE_HZ)
    together = np.concatenate(found)
    path = setting.out / "long.flac"
    soundfile.write(path, np.resize(together, num_samples), SAMPLE_RATE_HZ)
    return path


PARTS: dict[str, Callable[[Setting], str]] = {
    each.__name__: each for each in (overhead, sleep, pair, resumed, workers, driver, node, frozen)
}


@contextmanager
def _cluster(num_nodes: int) -> Iterator[Any]:
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    from ray.cluster_utils import Cluster  # noqa: PLC0415 - after the environment is set

    cluster = Cluster(True, head_node_args={"num_cpus": 0, **_NODE})
    try:
        for _ in range(num_nodes):
            _add_node(cluster)
        yield cluster
    finally:
        cluster.shutdown()


_NODE = {"object_store_memory": 100 << 20, "include_dashboard": False}


def _add_node(cluster: Any) -> None:
    cluster.add_node(num_cpus=1, **_NODE)


def _run(command: list[str]) -> tuple[float, float]:
    """Run a command; return its wall-clock seconds and its CPU seconds."""
    began_s, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    code = subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode
    if code == INTERRUPTED:
        raise KeyboardInterrupt
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - began_s, cpu_s


def _compared(setting: Setting, name: str) -> str:
    """Return a text with the numbers of missing, different and repeated results of a run."""
    expected = [
        each.name for each in setting.reference.iterdir() if each.name not in _JOURNAL_FILES
    ]
    same, other, missing = filecmp.cmpfiles(
        setting.reference, setting.out / name, expected, shallow=False
    )
    entries = (setting.out / name / FILE_NAME).read_text().splitlines()
    sources = {json.loads(each)["source"] for each in entries}
    return (
        f"{len(same)} files identical, {len(other)} different, {len(missing)} missing, "
        f"{len(entries) - len(sources)} written twice"
    )


class _Sleeper:
    def __call__(
        self,
        request: JobRequest,
        on_progress: OnProgress,
        on_event: OnEvent,  # noqa: ARG002
    ) -> None:
        on_progress(StageProgress(Stage.RECOGNIZE, 0, 1))
        if request.audio_path.name == "sleep":
            threading.Event().wait(1.0)


def _load_sleeper() -> Runner[None]:
    return _Sleeper()


def _sleeping_jobs(setting: Setting, workers: int) -> float:
    options = RayOptions(setting.cluster.address, workers, cpus=1, memory_mb=100)
    engine: RayEngine[None] = RayEngine(_load_sleeper, connect(options), options)
    try:
        _finish(engine, "nothing", workers)  # starts them
        began_s = time.perf_counter()
        _finish(engine, "sleep", NUM_SLEEPS)
        return time.perf_counter() - began_s
    finally:
        engine.close()


def _finish(engine: RayEngine[None], name: str, num_jobs: int) -> None:
    request = JobRequest(Path(name), PipelineOptions())
    for job_id in [engine.submit(request) for _ in range(num_jobs)]:
        engine.wait(job_id)


def _num_done(setting: Setting, name: str) -> int:
    return len(list((setting.out / name).glob("*.rttm")))


def _worker_processes() -> list[int]:
    """Return the process ids of the cluster's workers, the oldest first."""
    ours = _ticks_of_cluster()
    found = [pid for pid in ours if _is_worker(pid)]
    return sorted(found, key=lambda pid: int(_stat(pid)[_STARTED]) if _stat(pid) else 0)


def _is_worker(pid: int) -> bool:
    return _read(pid, "cmdline").startswith(WORKER_NAME)


def _node_of(worker: int) -> list[int]:
    """Return the process ids of a worker's node and of its children."""
    parents = {pid: int(_stat(pid)[1]) for pid in _processes() if _stat(pid)}
    node = parents[worker]
    return [node, *(pid for pid, parent in parents.items() if parent == node)]


def _send(processes: list[int], number: signal.Signals) -> None:
    for each in processes:
        os.kill(each, number)


class _CpuMeter:
    """Context manager that counts the CPU seconds of the cluster, also of ended processes."""

    def __init__(self) -> None:
        self._first: dict[int, int] = {}
        self._last: dict[int, int] = {}
        self._workers: set[int] = set()
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    @property
    def seconds(self) -> float:
        """CPU seconds of the cluster since the start of the block."""
        return self._sum(set(self._last))

    @property
    def worker_seconds(self) -> float:
        """CPU seconds of the workers since the start of the block."""
        return self._sum(self._workers)

    def _sum(self, processes: set[int]) -> float:
        return sum(self._last[each] - self._first[each] for each in processes) / _TICKS_PER_S

    def __enter__(self) -> _CpuMeter:
        self._first = _ticks_of_cluster()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _watch(self) -> None:
        is_last = False
        while not is_last:
            is_last = self._is_over.wait(0.2)
            for each, ticks in _ticks_of_cluster().items():
                self._first.setdefault(each, 0)
                self._last[each] = ticks
                if _is_worker(each):
                    self._workers.add(each)


def _ticks_of_cluster() -> dict[int, int]:
    """Return {process id: CPU clock ticks} of the cluster's processes, without batch programs."""
    stats = {pid: stat for pid in _processes() if (stat := _stat(pid))}
    ours = {os.getpid()}
    while found := {pid for pid, stat in stats.items() if int(stat[1]) in ours} - ours:
        ours |= {pid for pid in found if b"pipeline" not in _read(pid, "cmdline")}
        stats = {pid: stat for pid, stat in stats.items() if pid in ours or pid not in found}
    return {pid: int(stats[pid][11]) + int(stats[pid][12]) for pid in ours - {os.getpid()}}


def _processes() -> list[int]:
    return [int(each.name) for each in Path("/proc").iterdir() if each.name.isdecimal()]


def _stat(pid: int) -> list[bytes]:
    """Return the fields of /proc/PID/stat of a process, beginning with its state."""
    return _read(pid, "stat").rpartition(b")")[2].split()


def _read(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:  # it has ended
        return b""


if __name__ == "__main__":
    main()
