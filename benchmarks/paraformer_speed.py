"""Speed of Paraformer in Speaker Studio, funasr-onnx and sherpa-onnx, and cost of 1,000 hotwords.

python -m benchmarks.paraformer_speed --model-folder DIR [--hotword-folder DIR] [--minutes 10]
    [--funasr-python VENV/bin/python] [--sherpa-python VENV/bin/python]

All programs recognise the same segments of real speech, in rotating order, so that a busy machine
slows all of them alike. The graph alone, without features and decoding, is timed as well. DIR is in
FunASR's layout, with `model_quant.onnx`; any weights will do.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray

from benchmarks.dev_recordings import require_dev_data
from benchmarks.loaded_pipeline import benchmark_parser, diarization_options, load
from benchmarks.recogniser_peer import peer
from benchmarks.tables import print_table
from pipeline.asr.paraformer.paraformer import ParaformerRecognizer, open_paraformer
from pipeline.asr.paraformer.paraformer_features import (
    FEATURE_DIM,
    read_normalisation,
    speech_features,
)
from pipeline.asr.paraformer.vocabulary import read_vocabulary
from pipeline.audio.decode import read_audio
from pipeline.audio.features import Cmvn
from pipeline.audio.samples import Audio
from pipeline.core.options import RuntimeOptions
from pipeline.core.transcript import SpeechSegment
from pipeline.runtime.onnx_session import GraphContract, OnnxSession, TensorContract, open_session
from pipeline.text.scripts import is_chinese

SOURCES = ("d_conv10_zh", "d_conv6_zh", "d_conv5_zh_text", "d_conv4_zh", "d_conv3_zh")
NUM_HOTWORDS = 1_000
PEER_THREADS = 2  # funasr-onnx takes 4 by itself; on two cores two are faster

NETWORK = GraphContract(
    "speed",
    inputs=(TensorContract((None, None, FEATURE_DIM)), TensorContract((None,), "int32")),
    outputs=(TensorContract((None, None, None)),),
)

Contender = Callable[[Audio, SpeechSegment], float]
"""Function that recognises one segment and returns the measured seconds."""


def main() -> None:
    """Time recognition by all requested programs, and hotwords if requested; print tables."""
    parser = benchmark_parser(__doc__)
    parser.add_argument("--model-folder", type=Path, required=True)
    parser.add_argument("--hotword-folder", type=Path, help="a SeACo model")
    parser.add_argument("--minutes", type=float, default=10, help="of speech")
    parser.add_argument("--funasr-python", type=Path, help="interpreter that has funasr-onnx")
    parser.add_argument("--sherpa-python", type=Path, help="interpreter that has sherpa-onnx")
    chosen = parser.parse_args()
    spent, speech_s = time_contenders(chosen)
    _print_costs(spent, speech_s, beside="network alone")
    if chosen.hotword_folder is not None:
        work, runtime = _work(chosen), RuntimeOptions(num_threads=chosen.threads)
        listening = open_paraformer(chosen.hotword_folder, runtime=runtime)
        hotwords = _make_hotwords(chosen.hotword_folder)
        listeners = {
            "no hotwords": _our_contender(listening),
            f"{len(hotwords)} hotwords": _our_contender(listening, hotwords=hotwords),
        }
        print()
        _print_costs(_take_turns(listeners, work), _seconds_of(work), beside="no hotwords")


def time_contenders(chosen: argparse.Namespace) -> tuple[dict[str, float], float]:
    """Return the recognition seconds by program name, and the seconds of speech.

    Args:
        chosen: flags of `benchmark_parser`, and `model_folder`, `minutes`, `funasr_python`,
            `sherpa_python` as above.
    """
    work, runtime = _work(chosen), RuntimeOptions(num_threads=chosen.threads)
    with ExitStack() as stack:
        exchange = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        contenders = _contenders(chosen, runtime, stack, exchange)
        return _take_turns(contenders, work), _seconds_of(work)


def _work(chosen: argparse.Namespace) -> list[tuple[Audio, SpeechSegment]]:
    return list(_speech(chosen, minutes=chosen.minutes))


def _seconds_of(work: Sequence[tuple[Audio, SpeechSegment]]) -> float:
    return sum(segment.duration_ms for _, segment in work) / 1000


def _speech(chosen: argparse.Namespace, *, minutes: float) -> Iterator[tuple[Audio, SpeechSegment]]:
    """Yield speech segments of development recordings, up to a number of minutes in all."""
    vad = load(chosen, diarization_options(chosen)).vad
    left_ms = minutes * 60_000
    for name in SOURCES:
        audio = read_audio(require_dev_data() / "conv" / f"{name}.flac")
        for segment in vad.detect(audio):
            if left_ms <= 0:
                return
            left_ms -= segment.duration_ms
            yield audio, segment


def _contenders(
    chosen: argparse.Namespace, runtime: RuntimeOptions, stack: ExitStack, exchange: Path
) -> dict[str, Contender]:
    folder = chosen.model_folder
    graph, cmvn = folder / "model_quant.onnx", read_normalisation(folder / "am.mvn", {})
    contenders = {
        "network alone": _bare_contender(_open_bare(graph, runtime, settings="ours"), cmvn),
        "network, as onnxruntime opens it": _bare_contender(
            _open_bare(graph, runtime, settings="onnxruntime's"), cmvn
        ),
        "Speaker Studio": _our_contender(open_paraformer(folder, runtime=runtime)),
    }
    threads = str(chosen.threads or PEER_THREADS)
    if chosen.funasr_python is not None:
        arguments = [str(folder), "quant", threads, ""]
        contenders["funasr-onnx"] = stack.enter_context(
            _peer_contender(chosen.funasr_python, "funasr-onnx", arguments, exchange)
        )
    if chosen.sherpa_python is not None:
        arguments = [*map(str, _write_for_sherpa(folder, exchange)), threads]
        contenders["sherpa-onnx"] = stack.enter_context(
            _peer_contender(chosen.sherpa_python, "sherpa-onnx", arguments, exchange)
        )
    return contenders


def _bare_contender(session: OnnxSession, cmvn: Cmvn) -> Contender:
    """Return a function that times one run of the graph, without features and decoding."""

    def recognise(audio: Audio, segment: SpeechSegment) -> float:
        features = speech_features(audio.cut(segment), cmvn)[np.newaxis]
        lengths = np.array([features.shape[1]], dtype=np.int32)
        begin = time.perf_counter()
        session.run(features, lengths)
        return time.perf_counter() - begin

    return recognise


def _open_bare(path: Path, runtime: RuntimeOptions, *, settings: str) -> OnnxSession:
    if settings == "ours":
        return open_session(path, contract=NETWORK, runtime=runtime)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = runtime.num_threads
    return OnnxSession(onnxruntime.InferenceSession(str(path), options))


def _our_contender(recognizer: ParaformerRecognizer, *, hotwords: Sequence[str] = ()) -> Contender:
    def recognise(audio: Audio, segment: SpeechSegment) -> float:
        begin = time.perf_counter()
        for _ in recognizer.recognize(audio, [segment], language=None, hotwords=hotwords):
            pass
        return time.perf_counter() - begin

    return recognise


@contextmanager
def _peer_contender(
    python: Path, task: str, arguments: Sequence[str], exchange: Path
) -> Iterator[Contender]:
    folder = exchange / task
    folder.mkdir()
    with peer(python, task, arguments, folder) as running:
        yield lambda audio, segment: running.recognise(audio.cut(segment))


def _write_for_sherpa(folder: Path, exchange: Path) -> tuple[Path, Path]:
    """Write a graph with sherpa-onnx's metadata and a tokens.txt; return both paths."""
    cmvn: Cmvn = read_normalisation(folder / "am.mvn", {})
    vocabulary = read_vocabulary(folder / "tokens.json")
    model = onnx.load(str(folder / "model_quant.onnx"))
    notes = {
        "model_type": "paraformer",
        "vocab_size": str(len(vocabulary)),
        "lfr_window_size": "7",
        "lfr_window_shift": "6",
        "neg_mean": _with_commas(cmvn.shift),
        "inv_stddev": _with_commas(cmvn.scale),
    }
    onnx.helper.set_model_props(model, notes)
    graph, tokens = exchange / "sherpa.onnx", exchange / "tokens.txt"
    onnx.save(model, str(graph))
    lines = (f"{token} {number}\n" for number, token in enumerate(vocabulary.tokens))
    tokens.write_text("".join(lines), encoding="utf-8")
    return graph, tokens


def _with_commas(numbers: NDArray[np.float32]) -> str:
    return ",".join(str(float(each)) for each in numbers)


def _make_hotwords(folder: Path) -> tuple[str, ...]:
    """Return 1,000 different random words of two to four Chinese characters."""
    characters = [
        each for each in read_vocabulary(folder / "tokens.json").tokens if is_chinese(each)
    ]
    draw = np.random.default_rng(0)
    words = {
        "".join(draw.choice(characters, size=length))
        for length in draw.integers(2, 5, size=2 * NUM_HOTWORDS)
    }
    return tuple(sorted(words))[:NUM_HOTWORDS]


def _take_turns(
    contenders: Mapping[str, Contender], work: Sequence[tuple[Audio, SpeechSegment]]
) -> dict[str, float]:
    """Time each program on all segments, in rotating order; return the seconds by name."""
    names = list(contenders)
    for name in names:
        contenders[name](*work[0])
    spent = dict.fromkeys(names, 0.0)
    for number, (audio, segment) in enumerate(work):
        turn = number % len(names)
        for name in (*names[turn:], *names[:turn]):
            spent[name] += contenders[name](audio, segment)
    return spent


def _print_costs(spent: Mapping[str, float], speech_s: float, *, beside: str) -> None:
    rows = [
        [name, f"{seconds:.1f}", f"{seconds / speech_s:.4f}", f"{seconds / spent[beside]:.3f}"]
        for name, seconds in spent.items()
    ]
    print(f"{speech_s:.0f} s of speech")
    print_table(["contender", "seconds", "RTF", f"beside {beside}"], rows)


if __name__ == "__main__":
    main()
