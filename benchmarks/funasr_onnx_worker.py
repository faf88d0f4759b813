"""Worker script that recognises sample files with funasr-onnx, in that package's environment.

Arguments: the folder of a Paraformer; `quant` or `float`; a number of threads; hotwords between
spaces, or nothing. Reads one path to a `.npy` of float32 samples a line. Writes beside it an `.npz`
with `features`, `logits`, `token_num` (and `bias_embed`), and one line of JSON: {"seconds": float}.
The seconds include features, network and greedy decoding, but not reading and writing files.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np


def main() -> None:
    """Recognise each file named on standard input; library output goes to standard error."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    folder, precision, threads, hotwords = sys.argv[1:5]
    from funasr_onnx import paraformer_bin  # type: ignore[import-not-found]  # noqa: PLC0415 - peer

    kind = paraformer_bin.SeacoParaformer if hotwords else paraformer_bin.Paraformer
    model = kind(folder, quantize=precision == "quant", intra_op_num_threads=int(threads))
    bias = _embed(model, hotwords) if hotwords else None
    for line in sys.stdin:
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
        answers.write(json.dumps({"seconds": seconds}) + "\n")
        answers.flush()


def _embed(model: Any, hotwords: str) -> Any:  # Any: the peer has no types
    ids, lengths = model.proc_hotword(hotwords)
    states = model.eb_infer(ids, lengths)[0].transpose(1, 0, 2)
    return states[np.arange(len(ids)), lengths]


if __name__ == "__main__":
    main()
