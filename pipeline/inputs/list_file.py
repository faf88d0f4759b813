"""Reader of lists of recordings: `wav.scp`, lines of text, JSON, or JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.core.errors import RecordingListError
from pipeline.inputs.named_input import printable
from pipeline.text.lines import text_lines

LIST_SUFFIXES = frozenset({".scp", ".txt", ".text", ".json", ".jsonl"})
MAX_LIST_BYTES = 64 << 20  # half a million recordings
_KEY_FIELDS = ("key", "id", "utt")
_SOURCE_FIELDS = ("source", "wav", "audio", "path")
_MAX_SHOWN = 60


@dataclass(frozen=True, slots=True)
class ListEntry:
    """A recording in a list.

    Attributes:
        key: key in the list, None if it has none.
        location: a path or an address.
        where: position such as `line 3 of wav.scp`, for messages.
    """

    key: str | None
    location: str
    where: str


def is_list_file(path: Path) -> bool:
    """Return whether a file has the extension of a recording list."""
    return path.suffix.lower() in LIST_SUFFIXES


def read_list(path: Path) -> Iterator[ListEntry]:
    """Yield the recordings of a list file in order; empty lines are skipped.

    A line is `id path`, divided at its first white space, or a path alone. JSON is an array, and
    JSON lines a line each, of paths or of objects such as `{"key": ..., "source": ...}`.

    Raises:
        RecordingListError: the list is missing, too large, not UTF-8 or empty, or a line is not
            a recording; the message names the line.
    """
    name = printable(path.name)
    text = _read(path, name)
    is_empty = True
    for entry in _entries(text, name, path.suffix.lower()):
        is_empty = False
        yield entry
    if is_empty:
        raise RecordingListError(f"{name} names no recording. Write one per line: id, space, path")


def _entries(text: str, name: str, suffix: str) -> Iterator[ListEntry]:
    if suffix == ".json":
        return _json_entries(text, name)
    if suffix == ".jsonl":
        return _json_line_entries(text, name)
    return _line_entries(text, name)


def _read(path: Path, name: str) -> str:
    try:
        if not path.is_file():
            raise RecordingListError(f"{name}: There is no such list. Check the name and folder")
        if path.stat().st_size > MAX_LIST_BYTES:
            raise RecordingListError(f"{name} is too large for a list of recordings. Divide it")
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise RecordingListError(f"{name} is not UTF-8. Save the list as UTF-8 text") from error
    except OSError as error:
        raise RecordingListError(f"{name}: The list cannot be read ({error.strerror})") from error


def _line_entries(text: str, name: str) -> Iterator[ListEntry]:
    for number, line in enumerate(text_lines(text), start=1):
        fields = line.strip().split(maxsplit=1)
        if fields:
            key = fields[0] if len(fields) > 1 else None
            yield _entry(key, fields[-1], f"line {number} of {name}")


def _json_line_entries(text: str, name: str) -> Iterator[ListEntry]:
    for number, line in enumerate(text_lines(text), start=1):
        if line.strip():
            where = f"line {number} of {name}"
            yield _json_entry(_parse(line, where), where)


def _json_entries(text: str, name: str) -> Iterator[ListEntry]:
    values = _parse("\n".join(text_lines(text)), name)
    if not isinstance(values, list):
        raise RecordingListError(f"{name} should be an array of recordings")
    for number, value in enumerate(values, start=1):
        yield _json_entry(value, f"entry {number} of {name}")


def _parse(text: str, where: str) -> object:
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RecordingListError(f"{where} is not JSON: {error}") from error
    return value


def _json_entry(value: object, where: str) -> ListEntry:
    if isinstance(value, str):
        return _entry(None, value, where)
    if not isinstance(value, dict):
        raise RecordingListError(f"{where} should be a path or an object, got {_shown(value)}")
    location = _field(value, _SOURCE_FIELDS, where)
    if location is None:
        raise RecordingListError(f"{where} names no recording: it needs the field 'source'")
    return _entry(_field(value, _KEY_FIELDS, where), location, where)


def _field(values: dict[str, object], names: tuple[str, ...], where: str) -> str | None:
    """Return the value of the first field that exists, None if none does.

    Raises:
        RecordingListError: the value is not text.
    """
    found = next(((name, values[name]) for name in names if name in values), None)
    if found is None:
        return None
    name, value = found
    if not isinstance(value, str):
        raise RecordingListError(f"'{name}' in {where} should be text, got {_shown(value)}")
    return value


def _entry(key: str | None, location: str, where: str) -> ListEntry:
    """Create a list entry from a location.

    Raises:
        RecordingListError: the location is empty, a shell command, or has control characters.
    """
    place = location.strip()
    if not place:
        raise RecordingListError(f"{where} names no recording")
    if place.endswith("|") or place.startswith("|"):
        raise RecordingListError(
            f"{where} is a command, and commands are not run. Write its output to a file and name "
            "that one"
        )
    if any(ord(letter) < ord(" ") for letter in place):
        raise RecordingListError(f"{where} contains control characters: {_shown(place)}")
    return ListEntry(key or None, place, where)


def _shown(value: object) -> str:
    return printable(repr(value)[:_MAX_SHOWN])
