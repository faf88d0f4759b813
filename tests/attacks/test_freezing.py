"""What one visitor does to a long transcript makes nobody else wait for the page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks.longest_wait import ACTS, Attacked, attacked_app, waited

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


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    with attacked_app(tmp_path_factory.mktemp("freezing"), NUM_SENTENCES) as app:
        yield app


@pytest.mark.wall_clock
@pytest.mark.parametrize("name", [name for name in ACTS if name in EXPECTED])
def test_another_visitor_waits_for_less_than_half_a_second(attacked: Attacked, name: str) -> None:
    found = waited(attacked, name)

    assert found.status == EXPECTED[name]
    assert found.visits.longest_s < LONGEST_WAIT_S
    assert found.memory_mb < MOST_MEMORY_MB
