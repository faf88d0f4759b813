"""Character error rate of the pipeline on Mandarin development recordings.

python -m benchmarks.recognition_accuracy [--recognizer whisper] [--skip-clips]
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.dev_recordings import read_json, require_dev_data
from benchmarks.loaded_pipeline import benchmark_parser, load, recognition_options
from benchmarks.tables import percent, print_table
from pipeline.audio.decode import read_audio
from pipeline.core.options import PipelineOptions
from pipeline.metrics import CharacterErrors, character_errors
from pipeline.transcription.pipeline import Pipeline

CONVERSATION = "d_conv5_zh_text"
MANDARIN = "zh"


def main() -> None:
    """Transcribe a conversation and short clips, and print the character error rates."""
    parser = benchmark_parser(__doc__)
    parser.add_argument("--recognizer", default="auto")
    parser.add_argument("--skip-clips", action="store_true", help="the conversation alone")
    parser.add_argument("--show", action="store_true", help="print the recognised text")
    chosen = parser.parse_args()
    options = recognition_options(chosen, language=MANDARIN)
    pipeline = load(chosen, options)
    texts = [("conversation", [conversation()])]
    if not chosen.skip_clips:
        texts.append(("clips, one a call", _clips()))
    rows = []
    for name, items in texts:
        errors = CharacterErrors()
        for path, reference in items:
            recognized = _transcribe(pipeline, path, options)
            errors += character_errors(reference, recognized)
            if chosen.show:
                print(f"{path.stem}\n  ref {reference}\n  hyp {recognized}", file=sys.stderr)
        rows.append([name, str(len(items)), str(errors.num_reference), percent(errors.rate)])
    print_table(["what", "files", "characters", "CER %"], rows)


def conversation() -> tuple[Path, str]:
    """Return the path of a conversation and its reference text."""
    truth = read_json(require_dev_data() / "conv" / f"{CONVERSATION}.json")
    text = "".join(turn["text"] or "" for turn in truth["turns"])
    return require_dev_data() / "conv" / truth["file"], text


def _clips() -> list[tuple[Path, str]]:
    folder = require_dev_data() / "clips"
    return [
        (folder / clip["file"], clip["text"])
        for clip in read_json(folder / "clips.json")
        if clip["text"] and clip["lang"] == MANDARIN
    ]


def _transcribe(pipeline: Pipeline, path: Path, options: PipelineOptions) -> str:
    transcript = pipeline.transcribe(read_audio(path), options).transcript
    return "".join(sentence.text for sentence in transcript.sentences)


if __name__ == "__main__":
    main()
