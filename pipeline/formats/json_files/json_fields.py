"""Validation of the fields of an untrusted JSON object."""

from __future__ import annotations

import json
import reprlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from pipeline.core.errors import FormatError

AnyField = TypeVar("AnyField")

_MAX_SHOWN = 40  # characters
_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = 2 * _MAX_SHOWN


@dataclass(frozen=True, slots=True)
class Record:
    """A JSON object, with its position in the file for error messages.

    Attributes:
        where: position such as `sentences[3].`, "" for the outermost object.
        values: its fields.
    """

    where: str
    values: Mapping[str, object]

    def text(self, name: str) -> str:
        """Return a required string field.

        Raises:
            FormatError: the field is missing or of another type.
        """
        return self._checked(name, str, "text")

    def optional_text(self, name: str) -> str | None:
        """Return a string field, None if it is null or missing.

        Raises:
            FormatError: the field is of another type.
        """
        return None if self.values.get(name) is None else self.text(name)

    def whole_number(self, name: str) -> int:
        """Return a required integer field.

        Raises:
            FormatError: the field is missing or of another type, including booleans.
        """
        if isinstance(self.values.get(name), bool):
            raise self._complaint(name, "a whole number")
        return self._checked(name, int, "a whole number")

    def optional_number(self, name: str) -> float | None:
        """Return a number field, None if it is null or missing.

        Raises:
            FormatError: the field is of another type.
        """
        value = self.values.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self._complaint(name, "a number or null")
        return float(value)

    def records(self, name: str) -> tuple[Record, ...]:
        """Return a field that is a list of objects, empty if it is missing.

        Raises:
            FormatError: the field is of another type.
        """
        entries = self.values.get(name, [])
        if not isinstance(entries, list):
            raise self._complaint(name, "a list of objects")
        return tuple(
            _record(f"{self.where}{name}[{index}].", entry) for index, entry in enumerate(entries)
        )

    def texts(self, name: str) -> tuple[tuple[str, str], ...]:
        """Return an object field of strings as (name, string) pairs, empty if it is missing.

        Raises:
            FormatError: the field is of another type.
        """
        record = _record(f"{self.where}{name}.", self.values.get(name, {}))
        return tuple((key, record.text(key)) for key in record.values)

    def _checked(self, name: str, kind: type[AnyField], what: str) -> AnyField:
        value = self.values.get(name)
        if not isinstance(value, kind):
            raise self._complaint(name, what)
        return value

    def _complaint(self, name: str, what: str) -> FormatError:
        shown = shown_value(self.values[name]) if name in self.values else "nothing"
        return FormatError(f"{self.where}{name} of the JSON should be {what}, got {shown}")


def read_record(text: str) -> Record:
    """Parse a JSON object.

    Raises:
        FormatError: the text is not JSON, or not an object.
    """
    value, constants = parse_json(text)
    if constants:
        raise FormatError(f"The file is not JSON: {constants[0]} is no number")
    return _record("", value)


def parse_json(text: str) -> tuple[object, tuple[str, ...]]:
    """Parse a JSON text; return its value and the names of NaN and infinities found in it.

    Python writes such numbers, although JSON has none; they are read as null.

    Raises:
        FormatError: the text is not JSON.
    """
    constants: list[str] = []
    try:
        value = json.loads(text, parse_constant=constants.append)
    except RecursionError as error:
        raise FormatError("The JSON is nested too deeply for a transcript") from error
    except ValueError as error:
        raise FormatError(f"The file is not JSON: {error}") from error
    return value, tuple(constants)


def shown_value(value: object) -> str:
    """Format the beginning of a JSON value for an error message, limited in length and depth."""
    return _SHORT.repr(value)[:_MAX_SHOWN]


def _record(where: str, value: object) -> Record:
    if not isinstance(value, dict):
        name = where.rstrip(".") or "The JSON"
        raise FormatError(f"{name} should be an object, got {shown_value(value)}")
    return Record(where, value)
