from __future__ import annotations

import errno
import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import soundfile

from pipeline.audio.samples import SAMPLES_PER_MS
from pipeline.core.errors import AudioError
from storage.db.blobs import REVIEW_AUDIO
from storage.db.errors import (
    DiskFullError,
    TrainingExportCancelled,
    TrainingExportError,
)
from storage.edit_plans.review_status import Verify
from storage.training.export import export_training_data
from storage.training.export_options import TrainingOptions
from storage.training.manifest import WrittenFile
from storage.training.targets import ExportTarget, writing_folder, writing_zip
from tests.storage.tiny_disk import tiny_disk
from tests.storage.training.workspaces import ALL, Made, TrainingWorkspace, sentence


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def json_lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def siblings(folder: Path) -> set[str]:
    return {path.name for path in folder.parent.iterdir()}


def test_clips_hold_exactly_the_samples_of_their_utterance(
    exported: Path, meetings: list[Made]
) -> None:
    audio = {each.recording_id: each.audio for each in meetings}

    rows = json_lines(exported / "rows.jsonl")

    assert len(rows) == 12
    for row in rows:
        samples, rate_hz = soundfile.read(exported / str(row["audio"]), dtype="int16")
        start_ms, end_ms = int(str(row["start_ms"])), int(str(row["end_ms"]))
        pcm = audio[str(row["recording"])].pcm
        assert rate_hz == 16_000
        np.testing.assert_array_equal(
            samples, pcm[start_ms * SAMPLES_PER_MS : end_ms * SAMPLES_PER_MS]
        )


def test_a_row_tells_what_was_heard_what_it_became_and_by_whom(exported: Path) -> None:
    row = next(
        each for each in json_lines(exported / "rows.jsonl") if each["text"] == "你好，世界。"
    )

    assert row["heard_text"] == "你好世间"
    assert row["cer"] == 0.25
    assert row["speaker_name"] == "小王 <img>"
    assert row["reviewed_by"] == "ann"
    assert row["corrected_by"]["kind"] == "correct_text"  # type: ignore[index]
    assert [each["kind"] for each in row["edits"]] == ["correct_text", "verify"]  # type: ignore[attr-defined]
    assert row["edit_id"] == row["edits"][-1]["edit_id"]  # type: ignore[index]
    assert [each["id"] for each in row["models"]] == ["whisper-base"]  # type: ignore[attr-defined]
    assert "".join(each[2] for each in row["tokens"]) == "你好，世界。"  # type: ignore[attr-defined]


def test_funasr_lists_count_frames_of_10_ms_and_words_or_characters(exported: Path) -> None:
    rows = json_lines(exported / "funasr" / "train.jsonl")

    assert {tuple(row) for row in rows} == {("key", "source", "source_len", "target", "target_len")}
    lengths = {row["target"]: (row["source_len"], row["target_len"]) for row in rows}
    assert lengths["good morning"] == (200, 2)
    assert lengths["你好世界"] == (151, 4)  # without marks, whatever the other formats keep
    assert all((exported / str(row["source"])).is_file() for row in rows)


def test_kaldi_directories_are_sorted_by_bytes_and_agree(exported: Path) -> None:
    for split in ("train", "validation", "test"):
        folder = exported / "kaldi" / split
        tables = {
            name: (folder / name).read_bytes().splitlines()
            for name in ("wav.scp", "text", "utt2spk", "spk2utt", "segments")
        }
        assert all(lines == sorted(lines) for lines in tables.values())
        keys = [line.split(b" ")[0] for line in tables["text"]]
        for name in ("wav.scp", "utt2spk", "segments"):
            assert [line.split(b" ")[0] for line in tables[name]] == keys
        spoken = {
            (key, speaker)
            for speaker, *said in (line.split(b" ") for line in tables["spk2utt"])
            for key in said
        }
        assert spoken == {tuple(line.split(b" ")) for line in tables["utt2spk"]}
        assert [line.split(b" ")[1] for line in tables["utt2spk"]] == sorted(
            line.split(b" ")[1] for line in tables["utt2spk"]
        )
        for line in tables["segments"]:
            _, recording, start, end = line.decode().split(" ")
            clip = soundfile.info(exported / "clips" / split / f"{recording}.wav")
            assert (float(start), float(end)) == (0.0, clip.duration)


def test_speaker_data_names_known_speakers_alike_in_all_recordings(exported: Path) -> None:
    lines = [
        line.split(" ")
        for path in sorted((exported / "3d-speaker").glob("*/utt2spk"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    named = {
        row["speaker_id"] for row in json_lines(exported / "rows.jsonl") if row["speaker_name"]
    }

    assert len(lines) == 8  # two known speakers in each of four recordings
    assert len(named) == 1
    assert sum(speaker in named for _, speaker in lines) == 4


def test_the_manifest_counts_hashes_and_records_what_was_asked_for(exported: Path) -> None:
    manifest = json.loads((exported / "manifest.json").read_text(encoding="utf-8"))
    files = contents(exported)

    assert {each["name"]: each["sha256"] for each in manifest["files"]} == {
        name: hashlib.sha256(content).hexdigest()
        for name, content in files.items()
        if name != "manifest.json"
    }
    assert sum(each["rows"] for each in manifest["splits"].values()) == 12
    assert manifest["options"]["filters"]["verified_only"] is True
    assert manifest["options"]["text"] == {"punctuation": "keep", "digits": "keep", "case": "keep"}
    rows = {each["key"]: each["edit_id"] for each in json_lines(exported / "rows.jsonl")}
    assert {each["key"]: each["edit_id"] for each in manifest["rows"]} == rows


def test_the_same_data_give_the_same_bytes(
    workspace: TrainingWorkspace, exported: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again"
    zips = [tmp_path / "one.zip", tmp_path / "two.zip"]

    export_training_data(workspace.root, ALL, partial(writing_folder, again))
    for path in zips:
        export_training_data(workspace.root, ALL, partial(writing_zip, path))

    assert contents(again) == contents(exported)
    assert zips[0].read_bytes() == zips[1].read_bytes()


def test_a_zip_holds_what_a_folder_does(
    workspace: TrainingWorkspace, exported: Path, tmp_path: Path
) -> None:
    path = tmp_path / "data.zip"

    export_training_data(workspace.root, ALL, partial(writing_zip, path))

    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        found = {name: archive.read(name) for name in archive.namelist()}
    assert found == contents(exported)


def test_paths_of_clips_can_begin_with_another_folder(
    workspace: TrainingWorkspace, meetings: list[Made], tmp_path: Path
) -> None:
    folder = tmp_path / "exported"
    options = TrainingOptions(("funasr",), audio_root="/data/set/")

    export_training_data(workspace.root, options, partial(writing_folder, folder))

    rows = json_lines(folder / "funasr" / "train.jsonl")
    assert all(str(row["source"]).startswith("/data/set/clips/train/spk") for row in rows)


class _FullDisk:
    """A target that fails with ENOSPC after some files."""

    def __init__(self, target: ExportTarget, room: int) -> None:
        self._target = target
        self._room = room

    def add(self, name: str, blocks: Iterable[bytes]) -> WrittenFile:
        self._room -= 1
        if self._room < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return self._target.add(name, blocks)


@pytest.mark.parametrize("room", [0, 5, 13, 29])
def test_a_full_disk_at_any_file_is_reported_and_nothing_is_left(
    workspace: TrainingWorkspace, meetings: list[Made], tmp_path: Path, room: int
) -> None:
    folder = tmp_path / "place" / "exported"
    folder.parent.mkdir()

    @contextmanager
    def filling_up() -> Iterator[ExportTarget]:
        with writing_folder(folder) as target:
            yield _FullDisk(target, room)

    with pytest.raises(DiskFullError, match="disk is full: the training data was not exported"):
        export_training_data(workspace.root, ALL, filling_up)

    assert siblings(folder) == set()


@pytest.mark.parametrize("name", ["data.zip", "data"])
@pytest.mark.parametrize("kilobytes", [32, 256, 480])
def test_a_full_real_disk_is_reported_and_nothing_is_left(
    workspace: TrainingWorkspace,
    meetings: list[Made],
    tmp_path: Path,
    name: str,
    kilobytes: int,
) -> None:
    with tiny_disk(tmp_path / "disk", kilobytes=kilobytes) as disk:
        path = disk / name
        open_target = partial(writing_zip if name.endswith(".zip") else writing_folder, path)

        with pytest.raises(DiskFullError, match="partial files were deleted"):
            export_training_data(workspace.root, ALL, open_target)

        assert list(disk.iterdir()) == []


@pytest.mark.parametrize("name", ["data.zip", "data"])
def test_a_cancel_leaves_nothing_behind(
    workspace: TrainingWorkspace, meetings: list[Made], tmp_path: Path, name: str
) -> None:
    path = tmp_path / "place" / name
    path.parent.mkdir()

    def stop_at_the_third(done_ms: int, total_ms: int) -> None:
        if done_ms > 5_000:
            raise TrainingExportCancelled("stopped")

    open_target = partial(writing_zip if name.endswith(".zip") else writing_folder, path)
    with pytest.raises(TrainingExportCancelled):
        export_training_data(workspace.root, ALL, open_target, on_clip=stop_at_the_third)

    assert siblings(path) == set()


def test_a_folder_with_other_files_is_not_changed(
    workspace: TrainingWorkspace, meetings: list[Made], tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work", encoding="utf-8")

    with pytest.raises(TrainingExportError, match="holds other files"):
        export_training_data(
            workspace.root, ALL, partial(writing_folder, folder, replaces_export=True)
        )

    assert contents(folder) == {"thesis.txt": b"years of work"}


def test_an_earlier_export_is_replaced_only_when_asked_for(
    workspace: TrainingWorkspace, exported: Path
) -> None:
    before = contents(exported)
    options = TrainingOptions(("kaldi",))

    with pytest.raises(TrainingExportError, match="holds an earlier export"):
        export_training_data(workspace.root, options, partial(writing_folder, exported))
    unchanged = contents(exported)
    export_training_data(
        workspace.root, options, partial(writing_folder, exported, replaces_export=True)
    )

    assert unchanged == before
    assert not (exported / "rows.jsonl").exists()
    assert siblings(exported) == {"exported", "workspace"}


def test_audio_shorter_than_its_transcript_is_reported(
    workspace: TrainingWorkspace, meetings: list[Made], tmp_path: Path
) -> None:
    path = workspace.blobs.path_of(meetings[0].recording_id, REVIEW_AUDIO)
    soundfile.write(path, np.zeros(16_000, dtype=np.int16), 16_000, format="FLAC")
    folder = tmp_path / "exported"

    with pytest.raises(TrainingExportError, match="'meeting 0' is shorter than its transcript"):
        export_training_data(workspace.root, ALL, partial(writing_folder, folder))

    assert siblings(folder) == {"workspace"}


def test_an_empty_export_is_refused(workspace: TrainingWorkspace, tmp_path: Path) -> None:
    with pytest.raises(TrainingExportError, match="Nothing to export"):
        export_training_data(workspace.root, ALL, partial(writing_folder, tmp_path / "exported"))


def test_an_unreadable_playback_copy_is_reported(
    workspace: TrainingWorkspace, meetings: list[Made], tmp_path: Path
) -> None:
    path = workspace.blobs.path_of(meetings[0].recording_id, REVIEW_AUDIO)
    path.write_bytes(b"no sound")

    with pytest.raises(AudioError, match=r"audio\.flac"):
        export_training_data(workspace.root, ALL, partial(writing_folder, tmp_path / "exported"))


def test_clips_are_cut_from_the_upload_without_a_playback_copy(
    workspace: TrainingWorkspace, tmp_path: Path
) -> None:
    made = workspace.add("talk", (sentence(100, 1_500, "你好"),), duration_ms=2_000)
    workspace.edit(made, Verify(workspace.ids(made)))
    review_copy = workspace.blobs.path_of(made.recording_id, REVIEW_AUDIO)
    soundfile.write(review_copy.with_name("upload.wav"), made.audio.pcm, 16_000)
    review_copy.unlink()
    folder = tmp_path / "exported"

    export_training_data(workspace.root, ALL, partial(writing_folder, folder))

    (clip,) = folder.glob("clips/train/*.wav")
    np.testing.assert_array_equal(
        soundfile.read(clip, dtype="int16")[0], made.audio.pcm[100 * 16 : 1_500 * 16]
    )


def test_the_current_folder_can_be_the_target(
    workspace: TrainingWorkspace,
    meetings: list[Made],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "place" / "here"
    (folder / "below").mkdir(parents=True)
    monkeypatch.chdir(folder / "below")

    with pytest.raises(TrainingExportError, match="holds other files"):
        export_training_data(workspace.root, ALL, partial(writing_folder, Path("..")))

    assert siblings(folder) == {"here"}
    assert (folder / "below").is_dir()
