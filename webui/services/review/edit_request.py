"""Conversion of JSON edit requests to the edit types of the storage package."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from storage.db.errors import EditRefusedError
from storage.edits.registry import EDIT_KINDS
from storage.edits.request import EditRequest

_NOT_TAKEN = "The page sent an edit that the server does not support. Reload the page."


def read_edit(sent: Mapping[str, Any]) -> EditRequest:
    """Convert a JSON object to an edit by its `kind` and the fields of that kind.

    Values are not converted; keys that are no field of the kind are ignored.

    Raises:
        EditRefusedError: if there is no such kind, or a field is missing or of another type.
    """
    kind = sent.get("kind")
    wanted = EDIT_KINDS.get(kind) if isinstance(kind, str) else None
    if wanted is None:
        raise EditRefusedError(_NOT_TAKEN, reason="unknown_edit")
    try:
        return _reader(wanted).validate_json(json.dumps(sent), strict=True)
    except ValidationError as error:
        raise EditRefusedError(_NOT_TAKEN, reason="unknown_edit") from error


@cache
def _reader(kind: type[EditRequest]) -> TypeAdapter[EditRequest]:
    return TypeAdapter(kind)
