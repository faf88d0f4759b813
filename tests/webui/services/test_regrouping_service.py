"""Tests of re-clustering proposals."""

from __future__ import annotations

import threading

from pipeline.core.options import SpeakerCount
from storage.db.blobs import BlobStore
from storage.db.database import open_database
from tests.browser.review_workspace import make_workspace
from tests.conditions import LONGEST_WAIT_S, eventually
from webui.services.review.reclustering import MOST_WAITING, ReclusteringService
from webui.services.runs.limits import LimitReachedError


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


def test_more_requests_than_may_wait_for_a_long_recording_are_refused(tmp_path, monkeypatch):
    made = make_workspace(tmp_path, num_sentences=12)
    database = open_database(tmp_path / "studio.sqlite3")
    service = ReclusteringService(database, BlobStore(tmp_path / "recordings"), at_once_windows=0)
    may_end = threading.Event()
    refused, ended = [], []

    def wait(work):
        assert may_end.wait(LONGEST_WAIT_S)
        return work()

    def ask():
        try:
            ended.append(service.propose(made.transcript_id, SpeakerCount(2, 3)))
        except LimitReachedError as error:
            refused.append(error.key)

    monkeypatch.setattr(service, "_compute", wait)
    askers = [threading.Thread(target=ask) for _ in range(MOST_WAITING + 2)]
    for asker in askers:
        asker.start()
    eventually(lambda: refused == ["limit.reads"] * 2)
    may_end.set()
    for asker in askers:
        asker.join()
    database.close()

    assert len(ended) == MOST_WAITING
