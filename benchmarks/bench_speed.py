"""Speed and memory of transcriptions by Speaker Studio and by the programs compared with it.

These programs, called peers, are senko, funasr-onnx and faster-whisper.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bench_recordings import HOUR_S, HOURS_OF_THE_LONG_ONE, BenchRecordings
from benchmarks.contenders import Answer, Contender, contender, in_turns, our_command
from benchmarks.measurements import OURS, Bound, Limit, Measurement, Statistic
from benchmarks.peers import PEERS, python_of
from benchmarks.recogniser_peer import peer_command
from pipeline.asr.whisper.text.chinese_text import SimplifiedChinese
from pipeline.core.intervals import Interval
from pipeline.core.transcript import SpeakerTurn
from pipeline.metrics import character_errors, diarization_errors
from pipeline.models.locations import BUNDLED_MODELS, ModelLocations, open_model_store
from pipeline.models.model_folders import ModelFolders
from pipeline.transcription.model_finder import OWN_FOLDER, ModelFinder

COLLAR_MS = 250
RANDOM = "random weights"
PUBLISHED = "published weights"
_MB = 1e6


@dataclass(frozen=True, slots=True)
class Setting:
    """Settings of a benchmark run.

    Attributes:
        recordings: recordings to transcribe.
        runs: number of runs of the short recording; the long one is run once.
        peers: folder of the peers' environments.
        models: folders of the Paraformer and punctuation models, of any precision.
        threads: number of threads for programs with such a setting.
        short_s: length of the short recording in seconds.
        long_s: length of the long recording in seconds; limits apply only to 3,600; 0 omits it.
    """

    recordings: BenchRecordings
    runs: int
    peers: Path
    models: ModelFolders
    threads: int
    short_s: int = 600
    long_s: int = HOUR_S


class ExcludedInputError(Exception):
    """Error for a benchmark that cannot run on this machine; the message states the reason."""


@dataclass(frozen=True, slots=True)
class Race:
    """Task on which several programs are timed.

    Attributes:
        part: name of the benchmark part.
        what: measured task, without the length.
        commands: worker command by program name, ours first.
        rtf_limit: largest real-time factor of ours on an hour.
        times_limit: smallest ratio of the peers' time to ours.
        note: remark on all of its figures.
    """

    part: str
    what: str
    commands: Mapping[str, Sequence[str]]
    rtf_limit: float
    times_limit: float
    note: str = ""


def diarization(setting: Setting) -> Iterator[Measurement]:
    """Measure speed, memory and errors of diarization by Speaker Studio and by senko."""
    commands = {OURS: our_command("--diarize-only")}
    senko = python_of("senko", setting.peers)
    if senko is not None:
        commands[PEERS["senko"].title] = peer_command(senko, "senko")
    race = Race("diarization", "diarization", commands, rtf_limit=0.012, times_limit=2.5)
    for seconds, answers in _run(race, setting):
        yield from _costs(race, seconds, answers)
        if seconds == HOUR_S:
            yield from _diarization_errors(race, setting, answers)


def paraformer(setting: Setting) -> Iterator[Measurement]:
    """Measure Paraformer with punctuation and speakers, beside funasr-onnx plus our diarization."""
    folders, weights = paraformer_folders(setting)
    commands = {OURS: our_command("--recognizer", "paraformer", *_folder_flags(folders))}
    peer, speakers = PEERS["funasr-onnx"].title, "speakers alone"
    python = python_of("funasr-onnx", setting.peers)
    if python is not None:
        arguments = (BUNDLED_MODELS / "fsmn-vad", *folders, setting.threads)
        commands[peer] = peer_command(python, "funasr-onnx-pipeline", *map(str, arguments))
        commands[speakers] = our_command("--diarize-only")
    note = "of the peer: its VAD, recognition and punctuation, then our speaker stage"
    what = f"Paraformer-large int8 ({weights}) with punctuation and speakers"
    race = Race("paraformer", what, commands, 0.032, 1.3, note)
    for seconds, answers in _run(race, setting):
        if peer in answers:
            answers[peer] = _joined(answers[peer], answers.pop(speakers))
        yield from _costs(race, seconds, answers)
        shares = [100 * each.fields["outside_s"] / each.seconds for each in answers[OURS]]
        what = f"{race.what}, {_length(seconds)}: time in which no graph runs"
        limit = Limit(10.0) if seconds == HOUR_S else None
        yield Measurement(race.part, what, OURS, "%", tuple(shares), limit=limit)


def whisper(setting: Setting) -> Iterator[Measurement]:
    """Measure Whisper base with diarization, beside faster-whisper without diarization."""
    commands = {OURS: our_command("--recognizer", "whisper")}
    python = python_of("faster-whisper", setting.peers)
    if python is not None:
        model = open_model_store(ModelLocations()).locate("whisper-base").folder
        commands[PEERS["faster-whisper"].title] = peer_command(
            python, "faster-whisper", str(model), str(setting.threads)
        )
    note = "the peer finds no speakers"
    race = Race("whisper", "Whisper base with speakers", commands, 0.09, 1.2, note)
    yield from _character_errors(race, setting)
    for seconds, answers in _run(race, setting):
        yield from _costs(race, seconds, answers)


def ten_hours(setting: Setting) -> Iterator[Measurement]:
    """Measure the speed of ten hours, its ratio to that of one hour, and the peak memory."""
    try:
        folders, weights = paraformer_folders(setting)
        what = f"Paraformer-large int8 ({weights}) with punctuation and speakers"
        flags = ["--recognizer", "paraformer", *_folder_flags(folders)]
    except ExcludedInputError:
        what, flags = "diarization", ["--diarize-only"]
    with contender(our_command(*flags)) as ours:
        ours.ask(setting.recordings.warm_up())
        hour = ours.ask(setting.recordings.hour())
    with contender(our_command(*flags)) as ours:
        long = ours.ask(setting.recordings.ten_hours())
    rtf = long.seconds / (HOURS_OF_THE_LONG_ONE * HOUR_S)
    name = f"{what}, ten hours"
    part = "ten_hours"
    yield Measurement(part, f"{name}: speed", OURS, "RTF", (rtf,))
    yield Measurement(
        part,
        f"{name}: RTF beside the hour's",
        OURS,
        "times",
        (rtf * HOUR_S / hour.seconds,),
        limit=Limit(1.15),
    )
    yield Measurement(
        part, f"{name}: peak memory", OURS, "MB", (long.peak_bytes / _MB,), limit=Limit(1500)
    )


def _run(race: Race, setting: Setting) -> Iterator[tuple[int, dict[str, list[Answer]]]]:
    """Yield the length in seconds of each recording, and the answers of every program to it."""
    recordings = setting.recordings
    with ExitStack() as stack:
        running: dict[str, Contender] = {
            who: stack.enter_context(contender(command)) for who, command in race.commands.items()
        }
        in_turns(running, recordings.warm_up(), runs=1)
        short = recordings.many_voices(setting.short_s)
        yield setting.short_s, in_turns(running, short, runs=setting.runs)
        if setting.long_s:
            yield setting.long_s, in_turns(running, recordings.hour(setting.long_s), runs=1)


def _length(seconds: int) -> str:
    return f"{seconds / 60:g} min"


def _costs(
    race: Race, seconds: int, answers: Mapping[str, Sequence[Answer]]
) -> Iterator[Measurement]:
    """Yield each program's real-time factor and peak memory, and the ratio of its time to ours."""
    is_hour = seconds == HOUR_S
    ours = answers[OURS]
    for who, theirs in answers.items():
        rtfs = tuple(each.seconds / seconds for each in theirs)
        limit = Limit(race.rtf_limit) if who == OURS and is_hour else None
        what = f"{race.what}, {_length(seconds)}"
        yield Measurement(
            race.part, f"{what}: speed", who, "RTF", rtfs, limit=limit, note=race.note
        )
        memory = tuple(each.peak_bytes / _MB for each in theirs)
        yield Measurement(
            race.part, f"{what}: peak memory", who, "MB", memory, Statistic.MOST, note=race.note
        )
        if who != OURS:
            ratios = tuple(
                their.seconds / our.seconds for their, our in zip(theirs, ours, strict=True)
            )
            yield Measurement(
                race.part,
                f"{what}: times as long as {OURS}",
                who,
                "times",
                ratios,
                limit=Limit(race.times_limit, Bound.AT_LEAST),
                note=race.note,
            )


def _joined(recognition: Sequence[Answer], speakers: Sequence[Answer]) -> list[Answer]:
    """Return the summed times of recognition and diarization, less the second speech detection.

    The stages of diarization overlap, so that the sum is slightly too small.
    """
    return [
        Answer(
            {"seconds": first.seconds + second.seconds - second.fields["stages"]["detect_speech"]},
            max(first.peak_bytes, second.peak_bytes),
        )
        for first, second in zip(recognition, speakers, strict=True)
    ]


def _diarization_errors(
    race: Race, setting: Setting, answers: Mapping[str, Sequence[Answer]]
) -> Iterator[Measurement]:
    truth = setting.recordings.turns_of_the_hour()
    if truth is None:
        return
    for who, theirs in answers.items():
        turns = _disjoint_turns(theirs[-1].fields["turns"])
        for collar_ms in (0, COLLAR_MS):
            rate = diarization_errors(truth, turns, collar_ms=collar_ms).rate
            what = f"{race.what}, {_length(HOUR_S)}: error, collar {collar_ms / 1000:g} s"
            yield Measurement(race.part, what, who, "%", (100 * rate,))


def _disjoint_turns(rows: Sequence[tuple[float, float, str]]) -> list[SpeakerTurn]:
    turns = [(Interval(round(a * 1000), round(b * 1000)), who) for a, b, who in rows if b > a]
    return [
        SpeakerTurn(each.start_ms, each.end_ms, str(who))
        for each, who in sorted(turns, key=lambda t: t[0].start_ms)
    ]


def _character_errors(race: Race, setting: Setting) -> Iterator[Measurement]:
    spoken = setting.recordings.conversation()
    if spoken is None:
        return
    for who, command in race.commands.items():
        with contender(command) as running:
            recognized = running.ask(spoken.path, "zh").fields["text"]
        (written,) = SimplifiedChinese().rewrite([recognized])  # the script is not an error here
        rate = character_errors(spoken.text, written).rate
        what = f"{race.what}, Mandarin conversation: character errors"
        yield Measurement(race.part, what, who, "%", (100 * rate,))


def paraformer_folders(setting: Setting) -> tuple[tuple[Path, Path], str]:
    """Return the Paraformer and punctuation folders, and a label of the weights' origin.

    Raises:
        ExcludedInputError: if one of them is missing.
    """
    store = open_model_store(ModelLocations(folders=setting.models, offline=True))
    finder = ModelFinder(store, setting.models)
    paraformer, punctuation = finder.find_paraformer(), finder.find_punctuation()
    if paraformer is None or punctuation is None:
        raise ExcludedInputError(
            "needs Paraformer and its punctuation, installed or as --model-folder"
        )
    folders = paraformer.folder.resolve(), punctuation.folder.resolve()
    if not any(each.use.model_id.startswith(OWN_FOLDER) for each in (paraformer, punctuation)):
        return folders, PUBLISHED
    is_random = any("random" in folder.name for folder in folders)
    return folders, RANDOM if is_random else "weights of one's own"


def _folder_flags(folders: tuple[Path, Path]) -> list[str]:
    paraformer, punctuation = folders
    return ["--folder", f"paraformer={paraformer}", "--folder", f"punctuation={punctuation}"]
