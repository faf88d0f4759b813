"""FunASR's lists: targets that its tokenizer knows, and a val.jsonl in every export."""

from __future__ import annotations

import json
import re
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.edit_plans.review_status import Verify
from storage.training.command_line import main
from storage.training.export import export_training_data
from storage.training.export_options import TrainingOptions
from storage.training.formats.funasr import funasr_target, num_tokens
from storage.training.targets import writing_folder
from tests.dev_data import DEV_DATA, needs_dev_data
from tests.storage.training.workspaces import TrainingWorkspace, sentence


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("《红楼梦》很好看", "红楼梦很好看"),
        ("“好的”他说", "好的他说"),
        ("OK没问题", "ok 没问题"),
        ("用Python写 代码。", "用 python 写代码"),
        ("ＡＢＣ公司１２３", "abc 公司123"),
        ("good  morning, don't", "good morning don't"),
        ("MP3和Ｅ-mail", "mp 3和 e mail"),
        ("涨了3.5%", "涨了百分之3点5"),
        ("version 3.5", "version 3 5"),
        ("café里", "cafe 里"),
        ("\ufeff你好", "你好"),
        ("……", ""),
    ],
)
def test_a_target_has_only_what_the_tokenizer_knows(text, target):
    assert funasr_target(text) == target


@given(st.text())
def test_targets_have_single_blanks_and_no_other_sign(text):
    target = funasr_target(text)

    words = target.split(" ") if target else []
    assert "" not in words
    for word in words:  # as seg_tokenize of char_tokenizer.py tells them apart
        is_english = re.fullmatch("[a-z]+(?:['&@][a-z]+)*", word)
        assert is_english or not re.search("[a-z]", word)
    assert funasr_target(target) == target
    assert num_tokens(target) >= len(words)


@needs_dev_data
def test_no_development_text_has_an_unknown_token():
    tokens = json.loads((DEV_DATA.parent / "paraformer" / "tokens.json").read_text("utf-8"))
    known = {*tokens, " "}
    clips = json.loads((DEV_DATA / "clips" / "clips.json").read_text("utf-8"))
    conversations = [
        json.loads(path.read_text("utf-8")) for path in (DEV_DATA / "conv").glob("*.json")
    ]
    turns = [turn for each in conversations for turn in each.get("turns", ())]

    targets = [funasr_target(each["text"]) for each in (*clips, *turns) if each.get("text")]

    assert targets
    assert {letter for target in targets for letter in target} <= known


def export_one_recording(workspace: TrainingWorkspace, folder: Path) -> Path:
    made = workspace.add(
        "alone", (sentence(1_000, 2_000, "你好", "S1"), sentence(3_000, 4_000, "再见", "S1"))
    )
    workspace.edit(made, Verify(workspace.ids(made)))
    export_training_data(
        workspace.root, TrainingOptions(("funasr",)), partial(writing_folder, folder)
    )
    return folder


def test_training_rows_stand_in_for_missing_validation_rows(
    workspace: TrainingWorkspace, tmp_path: Path
) -> None:
    folder = export_one_recording(workspace, tmp_path / "out")

    train, val = (
        (folder / "funasr" / f"{name}.jsonl").read_text("utf-8") for name in ("train", "val")
    )
    assert val == train != ""
    readme = (folder / "README.txt").read_text("utf-8")
    assert "There are no validation rows: all clips are of one recording" in readme
    assert "funasr/val.jsonl repeats up to 20 training rows" in readme
    assert "++valid_data_set_list=funasr/val.jsonl" in readme


def test_the_command_says_why_there_are_no_validation_rows(
    workspace: TrainingWorkspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export_one_recording(workspace, tmp_path / "out")

    main([str(tmp_path / "two"), "--format", "funasr"], default_workspace=workspace.root)

    error = capsys.readouterr().err
    assert "note: There are no validation rows: all clips are of one recording" in error
    assert "Use --split-by speaker" in error
