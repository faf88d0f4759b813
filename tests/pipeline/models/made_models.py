"""Small models and sources made for the tests."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path

from pipeline.core.progress import Report
from pipeline.models.fetch.sources import Arrival, Chunks, FileRequest, SourceUnavailableError
from pipeline.models.manifest import BundledSource, HubSource, ModelFile, ModelSpec, Source

CONTENTS = {"model.bin": b"weights " * 4096, "config.json": b'{"layers": 2}'}
HUB = HubSource("http://127.0.0.1:9/{revision}/{file}")
BUNDLED = BundledSource("tiny")


def make_model(
    *, contents: Mapping[str, bytes] = CONTENTS, sources: Sequence[Source] = (HUB,)
) -> ModelSpec:
    """A model named tiny whose files have these contents."""
    return ModelSpec(
        id="tiny",
        role="recognizer",
        title="Tiny",
        licence="MIT",
        credit="Nobody",
        homepage="http://127.0.0.1",
        revision="r1",
        sources=tuple(sources),
        files=tuple(
            ModelFile(name, len(content), hashlib.sha256(content).hexdigest())
            for name, content in contents.items()
        ),
    )


def all_of(model: ModelSpec) -> tuple[FileRequest, ...]:
    """Every file, none of it here yet."""
    return tuple(FileRequest(file) for file in model.files)


def write_model(folder: Path, contents: Mapping[str, bytes] = CONTENTS) -> Path:
    """The files of a model, as if it had been fetched to `folder`."""
    folder.mkdir(parents=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return folder


def write_wheel(folder: Path, name: str, members: Mapping[str, bytes]) -> Path:
    """A wheel that pip accepts, version 1.0."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        for member, content in members.items():
            wheel.writestr(member, content)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")
    return path


class ScriptedFetcher:
    """A source that gives these contents in pieces, or fails with this reason."""

    def __init__(self, contents: Mapping[str, bytes] = CONTENTS, *, failure: str = "") -> None:
        self.contents = contents
        self.failure = failure
        self.asked: list[str] = []
        self.is_closed = False

    def read(
        self, model: ModelSpec, wanted: Sequence[FileRequest], *, report: Report
    ) -> Generator[Arrival, None, None]:
        try:
            for each in wanted:
                self.asked.append(each.file.name)
                yield Arrival(each.file, self._chunks(self.contents[each.file.name]))
        finally:
            self.is_closed = True

    def _chunks(self, content: bytes) -> Chunks:
        middle = len(content) // 2
        yield content[:middle]
        if self.failure:
            raise SourceUnavailableError(self.failure)
        yield content[middle:]
