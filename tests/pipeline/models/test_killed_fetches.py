"""A fetch that is killed at any moment loses nothing but time."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.models.store import ModelStore
from tests.dev_data import REPOSITORY
from tests.pipeline.models.made_models import make_model
from tests.pipeline.models.model_server import serve

NUM_KILLS = 20
CONTENTS = {"model.bin": random.Random(1).randbytes(6 << 20), "config.json": b'{"layers": 2}'}
LONGEST_LIFE_S = 0.25  # after its first byte; the whole takes about 3 s at the server's pace

CHILD = """
import sys
from pathlib import Path
from pipeline.models.manifest import HubSource
from pipeline.models.store import ModelStore
from tests.pipeline.models.made_models import make_model
from tests.pipeline.models.test_killed_fetches import CONTENTS

cache, url = Path(sys.argv[1]), sys.argv[2]
model = make_model(contents=CONTENTS, sources=[HubSource(url + "/{revision}/{file}")])
store = ModelStore(cache / "bundled", cache, models=[model])
print("ready", flush=True)
store.fetch("tiny", report=lambda done, total: print(done, flush=True))
"""


def test_a_fetch_killed_twenty_times_at_random_ends_with_the_right_files_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "*")
    chance = random.Random(7)
    with serve(CONTENTS) as server:
        server.pause_s = 0.03  # a piece of 64 KiB at a time
        for _ in range(NUM_KILLS):
            _kill_at_random(tmp_path, server.url, chance)
        server.pause_s = 0.0
        model = make_model(contents=CONTENTS, sources=[server.source])
        ModelStore(tmp_path / "bundled", tmp_path, models=[model]).fetch("tiny")
        asked_for_rest = [each for each in server.ranges if each]

    found = {path.name: path.read_bytes() for path in (tmp_path / "tiny").iterdir()}
    assert found == CONTENTS
    assert len(asked_for_rest) > NUM_KILLS // 2


def _kill_at_random(cache: Path, url: str, chance: random.Random) -> None:
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(cache), url],
        stdout=subprocess.PIPE,
        cwd=REPOSITORY,
        env=environment,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == b"ready"
        if chance.random() < 0.8:  # else it dies before it has asked for anything
            counts: set[bytes] = set()  # 0, what an earlier try left, and more
            while len(counts) < 3:
                counts.add(child.stdout.readline())
            time.sleep(chance.uniform(0, LONGEST_LIFE_S))
        child.kill()
