from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.errors import RecordingListError
from pipeline.inputs.list_file import is_list_file, read_list


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def listed(path: Path) -> list[tuple[str | None, str]]:
    return [(entry.key, entry.location) for entry in read_list(path)]


def test_a_line_is_an_id_and_a_path_that_may_hold_spaces(tmp_path: Path) -> None:
    text = "\ufeffa1 /data/会议 (1).wav\r\n\r\n  a2\thttps://example.com/b.wav  \r\nlone.wav\n"

    assert listed(written(tmp_path, "wav.scp", text)) == [
        ("a1", "/data/会议 (1).wav"),
        ("a2", "https://example.com/b.wav"),
        (None, "lone.wav"),
    ]


@pytest.mark.parametrize("name", ["list.txt", "list.text", "LIST.SCP"])
def test_other_names_of_lists_are_read_alike(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, name, "a b.wav\n")

    assert is_list_file(path)
    assert listed(path) == [("a", "b.wav")]


def test_json_and_json_lines_hold_paths_or_objects(tmp_path: Path) -> None:
    values: list[object] = ["a.wav", {"key": "k", "source": "b.wav"}, {"wav": "c.wav", "x": 1}]
    expected = [(None, "a.wav"), ("k", "b.wav"), (None, "c.wav")]

    lines = "\n".join(json.dumps(value) for value in values) + "\n\n"
    assert listed(written(tmp_path, "list.json", json.dumps(values, indent=1))) == expected
    assert listed(written(tmp_path, "list.jsonl", lines)) == expected


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("wav.scp", "a ok.wav\nb sox x.wav -t wav - |\n", "line 2 of wav.scp is a command"),
        ("wav.scp", "a |rm -rf x\n", "line 1 of wav.scp is a command"),
        ("wav.scp", "a x\0.wav\n", "line 1 of wav.scp contains control characters"),
        ("wav.scp", "\n \n", "names no recording"),
        ("wav.scp", b"a \xff\xfe.wav\n", "is not UTF-8"),
        ("list.jsonl", '"a.wav"\n{"key": 1}\n', "line 2 of list.jsonl names no recording"),
        ("list.jsonl", "{", "line 1 of list.jsonl is not JSON"),
        ("list.jsonl", '{"source": ["a"]}', "should be text"),
        ("list.json", '{"source": "a"}', "should be an array"),
        ("list.json", "[1]", "entry 1 of list.json should be a path or an object"),
        ("list.json", "[" * 100_000, "is not JSON"),
        ("list.json", '[" "]', "entry 1 of list.json names no recording"),
    ],
)
def test_a_list_line_that_is_not_a_recording_is_named_in_the_error(
    tmp_path: Path, name: str, content: str | bytes, expected: str
) -> None:
    with pytest.raises(RecordingListError) as refusal:
        tuple(read_list(written(tmp_path, name, content)))

    assert expected in str(refusal.value)


def test_a_list_that_is_missing_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(RecordingListError, match=r"wav\.scp: There is no such list"):
        tuple(read_list(tmp_path / "wav.scp"))


@given(st.sampled_from(["wav.scp", "a.json", "a.jsonl"]), st.binary(max_size=200))
def test_any_content_is_a_list_or_refused(
    tmp_path_factory: pytest.TempPathFactory, name: str, content: bytes
) -> None:
    path = written(tmp_path_factory.mktemp("lists"), name, content)

    try:
        entries = tuple(read_list(path))
    except RecordingListError:
        return

    assert all(entry.location.strip() for entry in entries)
