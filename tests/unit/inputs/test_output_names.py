from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.audio import Audio
from pipeline.inputs.named_input import NamedInput
from pipeline.inputs.output_names import output_names
from pipeline.progress import Report


def never_read(report: Report) -> Audio:
    raise AssertionError("names are chosen before anything is read")


def names_of(*inputs: tuple[str, str]) -> tuple[str, ...]:
    return output_names([NamedInput(key, shown, never_read) for key, shown in inputs])


def test_a_name_is_the_key_or_the_whole_name_where_keys_are_shared() -> None:
    inputs = [("a", "a.wav"), ("b", "b.wav"), ("b", "b.flac"), ("b", "b.wav")]

    assert names_of(*inputs) == ("a", "b.wav", "b.flac", "b.wav-2")


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("会议 (1)", "会议 (1)"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("..", "_"),
        ("C:\\x", "C__x"),
        ("a\nb?", "a_b_"),
        ("nul", "_nul"),
        ("COM1.x", "_COM1.x"),
        ("x" * 300, "x" * 200),
        ("会" * 100, "会" * 66),
    ],
)
def test_a_key_from_outside_is_one_harmless_part_of_a_path(key: str, name: str) -> None:
    assert names_of((key, "x")) == (name,)


@given(st.lists(st.text(max_size=300), max_size=6))
def test_names_differ_and_name_no_folder(keys: list[str]) -> None:
    names = names_of(*((key, "recording") for key in keys))

    assert len({name.casefold() for name in names}) == len(keys)
    for name in names:
        assert PurePosixPath(name).name == PureWindowsPath(name).name == name
