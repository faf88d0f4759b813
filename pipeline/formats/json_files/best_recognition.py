"""The files of `1best_recog`: text, times and score, a line per recording."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import chain, count
from types import MappingProxyType

from pipeline.core.transcript import Token, Transcript
from pipeline.formats.plain_line import plain_line
from pipeline.formats.scoring.spoken_words import joined_text, spoken_words

FOLDER_NAME = "1best_recog"
_LOWEST_CONFIDENCE = 1e-10  # a recogniser that is sure of the opposite still gives a number


def best_recognition_files(results: Iterable[tuple[str, Transcript]]) -> dict[str, str]:
    """The content of each file by its name: a line `key value` per recording, in order.

    Args:
        results: keys and what was recognised; white space in keys becomes `_`, since it ends a
            key, and a key that was there already gets a number.
    """
    lines: dict[str, Transcript] = {}
    for key, transcript in results:
        lines[_free_key(_key(key), lines)] = transcript
    return {
        name: "".join(
            f"{key} {value(transcript)}".rstrip() + "\n" for key, transcript in lines.items()
        )
        for name, value in FILES.items()
    }


def score(tokens: Sequence[Token]) -> float:
    """Natural logarithm of the probability that the recogniser gives its own words.

    The sum over all segments of the sum over their words, each with the confidence it has, which
    for Whisper is the mean over the pieces of the word, and for Paraformer the decoder's. 0
    without words; not a number where the recogniser gives no confidence.
    """
    known = [token.confidence for token in tokens if token.confidence is not None]
    if len(known) < len(tokens):
        return math.nan
    return math.fsum(math.log(max(each, _LOWEST_CONFIDENCE)) for each in known)


def _key(key: str) -> str:
    return "_".join(plain_line(key).split()) or "_"


def _free_key(key: str, taken: Collection[str]) -> str:
    numbered = (f"{key}-{number}" for number in count(2))
    return next(each for each in chain([key], numbered) if each not in taken)


def _text(transcript: Transcript) -> str:
    return plain_line(joined_text(transcript.sentences))


def _score(transcript: Transcript) -> str:
    return f"{score(_tokens(transcript)):.4f}"


def _time_stamp(transcript: Transcript) -> str:
    words = spoken_words(_tokens(transcript))
    return json.dumps([[word.start_ms, word.end_ms] for word in words])


def _tokens(transcript: Transcript) -> tuple[Token, ...]:
    return tuple(token for sentence in transcript.sentences for token in sentence.tokens)


FILES: Mapping[str, Callable[[Transcript], str]] = MappingProxyType(
    {"text": _text, "score": _score, "time_stamp": _time_stamp}
)
