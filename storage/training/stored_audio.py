"""Which stored file a recording's clips are cut from."""

from __future__ import annotations

from pathlib import Path

from storage.db.blobs import REVIEW_AUDIO, BlobStore


def audio_path(blobs: BlobStore, recording_id: str) -> Path | None:
    """The copy that is played, which holds every 16 kHz sample, else the file as it came.

    None where neither is there.
    """
    review_copy = blobs.path_of(recording_id, REVIEW_AUDIO)
    return review_copy if review_copy.is_file() else blobs.find_upload(recording_id)
