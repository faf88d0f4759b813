"""Tests of re-clustering proposals."""

from __future__ import annotations

from pipeline.core.options import SpeakerCount
from storage.db.blobs import BlobStore
from storage.db.database import open_database
from tests.browser.review_workspace import make_workspace
from webui.services.review.reclustering import ReclusteringService


def test_a_long_recording_is_regrouped_in_another_process_with_the_same_outcome(tmp_path):
    made = make_workspace(tmp_path, num_sentences=12)
    database = open_database(tmp_path / "studio.sqlite3")
    blobs = BlobStore(tmp_path / "recordings")

    here = ReclusteringService(database, blobs).propose(made.transcript_id, SpeakerCount(2, 3))
    elsewhere = ReclusteringService(database, blobs, at_once_windows=0).propose(
        made.transcript_id, SpeakerCount(2, 3)
    )

    database.close()
    assert elsewhere == here
    assert 2 <= len(here.counterparts) <= 3
    assert len(here.window_groups) > 12
