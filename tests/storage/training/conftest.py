"""Fixtures: a workspace in a temporary folder, and exports from it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from storage.edit_plans.review_status import Verify
from storage.edit_plans.speakers import RenameSpeaker
from storage.edit_plans.text import CorrectText
from storage.training.export import export_training_data
from storage.training.targets import writing_folder
from tests.storage.training.workspaces import ALL, Made, TrainingWorkspace, sentence


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[TrainingWorkspace]:
    workspace = TrainingWorkspace(tmp_path / "workspace")
    yield workspace
    workspace.close()


@pytest.fixture
def meetings(workspace: TrainingWorkspace) -> list[Made]:
    made = [
        workspace.add(
            f"meeting {number}",
            (
                sentence(1_003, 2_517 + number, "你好世间", "S1"),
                sentence(4_000, 6_001, "good morning", "S2"),
                sentence(7_000, 8_000, "不知是谁", None),
            ),
            duration_ms=10_000 + number,
        )
        for number in range(4)
    ]
    for each in made:
        workspace.edit(each, RenameSpeaker(workspace.speaker_ids(each)["S1"], "小王 <img>"))
        workspace.edit(each, CorrectText(workspace.ids(each)[0], "你好，世界。"))
        workspace.edit(each, Verify(workspace.ids(each)))
    return made


@pytest.fixture
def exported(workspace: TrainingWorkspace, meetings: list[Made], tmp_path: Path) -> Path:
    folder = tmp_path / "exported"
    export_training_data(workspace.root, ALL, partial(writing_folder, folder))
    return folder
