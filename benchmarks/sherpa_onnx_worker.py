"""Worker script that recognises sample files with sherpa-onnx, in that package's environment.

Arguments: a graph with sherpa-onnx's metadata; its tokens.txt; a number of threads. Reads one path
to a `.npy` of float32 samples a line, writes one line of JSON for each: {"seconds": float}.
"""

from __future__ import annotations

import json
import os
import sys
import time

import numpy as np


def main() -> None:
    """Recognise each file named on standard input; library output goes to standard error."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    import sherpa_onnx  # noqa: PLC0415 - installed in its own place

    graph, tokens, threads = sys.argv[1:4]
    recognizer = sherpa_onnx.OfflineRecognizer.from_paraformer(
        paraformer=graph, tokens=tokens, num_threads=int(threads)
    )
    for line in sys.stdin:
        samples = np.load(line.strip())
        begin = time.perf_counter()
        stream = recognizer.create_stream()
        stream.accept_waveform(16_000, samples)
        recognizer.decode_stream(stream)
        answers.write(json.dumps({"seconds": time.perf_counter() - begin}) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
