"""An interface with FunASR's argument names and result dictionaries."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.audio.samples import SAMPLE_RATE_HZ
from pipeline.core.errors import OptionError
from pipeline.core.options import AsrOptions, PipelineOptions, SpeakerCount, parse_hotwords
from pipeline.formats.json_files.best_recognition import write_recognition_folder
from pipeline.formats.json_files.funasr_result import funasr_failure, funasr_record
from pipeline.inputs.gathering import Recordings
from pipeline.transcription.transcriber import Transcriber

HOTWORD_FILE_SUFFIX = ".txt"
OLD_THRESHOLD_NAME = "batch_size_token_threshold_s"
THRESHOLD_NAME = "batch_size_threshold_s"
_WITHOUT_EFFECT = {
    "disable_pbar": "there is no progress bar",
}
_UNAVAILABLE = {
    "merge_vad": "segments are never merged over pauses; leave it out",
}
_SUPPORTED = (
    "preset_spk_num",
    "hotword",
    "batch_size_s",
    THRESHOLD_NAME,
    "return_raw_text",
    "sentence_timestamp",
    "output_dir",
    "language",
    "recognizer",
    "fs",
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FunasrCall:
    """Options of this system converted from FunASR's arguments.

    Attributes:
        options: options of the transcription.
        pcm_rate_hz: sample rate of samples without a header.
        with_raw_text: whether records have `raw_text`.
        output_dir: folder for `1best_recog`, None for no output.
    """

    options: PipelineOptions
    pcm_rate_hz: int
    with_raw_text: bool
    output_dir: Path | None


def generate(
    input: Recordings,
    *,
    transcriber: Transcriber | None = None,
    **arguments: object,  # FunASR's names, checked individually
) -> list[dict[str, object]]:
    """Transcribe recordings; return one dictionary in FunASR's format for each, in order.

    Args:
        input: see `Transcriber.transcribe_each`.
        transcriber: a loaded transcriber to reuse.
        arguments: `preset_spk_num`, `hotword`, `return_raw_text`, `sentence_timestamp`,
            `output_dir`, `language` and `fs` work as in FunASR; so do `batch_size_s` and
            `batch_size_threshold_s` with a Paraformer. `disable_pbar` only writes a line to
            the log.

    Returns:
        Records with `key`, `text`, `timestamp`, `sentence_info`, and `raw_text` on request;
        those of failed recordings have `error` with the reason.

    Raises:
        OptionError: an argument is unknown or not supported.
        PipelineError: see `Transcriber.transcribe_each`.
    """
    call = read_arguments(arguments)
    at_work = transcriber or Transcriber()
    results = at_work.transcribe(input, call.options, pcm_rate_hz=call.pcm_rate_hz)
    if call.output_dir is not None:
        write_recognition_folder(
            call.output_dir, [(each.key, each.transcript) for each in results if each.error is None]
        )
    return [
        funasr_record(each.key, each.transcript, with_raw_text=call.with_raw_text)
        if each.error is None
        else funasr_failure(each.key, str(each.error))
        for each in results
    ]


def read_arguments(arguments: Mapping[str, object]) -> FunasrCall:
    """Convert FunASR's arguments to options of this system.

    Raises:
        OptionError: an argument is unknown, has a value of the wrong type, or is not
            supported.
    """
    named = _current_names(arguments)
    _check_names(named)
    defaults = AsrOptions()
    speakers = SpeakerCount()
    if "preset_spk_num" in named:
        num_speakers = _whole_number(named, "preset_spk_num", 0)
        speakers = SpeakerCount(num_speakers, num_speakers)
    language = _text(named, "language")
    output_dir = named.get("output_dir")
    if not isinstance(output_dir, (str, Path, type(None))):
        raise OptionError(f"output_dir must be a path, got {output_dir!r}")
    return FunasrCall(
        options=PipelineOptions(
            speakers=speakers,
            asr=AsrOptions(
                recognizer=_text(named, "recognizer") or defaults.recognizer,
                language=None if language in {None, "", "auto"} else language,
                hotwords=_hotwords(_text(named, "hotword") or ""),
                batch_size_s=_whole_number(named, "batch_size_s", defaults.batch_size_s),
                batch_size_threshold_s=_whole_number(
                    named, THRESHOLD_NAME, defaults.batch_size_threshold_s
                ),
            ),
        ),
        pcm_rate_hz=_whole_number(named, "fs", SAMPLE_RATE_HZ),
        with_raw_text=bool(named.get("return_raw_text", False)),
        output_dir=None if output_dir is None else Path(output_dir),
    )


def _current_names(arguments: Mapping[str, object]) -> dict[str, object]:
    """Return the arguments that are not None, with an old name replaced by the current one."""
    named: dict[str, object] = {}
    for name, value in arguments.items():
        current = THRESHOLD_NAME if name == OLD_THRESHOLD_NAME else name
        if name != current:
            _log.warning("'%s' is an old name of '%s'", name, current)
        if value is not None:
            named[current] = value
    return named


def _check_names(named: Mapping[str, object]) -> None:
    for name, value in named.items():
        if name in _WITHOUT_EFFECT:
            _log.warning("'%s' has no effect: %s", name, _WITHOUT_EFFECT[name])
        elif name in _UNAVAILABLE and value:
            raise OptionError(f"'{name}' cannot be used: {_UNAVAILABLE[name]}")
        elif name not in _SUPPORTED and name not in _UNAVAILABLE:
            known = ", ".join([*_SUPPORTED, *_WITHOUT_EFFECT])
            raise OptionError(f"There is no argument '{name}'. Choose from: {known}")


def _hotwords(text: str) -> tuple[str, ...]:
    """Parse hotwords separated by spaces, or the lines of a file if the text ends in `.txt`.

    Raises:
        OptionError: the file cannot be read as UTF-8, or a hotword is invalid.
    """
    if not text.endswith(HOTWORD_FILE_SUFFIX):
        return parse_hotwords("\n".join(text.split()))
    try:
        return parse_hotwords(Path(text).read_text("utf-8-sig"))
    except (OSError, UnicodeError) as error:
        raise OptionError(f"hotword: {text} cannot be read as UTF-8 text: {error}") from error


def _whole_number(named: Mapping[str, object], name: str, default: int) -> int:
    value = named.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise OptionError(f"{name} must be a whole number, got {value!r}")
    return value


def _text(named: Mapping[str, object], name: str) -> str | None:
    value = named.get(name)
    if value is not None and not isinstance(value, str):
        raise OptionError(f"{name} must be text, got {value!r}")
    return value
