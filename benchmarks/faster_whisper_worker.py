"""Recognises with faster-whisper the files named on standard input; runs in its own environment.

Arguments: the folder of a model; a number of threads. Reads a path a line, followed by a tab and a
language where that is known, writes one line of JSON for each: {"seconds": float, "text": str}.
Speech is found by its own detector and words get times, everything else is as it is by itself.
"""

from __future__ import annotations

import json
import os
import sys
import time


def main() -> None:
    """Answer until standard input ends. Output of the library goes to standard error."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    from faster_whisper import WhisperModel  # noqa: PLC0415 - installed in its own place

    folder, threads = sys.argv[1:3]
    model = WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=int(threads))
    for line in sys.stdin:
        path, _, language = line.rstrip("\n").partition("\t")
        begin = time.perf_counter()
        segments, _ = model.transcribe(
            path, vad_filter=True, word_timestamps=True, language=language or None
        )
        text = "".join(segment.text for segment in segments)
        answers.write(json.dumps({"seconds": time.perf_counter() - begin, "text": text}) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
