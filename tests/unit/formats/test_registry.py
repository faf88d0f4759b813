from __future__ import annotations

import pytest

from pipeline.formats.registry import FORMATS
from tests.unit.formats.documents import CONVERSATION


def test_the_promised_formats_are_there() -> None:
    assert tuple(FORMATS) == ("srt", "vtt", "txt", "json", "rttm")


@pytest.mark.parametrize("name", [name for name, each in FORMATS.items() if each.read])
def test_what_is_read_back_is_written_alike(name: str) -> None:
    written = FORMATS[name].write(CONVERSATION)
    read = FORMATS[name].read

    assert read is not None
    assert FORMATS[name].write(read(written)) == written
