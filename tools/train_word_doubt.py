"""Command that fits the constants of `pipeline.text.candidates.doubt` and plots calibration.

python -m tools.train_word_doubt --picture docs/images/word_doubt.svg

The Mandarin development recordings with texts are transcribed by Whisper base; a character is wrong
if the alignment with the text replaces or drops it. Figures are those of leave-one-recording-out:
each recording is evaluated with a model fitted to the others; variants of a conversation count as
one recording, and so do all single clips.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.dev_recordings import read_json, require_dev_data
from benchmarks.loaded_pipeline import load, recognition_options
from pipeline.audio.decode import read_audio
from pipeline.core.transcript import Token
from pipeline.models.locations import default_model_cache
from pipeline.text.candidates.doubt import word_shares
from pipeline.text.candidates.lexicon import general_lexicon
from pipeline.text.scripts import is_chinese
from pipeline.text.sequence_alignment import kept_pairs
from tools.calibration import Floats, Series, calibration_picture, fitted, judged_left_out

SHARE = 0.15  # of the characters that are marked
_EDGE_ODDS = 4.0
_SLACK_MS = 150  # around the turns of a reference


@dataclass(frozen=True, slots=True)
class Labelled:
    """Features and error labels of the characters of one recording, in order.

    Attributes:
        group: recordings of one group are left out together.
        features: (num_characters, 4): log odds of the character, of the previous and of the next
            one, and share of the word.
        is_wrong: (num_characters,) bool.
    """

    group: str
    features: Floats
    is_wrong: NDArray[np.bool_]


def main() -> None:
    """Transcribe the recordings, fit the constants, and print them with the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model-cache", type=Path, default=default_model_cache())
    parser.add_argument("--picture", type=Path)
    parser.set_defaults(profile="default", threads=0, recognizer="whisper")
    report(list(_labelled_recordings(parser.parse_args())), parser.parse_args().picture)


def report(recordings: Sequence[Labelled], picture: Path | None) -> None:
    """Print the constants and leave-one-out figures; draw the picture if a path is given."""
    features = np.concatenate([each.features for each in recordings])
    is_wrong = np.concatenate([each.is_wrong for each in recordings])
    groups = np.repeat(
        [each.group for each in recordings], [len(each.is_wrong) for each in recordings]
    )
    weights = fitted(features, is_wrong)
    print("intercept, own, before, after, frequency:", *np.round(weights, 2))
    left_out = judged_left_out(features, is_wrong, groups)
    raw = 1.0 / (1.0 + np.exp(features[:, 0]))
    for name, doubts in (("recogniser's probability", raw), ("this model", left_out)):
        share = _share_wrong(doubts, is_wrong, groups)
        print(f"{name}: {share:.1%} of the worst {SHARE:.0%} are wrong")
    if picture is not None:
        series = [
            Series("recogniser's probability", "#bf7400", raw, is_wrong),
            Series("this model", "#00695c", left_out, is_wrong),
        ]
        picture.write_text(calibration_picture(series, "characters"), encoding="utf-8")


def labelled(tokens: Sequence[Token], truth: str, group: str) -> Labelled | None:
    """Return features and labels of the characters of tokens; None without characters."""
    spoken = [
        (character, token.confidence)
        for token in tokens
        for character in token.text
        if is_chinese(character) and token.confidence is not None
    ]
    text = "".join(character for character, _ in spoken)
    if not text:
        return None
    said = [each for each in truth if is_chinese(each)]
    is_wrong = np.ones(len(text), dtype=bool)
    is_wrong[[at for at, _ in kept_pairs(text, said)]] = False
    odds = [_log_odds(confidence or 0.0) for _, confidence in spoken]
    around = [_EDGE_ODDS, *odds, _EDGE_ODDS]
    columns = (odds, around[:-2], around[2:], word_shares(text, general_lexicon()))
    return Labelled(group, np.array(columns, dtype=np.float64).T, is_wrong)


def _labelled_recordings(chosen: argparse.Namespace) -> Iterator[Labelled]:
    options = recognition_options(chosen, language="zh")
    pipeline = load(chosen, options)
    data = require_dev_data()
    for path, turns, group in [*_conversations(data), *_clips(data)]:
        transcript = pipeline.transcribe(read_audio(path), options).transcript
        tokens = [token for sentence in transcript.sentences for token in sentence.tokens]
        for turn in turns:
            first, last = (1000 * turn[name] for name in ("start", "end"))
            inside = [
                each
                for each in tokens
                if first - _SLACK_MS <= (each.start_ms + each.end_ms) / 2 <= last + _SLACK_MS
            ]
            found = labelled(inside, turn["text"], group)
            if found is not None:
                yield found


def _conversations(data: Path) -> Iterator[tuple[Path, list[dict[str, Any]], str]]:
    for path in sorted((data / "conv").glob("d_conv*_zh*.json")):
        truth = read_json(path)
        turns = [turn for turn in truth["turns"] if turn["text"] and turn["lang"] == "zh"]
        yield path.with_name(truth["file"]), turns, path.stem[:7]


def _clips(data: Path) -> Iterator[tuple[Path, list[dict[str, Any]], str]]:
    for clip in read_json(data / "clips" / "clips.json"):
        if clip["text"] and clip["lang"] == "zh":
            whole = {"start": 0.0, "end": math.inf, "text": clip["text"]}
            yield data / "clips" / clip["file"], [whole], "clips"


def _share_wrong(doubts: Floats, is_wrong: NDArray[np.bool_], groups: NDArray[np.str_]) -> float:
    """Return the share of wrong characters among the most doubtful ones of each group."""
    worst = []
    for group in dict.fromkeys(groups):
        own = np.flatnonzero(groups == group)
        ranked = own[np.argsort(-doubts[own], kind="stable")]
        worst += list(ranked[: math.ceil(SHARE * len(own))])
    return float(is_wrong[worst].mean())


def _log_odds(probability: float) -> float:
    bounded = min(max(probability, 0.001), 0.999)
    return math.log(bounded / (1.0 - bounded))


if __name__ == "__main__":
    main()
