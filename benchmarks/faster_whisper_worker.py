"""Worker script that recognises audio files with faster-whisper, in that package's environment.

Arguments: the folder of a model; a number of threads. Standard input has one path a line, followed
by a tab and the language if known. Output is a line of JSON each: {"seconds": float, "text": str}.
faster-whisper's voice activity detector and word times are on; its other settings are the defaults.
"""

from __future__ import annotations

import json
import os
import sys
import time


def main() -> None:
    """Recognise each file named on standard input; library output goes to standard error."""
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
