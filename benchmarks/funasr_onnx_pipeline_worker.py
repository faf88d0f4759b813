"""Worker script that transcribes audio files with funasr-onnx: VAD, recognition, punctuation.

Arguments: the folders of its voice activity detector, Paraformer and punctuation; a number of
threads. Runs in funasr-onnx's own environment. Reads one path to a 16 kHz mono WAV file a line,
writes one line of JSON for each: {"seconds": float, "parts": {"vad": s, "asr": s, "punc": s}}.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

MS_PER_S = 1000
RATE_HZ = 16_000


def main() -> None:
    """Transcribe each file named on standard input; library output goes to standard error."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    import soundfile  # noqa: PLC0415 - with the peer
    from funasr_onnx import (  # type: ignore[import-not-found]  # noqa: PLC0415 - peer
        CT_Transformer,
        Fsmn_vad,
        Paraformer,
    )

    vad_folder, asr_folder, punc_folder, threads = sys.argv[1:5]
    how = {"intra_op_num_threads": int(threads)}
    vad = Fsmn_vad(vad_folder, quantize=False, **how)
    asr = Paraformer(asr_folder, quantize=True, **how)
    punctuate = CT_Transformer(punc_folder, quantize=True, **how)
    for line in sys.stdin:
        begin = time.perf_counter()
        samples, _ = soundfile.read(line.strip(), dtype="float32")
        (segments,) = vad(samples)
        detected = time.perf_counter()
        texts = []
        for start_ms, end_ms in segments:
            first, stop = (each * RATE_HZ // MS_PER_S for each in (start_ms, end_ms))
            texts.append(_recognise(asr, samples[first:stop]))
        written = time.perf_counter()
        punctuate(" ".join(texts))
        end = time.perf_counter()
        parts = {"vad": detected - begin, "asr": written - detected, "punc": end - written}
        answers.write(json.dumps({"seconds": end - begin, "parts": parts}) + "\n")
        answers.flush()


def _recognise(asr: Any, samples: Any) -> str:  # Any: the peer has no types
    """Return the recognised words of a segment, between spaces.

    The package's own call also computes word times, which fails on the invalid tokens of a model
    with random weights. Leaving the times out makes the package look faster.
    """
    features, lengths = asr.extract_feat([samples])
    scores, num_tokens = asr.infer(features, lengths)[:2]
    return " ".join(" ".join(tokens) for tokens in asr.decode(scores, num_tokens))


if __name__ == "__main__":
    main()
