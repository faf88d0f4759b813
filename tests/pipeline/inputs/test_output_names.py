from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.audio.samples import Audio
from pipeline.core.progress import Report
from pipeline.inputs.named_input import NamedInput, OutputNames, SharedNames


def never_read(report: Report) -> Audio:
    raise AssertionError("names are chosen before anything is read")


def names_of(*inputs: tuple[str, str]) -> tuple[str, ...]:
    return names_in_order([NamedInput(key, shown, never_read) for key, shown in inputs])


def names_in_order(inputs: list[NamedInput], *, taken: tuple[str, ...] = ()) -> tuple[str, ...]:
    names = OutputNames(SharedNames.among(inputs), taken=taken)
    return tuple(names.choose(each) for each in inputs)


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


def test_what_was_found_in_a_folder_keeps_its_subfolders() -> None:
    inputs = [
        NamedInput("a", "a.wav", never_read),
        NamedInput("a", "x/a.wav", never_read, subfolders=("x",)),
        NamedInput("a", "x/a.mp3", never_read, subfolders=("x",)),
        NamedInput("..", "y\\z/..", never_read, subfolders=("y\\z",)),
    ]

    assert names_in_order(inputs) == ("a", "x/a.wav", "x/a.mp3", "y_z/_")


def test_taken_names_are_not_assigned() -> None:
    inputs = [NamedInput("a", "a.wav", never_read), NamedInput("b", "b.wav", never_read)]

    assert names_in_order(inputs, taken=("A", "a-2", "x")) == ("a-3", "b")


def test_a_key_that_several_share_gives_way_to_the_file_name() -> None:
    twins = [
        NamedInput("a", "x/a.wav", never_read, subfolders=("x",)),
        NamedInput("a", "y/a.wav", never_read, subfolders=("y",)),
        NamedInput("b", "b.wav", never_read),
    ]
    names = OutputNames(SharedNames.among(twins))

    assert [names.key_of(each, names.choose(each)) for each in twins] == ["x/a", "y/a", "b"]
