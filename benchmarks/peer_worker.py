"""Worker script that runs another program (peer) on the inputs named on standard input.

python peer_worker.py TASK ARGUMENT...

Runs in the peer's own environment, without the packages of this repository. Each line of standard
input is one input; each gets one line of JSON with at least {"seconds": float}. Output of the
peer's libraries goes to standard error.

faster-whisper: the folder of a model, threads. Reads a path, a tab and the language if known;
    answers "text".
sherpa-onnx: a graph with its metadata, its tokens.txt, threads. Reads paths of .npy, float32.
senko: no arguments. Reads paths of 16 kHz mono 16-bit WAV; answers "speakers" and "turns", rows of
    [start_s, end_s, speaker].
funasr-onnx: the folder of a Paraformer, `quant` or `float`, threads, hotwords between spaces or
    nothing. Reads paths of .npy, float32; writes beside each an .npz with `features`, `logits`,
    `token_num` (and `bias`).
funasr-onnx-pipeline: the folders of VAD, Paraformer and punctuation, threads. Reads paths of 16 kHz
    mono WAV; answers "parts": {"vad": s, "asr": s, "punc": s}.
funasr-onnx-punctuation: a folder, `model_quant.onnx` or `model.onnx`, threads. Reads texts as JSON;
    answers "ids", null where the package raises an error.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

MS_PER_S = 1000
RATE_HZ = 16_000

Answer = dict[str, Any]  # Any: the peers have no types
AnswerLine = Callable[[str], Answer]


def main() -> None:
    """Answer each line of standard input with a line of JSON."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    task, *arguments = sys.argv[1:]
    answer = TASKS[task](*arguments)
    for line in sys.stdin:
        answers.write(json.dumps(answer(line.rstrip("\n"))) + "\n")
        answers.flush()


def open_faster_whisper(folder: str, threads: str) -> AnswerLine:
    """Load faster-whisper; its VAD and word times are on, other settings are the defaults."""
    from faster_whisper import WhisperModel  # noqa: PLC0415 - installed in its own place

    model = WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=int(threads))

    def answer(line: str) -> Answer:
        path, _, language = line.partition("\t")
        begin = time.perf_counter()
        segments, _ = model.transcribe(
            path, vad_filter=True, word_timestamps=True, language=language or None
        )
        text = "".join(segment.text for segment in segments)
        return {"seconds": time.perf_counter() - begin, "text": text}

    return answer


def open_sherpa(graph: str, tokens: str, threads: str) -> AnswerLine:
    """Load a Paraformer in sherpa-onnx."""
    import numpy as np  # noqa: PLC0415 - with the peer
    import sherpa_onnx  # noqa: PLC0415 - installed in its own place

    recognizer = sherpa_onnx.OfflineRecognizer.from_paraformer(
        paraformer=graph, tokens=tokens, num_threads=int(threads)
    )

    def answer(line: str) -> Answer:
        samples = np.load(line.strip())
        begin = time.perf_counter()
        stream = recognizer.create_stream()
        stream.accept_waveform(RATE_HZ, samples)
        recognizer.decode_stream(stream)
        return {"seconds": time.perf_counter() - begin}

    return answer


def open_senko() -> AnswerLine:
    """Load senko's diarization."""
    import senko  # type: ignore[import-not-found]  # noqa: PLC0415 - installed in its own place

    diarizer = senko.Diarizer(device="cpu", warmup=True, quiet=True)

    def answer(line: str) -> Answer:
        begin = time.perf_counter()
        found = diarizer.diarize(line.strip(), generate_colors=False)
        seconds = time.perf_counter() - begin
        turns = [] if found is None else found["merged_segments"]
        rows = [[turn["start"], turn["end"], turn["speaker"]] for turn in turns]
        return {"seconds": seconds, "speakers": len({row[2] for row in rows}), "turns": rows}

    return answer


def open_funasr_paraformer(folder: str, precision: str, threads: str, hotwords: str) -> AnswerLine:
    """Load a Paraformer in funasr-onnx.

    The seconds include features, network and greedy decoding, but not reading and writing files.
    """
    import numpy as np  # noqa: PLC0415 - with the peer
    from funasr_onnx import paraformer_bin  # type: ignore[import-not-found]  # noqa: PLC0415 - peer

    kind = paraformer_bin.SeacoParaformer if hotwords else paraformer_bin.Paraformer
    model = kind(folder, quantize=precision == "quant", intra_op_num_threads=int(threads))
    bias = _embedded(model, hotwords) if hotwords else None

    def answer(line: str) -> Answer:
        path = Path(line.strip())
        samples = np.load(path)
        begin = time.perf_counter()
        features, lengths = model.extract_feat([samples])
        inputs = [features, lengths] if bias is None else [features, lengths, bias[np.newaxis]]
        run = model.infer if bias is None else model.bb_infer
        outputs = run(*inputs)
        model.decode(outputs[0], outputs[1])
        seconds = time.perf_counter() - begin
        found = {"features": features[0], "logits": outputs[0][0], "token_num": outputs[1]}
        np.savez(path.with_suffix(".npz"), **found, **({} if bias is None else {"bias": bias}))
        return {"seconds": seconds}

    return answer


def _embedded(model: Any, hotwords: str) -> Any:
    import numpy as np  # noqa: PLC0415 - with the peer

    ids, lengths = model.proc_hotword(hotwords)
    states = model.eb_infer(ids, lengths)[0].transpose(1, 0, 2)
    return states[np.arange(len(ids)), lengths]


def open_funasr_pipeline(
    vad_folder: str, asr_folder: str, punc_folder: str, threads: str
) -> AnswerLine:
    """Load VAD, Paraformer and punctuation in funasr-onnx."""
    import soundfile  # noqa: PLC0415 - with the peer
    from funasr_onnx import (  # noqa: PLC0415 - peer
        CT_Transformer,
        Fsmn_vad,
        Paraformer,
    )

    how = {"intra_op_num_threads": int(threads)}
    vad = Fsmn_vad(vad_folder, quantize=False, **how)
    asr = Paraformer(asr_folder, quantize=True, **how)
    punctuate = CT_Transformer(punc_folder, quantize=True, **how)

    def answer(line: str) -> Answer:
        begin = time.perf_counter()
        samples, _ = soundfile.read(line.strip(), dtype="float32")
        (segments,) = vad(samples)
        detected = time.perf_counter()
        texts = []
        for start_ms, end_ms in segments:
            first, stop = (each * RATE_HZ // MS_PER_S for each in (start_ms, end_ms))
            texts.append(_recognised(asr, samples[first:stop]))
        written = time.perf_counter()
        punctuate(" ".join(texts))
        end = time.perf_counter()
        parts = {"vad": detected - begin, "asr": written - detected, "punc": end - written}
        return {"seconds": end - begin, "parts": parts}

    return answer


def _recognised(asr: Any, samples: Any) -> str:
    """Return the recognised words of a segment, between spaces.

    The package's own call also computes word times, which fails on the invalid tokens of a model
    with random weights. Leaving the times out makes the package look faster.
    """
    features, lengths = asr.extract_feat([samples])
    scores, num_tokens = asr.infer(features, lengths)[:2]
    return " ".join(" ".join(tokens) for tokens in asr.decode(scores, num_tokens))


def open_funasr_punctuation(folder: str, graph: str, threads: str) -> AnswerLine:
    """Load a punctuation model in funasr-onnx."""
    from funasr_onnx import CT_Transformer  # noqa: PLC0415 - peer

    punctuator = CT_Transformer(
        folder, quantize=graph == "model_quant.onnx", intra_op_num_threads=int(threads)
    )

    def answer(line: str) -> Answer:
        text = json.loads(line)
        begin = time.perf_counter()
        try:
            ids = punctuator(text)[1]
        except Exception:  # any failure is an answer: the text cannot be punctuated
            ids = None
        return {"seconds": time.perf_counter() - begin, "ids": ids}

    return answer


TASKS: dict[str, Callable[..., AnswerLine]] = {
    "faster-whisper": open_faster_whisper,
    "sherpa-onnx": open_sherpa,
    "senko": open_senko,
    "funasr-onnx": open_funasr_paraformer,
    "funasr-onnx-pipeline": open_funasr_pipeline,
    "funasr-onnx-punctuation": open_funasr_punctuation,
}


if __name__ == "__main__":
    main()
