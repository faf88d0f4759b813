"""What one visitor does to a long transcript makes nobody else wait for the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.longest_wait import ACTS, Attacked, Waited, attacked_app, waited

NUM_SENTENCES = 2_000
LONGEST_WAIT_S = 0.5
MOST_MEMORY_MB = 400
EXPECTED = {
    "import of quotes": 422,
    "import of 3 times the sentences": 200,
    "corrections of all sentences": 200,
    "annotators": 200,
    "deletion": 200,
}
# What else the machine does lengthens single waits: the shortest of three tries counts.
NUM_TRIES = 3


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    with attacked_app(tmp_path_factory.mktemp("freezing"), NUM_SENTENCES) as app:
        yield app


def tries(attacked: Attacked, folder: Path, name: str) -> Iterator[Waited]:
    """Measure an act up to three times, after the first time in apps of their own."""
    yield waited(attacked, name)
    for number in range(1, NUM_TRIES):
        with attacked_app(folder / f"{number}", NUM_SENTENCES) as fresh:
            yield waited(fresh, name)


@pytest.mark.wall_clock
@pytest.mark.parametrize("name", [name for name in ACTS if name in EXPECTED])
def test_another_visitor_waits_for_less_than_half_a_second(
    attacked: Attacked, tmp_path: Path, name: str
) -> None:
    tried = []
    for found in tries(attacked, tmp_path, name):
        assert found.status == EXPECTED[name]
        assert found.memory_mb < MOST_MEMORY_MB
        tried.append(found.visits.longest_s)
        if tried[-1] < LONGEST_WAIT_S:
            break

    assert min(tried) < LONGEST_WAIT_S, tried
