from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from storage.training.command_line import main
from tests.dev_data import REPOSITORY
from tests.storage.training.workspaces import Made, TrainingWorkspace


def test_the_program_exports_the_workspace_that_the_environment_names(
    workspace: TrainingWorkspace, meetings: list[Made], tmp_path: Path
) -> None:
    folder = tmp_path / "data"

    finished = subprocess.run(
        [sys.executable, "-m", "storage.export_training", str(folder), "--format", "funasr,kaldi"],
        cwd=REPOSITORY,
        env={**os.environ, "SPEAKER_STUDIO_WORKSPACE": str(workspace.root)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert "train: 9 clips" in finished.stdout
    assert sorted(path.name for path in folder.iterdir()) == [
        "README.txt",
        "clips",
        "funasr",
        "kaldi",
        "manifest.json",
    ]


def test_every_choice_is_recorded(
    workspace: TrainingWorkspace, meetings: list[Made], tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    choices = [
        *("--unverified", "--changed-only", "--without-heard", "--min-seconds", "0.5"),
        *("--max-seconds", "12"),
        *("--speaker", "小王 <img>", "--edited-from", "2020-01-31", "--min-confidence", "0.1"),
        *("--split-by", "speaker", "--validation", "0", "--seed", "7"),
        *("--punctuation", "remove", "--digits", "chinese", "--case", "lower"),
        *("--audio-root", "/data", "--format", "jsonl"),
    ]

    status = main([str(folder), *choices], default_workspace=workspace.root)

    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert status == 0
    assert manifest["options"] == {
        "formats": ["jsonl"],
        "filters": {
            "verified_only": False,
            "changed_only": True,
            "without_heard": True,
            "min_duration_ms": 500,
            "max_duration_ms": 12_000,
            "speakers": ["小王 <img>"],
            "recording_ids": [],
            "tags": [],
            "edited_from": "2020-01-31",
            "edited_until": None,
            "min_confidence": 0.1,
            "max_confidence": None,
        },
        "split": {"group_by": "speaker", "validation_share": 0.0, "test_share": 0.0, "seed": 7},
        "text": {"punctuation": "remove", "digits": "chinese", "case": "lower"},
        "audio_root": "/data",
    }
    assert manifest["splits"]["train"]["rows"] == 4


def test_a_dry_run_writes_nothing(
    workspace: TrainingWorkspace,
    meetings: list[Made],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    status = main([str(tmp_path / "data"), "--dry-run"], default_workspace=workspace.root)

    assert status == 0
    assert "train: 9 clips" in capsys.readouterr().out
    assert not (tmp_path / "data").exists()


def test_an_error_is_one_line(
    workspace: TrainingWorkspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main([str(tmp_path / "data")], default_workspace=workspace.root)

    assert status == 1
    assert capsys.readouterr().err.splitlines() == [
        "error: Nothing to export: no sentence passes the filters. Verify some, or filter less."
    ]


@pytest.mark.parametrize(
    "choices",
    [("--format", "mp3"), ("--min-seconds", "nan"), ("--validation", "2"), ("--max-seconds", "0")],
)
def test_invalid_options_are_refused(
    workspace: TrainingWorkspace, tmp_path: Path, choices: tuple[str, ...]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([str(tmp_path / "data"), *choices], default_workspace=workspace.root)

    assert stopped.value.code == 2
