from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipeline.compat.funasr import read_arguments
from pipeline.core.errors import OptionError
from pipeline.core.options import AsrOptions, PipelineOptions, SpeakerCount


def test_arguments_that_do_something_are_translated() -> None:
    call = read_arguments(
        {
            "preset_spk_num": 3,
            "language": "zh",
            "fs": 8_000,
            "return_raw_text": True,
            "sentence_timestamp": True,
            "output_dir": "out",
            "merge_vad": False,
            "hotword": "",
        }
    )

    assert call.options == PipelineOptions(
        speakers=SpeakerCount(3, 3), asr=AsrOptions(language="zh")
    )
    assert (call.pcm_rate_hz, call.with_raw_text, call.output_dir) == (8_000, True, Path("out"))


def test_without_arguments_everything_is_found_out() -> None:
    call = read_arguments({"preset_spk_num": None, "language": "auto"})

    assert call.options == PipelineOptions()
    assert (call.pcm_rate_hz, call.with_raw_text, call.output_dir) == (16_000, False, None)


def test_the_old_name_is_taken_and_said_to_be_old(caplog: pytest.LogCaptureFixture) -> None:
    call = read_arguments({"batch_size_s": 300, "batch_size_token_threshold_s": 40})

    assert call.options.asr == AsrOptions(batch_size_s=300, batch_size_threshold_s=40)
    assert [record.getMessage() for record in caplog.records] == [
        "'batch_size_token_threshold_s' is an old name of 'batch_size_threshold_s'"
    ]


def test_what_changes_nothing_is_said_to(caplog: pytest.LogCaptureFixture) -> None:
    assert read_arguments({"disable_pbar": True}) == read_arguments({})
    assert "no effect" in caplog.text


def test_hotwords_stand_between_spaces_or_on_the_lines_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("魔搭\n达摩院\n", "utf-8")

    for hotword in ("魔搭 达摩院", str(path)):
        call = read_arguments({"hotword": hotword})

        assert call.options.asr.hotwords == ("魔搭", "达摩院")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"merge_vad": True}, "'merge_vad' cannot be used"),
        ({"hotword": "missing.txt"}, "hotword: missing.txt cannot be read"),
        ({"hotword": ["魔搭"]}, "hotword must be text"),
        ({"preset_spk": 2}, "no argument 'preset_spk'"),
        ({"preset_spk_num": "two"}, "preset_spk_num must be a whole number"),
        ({"preset_spk_num": True}, "preset_spk_num must be a whole number"),
        ({"preset_spk_num": 900}, "between 1 and 50"),
        ({"preset_spk_num": -1}, "between 1 and 50"),
        ({"batch_size_s": -1}, "batch_size_s must be between"),
        ({"batch_size_token_threshold_s": "40"}, "must be a whole number"),
        ({"fs": 16e3}, "fs must be a whole number"),
        ({"language": 5}, "language must be text"),
        ({"output_dir": 5}, "output_dir must be a path"),
    ],
)
def test_arguments_that_cannot_be_kept_are_refused(
    arguments: dict[str, Any], expected: str
) -> None:
    with pytest.raises(OptionError, match=expected):
        read_arguments(arguments)
