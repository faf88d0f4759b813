"""Lists for WeNet, lhotse and NeMo, as those programs' documents describe them."""

from __future__ import annotations

import gzip
import json
import tarfile
from functools import partial
from pathlib import Path

import soundfile

from storage.training.export import export_training_data
from storage.training.export_options import TrainingOptions
from storage.training.readme import README_NAME
from storage.training.targets import writing_folder
from tests.storage.training.workspaces import Made, TrainingWorkspace

SPLITS = ("train", "validation", "test")


def json_lines(content: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in content.splitlines()]


def test_wenets_raw_lists_name_key_clip_and_text(exported: Path) -> None:
    for split in SPLITS:
        rows = json_lines((exported / "wenet" / split / "data.list").read_text("utf-8"))
        assert rows
        for row in rows:
            assert list(row) == ["key", "wav", "txt"]
            assert (exported / str(row["wav"])).stem == row["key"]
            assert (exported / str(row["wav"])).is_file()


def test_wenets_shards_hold_each_text_and_clip_under_one_name(exported: Path) -> None:
    for split in SPLITS:
        listed = (exported / "wenet-shard" / split / "data.list").read_text("utf-8").split()
        assert listed == [f"wenet-shard/{split}/shard_000000.tar"]
        with tarfile.open(exported / listed[0]) as archive:
            members = {each.name: archive.extractfile(each).read() for each in archive}  # type: ignore[union-attr]
        rows = json_lines((exported / "wenet" / split / "data.list").read_text("utf-8"))
        assert members == {
            **{f"{row['key']}.txt": str(row["txt"]).encode() for row in rows},
            **{f"{row['key']}.wav": (exported / str(row["wav"])).read_bytes() for row in rows},
        }


def test_shards_have_the_same_bytes_each_time(
    workspace: TrainingWorkspace, meetings: list[Made], tmp_path: Path
) -> None:
    options = TrainingOptions(("wenet-shard",))
    for name in ("one", "two"):
        export_training_data(workspace.root, options, partial(writing_folder, tmp_path / name))

    first, second = (
        (tmp_path / name / "wenet-shard/train/shard_000000.tar").read_bytes()
        for name in ("one", "two")
    )
    assert first == second


def test_lhotses_manifests_pair_recordings_and_supervisions(exported: Path) -> None:
    for split in SPLITS:
        recordings, supervisions = (
            json_lines(gzip.decompress((exported / "lhotse" / split / name).read_bytes()).decode())
            for name in ("recordings.jsonl.gz", "supervisions.jsonl.gz")
        )
        assert [each["id"] for each in recordings] == [
            each["recording_id"] for each in supervisions
        ]
        for recording, supervision in zip(recordings, supervisions, strict=True):
            (source,) = recording["sources"]  # type: ignore[misc]
            info = soundfile.info(exported / source["source"])
            assert (recording["num_samples"], recording["sampling_rate"]) == (info.frames, 16_000)
            assert recording["duration"] == supervision["duration"] == info.duration
            assert source["channels"] == recording["channel_ids"] == [0]
            assert (supervision["start"], supervision["channel"]) == (0.0, 0)


def test_nemos_paths_are_relative_to_the_manifest(exported: Path) -> None:
    for split in SPLITS:
        manifest = exported / "nemo" / f"{split}.json"
        for row in json_lines(manifest.read_text("utf-8")):
            path = manifest.parent / str(row["audio_filepath"])
            assert row["duration"] == soundfile.info(path).duration
            assert row["text"]


def test_the_readme_has_the_commands_of_the_chosen_formats_alone(
    exported: Path, workspace: TrainingWorkspace, tmp_path: Path
) -> None:
    export_training_data(
        workspace.root,
        TrainingOptions(("nemo",), audio_root="/data/set1"),
        partial(writing_folder, tmp_path / "nemo"),
    )

    whole = (exported / README_NAME).read_text("utf-8")
    nemo = (tmp_path / "nemo" / README_NAME).read_text("utf-8")
    assert all(
        name in whole
        for name in ("funasr.bin.train_ds", "data_type raw", "data_type shard", "lhotse cut simple")
    )
    assert "Run the commands in this folder" in whole
    assert "speech_to_text_finetune.py" in nemo
    assert "funasr" not in nemo
    assert "The lists name the clips below /data/set1." in nemo
