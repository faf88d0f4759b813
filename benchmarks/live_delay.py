"""Delays, errors and CPU time of live transcription on a virtual clock.

python -m benchmarks.live_delay [--recording NAME ...] [--composed 2] [--offline] [--log FILE]
    [--recognizer paraformer --model-folder paraformer=DIR --model-folder streaming=DIR]

Audio arrives in blocks of 100 ms; the clock advances by the CPU time of each step, so that the
figures are those of an otherwise idle machine. `--log` writes the events with their times as JSON
lines; `--events FILE` computes the figures from such a log of another system.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.dev_recordings import read_json, require_dev_data
from benchmarks.live_measures import (
    LiveFigures,
    SpokenCharacter,
    TimedEvent,
    measure,
    percentiles,
)
from benchmarks.tables import percent, print_table
from benchmarks.virtual_clock import VirtualClock
from pipeline.audio.decode import read_audio
from pipeline.audio.samples import SAMPLE_RATE_HZ, Audio
from pipeline.core.options import AsrOptions, PipelineOptions, RuntimeOptions
from pipeline.live.events import FinalText, LiveSentence, PassingText
from pipeline.live.models import LiveModels, load_live_models
from pipeline.live.options import LiveOptions
from pipeline.live.segmenter import BLOCK_SAMPLES, live_vad_options
from pipeline.live.session import LiveSession
from pipeline.metrics import character_errors, spoken_characters
from pipeline.models.locations import ModelLocations, open_model_store
from pipeline.models.model_folders import ModelFolders
from pipeline.transcription.loader import PipelineLoader
from pipeline.vad.endpointing import decide_frames, find_runs

CONVERSATION = "d_conv5_zh_text"
_SPEECH = 0.5  # probability of a frame of speech
_NUMBER = re.compile("[零幺一二三四五六七八九十百千]{2,}")
_GAP_S = (0.3, 1.2)  # silence between two composed utterances


@dataclass(frozen=True, slots=True)
class Utterance:
    """Span of a recording with a reference text."""

    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Talk:
    """Recording with its reference text."""

    name: str
    pcm: NDArray[np.int16]
    utterances: tuple[Utterance, ...]


def main() -> None:
    """Measure the chosen recordings and print the figures."""
    chosen = _arguments()
    options = LiveOptions(language="zh", recognizer=chosen.recognizer)
    folders = ModelFolders.parse(chosen.model_folder)
    models = load_live_models(ModelLocations(offline=True, folders=folders), options)
    rows = []
    for talk in _talks(chosen):
        if chosen.events is None:
            events, cpu_s = _transcribe(models, options, talk)
        else:
            events, cpu_s = _read_log(chosen.events), 0.0
        if chosen.log is not None:
            _write_log(chosen.log, events)
        figures = measure(
            _spoken(models, talk), events, speech_ends_s=_speech_ends(models, options, talk)
        )
        rows.append(_row(talk, figures, cpu_s, _offline_errors(talk) if chosen.offline else None))
    print_table(
        ("recording", "characters", "CER", "offline", "first", "settled", "firm", "final",
         "segment", "erased", "firm erased", "CPU"),
        rows,
    )  # fmt: skip


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recording", action="append", help=f"default: {CONVERSATION}")
    parser.add_argument("--composed", type=int, default=2, help="recordings composed of clips")
    parser.add_argument("--recognizer", default="whisper")
    parser.add_argument("--model-folder", action="append", default=[], metavar="NAME=DIR")
    parser.add_argument("--offline", action="store_true", help="compare with the offline errors")
    parser.add_argument("--log", type=Path, help="write the events to this file")
    parser.add_argument("--events", type=Path, help="count the events of this file instead")
    return parser.parse_args()


def _talks(chosen: argparse.Namespace) -> Iterator[Talk]:
    for name in chosen.recording or [CONVERSATION]:
        path = require_dev_data() / "conv" / f"{name}.flac"
        turns = read_json(path.with_suffix(".json"))["turns"]
        yield Talk(
            name,
            read_audio(path).pcm,
            tuple(Utterance(each["start"], each["end"], each["text"] or "") for each in turns),
        )
    for number in range(chosen.composed):
        yield _composed(number)


def _composed(number: int) -> Talk:
    """Return a recording of clips of read Mandarin by many speakers, in a random order."""
    folder = require_dev_data() / "clips"
    clips = [each for each in read_json(folder / "clips.json") if _is_usable(each)]
    chance = np.random.default_rng(number)
    order = [clips[place] for place in chance.permutation(len(clips))[: len(clips) // 2]]
    pieces: list[NDArray[np.int16]] = []
    utterances: list[Utterance] = []
    length = 0
    for clip in order:
        gap = np.zeros(int(chance.uniform(*_GAP_S) * SAMPLE_RATE_HZ), dtype=np.int16)
        pcm = read_audio(folder / clip["file"]).pcm
        start_s = (length + len(gap)) / SAMPLE_RATE_HZ
        utterances.append(Utterance(start_s, start_s + len(pcm) / SAMPLE_RATE_HZ, clip["text"]))
        pieces += [gap, pcm]
        length += len(gap) + len(pcm)
    return Talk(f"composed {number + 1}", np.concatenate(pieces), tuple(utterances))


def _is_usable(clip: dict[str, str]) -> bool:
    """Return whether a clip's text is Mandarin without numbers, whose spelling is ambiguous."""
    return bool(clip["text"]) and clip["lang"] == "zh" and not _NUMBER.search(clip["text"])


def _transcribe(
    models: LiveModels, options: LiveOptions, talk: Talk
) -> tuple[list[TimedEvent], float]:
    """Transcribe a recording live; return the events on the virtual clock, and the CPU seconds."""
    clock = VirtualClock()
    session = LiveSession(models, options, clock=clock.existing_ms)
    events: list[TimedEvent] = []
    while session.num_samples < len(talk.pcm):
        stop = clock.wait_for(session.num_samples + BLOCK_SAMPLES)
        with clock.work():
            for event in session.follow(talk.pcm[session.num_samples : stop]):
                events.append(TimedEvent(clock.now_s, event))
    with clock.work():
        events += [TimedEvent(clock.now_s, event) for event in session.finish()]
    return events, clock.cpu_s


def _spoken(models: LiveModels, talk: Talk) -> list[SpokenCharacter]:
    """Return the reference's characters, spread evenly over the speech of each utterance."""
    is_speech = models.vad.speech_probabilities(Audio(talk.pcm.copy())) > _SPEECH
    spoken: list[SpokenCharacter] = []
    for each in talk.utterances:
        text = spoken_characters(each.text)
        frames = np.flatnonzero(is_speech[int(each.start_s * 100) : int(each.end_s * 100)])
        start_s, end_s = each.start_s, each.end_s
        if len(frames):
            start_s, end_s = start_s + frames[0] / 100, start_s + (frames[-1] + 1) / 100
        spoken += [
            SpokenCharacter(letter, start_s + number / len(text) * (end_s - start_s))
            for number, letter in enumerate(text, start=1)
        ]
    return spoken


def _speech_ends(models: LiveModels, options: LiveOptions, talk: Talk) -> list[float]:
    """Return the time of the last speech frame of each segment in seconds."""
    probabilities = models.vad.speech_probabilities(Audio(talk.pcm.copy()))
    vad = live_vad_options(options.profile)
    runs = find_runs(decide_frames(probabilities, vad), vad)
    return [
        (start + int(np.flatnonzero(probabilities[start:stop] > _SPEECH)[-1]) + 1) / 100
        for start, stop in runs
    ]


def _offline_errors(talk: Talk) -> float:
    loader = PipelineLoader(open_model_store(ModelLocations(offline=True)), RuntimeOptions(1))
    options = PipelineOptions(asr=AsrOptions("whisper", "zh"))
    result = loader.load(options).transcribe(Audio(talk.pcm.copy()), options)
    said = "".join(spoken_characters(each.text) for each in talk.utterances)
    text = "".join(each.text for each in result.transcript.sentences)
    return character_errors(said, spoken_characters(text)).rate


def _row(talk: Talk, figures: LiveFigures, cpu_s: float, offline: float | None) -> list[str]:
    return [
        talk.name,
        str(figures.num_characters),
        percent(figures.errors),
        "-" if offline is None else percent(offline),
        *map(percentiles, (figures.first, figures.settled, figures.firm, figures.final)),
        percentiles(figures.segments),
        f"{figures.erased:.2f}",
        f"{figures.firm_erased:.2f}",
        f"{cpu_s * SAMPLE_RATE_HZ / len(talk.pcm):.3f}",
    ]


def _write_log(path: Path, events: Sequence[TimedEvent]) -> None:
    with path.open("a", encoding="utf-8") as file:
        for each in events:
            kind = type(each.event).__name__
            line = {"at_s": each.at_s, "kind": kind, **asdict(each.event)}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def _read_log(path: Path) -> list[TimedEvent]:
    """Read the interim and final texts of a log; words and speakers may be missing."""
    events: list[TimedEvent] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        fields = json.loads(line)
        at_s, kind = fields.pop("at_s"), fields.pop("kind")
        if kind == PassingText.__name__:
            events.append(TimedEvent(at_s, PassingText(**fields)))
        elif kind == FinalText.__name__:
            sentences = tuple(
                LiveSentence(number, each["start_ms"], each["end_ms"], each["text"], None)
                for number, each in enumerate(fields["sentences"])
            )
            events.append(TimedEvent(at_s, FinalText(fields["segment"], sentences)))
    return events


if __name__ == "__main__":
    main()
