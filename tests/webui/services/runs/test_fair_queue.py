"""Tests of the queue of several people, over an engine that the test drives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.audio.probe import AudioProbe
from pipeline.core.options import PipelineOptions
from pipeline.engines.engine import Priority
from storage.db.records import RunStatus
from tests.conditions import eventually
from tests.webui.services.fake_work import HandDrivenEngine, write_upload
from webui.services.container import Services, open_services
from webui.services.runs.transcription import Ticket

MINUTE_MS = 60_000


@pytest.fixture
def start(busy_services: Services, uploads: Path) -> Callable[[str, str], Ticket]:
    """Start a recording of a person, both given by name."""

    def start_one(person: str, name: str) -> Ticket:
        path = write_upload(uploads, f"{name}.wav", name.encode())
        return busy_services.transcription.start(
            path, title=name, options=PipelineOptions(), person=person
        )

    return start_one


def places(services: Services, tickets: list[Ticket]) -> list[int]:
    at_work = services.transcription.at_work()
    return [at_work[each.run_id].queue_position for each in tickets]


def test_nobody_waits_behind_another_persons_uploads(
    busy_services: Services, start: Callable[[str, str], Ticket]
) -> None:
    many = [start("one", f"many-{number}") for number in range(30)]

    others = [start(f"person {number}", f"single-{number}") for number in range(19)]

    assert places(busy_services, many[:2]) == [0, 20]
    assert places(busy_services, others) == list(range(1, 20))


def test_a_waiting_recording_shows_how_many_are_ahead(
    busy_services: Services, engine: HandDrivenEngine, start: Callable[[str, str], Ticket]
) -> None:
    tickets = [start("one", f"{number}") for number in range(3)]
    engine.begin()
    late = start("another", "late")

    assert places(busy_services, [*tickets, late]) == [0, 2, 3, 1]


def test_waiting_people_keep_their_turns_after_a_restart(
    workspace: Path,
    busy_services: Services,
    start: Callable[[str, str], Ticket],
) -> None:
    tickets = [start("one", f"many-{number}") for number in range(3)]
    tickets.append(start("another", "single"))
    before = places(busy_services, tickets)
    busy_services.close()

    again = open_services(workspace, HandDrivenEngine())

    assert places(again, tickets) == before == [0, 2, 3, 1]
    again.close()


def test_short_recordings_precede_long_ones_of_the_same_person(
    workspace: Path, uploads: Path, engine: HandDrivenEngine
) -> None:
    lengths = {"long": 90 * MINUTE_MS, "short": 2 * MINUTE_MS}
    services = open_services(
        workspace, engine, probe=lambda path: AudioProbe(length_ms=lengths[path.stem])
    )

    tickets = [
        services.transcription.start(
            write_upload(uploads, f"{name}.wav", name.encode()), title="", options=PipelineOptions()
        )
        for name in lengths
    ]

    assert [each.priority for each in engine.requests] == [Priority.LONG, Priority.SHORT]
    assert places(services, tickets) == [1, 0]
    services.close()


def test_a_recording_that_is_run_again_counts_for_the_person_who_asked(
    busy_services: Services, engine: HandDrivenEngine, start: Callable[[str, str], Ticket]
) -> None:
    first = start("one", "first")
    engine.begin()
    engine.finish()
    busy_services.transcription.wait(first.run_id)

    busy_services.transcription.run_again(first.run_id, person="another")

    assert [each.person for each in engine.requests] == ["one", "another"]


def test_a_cancelled_recording_leaves_the_queue(
    busy_services: Services, start: Callable[[str, str], Ticket]
) -> None:
    first, second = start("one", "first"), start("another", "second")

    busy_services.transcription.cancel(first.run_id)

    eventually(lambda: first.run_id not in busy_services.transcription.at_work())
    assert busy_services.transcription.progress(first.run_id).status is RunStatus.CANCELLED
    assert places(busy_services, [second]) == [0]
