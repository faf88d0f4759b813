"""Writer of FunASR's folder `1best_recog` with the text, word times and score of each recording."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import chain, count
from pathlib import Path
from types import MappingProxyType

from pipeline.core.atomic_write import replacing, write_bytes_atomically
from pipeline.core.errors import WorkingFileError
from pipeline.core.transcript import Token, Transcript
from pipeline.formats.scoring.spoken_words import joined_text, spoken_words
from pipeline.text.lines import plain_line

FOLDER_NAME = "1best_recog"
_LOWEST_CONFIDENCE = 1e-10  # Paraformer and Whisper can give a confidence of 0


def best_recognition_files(results: Iterable[tuple[str, Transcript]]) -> dict[str, str]:
    """Format the content of each file, with one line `key value` per recording, in order.

    Args:
        results: (key, transcript) pairs; white space in keys becomes `_`, because it ends a
            key, and a repeated key gets a number.
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
    """Return the natural logarithm of the probability of the recognised words, NaN if unknown.

    This is the sum of the logarithms of the confidences of all words: for Whisper the mean over
    the pieces of a word, for Paraformer the decoder's. 0 without words, NaN if the recogniser
    gives no confidences.
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


def write_recognition_folder(folder: Path, results: Iterable[tuple[str, Transcript]]) -> None:
    """Write `1best_recog/text`, `score` and `time_stamp` into a folder, replacing old ones.

    Args:
        folder: created if it does not exist.
        results: (key, transcript) pairs with unique keys.

    Raises:
        WorkingFileError: a file cannot be written.
    """
    target = folder / FOLDER_NAME
    try:
        target.mkdir(parents=True, exist_ok=True)
        for name, content in best_recognition_files(results).items():
            write_bytes_atomically(target / name, content.encode())
    except OSError as error:
        raise _unwritable(error) from error


def join_recognition_folder(
    folder: Path, pieces: Callable[[], Iterable[Mapping[str, str]]]
) -> None:
    """Write `1best_recog` from one piece per recording, with one piece in memory at a time.

    Args:
        folder: created if it does not exist.
        pieces: called once per file; yields the lines of each file by its name.

    Raises:
        WorkingFileError: a file cannot be written.
    """
    target = folder / FOLDER_NAME
    try:
        target.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            with replacing(target / name) as partial, partial.open("w", encoding="utf-8") as file:
                file.writelines(piece.get(name, "") for piece in pieces())
    except OSError as error:
        raise _unwritable(error) from error


def _unwritable(error: OSError) -> WorkingFileError:
    return WorkingFileError(
        f"The folder {FOLDER_NAME} cannot be written ({error.strerror}). Check the disk"
    )
