import threading
import zipfile

import pytest

from storage.db.errors import DiskFullError, NotFoundError, TrainingExportError
from storage.edit_plans.review_status import Verify
from storage.training.export import export_training_data
from storage.training.export_options import TrainingOptions
from tests.conditions import eventually
from tests.storage.training.workspaces import TrainingWorkspace, sentence
from webui.services.runs.limits import LimitReachedError
from webui.services.training.training_export import (
    MAX_UNFINISHED,
    ExportState,
    TrainingExportService,
)

OPTIONS = TrainingOptions(("jsonl",))


@pytest.fixture
def workspace(tmp_path):
    workspace = TrainingWorkspace(tmp_path / "workspace")
    yield workspace
    workspace.close()


@pytest.fixture
def meeting(workspace):
    made = workspace.add("meeting", (sentence(0, 2_000, "你好"), sentence(3_000, 4_000, "再见")))
    workspace.edit(made, Verify(workspace.ids(made)))
    return made


@pytest.fixture
def exports(workspace, tmp_path):
    service = TrainingExportService(workspace.root, tmp_path / "exports")
    yield service
    service.close()


def ended(exports, export_id):
    eventually(lambda: exports.progress(export_id).is_final)
    return exports.progress(export_id)


def test_a_finished_export_is_a_zip_file_of_the_reported_size(exports, meeting):
    export_id = exports.start(OPTIONS)

    progress = ended(exports, export_id)

    assert progress.state is ExportState.DONE
    assert (progress.done_ms, progress.total_ms) == (3_000, 3_000)
    assert progress.num_bytes == exports.file(export_id).stat().st_size
    with zipfile.ZipFile(exports.file(export_id)) as archive:
        assert {"rows.jsonl", "manifest.json"} < set(archive.namelist())


def test_an_export_of_nothing_fails_with_its_kind_and_leaves_no_file(exports, workspace, tmp_path):
    export_id = exports.start(OPTIONS)

    progress = ended(exports, export_id)

    assert (progress.state, progress.error_kind) == (ExportState.FAILED, "TrainingExportError")
    assert list(tmp_path.glob("exports/*")) == []
    with pytest.raises(NotFoundError):
        exports.file(export_id)


class HeldExport:
    """An export that waits at its start until the test releases it."""

    def __init__(self, error=None):
        self.has_begun, self.may_go_on = threading.Event(), threading.Event()
        self.error = error

    def __call__(self, workspace, options, open_target, *, on_clip):
        self.has_begun.set()
        assert self.may_go_on.wait(30)
        if self.error is not None:
            raise self.error
        return export_training_data(workspace, options, open_target, on_clip=on_clip)


@pytest.fixture
def held():
    return HeldExport()


@pytest.fixture
def held_exports(workspace, held, tmp_path):
    service = TrainingExportService(workspace.root, tmp_path / "exports", export=held)
    yield service
    held.may_go_on.set()
    service.close()


def test_exports_beyond_the_limit_are_refused_until_one_has_ended(held_exports, held, meeting):
    exports = held_exports
    queued = [exports.start(OPTIONS) for _ in range(MAX_UNFINISHED)]

    with pytest.raises(LimitReachedError):
        exports.start(OPTIONS)

    held.may_go_on.set()
    for each in queued:
        ended(exports, each)
    assert ended(exports, exports.start(OPTIONS)).state is ExportState.DONE


def test_a_cancelled_export_leaves_no_file(held_exports, held, meeting, tmp_path):
    exports = held_exports
    export_id = exports.start(OPTIONS)
    held.has_begun.wait(30)

    exports.cancel(export_id)
    held.may_go_on.set()

    assert ended(exports, export_id).state is ExportState.CANCELLED
    assert list(tmp_path.glob("exports/*")) == []


def test_a_full_disk_is_reported_by_its_kind(held_exports, held, meeting):
    held.error = DiskFullError("The disk is full.")
    export_id = held_exports.start(OPTIONS)
    held.may_go_on.set()

    assert ended(held_exports, export_id).error_kind == "DiskFullError"


def test_a_failure_is_logged_without_the_names_of_recordings(held_exports, held, meeting, caplog):
    held.error = TrainingExportError("The audio of 'my doctor' was deleted.")
    held.may_go_on.set()

    ended(held_exports, held_exports.start(OPTIONS))

    assert "TrainingExportError" in caplog.text
    assert "doctor" not in caplog.text


def test_the_page_responds_during_an_export(held_exports, held, meeting):
    exports = held_exports
    first, second = exports.start(OPTIONS), exports.start(OPTIONS)
    held.has_begun.wait(30)

    preview = exports.preview(OPTIONS)

    assert len(preview.rows) == 2
    assert exports.progress(first).state is ExportState.RUNNING
    assert exports.progress(second).state is ExportState.WAITING
    held.may_go_on.set()
    assert ended(exports, second).state is ExportState.DONE


def test_deleting_a_recording_removes_exports_that_contain_it(exports, meeting, workspace):
    other = workspace.add("other", (sentence(0, 2_000, "别的"),))
    export_id = exports.start(OPTIONS)
    ended(exports, export_id)
    path = exports.file(export_id)

    exports.forget_recording(other.recording_id)
    still_there = path.is_file()
    exports.forget_recording(meeting.recording_id)

    assert still_there
    assert not path.exists()
    with pytest.raises(NotFoundError):
        exports.progress(export_id)


def test_deleting_a_recording_stops_an_export_that_may_contain_it(
    held_exports, held, meeting, tmp_path
):
    exports = held_exports
    export_id = exports.start(OPTIONS)
    held.has_begun.wait(30)

    exports.forget_recording(meeting.recording_id)
    held.may_go_on.set()

    assert ended(exports, export_id).state is ExportState.CANCELLED
    assert list(tmp_path.glob("exports/*")) == []


def test_only_the_newest_exports_are_kept(exports, meeting, tmp_path):
    ids = []
    for _ in range(5):
        ids.append(exports.start(OPTIONS))
        ended(exports, ids[-1])

    assert {path.stem for path in tmp_path.glob("exports/*.zip")} == set(ids[-3:])
    newest = exports.newest()
    assert newest is not None
    assert newest.export_id == ids[-1]


def test_closing_stops_and_removes_everything(exports, meeting, tmp_path):
    ended(exports, exports.start(OPTIONS))

    exports.close()

    assert not (tmp_path / "exports").exists()
