"""Exports read by the trainers themselves, where FunASR, WeNet or NeMo is installed."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest
import soundfile

SPLITS = ("train", "validation", "test")
NUM_MELS = 80
STACKED_ROWS = 7  # features of a row of FunASR's frontend, which skips 6 frames
BEYOND_STEP = 400 - 160  # samples of a window of 25 ms beyond a step of 10 ms


def needs(package: str) -> pytest.MarkDecorator:
    is_missing = importlib.util.find_spec(package) is None
    return pytest.mark.skipif(is_missing, reason=f"{package} is not installed")


def raw_rows(exported: Path, split: str) -> list[dict[str, str]]:
    lines = (exported / "wenet" / split / "data.list").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def funasr_dataset(path: Path) -> Any:
    """Open a list with FunASR's own dataset, features and tokenizer."""
    import funasr.datasets.audio_datasets.index_ds  # noqa: F401 - registers its class
    from funasr.datasets.audio_datasets.datasets import AudioDataset
    from funasr.frontends.wav_frontend import WavFrontend
    from funasr.tokenizer.char_tokenizer import CharTokenizer

    letters = sorted({*path.read_text("utf-8")} - {" ", "\n"})
    return AudioDataset(
        str(path),
        index_ds="IndexDSJsonl",
        frontend=WavFrontend(fs=16_000, lfr_m=STACKED_ROWS, lfr_n=6),
        tokenizer=CharTokenizer(token_list=["<blank>", "<s>", "</s>", *letters, "<unk>"]),
    )


def tiny_paraformer(vocabulary_size: int) -> Any:
    import funasr.models.paraformer.cif_predictor
    import funasr.models.paraformer.decoder
    import funasr.models.sanm.encoder  # noqa: F401
    from funasr.models.paraformer.model import Paraformer

    size = {"attention_heads": 2, "linear_units": 32, "num_blocks": 1, "sanm_shfit": 0}
    return Paraformer(
        encoder="SANMEncoder",
        encoder_conf={
            **size, "output_size": 16, "input_layer": "pe", "kernel_size": 11,
            "pos_enc_class": "SinusoidalPositionEncoder", "selfattention_layer_type": "sanm",
        },
        decoder="ParaformerSANMDecoder",
        decoder_conf={**size, "att_layer_num": 1, "kernel_size": 11},
        predictor="CifPredictorV2",
        predictor_conf={"idim": 16, "threshold": 1.0, "l_order": 1, "r_order": 1},
        ctc_weight=0.0,
        predictor_weight=1.0,
        predictor_bias=1,
        sampling_ratio=0.75,
        input_size=NUM_MELS * STACKED_ROWS,
        vocab_size=vocabulary_size,
    )  # fmt: skip


@needs("funasr")
@pytest.mark.parametrize("name", ["train", "val"])
def test_funasr_reads_every_row_with_the_lengths_that_the_list_states(exported, monkeypatch, name):
    path = exported / "funasr" / f"{name}.jsonl"
    dataset = funasr_dataset(path)
    monkeypatch.chdir(exported)
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]

    samples = list(dataset)

    assert len(samples) == len(lines) > 0
    for line, sample in zip(lines, samples, strict=True):
        assert sample["speech"].shape[1] == NUM_MELS * STACKED_ROWS
        num_samples = soundfile.info(exported / line["source"]).frames
        assert line["source_len"] == num_samples // 160
        assert sample["text_lengths"].item() == len(line["target"].replace(" ", ""))
        assert dataset.tokenizer.decode(sample["text"].tolist()) == line["target"].replace(" ", "")


@needs("funasr")
def test_funasr_trains_on_the_list(exported, monkeypatch):
    dataset = funasr_dataset(exported / "funasr" / "train.jsonl")
    import torch

    monkeypatch.chdir(exported)
    torch.manual_seed(0)
    batch = dataset.collator(list(dataset))
    model = tiny_paraformer(len(dataset.tokenizer.token_list))
    steps = torch.optim.Adam(model.parameters(), lr=0.01)
    losses = []

    for _ in range(3):
        loss, _, _ = model(**batch)
        steps.zero_grad()
        loss.backward()
        assert all(
            each.grad.isfinite().all() for each in model.parameters() if each.grad is not None
        )
        steps.step()
        losses.append(loss.item())

    assert losses[0] > losses[1] > losses[2] > 0


@needs("wenet")
@pytest.mark.parametrize(("data_type", "folder"), [("raw", "wenet"), ("shard", "wenet-shard")])
def test_wenet_reads_raw_lists_and_shards(exported, monkeypatch, data_type, folder):
    from wenet.dataset.dataset import Dataset
    from wenet.text.char_tokenizer import CharTokenizer

    monkeypatch.chdir(exported)
    settings = {
        "list_shuffle": False, "shuffle": False, "sort": False, "spec_aug": False,
        "fbank_conf": {"num_mel_bins": NUM_MELS}, "batch_conf": {"batch_size": 2},
    }  # fmt: skip

    for split in SPLITS:
        rows = raw_rows(exported, split)
        letters = sorted({letter for row in rows for letter in row["txt"].replace(" ", "▁")})
        tokenizer = CharTokenizer({each: at for at, each in enumerate(letters)})
        path = exported / folder / split / "data.list"
        batches = Dataset(data_type, str(path), tokenizer, settings, partition=False)
        read = {
            key: (num_frames, "".join(letters[each] for each in labels if each >= 0))
            for batch in batches
            for key, num_frames, labels in zip(
                batch["keys"],
                batch["feats_lengths"].tolist(),
                batch["target"].tolist(),
                strict=True,
            )
        }
        frames = {row["key"]: soundfile.info(exported / row["wav"]).frames for row in rows}
        assert read == {
            row["key"]: (
                (frames[row["key"]] - BEYOND_STEP) // 160, row["txt"].replace(" ", "▁"),
            )
            for row in rows
        }  # fmt: skip


@needs("nemo")
def test_nemo_finds_the_clips_of_a_manifest_from_any_folder(exported, monkeypatch, tmp_path):
    from nemo.collections.common.parts.preprocessing.manifest import item_iter

    monkeypatch.chdir(tmp_path)

    for split in SPLITS:
        items = list(item_iter(str(exported / "nemo" / f"{split}.json")))

        rows = raw_rows(exported, split)
        assert [item["text"] for item in items] == [each["txt"] for each in rows]
        for item, row in zip(items, rows, strict=True):
            assert Path(item["audio_file"]).samefile(exported / row["wav"])
            assert item["duration"] == soundfile.info(item["audio_file"]).duration
