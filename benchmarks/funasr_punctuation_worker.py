"""Worker script that punctuates texts with funasr-onnx, in that package's environment.

python funasr_punctuation_worker.py FOLDER model_quant.onnx|model.onnx THREADS

Reads a text as JSON a line, writes one line of JSON for each: {"seconds": float, "ids": [int]},
the ids null where the package raises an error.
"""

from __future__ import annotations

import json
import os
import sys
import time


def main() -> None:
    """Punctuate each text on standard input; package output goes to standard error."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    from funasr_onnx import CT_Transformer  # type: ignore[import-not-found]  # noqa: PLC0415

    folder, graph, threads = sys.argv[1:]
    punctuator = CT_Transformer(
        folder, quantize=graph == "model_quant.onnx", intra_op_num_threads=int(threads)
    )
    for line in sys.stdin:
        text = json.loads(line)
        begin = time.perf_counter()
        try:
            ids = punctuator(text)[1]
        except Exception:  # any failure is an answer: the text cannot be punctuated
            ids = None
        answer = {"seconds": time.perf_counter() - begin, "ids": ids}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
