from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from pipeline.core.transcript import Transcript
from pipeline.formats.importing import import_transcript
from storage.db.errors import TrainingExportError, TrainingOptionError
from storage.edit_plans.boundaries import MergeUtterances, SplitUtterance
from storage.edit_plans.review_status import Reject, Verify, VerifyHeard
from storage.edit_plans.speakers import RenameSpeaker
from storage.edit_plans.text import CorrectText
from storage.importing.imports import ImportSource, import_as_transcript
from storage.library.metadata import RecordingDetails, describe_recording
from storage.library.runs import queue_run
from storage.training.export import plan_training_export
from storage.training.export_options import GroupBy, SplitPlan, TrainingFilters, TrainingOptions
from storage.training.planning import ExportPlan
from storage.training.selection.filters import ExclusionReason
from storage.training.selection.machine_text import MachineText
from storage.transcripts.transcripts import save_machine_transcript
from tests.storage.training.workspaces import BOB, Made, TrainingWorkspace, sentence

SENTENCES = (
    sentence(1_000, 3_000, "你好世间", "S1", 0.5),
    sentence(4_000, 6_000, "再见", "S2", 0.9),
    sentence(7_000, 7_100, "嗯", "S1"),
    sentence(8_000, 38_000, "很长的一句", None),
)


def plan(
    workspace: TrainingWorkspace,
    filters: TrainingFilters | None = None,
    split: SplitPlan | None = None,
) -> ExportPlan:
    options = TrainingOptions(
        ("jsonl",), filters=filters or TrainingFilters(), split=split or SplitPlan()
    )
    return plan_training_export(workspace.root, options)


@pytest.fixture
def meeting(workspace: TrainingWorkspace) -> Made:
    return workspace.add("meeting", SENTENCES)


def texts(found: ExportPlan) -> set[str]:
    return {row.text for row in found.rows}


def test_only_verified_utterances_within_the_length_limits_are_selected(
    workspace: TrainingWorkspace, meeting: Made
) -> None:
    workspace.edit(meeting, Verify(workspace.ids(meeting)[1:]))

    found = plan(workspace)

    assert texts(found) == {"再见"}
    assert found.left_out == {
        ExclusionReason.NOT_VERIFIED: 1,
        ExclusionReason.TOO_SHORT: 1,
        ExclusionReason.TOO_LONG: 1,
    }


def test_a_transcript_of_a_run_in_progress_is_left_out(
    workspace: TrainingWorkspace,
) -> None:
    made = workspace.begin("growing", SENTENCES[:2])
    workspace.edit(made, Verify(workspace.ids(made)))
    at_work = texts(plan(workspace))

    workspace.cancel(made)

    assert (at_work, texts(plan(workspace))) == (set(), {"你好世间", "再见"})


def test_rejected_utterances_are_never_selected(
    workspace: TrainingWorkspace, meeting: Made
) -> None:
    workspace.edit(meeting, Reject(workspace.ids(meeting)[:1]))

    found = plan(workspace, TrainingFilters(verified_only=False))

    assert texts(found) == {"再见"}
    assert found.left_out[ExclusionReason.REJECTED] == 1


def test_a_corrected_row_has_the_machines_text(workspace: TrainingWorkspace, meeting: Made) -> None:
    first = workspace.ids(meeting)[0]
    corrected = workspace.edit(meeting, CorrectText(first, "你好，世界。"))
    verified = workspace.edit(meeting, Verify((first,)), BOB)

    (row,) = plan(workspace).rows

    assert row.machine_text == MachineText("你好世间", 0.5)
    assert row.text == "你好，世界。"
    assert row.correction is not None
    assert (row.correction.edit_id, row.correction.author) == (corrected, "ann")
    assert [each.edit_id for each in row.edits] == [corrected, verified]
    assert row.utterance.last_edit.edit_id == verified
    assert row.utterance.reviewed_by == "bob"


def test_an_undone_edit_is_not_in_the_row(workspace: TrainingWorkspace, meeting: Made) -> None:
    first = workspace.ids(meeting)[0]
    verified = workspace.edit(meeting, Verify((first,)))
    workspace.edit(meeting, CorrectText(first, "不对"))
    workspace.undo(meeting)

    (row,) = plan(workspace).rows

    assert [each.edit_id for each in row.edits] == [verified]
    assert row.correction is None
    assert row.text == "你好世间"


def test_parts_of_a_split_utterance_have_their_machine_text(
    workspace: TrainingWorkspace, meeting: Made
) -> None:
    first = workspace.ids(meeting)[0]
    workspace.edit(meeting, SplitUtterance(first, 2))
    workspace.edit(meeting, Verify(workspace.ids(meeting)[:2]))

    found = plan(workspace)

    assert {row.text: row.machine_text and row.machine_text.text for row in found.rows} == {
        "你好": "你好",
        "世间": "世间",
    }


def test_a_merged_utterance_has_the_machine_text_of_both(workspace: TrainingWorkspace) -> None:
    talk = workspace.add("talk", (sentence(0, 900, "你好世间"), sentence(1_000, 1_900, "再见")))
    workspace.edit(talk, MergeUtterances(workspace.ids(talk)))
    workspace.edit(talk, Verify(workspace.ids(talk)))

    (row,) = plan(workspace).rows

    assert row.machine_text is not None
    assert row.machine_text.text == "你好世间再见"


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (TrainingFilters(verified_only=False, speakers=("S2",)), {"再见"}),
        (TrainingFilters(verified_only=False, speakers=("小王",)), {"你好世间"}),
        (TrainingFilters(verified_only=False, max_confidence=0.6), {"你好世间"}),
        (TrainingFilters(verified_only=False, min_confidence=0.6), {"再见"}),
        (TrainingFilters(verified_only=False, changed_only=True), {"再见"}),
        (TrainingFilters(verified_only=False, recording_ids=("f" * 32,)), set()),
        (TrainingFilters(verified_only=False, tags=("会议", "访谈")), {"你好世间", "再见"}),
        (TrainingFilters(verified_only=False, tags=("访谈",)), set()),
    ],
)
def test_each_filter_selects_what_it_names(
    workspace: TrainingWorkspace, meeting: Made, filters: TrainingFilters, expected: set[str]
) -> None:
    with workspace.database.transaction() as db:
        describe_recording(db, meeting.recording_id, RecordingDetails(tags=("会议",)))
    workspace.edit(meeting, RenameSpeaker(workspace.speaker_ids(meeting)["S1"], "小王"))
    workspace.edit(meeting, CorrectText(workspace.ids(meeting)[1], "再见"[::-1]))
    workspace.edit(meeting, CorrectText(workspace.ids(meeting)[1], "再见"))

    assert texts(plan(workspace, filters)) == expected


def test_the_day_of_the_last_edit_is_filtered(workspace: TrainingWorkspace, meeting: Made) -> None:
    workspace.edit(meeting, Verify(workspace.ids(meeting)))
    today = datetime.now(timezone.utc).date()
    tomorrow = today + timedelta(days=1)

    assert len(plan(workspace, TrainingFilters(edited_until=tomorrow)).rows) == 2
    assert plan(workspace, TrainingFilters(edited_from=tomorrow)).rows == ()


def test_recordings_without_audio_are_counted_and_left_out(workspace: TrainingWorkspace) -> None:
    silent = workspace.add("silent", SENTENCES, with_audio=False)
    workspace.edit(silent, Verify(workspace.ids(silent)))

    found = plan(workspace)

    assert found.rows == ()
    assert found.left_out == {ExclusionReason.NO_AUDIO: 4}


def test_an_utterance_ends_with_its_audio_and_one_behind_it_is_left_out(
    workspace: TrainingWorkspace,
) -> None:
    sentences = (sentence(1_000, 3_000, "你好"), sentence(3_000, 4_000, "再见"))
    short = workspace.add("short", sentences, duration_ms=2_000)
    workspace.edit(short, Verify(workspace.ids(short)))

    found = plan(workspace)

    (row,) = found.rows
    assert (row.utterance.start_ms, row.utterance.end_ms) == (1_000, 2_000)
    assert found.left_out == {ExclusionReason.NO_AUDIO: 1}


@pytest.mark.parametrize("group_by", list(GroupBy))
def test_no_group_is_in_two_splits(workspace: TrainingWorkspace, group_by: GroupBy) -> None:
    for number in range(5):
        made = workspace.add(f"meeting {number}", SENTENCES)
        workspace.edit(made, RenameSpeaker(workspace.speaker_ids(made)["S1"], f"人{number % 2}"))
        workspace.edit(made, Verify(workspace.ids(made)))

    found = plan(workspace, split=SplitPlan(group_by, validation_share=0.3, test_share=0.2))

    groups: dict[str, set[str]] = {}
    for row in found.rows:
        source, speaker = row.utterance.source, row.utterance.speaker
        key = source.recording_id if group_by is GroupBy.RECORDING else speaker.speaker_id
        groups.setdefault(key, set()).add(row.split.value)
    assert all(len(splits) == 1 for splits in groups.values())
    assert len({row.split for row in found.rows}) == 3


def test_equal_names_in_two_recordings_are_one_speaker(workspace: TrainingWorkspace) -> None:
    for title, name in (("one", "Li Lei"), ("two", "li  lei")):
        made = workspace.add(title, SENTENCES[:1])
        workspace.edit(made, RenameSpeaker(workspace.speaker_ids(made)["S1"], name))
        workspace.edit(made, Verify(workspace.ids(made)))

    assert len({row.utterance.speaker.speaker_id for row in plan(workspace).rows}) == 1


def test_a_folder_without_a_database_is_refused(workspace: TrainingWorkspace) -> None:
    with pytest.raises(TrainingExportError, match="There is no database"):
        plan_training_export(workspace.root / "elsewhere", TrainingOptions(("jsonl",)))


def test_an_unknown_format_is_refused(workspace: TrainingWorkspace) -> None:
    with pytest.raises(TrainingOptionError, match="no format 'mp3'"):
        plan_training_export(workspace.root, TrainingOptions(("mp3",)))


def test_a_newer_machine_transcript_does_not_hide_the_reviewed_one(
    workspace: TrainingWorkspace, meeting: Made
) -> None:
    workspace.edit(meeting, Verify(workspace.ids(meeting)[:1]))
    with workspace.database.transaction() as db:
        run = queue_run(db, meeting.recording_id, options=())
        save_machine_transcript(db, run, Transcript(60_000, "zh", SENTENCES[:1], ()))

    found = plan(workspace)

    assert texts(found) == {"你好世间"}
    assert [each.transcript_id for each in found.sources] == [meeting.transcript_id]


def test_an_imported_transcript_has_no_machine_text(workspace: TrainingWorkspace) -> None:
    made = workspace.add("talk", SENTENCES[:1])
    subtitles = "1\n00:00:01,000 --> 00:00:03,000\n你好，世界\n".encode()
    with workspace.database.transaction() as db:
        imported = import_as_transcript(
            db,
            made.recording_id,
            import_transcript(subtitles, "srt", duration_ms=60_000),
            source=ImportSource("srt", "talk.srt"),
            author=BOB,
        )
    theirs = replace(made, transcript_id=imported.transcript_id)
    workspace.edit(theirs, Verify(workspace.ids(theirs)))

    (row,) = plan(workspace).rows

    assert row.text == "你好，世界"
    assert row.machine_text is None


def test_sentences_verified_by_listening_only_are_left_out_if_asked(
    workspace: TrainingWorkspace, meeting: Made
) -> None:
    first, second, *_ = workspace.ids(meeting)
    workspace.edit(meeting, VerifyHeard((first, second)))
    everything = texts(plan(workspace))
    workspace.edit(meeting, CorrectText(second, "再见了", is_verified=True))

    found = plan(workspace, TrainingFilters(without_heard=True))

    assert everything == {"你好世间", "再见"}
    assert texts(found) == {"再见了"}
