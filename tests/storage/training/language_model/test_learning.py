"""Language models learnt from verified texts."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from pipeline.text.ngrams.arpa import read_arpa
from storage.edit_plans.review_status import Verify
from storage.edit_plans.text import CorrectText
from storage.training.language_model.command_line import main
from tests.storage.training.workspaces import Made, TrainingWorkspace, sentence

TOKENS = ["<blank>", "<s>", "</s>", *"你好世界间玄戒芯片发布不知是谁", "good", "morning", "<unk>"]


def learn(workspace: TrainingWorkspace, out: Path, *flags: str) -> dict[str, object]:
    assert main([str(out), *flags], default_workspace=workspace.root) == 0
    description: dict[str, object] = json.loads(out.with_suffix(".json").read_text("utf-8"))
    return description


def test_verified_texts_become_ngrams_and_corrected_ones_count_twice(
    workspace: TrainingWorkspace, meetings: list[Made], tmp_path: Path
) -> None:
    out = tmp_path / "new" / "words.arpa"

    description = learn(workspace, out)

    ngram = read_arpa(out, TOKENS)
    ids = {token: number for number, token in enumerate(TOKENS)}
    after_you = ngram.evidence([ids["<s>"], ids["你"]])
    assert after_you[ids["好"]] > 0
    assert ngram.evidence([ids["世"]])[ids["界"]] > 0
    assert ngram.evidence([ids["世"]])[ids["间"]] == 0  # the machine's word
    assert ngram.evidence([ids["好"]])[ids["世"]] == 0  # no n-gram spans a mark
    # four times 你好世界 twice, good morning and 不知是谁 once
    assert (description["texts"], description["corrected_texts"], description["units"]) == (
        12, 4, 4 * (2 * 4 + 2 + 4),
    )  # fmt: skip
    assert description["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()


def test_filters_choose_the_texts(
    workspace: TrainingWorkspace, meetings: list[Made], tmp_path: Path
) -> None:
    description = learn(
        workspace, tmp_path / "words.arpa", "--recording", meetings[0].recording_id, "--order", "2"
    )

    rows = description["rows"]
    assert isinstance(rows, list)
    assert {row["recording"] for row in rows} == {meetings[0].recording_id}
    assert description["order"] == 2


def test_a_name_corrected_several_times_is_suggested_as_a_word(
    workspace: TrainingWorkspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(3):
        made = workspace.add(
            f"launch {number}",
            (sentence(1_000, 4_000, "小米发布了悬界芯片", "S1"),),
            duration_ms=10_000 + number,
        )
        (only,) = workspace.ids(made)
        workspace.edit(made, CorrectText(only, "小米发布了玄戒芯片"))
        workspace.edit(made, Verify((only,)))

    description = learn(workspace, tmp_path / "words.arpa")

    assert description["words"] == [{"word": "玄戒", "heard_as": "悬界", "edits": 3}]
    assert "玄戒: 3 times instead of 悬界" in capsys.readouterr().out


def test_nothing_verified_is_said_in_one_line(
    workspace: TrainingWorkspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace.add("silent", (sentence(1_000, 4_000, "你好", "S1"),))

    assert main([str(tmp_path / "words.arpa")], default_workspace=workspace.root) == 1

    assert capsys.readouterr().err.startswith("error: There is nothing to learn from")
    assert not (tmp_path / "words.arpa").exists()


def test_another_ending_is_refused(workspace: TrainingWorkspace, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([str(tmp_path / "words.txt")], default_workspace=workspace.root)
