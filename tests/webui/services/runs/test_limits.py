"""Tests of upload limits and their messages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.audio.probe import AudioProbe
from pipeline.audio.samples import SAMPLE_RATE_HZ
from pipeline.core.options import PipelineOptions
from storage.db.blobs import BlobStore
from storage.db.database import open_database
from storage.db.records import RunStatus
from tests.conditions import LONGEST_WAIT_S
from tests.webui.services.fake_work import HandDrivenEngine, write_upload
from webui.config.limits import BYTES_PER_MB, Limits
from webui.services.runs.ingest import Ingest
from webui.services.runs.job_follower import JobFollower
from webui.services.runs.limits import LimitKeeper, LimitReachedError
from webui.services.runs.run_recorder import RunRecorder
from webui.services.runs.transcription import Ticket, TranscriptionService
from webui.services.runs.work_folders import WorkFolders

LIMITS = Limits(
    recording_hours=2.0,
    file_mb=1,
    queue=4,
    visitor_queue=2,
    visitor_hours=3.0,
    address_queue=3,
    address_hours=5.0,
)
HOUR_MS = 3_600_000
DAY_S = 24 * 3_600.0


class Desk:
    """A transcription service with a clock and recording lengths set by the test."""

    def __init__(self, workspace: Path, uploads: Path, engine: HandDrivenEngine) -> None:
        self.now_s = 0.0
        self.uploads = uploads
        self.engine = engine
        self._lengths: dict[str, int | None] = {}
        self._database = open_database(workspace / "studio.sqlite3")
        blobs, folders = BlobStore(workspace / "recordings"), WorkFolders(workspace / "scratch")
        keeper = LimitKeeper(LIMITS, clock=lambda: self.now_s)
        self.service = TranscriptionService(
            self._database,
            Ingest(self._database, blobs, keeper),
            JobFollower(engine, RunRecorder(self._database, blobs), folders),
            folders=folders,
            limits=keeper,
            probe=lambda path: AudioProbe(self._lengths[path.name]),
        )

    def bring(
        self,
        name: str,
        *,
        hours: float | None = 0.1,
        owner: str | None = None,
        address: str | None = None,
        size: int = 8,
    ) -> Ticket:
        self._lengths[name] = None if hours is None else round(hours * HOUR_MS)
        path = write_upload(self.uploads, name, name.encode().ljust(size))
        return self.service.start(
            path, title=name, options=PipelineOptions(), owner=owner, address=address
        )

    def do_next(self, ticket: Ticket, *, hours: float | None = None) -> None:
        """Finish the next run with a recording of the given hours."""
        self.engine.begin()
        self.engine.finish(None if hours is None else round(hours * HOUR_MS))
        ended = self.service.wait(ticket.run_id, timeout_s=LONGEST_WAIT_S)
        assert ended.status is RunStatus.DONE

    def close(self) -> None:
        self.service.close()
        self._database.close()


@pytest.fixture
def desk(workspace: Path, uploads: Path, engine: HandDrivenEngine) -> Iterator[Desk]:
    desk = Desk(workspace, uploads, engine)
    yield desk
    desk.close()


def refusal(bring: Callable[[], object]) -> tuple[str, dict[str, str]]:
    with pytest.raises(LimitReachedError) as caught:
        bring()
    assert "{" not in caught.value.message_in("zh") + caught.value.message_in("en")
    return caught.value.key, caught.value.values


def test_a_file_that_is_too_large_is_refused(desk: Desk) -> None:
    desk.bring("fits", size=BYTES_PER_MB)

    refused = refusal(lambda: desk.bring("large", size=BYTES_PER_MB + 1))

    assert refused == ("limit.file", {"size": "2", "limit": "1"})


def test_a_recording_with_too_long_a_length_in_its_header_is_refused(desk: Desk) -> None:
    desk.bring("fits", hours=2.0)

    refused = refusal(lambda: desk.bring("long", hours=2.5))

    assert refused == ("limit.length", {"length": "2.5", "limit": "2"})


def test_the_decoder_enforces_the_length_limit_for_headers_without_length(desk: Desk) -> None:
    desk.bring("unknown", hours=None)

    assert desk.engine.requests[0].max_samples == 2 * 3_600 * SAMPLE_RATE_HZ


def test_a_full_queue_refuses_runs_until_one_has_ended(desk: Desk) -> None:
    tickets = [desk.bring(f"{number}") for number in range(4)]

    refused = refusal(lambda: desk.bring("one more"))
    desk.do_next(tickets[0])
    taken = desk.bring("one more")

    assert refused == ("limit.queue", {"limit": "4"})
    assert desk.service.progress(taken.run_id).status is RunStatus.QUEUED


def test_a_refused_upload_leaves_no_files(desk: Desk, workspace: Path) -> None:
    for number in range(4):
        desk.bring(f"{number}")

    refusal(lambda: desk.bring("one more"))

    assert len(list((workspace / "recordings").iterdir())) == 4


def test_a_second_start_with_a_full_queue_returns_the_queued_run(desk: Desk) -> None:
    tickets = [desk.bring(f"{number}") for number in range(4)]

    assert desk.bring("3") == replace(tickets[3], is_new=False)


def test_each_visitor_has_a_separate_queue_limit(desk: Desk) -> None:
    for name in ("a", "b"):
        desk.bring(name, owner="ann")

    refused = refusal(lambda: desk.bring("c", owner="ann"))
    desk.bring("c", owner="bob")

    assert refused == ("limit.visitor_queue", {"limit": "2"})


def test_a_visitor_has_a_daily_limit_of_hours(desk: Desk) -> None:
    desk.do_next(desk.bring("a", hours=1.5, owner="ann"), hours=1.5)
    desk.do_next(desk.bring("b", hours=1.0, owner="ann"), hours=1.0)

    refused = refusal(lambda: desk.bring("c", hours=1.0, owner="ann"))
    desk.bring("d", hours=0.5, owner="ann")
    desk.now_s += DAY_S + 1.0
    desk.bring("c", hours=1.0, owner="ann")

    assert refused == ("limit.visitor_hours", {"had": "2.5", "limit": "3"})


def test_a_length_known_only_after_decoding_counts(desk: Desk) -> None:
    desk.do_next(desk.bring("a", hours=2.0, owner="ann"), hours=2.0)
    desk.do_next(desk.bring("unknown", hours=None, owner="ann"))  # 4 s, as its transcript says

    refused = refusal(lambda: desk.bring("c", hours=1.0, owner="ann"))

    assert refused == ("limit.visitor_hours", {"had": "2", "limit": "3"})


@pytest.mark.parametrize(("told", "decoded", "had"), [(0.01, 2.9, "2.9"), (1.9, 2.5, "2.5")])
def test_a_header_with_too_short_a_length_does_not_save_hours(
    desk: Desk, told: float, decoded: float, had: str
) -> None:
    desk.do_next(desk.bring("a", hours=told, owner="ann"), hours=decoded)

    refused = refusal(lambda: desk.bring("b", hours=1.0, owner="ann"))

    assert refused == ("limit.visitor_hours", {"had": had, "limit": "3"})


def test_a_header_with_too_long_a_length_does_not_cost_hours(desk: Desk) -> None:
    desk.do_next(desk.bring("a", hours=2.0, owner="ann"), hours=0.1)

    desk.bring("b", hours=1.9, owner="ann")


def test_running_again_has_the_same_limits(desk: Desk) -> None:
    ticket = desk.bring("a", hours=2.0, owner="ann")
    desk.do_next(ticket, hours=2.0)
    desk.bring("b", hours=1.0, owner="ann")

    refused = refusal(lambda: desk.service.run_again(ticket.run_id))

    assert refused == ("limit.visitor_hours", {"had": "3", "limit": "3"})


def test_visitors_with_one_address_share_a_queue_limit(desk: Desk) -> None:
    first, *_ = (desk.bring(f"{each}", owner=f"visitor {each}", address="one") for each in range(3))

    refused = refusal(lambda: desk.bring("3", owner="visitor 3", address="one"))
    desk.bring("4", owner="visitor 4", address="another")
    desk.do_next(first)
    desk.bring("3", owner="visitor 3", address="one")

    assert refused == ("limit.address_queue", {"limit": "3"})


def test_visitors_with_one_address_share_a_daily_limit_of_hours(desk: Desk) -> None:
    for each in range(2):
        desk.bring(f"{each}", hours=2.0, owner=f"visitor {each}", address="one")

    refused = refusal(lambda: desk.bring("2", hours=1.5, owner="visitor 2", address="one"))
    desk.bring("2", hours=1.5, owner="visitor 2", address="another")
    desk.now_s += DAY_S + 1.0
    desk.bring("3", hours=1.5, owner="visitor 3", address="one")

    assert refused == ("limit.address_hours", {"had": "4", "limit": "5"})


def test_running_again_counts_against_the_visitors_address(desk: Desk) -> None:
    ticket = desk.bring("a", owner="ann", address="one")
    desk.do_next(ticket)
    for each in range(3):
        desk.bring(f"{each}", owner=f"visitor {each}", address="one")

    refused = refusal(lambda: desk.service.run_again(ticket.run_id))

    assert refused == ("limit.address_queue", {"limit": "3"})


@pytest.mark.parametrize("value", [0, -1, float("inf"), float("nan")])
def test_an_invalid_limit_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match=r"Limits\.recording_hours must be a number above 0"):
        Limits(recording_hours=value)
