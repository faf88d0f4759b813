"""Parsing of untrusted JSON into values that can be stored and sent."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

LARGEST_NUMBER = 2**63 - 1  # range of SQLite's integers
# Unpaired surrogates, which no encoding can represent.
_LONE_HALF = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    rb"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F]"
)
_STRUCTURE = (b"{", b"[", b",", b":")


class JsonTextError(ValueError):
    """Error for a text that is not JSON or contains a value that the app cannot store."""


def parse_json(text: bytes | bytearray) -> Any:
    """Parse a JSON text.

    Raises:
        JsonTextError: if it is not JSON in UTF-8, or has an unpaired surrogate or a number out of
            range.
    """
    if _LONE_HALF.search(text.replace(rb"\\", b"//")):
        raise JsonTextError("The request holds half a character (a lone surrogate).")
    try:
        return json.loads(
            text.decode(),
            parse_int=_integer,
            parse_float=_finite,
            parse_constant=_refuse_number,
        )
    except JsonTextError:
        raise
    except (ValueError, RecursionError) as error:
        raise JsonTextError("The request is not JSON.") from error


def num_values(text: bytes | bytearray) -> int:
    """Return an upper bound of the number of values in a JSON text, without parsing it."""
    return 1 + sum(text.count(each) for each in _STRUCTURE)


def _integer(digits: str) -> int:
    number = int(digits) if len(digits) <= len(str(-LARGEST_NUMBER)) else LARGEST_NUMBER + 1
    if not -LARGEST_NUMBER <= number <= LARGEST_NUMBER:
        _refuse_number(digits)
    return number


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        _refuse_number(digits)
    return number


def _refuse_number(_: str) -> NoReturn:
    raise JsonTextError("The request holds a number that is out of range.")
