"""What only the engine on a Ray cluster does: outlive nodes, carry files, stop in time."""

from __future__ import annotations

import os
import signal
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import fsspec
import pytest

from pipeline.engines.crash_count import MAX_CRASHES
from pipeline.engines.engine import SCRATCH_AUDIO, SCRATCH_PEAKS, JobRequest, JobState
from pipeline.engines.ray.engine import CANNOT_RUN, RayEngine
from pipeline.engines.ray.options import RayFiles
from pipeline.inputs.store_address import StoreAddress, parse_store_address
from tests.conditions import eventually
from tests.contracts.ray_clusters import (
    NEEDS_RAY,
    KeptCluster,
    add_node,
    is_alive,
    make_ray_engine,
    processes_of_node,
)
from tests.contracts.scripted_runner import (
    COUNT_TO,
    FINDINGS,
    NUM_PERISHED,
    PEAKS,
    PLAYBACK,
    ScriptedResult,
    UnreadableResult,
    load_scripted,
    request_for,
)

pytestmark = NEEDS_RAY
STORE = os.environ.get("SPEAKER_STUDIO_TEST_STORE")  # as for tests/pipeline/batch
CANCEL_LIMIT_S = 2.0
NOTICE_LIMIT_S = 2.0
COUNTED = " ".join(map(str, range(COUNT_TO)))
NODE_FILES = (RayFiles.SHARED, RayFiles.CARRIED)


@pytest.fixture
def engine(ray_cluster: KeptCluster) -> Iterator[RayEngine[object]]:
    engine = make_ray_engine(ray_cluster, load_scripted)
    yield engine
    engine.close()


def recording(folder: Path, stem: str) -> Path:
    path = folder / f"{stem}.wav"
    path.write_bytes(b"RIFF")
    return path


def request_with_folders(folder: Path, stem: str) -> JobRequest:
    scratch = folder / "scratch"
    scratch.mkdir()
    request = request_for(stem, scratch, folder / "kept")
    return JobRequest(
        recording(folder, stem), request.options, request.scratch_dir, request.checkpoint_dir
    )


def process_of(engine: RayEngine[object]) -> int:
    result = engine.wait(engine.submit(request_for("echo"))).result
    assert isinstance(result, ScriptedResult)
    return result.process_id


def num_kept(folder: Path) -> int:
    return len([each for each in folder.glob("*/[0-9]*") if each.is_file()])


def wait_until_at_work(engine: RayEngine[object], job_id: str) -> None:
    eventually(lambda: engine.status(job_id).progress is not None)


def test_the_work_is_done_in_another_process_by_one_worker(engine: RayEngine[object]) -> None:
    processes = {process_of(engine) for _ in range(3)}

    assert len(processes) == 1
    assert os.getpid() not in processes


def test_events_arrive_while_the_job_runs(engine: RayEngine[object]) -> None:
    job_id = engine.submit(request_for("tell"))

    eventually(lambda: engine.events(job_id) == FINDINGS)

    assert engine.status(job_id).state is JobState.RUNNING
    engine.cancel(job_id)
    assert engine.wait(job_id).state is JobState.CANCELLED


def test_an_obedient_job_stops_and_its_worker_is_kept(engine: RayEngine[object]) -> None:
    process_id = process_of(engine)
    job_id = engine.submit(request_for("obey"))
    wait_until_at_work(engine, job_id)

    engine.cancel(job_id)

    assert engine.wait(job_id).state is JobState.CANCELLED
    assert process_of(engine) == process_id


@pytest.mark.wall_clock
def test_a_deaf_job_is_ended_by_force_within_two_seconds(engine: RayEngine[object]) -> None:
    process_id = process_of(engine)
    job_id = engine.submit(request_for("ignore"))
    wait_until_at_work(engine, job_id)

    asked_s = time.monotonic()
    engine.cancel(job_id)
    status = engine.wait(job_id)

    assert status.state is JobState.CANCELLED
    assert time.monotonic() - asked_s < CANCEL_LIMIT_S
    assert process_of(engine) != process_id


@pytest.mark.wall_clock
@pytest.mark.parametrize("files", NODE_FILES)
def test_a_killed_worker_is_noticed_and_its_job_continued(
    ray_cluster: KeptCluster, tmp_path: Path, files: RayFiles
) -> None:
    engine = make_ray_engine(ray_cluster, load_scripted, files=files)
    process_id = process_of(engine)
    request = request_with_folders(tmp_path, "count")
    job_id = engine.submit(request)
    eventually(lambda: num_kept(tmp_path / "kept") > 5)

    killed_s = time.monotonic()
    os.kill(process_id, signal.SIGKILL)
    eventually(lambda: engine.status(job_id).continuations == 1)
    noticed_s = time.monotonic() - killed_s
    status = engine.wait(job_id)
    engine.close()

    assert noticed_s < NOTICE_LIMIT_S
    assert (status.state, status.result) == (JobState.DONE, COUNTED)


def test_a_job_fails_when_workers_die_over_it_and_nothing_more_is_kept(
    engine: RayEngine[object], tmp_path: Path
) -> None:
    request = request_with_folders(tmp_path, "perish")

    status = engine.wait(engine.submit(request))

    assert status.state is JobState.FAILED
    assert status.failure is not None
    assert status.failure.kind == "WorkerDied"
    assert status.continuations == NUM_PERISHED + MAX_CRASHES - 2


@pytest.mark.parametrize("files", NODE_FILES)
def test_playback_files_are_there_when_the_job_says_so(
    ray_cluster: KeptCluster, tmp_path: Path, files: RayFiles
) -> None:
    engine = make_ray_engine(ray_cluster, load_scripted, files=files)
    request = request_with_folders(tmp_path, "play")

    job_id = engine.submit(request)
    status = engine.wait(job_id)
    engine.close()

    assert status.state is JobState.DONE
    assert engine.events(job_id) == FINDINGS[:1]
    scratch = {path.name: path.read_bytes() for path in (tmp_path / "scratch").iterdir()}
    assert scratch == {SCRATCH_AUDIO: PLAYBACK, SCRATCH_PEAKS: PEAKS}


def test_a_worker_that_does_not_see_the_folders_gets_the_files(
    ray_cluster: KeptCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.engines.ray.job_news.Probe.of", other_probe)
    states = {}
    for files in (RayFiles.AUTO, RayFiles.SHARED):
        folder = tmp_path / files.value
        folder.mkdir()
        engine = make_ray_engine(ray_cluster, load_scripted, files=files)
        states[files] = engine.wait(engine.submit(request_with_folders(folder, "count")))
        engine.close()

    assert states[RayFiles.AUTO].result == COUNTED
    assert states[RayFiles.SHARED].failure is not None
    assert "--ray-files carried" in states[RayFiles.SHARED].failure.message


def other_probe(path: Path) -> Any:
    """The probe of a file that is another one on the nodes."""
    from pipeline.engines.ray.job_news import Probe

    return Probe(path, (1, 1))


def test_a_recording_in_a_store_that_only_the_program_reads_is_carried(
    ray_cluster: KeptCluster, tmp_path: Path
) -> None:
    address = stored_recording("memory://tests")
    ended = {}
    for files in RayFiles:
        engine = make_ray_engine(ray_cluster, load_scripted, files=files)
        ended[files] = engine.wait(engine.submit(request_for_address(address, tmp_path)))
        engine.close()

    for files in (RayFiles.AUTO, RayFiles.CARRIED):
        assert ended[files].result == (b"RIFF", False)
    assert ended[RayFiles.SHARED].failure is not None
    assert "--ray-files carried" in ended[RayFiles.SHARED].failure.message


@pytest.mark.skipif(STORE is None, reason="SPEAKER_STUDIO_TEST_STORE names no store")
def test_a_recording_in_a_store_is_read_by_the_worker(
    ray_cluster: KeptCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert STORE is not None
    address = stored_recording(STORE)
    results = []
    for probe in (None, other_probe):  # with and without shared folders
        if probe is not None:
            monkeypatch.setattr("pipeline.engines.ray.job_news.Probe.of", probe)
        engine = make_ray_engine(ray_cluster, load_scripted)
        status = engine.wait(engine.submit(request_for_address(address, tmp_path)))
        results.append(status.result)
        engine.close()

    assert results == [(b"RIFF", True)] * 2


def test_a_missing_recording_in_a_store_fails_and_its_worker_is_kept(
    engine: RayEngine[object], tmp_path: Path
) -> None:
    process_id = process_of(engine)
    address = parse_store_address("memory://tests/nothing.wav")

    status = engine.wait(engine.submit(request_for_address(address, tmp_path)))

    assert status.failure is not None
    assert status.failure.kind == "DownloadError"
    assert process_of(engine) == process_id


def stored_recording(folder: str) -> StoreAddress:
    url = f"{folder.rstrip('/')}/{uuid.uuid4().hex}.wav"
    store, path = fsspec.url_to_fs(url)
    store.pipe_file(path, b"RIFF")
    return parse_store_address(url)


def request_for_address(address: StoreAddress, folder: Path) -> JobRequest:
    request = request_for("fetch", checkpoint_dir=folder / "kept")
    return replace(request, address=address)


def test_a_job_fails_with_the_reason_when_no_node_can_run_the_program(
    ray_cluster: KeptCluster,
) -> None:
    engine = make_ray_engine(ray_cluster, UnreadableResult())

    status = engine.wait(engine.submit(request_for("echo")))
    engine.close()

    assert status.failure is not None
    assert status.failure.kind == CANNOT_RUN
    assert "RuntimeError: this result cannot be read" in status.failure.message


def test_an_idle_worker_ends_and_the_next_job_gets_another(ray_cluster: KeptCluster) -> None:
    engine = make_ray_engine(ray_cluster, load_scripted, idle_s=0.2)
    process_id = process_of(engine)

    eventually(lambda: not is_alive(process_id))

    assert process_of(engine) != process_id
    engine.close()


def test_workers_end_with_the_engine(ray_cluster: KeptCluster) -> None:
    engine = make_ray_engine(ray_cluster, load_scripted)
    process_id = process_of(engine)
    job_id = engine.submit(request_for("ignore"))
    wait_until_at_work(engine, job_id)

    engine.close()

    assert engine.status(job_id).state is JobState.INTERRUPTED
    eventually(lambda: not is_alive(process_id))


def test_more_workers_than_places_empty_the_queue_after_a_node_is_lost(
    ray_cluster: KeptCluster, ray_nodes: Any, tmp_path: Path
) -> None:
    third = add_node(ray_nodes)
    engine = make_ray_engine(ray_cluster, load_scripted, workers=5)
    folders = [tmp_path / str(number) for number in range(6)]
    for folder in folders:
        folder.mkdir()
    job_ids = [engine.submit(request_with_folders(each, "count")) for each in folders]
    eventually(lambda: all(num_kept(each / "kept") > 3 for each in folders[:3]))

    ray_nodes.remove_node(third, allow_graceful=False)
    statuses = [engine.wait(job_id) for job_id in job_ids]
    engine.close()

    assert [each.result for each in statuses] == [COUNTED] * 6
    assert sum(each.continuations for each in statuses) == 1


def test_a_frozen_node_is_given_up_and_changes_nothing_when_it_thaws(
    ray_cluster: KeptCluster, ray_nodes: Any, tmp_path: Path
) -> None:
    add_node(ray_nodes)  # for the one that is lost
    engine = make_ray_engine(ray_cluster, load_scripted)
    frozen = processes_of_node(process_of(engine))
    job_id = engine.submit(request_with_folders(tmp_path, "count"))
    eventually(lambda: num_kept(tmp_path / "kept") > 5)

    for process_id in frozen:
        os.kill(process_id, signal.SIGSTOP)
    eventually(lambda: engine.status(job_id).continuations == 1)
    for process_id in frozen:
        os.kill(process_id, signal.SIGCONT)
    status = engine.wait(job_id)
    engine.close()

    assert (status.state, status.result) == (JobState.DONE, COUNTED)
