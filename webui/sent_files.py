"""Recordings that programs send along: files that were uploaded, never others on this machine."""

from __future__ import annotations

from pathlib import Path

from gradio.utils import get_upload_folder


def uploaded_file(reference: object) -> Path | None:
    """The file that an upload was answered with; None for anything else.

    Args:
        reference: as it was sent, taken for hostile.
    """
    if not isinstance(reference, str):
        return None
    try:
        path = Path(reference).resolve()
        is_uploaded = path.is_relative_to(Path(get_upload_folder()).resolve()) and path.is_file()
    except (OSError, ValueError):  # too long for a path, or no text that one can have
        return None
    return path if is_uploaded else None
