from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator

import pytest

from pipeline.core.errors import ModelIntegrityError, TranscriptionCancelled
from pipeline.core.progress import Report, ignore_report
from pipeline.models.fetch.hub_source import HubFetcher
from pipeline.models.fetch.sources import (
    Arrival,
    FileRequest,
    InterruptedTransferError,
    LoginRequiredError,
    SourceUnavailableError,
)
from pipeline.models.manifest import HubSource
from tests.pipeline.models.made_models import CONTENTS, all_of, make_model
from tests.pipeline.models.model_server import ModelServer, serve

MODEL = make_model()
WEIGHTS = CONTENTS["model.bin"]


@pytest.fixture(name="server")
def _server() -> Iterator[ModelServer]:
    with serve(CONTENTS) as server:
        yield server


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")


def _read(source: HubSource) -> dict[str, bytes]:
    stream = HubFetcher(source).read(MODEL, all_of(MODEL), report=ignore_report)
    return {each.file.name: b"".join(each.chunks) for each in stream}


def _arrival(
    server: ModelServer, *, num_bytes_here: int = 0, etag: str = "", report: Report = ignore_report
) -> tuple[Arrival, bytes]:
    """The weights as they come when some of them are here."""
    wanted = FileRequest(MODEL.files[0], num_bytes_here, etag)
    fetcher = HubFetcher(server.source, read_timeout_s=0.5)
    with contextlib.closing(fetcher.read(MODEL, [wanted], report=report)) as stream:
        arrival = next(stream)
        return arrival, b"".join(arrival.chunks)


def test_each_file_is_asked_for_at_its_revision(server: ModelServer) -> None:
    assert _read(server.source) == CONTENTS
    assert server.asked == ["/r1/model.bin", "/r1/config.json"]


def test_a_redirect_to_the_storage_is_followed(server: ModelServer) -> None:
    server.redirect_to = f"{server.url}/storage/model.bin"

    assert _read(server.source) == CONTENTS
    assert server.asked[:2] == ["/r1/model.bin", "/storage/model.bin"]


def test_only_the_rest_of_a_file_is_asked_for_also_after_a_redirect(server: ModelServer) -> None:
    server.redirect_to = f"{server.url}/storage/model.bin"

    arrival, content = _arrival(server, num_bytes_here=1000)

    assert (arrival.starts_at, content) == (1000, WEIGHTS[1000:])
    assert server.ranges == ["bytes=1000-", "bytes=1000-"]


def test_a_file_that_is_still_the_same_goes_on(server: ModelServer) -> None:
    first, _ = _arrival(server)

    second, content = _arrival(server, num_bytes_here=1000, etag=first.etag)

    assert first.etag != ""
    assert (second.starts_at, content) == (1000, WEIGHTS[1000:])


@pytest.mark.parametrize("overlooks_conditions", [False, True])
def test_a_file_that_has_changed_meanwhile_comes_from_its_beginning(
    server: ModelServer, overlooks_conditions: bool
) -> None:
    server.ignores_conditions = overlooks_conditions

    arrival, content = _arrival(server, num_bytes_here=1000, etag='"of-another-content"')

    assert (arrival.starts_at, content) == (0, WEIGHTS)


def test_a_server_that_knows_no_ranges_gives_everything(server: ModelServer) -> None:
    server.ignores_ranges = True

    arrival, content = _arrival(server, num_bytes_here=1000)

    assert (arrival.starts_at, content) == (0, WEIGHTS)


def test_a_range_beyond_what_the_server_has_is_asked_for_anew(server: ModelServer) -> None:
    server.contents = {"model.bin": WEIGHTS[:500]}

    with pytest.raises(ModelIntegrityError, match=r"has 500 bytes .* model\.bin instead of 32768"):
        _arrival(server, num_bytes_here=1000)
    assert server.ranges == ["bytes=1000-", ""]


def test_a_page_in_place_of_the_file_is_noticed_before_it_is_read(server: ModelServer) -> None:
    server.contents = {"model.bin": b"<html>Please log in to this network</html>"}

    with pytest.raises(ModelIntegrityError, match="42 bytes under the name"):
        _read(server.source)


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (401, LoginRequiredError, "answered 401 .* logged in or accepted terms.* --from DIR"),
        (403, LoginRequiredError, "answered 403 .* logged in or accepted terms.* --from DIR"),
        (404, SourceUnavailableError, "answered 404 Not Found"),
        (429, InterruptedTransferError, "answered 429"),
        (503, InterruptedTransferError, "answered 503"),
    ],
)
def test_a_refusal_is_a_reason(
    server: ModelServer, status: int, kind: type[SourceUnavailableError], words: str
) -> None:
    server.refuse_with = status

    with pytest.raises(SourceUnavailableError, match=words) as caught:
        _read(server.source)
    assert type(caught.value) is kind


def test_a_connection_that_breaks_gives_what_came_before(server: ModelServer) -> None:
    server.cut_after = 1000

    _, content = _arrival(server)

    assert content == WEIGHTS[:1000]


@pytest.mark.wall_clock
def test_a_server_that_falls_silent_is_given_up(server: ModelServer) -> None:
    server.stall_after = 1000
    begin_s = time.monotonic()

    with pytest.raises(InterruptedTransferError, match=r"127\.0\.0\.1 stopped answering"):
        _arrival(server)

    assert time.monotonic() - begin_s < 5


def test_whoever_waits_for_a_silent_server_can_give_up_at_once(server: ModelServer) -> None:
    server.stall_after = 1000

    def cancel(done: int, total: int) -> None:
        if server.has_stalled.is_set():
            raise TranscriptionCancelled

    with pytest.raises(TranscriptionCancelled):
        _arrival(server, report=cancel)


def test_a_port_where_nobody_listens_is_a_reason() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        source = HubSource(f"http://127.0.0.1:{taken.getsockname()[1]}/{{revision}}/{{file}}")

        with pytest.raises(SourceUnavailableError, match=r"127\.0\.0\.1 cannot be reached"):
            _read(source)


def test_a_host_without_an_address_is_a_reason() -> None:
    source = HubSource("https://no-such-host.invalid/{revision}/{file}")

    with pytest.raises(SourceUnavailableError, match=r"no-such-host\.invalid cannot be reached"):
        _read(source)


def test_a_host_that_does_not_answer_in_time_is_given_up() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:  # a full queue: further connections hang
            each.setblocking(False)
            each.connect_ex(full.getsockname())
        source = HubSource(f"http://127.0.0.1:{full.getsockname()[1]}/{{revision}}/{{file}}")
        fetcher = HubFetcher(source, connect_timeout_s=0.2)

        with pytest.raises(SourceUnavailableError, match="cannot be reached"):
            next(fetcher.read(MODEL, all_of(MODEL), report=ignore_report))

        for each in waiting:
            each.close()
