from __future__ import annotations

from pathlib import Path

import datasets
import pytest


@pytest.fixture
def paths_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Return only paths, like datasets itself, but without importing torch."""
    monkeypatch.setattr(
        datasets.Audio, "encode_example", lambda self, path: {"bytes": None, "path": path}
    )


def test_the_audio_folder_loads_with_its_splits(
    exported: Path, tmp_path: Path, paths_alone: None
) -> None:
    loaded = datasets.load_dataset(
        "audiofolder", data_dir=str(exported / "clips"), cache_dir=str(tmp_path / "cache")
    )

    assert {name: len(rows) for name, rows in loaded.items()} == {
        split: len((exported / "kaldi" / split / "text").read_bytes().splitlines())
        for split in ("train", "validation", "test")
    }
    first = loaded["train"].cast_column("audio", datasets.Audio(decode=False))[0]
    assert Path(first["audio"]["path"]).read_bytes()[:4] == b"RIFF"
    assert first["text"] in {"你好，世界。", "good morning", "不知是谁"}
    assert first["speaker_id"].startswith("spk")
