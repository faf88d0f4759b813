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
from sklearn.linear_model import LogisticRegression

from benchmarks.dev_recordings import read_json, require_dev_data
from benchmarks.loaded_pipeline import load, recognition_options
from pipeline.audio.decode import read_audio
from pipeline.core.transcript import Token
from pipeline.models.locations import default_model_cache
from pipeline.text.candidates.doubt import word_shares
from pipeline.text.candidates.lexicon import general_lexicon
from pipeline.text.scripts import is_chinese
from pipeline.text.sequence_alignment import kept_pairs

SHARE = 0.15  # of the characters that are marked
EDGES = (0.0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 1.0)  # of the groups in the picture
_EDGE_ODDS = 4.0
_SLACK_MS = 150  # around the turns of a reference
_SIZE, _MARGIN = 320, 40

Floats = NDArray[np.float64]


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
    fitted = _fit(features, is_wrong)
    print("intercept, own, before, after, frequency:", *np.round(fitted, 2))
    left_out = np.zeros(len(is_wrong))
    for group in dict.fromkeys(groups):
        others = groups != group
        weights = _fit(features[others], is_wrong[others])
        left_out[~others] = _judge(features[~others], weights)
    raw = 1.0 / (1.0 + np.exp(features[:, 0]))
    for name, doubts in (("recogniser's probability", raw), ("this model", left_out)):
        share = _share_wrong(doubts, is_wrong, groups)
        print(f"{name}: {share:.1%} of the worst {SHARE:.0%} are wrong")
    if picture is not None:
        picture.write_text(_svg(raw, left_out, is_wrong), encoding="utf-8")


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


def _fit(features: Floats, is_wrong: NDArray[np.bool_]) -> Floats:
    model = LogisticRegression(C=1.0, max_iter=1000).fit(features, is_wrong)
    return np.concatenate([model.intercept_, model.coef_[0]])


def _judge(features: Floats, weights: Floats) -> Floats:
    doubts: Floats = 1.0 / (1.0 + np.exp(-(weights[0] + features @ weights[1:])))
    return doubts


def _share_wrong(doubts: Floats, is_wrong: NDArray[np.bool_], groups: NDArray[np.str_]) -> float:
    """Return the share of wrong characters among the most doubtful ones of each group."""
    worst = []
    for group in dict.fromkeys(groups):
        own = np.flatnonzero(groups == group)
        ranked = own[np.argsort(-doubts[own], kind="stable")]
        worst += list(ranked[: math.ceil(SHARE * len(own))])
    return float(is_wrong[worst].mean())


def _svg(raw: Floats, model: Floats, is_wrong: NDArray[np.bool_]) -> str:
    """Return an SVG calibration plot: share of wrong characters by doubt, of both estimates."""
    side = _SIZE - 2 * _MARGIN
    axis = f"M{_MARGIN} {_MARGIN}V{_SIZE - _MARGIN}H{_SIZE - _MARGIN}"
    diagonal = f"M{_MARGIN} {_SIZE - _MARGIN}L{_SIZE - _MARGIN} {_MARGIN}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIZE} {_SIZE + 24}" '
        'font-family="sans-serif" font-size="11">',
        f'<rect width="{_SIZE}" height="{_SIZE + 24}" fill="#fff"/>',
        f'<path d="{axis}" fill="none" stroke="#333"/>',
        f'<path d="{diagonal}" stroke="#999" stroke-dasharray="4"/>',
        f'<text x="{_SIZE / 2}" y="{_SIZE - 12}" text-anchor="middle">doubt</text>',
        f'<text x="{_MARGIN}" y="{_MARGIN - 12}">share of wrong characters</text>',
    ]
    series = ((raw, "#bf7400", "recogniser's probability"), (model, "#00695c", "this model"))
    for row, (doubts, colour, name) in enumerate(series):
        points = [
            (_MARGIN + side * mean, _SIZE - _MARGIN - side * share)
            for mean, share in _groups(doubts, is_wrong)
        ]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        y = _SIZE + 2 + 14 * row
        parts.append(f'<text x="{_MARGIN}" y="{y}" fill="{colour}">{name}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _groups(doubts: Floats, is_wrong: NDArray[np.bool_]) -> Iterator[tuple[float, float]]:
    """Yield mean doubt and share of wrong characters of each group that is not empty."""
    numbers = np.digitize(doubts, EDGES[1:-1])
    for number in range(len(EDGES) - 1):
        inside = numbers == number
        if inside.any():
            yield float(doubts[inside].mean()), float(is_wrong[inside].mean())


def _log_odds(probability: float) -> float:
    bounded = min(max(probability, 0.001), 0.999)
    return math.log(bounded / (1.0 - bounded))


if __name__ == "__main__":
    main()
