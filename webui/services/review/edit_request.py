"""Validation of edits sent as JSON."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from storage.db.errors import EditRefusedError
from storage.edits.registry import EDIT_KINDS
from storage.edits.request import EditRequest

_NOT_TAKEN = "The page sent an edit that the server does not support. Reload the page."


def read_edit(sent: Mapping[str, Any]) -> EditRequest:
    """Return the edit in a JSON object, from its `kind` and the fields of that kind.

    Raises:
        EditRefusedError: if the kind is unknown, or a field is missing or of the wrong type.
    """
    kind = sent.get("kind")
    wanted = EDIT_KINDS.get(kind) if isinstance(kind, str) else None
    if wanted is None:
        raise EditRefusedError(_NOT_TAKEN, reason="unknown_edit")
    values = {}
    for name, (hint, is_needed) in _fields_of(wanted).items():
        if name in sent:
            values[name] = _checked(sent[name], hint)
        elif is_needed:
            raise EditRefusedError(_NOT_TAKEN, reason="unknown_edit")
    make: Callable[..., EditRequest] = wanted
    return make(**values)


@cache
def _fields_of(kind: type[EditRequest]) -> dict[str, tuple[Any, bool]]:
    hints = get_type_hints(kind)
    return {
        field.name: (
            hints[field.name],
            field.default is MISSING and field.default_factory is MISSING,
        )
        for field in fields(kind)  # type: ignore[arg-type]  # every kind is a dataclass
    }


def _checked(value: Any, hint: Any) -> Any:
    """Return a JSON value converted to a field's type."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        if value is None and type(None) in arguments:
            return None
        (hint,) = [each for each in arguments if each is not type(None)]
        return _checked(value, hint)
    if origin is tuple and isinstance(value, list):
        if len(arguments) == 2 and arguments[1] is Ellipsis:  # noqa: PLR2004 - tuple[X, ...]
            return tuple(_checked(each, arguments[0]) for each in value)
        if len(arguments) == len(value):
            return tuple(map(_checked, value, arguments))
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if (hint is int and is_number) or (hint in (str, bool) and isinstance(value, hint)):
        return value
    raise EditRefusedError(_NOT_TAKEN, reason="unknown_edit")
