from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from multiprocessing.queues import Queue
from pathlib import Path

import pytest

from pipeline.core.errors import ModelUnavailableError
from pipeline.models.manifest import HubSource
from pipeline.models.store import ModelStore
from tests.conditions import eventually
from tests.pipeline.models.made_models import CONTENTS, make_model
from tests.pipeline.models.model_server import ModelServer, serve

SPAWN = multiprocessing.get_context("spawn")
WAIT_S = 60


@pytest.fixture(name="server")
def _server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    monkeypatch.setenv("no_proxy", "*")
    with serve(CONTENTS) as server:
        yield server


def _store(cache_dir: Path, source: HubSource) -> ModelStore:
    return ModelStore(cache_dir / "bundled", cache_dir, models=[make_model(sources=[source])])


def _fetch(cache_dir: Path, source: HubSource, name: str, events: Queue[tuple[str, str]]) -> None:
    """What a child process does: fetch, and tell when it begins and when it has the model."""
    events.put((name, "begins"))
    store = _store(cache_dir, source)
    has_waited = False

    def report(done: int, total: int) -> None:
        nonlocal has_waited
        if not has_waited:
            has_waited = True
            events.put((name, "waits"))

    store.fetch("tiny", report=report)
    events.put((name, "has it"))


def test_two_processes_that_fetch_at_once_ask_for_each_file_once(
    server: ModelServer, tmp_path: Path
) -> None:
    server.is_holding = True
    events: Queue[tuple[str, str]] = SPAWN.Queue()
    children = [
        SPAWN.Process(target=_fetch, args=(tmp_path, server.source, name, events))
        for name in ("first", "second")
    ]
    for child in children:
        child.start()
    seen: set[tuple[str, str]] = set()
    while not {("first", "waits"), ("second", "waits")} <= seen:
        seen.add(events.get(timeout=WAIT_S))
    server.released.set()
    for child in children:
        child.join(WAIT_S)

    assert [child.exitcode for child in children] == [0, 0]
    assert sorted(server.asked) == ["/r1/config.json", "/r1/model.bin"]
    found = _store(tmp_path, server.source).locate("tiny")
    assert {path.name: path.read_bytes() for path in found.files} == CONTENTS


def test_a_killed_fetch_leaves_no_half_file_and_the_next_one_succeeds(
    server: ModelServer, tmp_path: Path
) -> None:
    server.stall_after = 1000
    events: Queue[tuple[str, str]] = SPAWN.Queue()
    child = SPAWN.Process(target=_fetch, args=(tmp_path, server.source, "child", events))
    child.start()
    assert server.has_stalled.wait(WAIT_S)
    partial = tmp_path / "tiny" / "model.bin.partial"
    eventually(lambda: partial.exists() and partial.stat().st_size == 1000)
    child.kill()
    child.join(WAIT_S)
    store = _store(tmp_path, server.source)

    assert [name for name in CONTENTS if (tmp_path / "tiny" / name).exists()] == []
    with pytest.raises(ModelUnavailableError):
        store.locate("tiny")
    server.stall_after = None
    assert {path.name: path.read_bytes() for path in store.fetch("tiny").files} == CONTENTS
    assert server.ranges[:2] == ["", "bytes=1000-"]
    assert sorted(path.name for path in (tmp_path / "tiny").iterdir()) == sorted(CONTENTS)
