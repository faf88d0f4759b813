"""CTM: a line a word with its time, as scorers of recognition read a hypothesis."""

from __future__ import annotations

from pipeline.formats.document import TranscriptDocument
from pipeline.formats.rttm import MS_PER_SECOND, UNNAMED_RECORDING
from pipeline.formats.speaker_names import one_word
from pipeline.formats.words import words_of
from pipeline.transcript import Token

CHANNEL = "1"


def write_ctm(document: TranscriptDocument) -> str:
    """Write the words without marks, Chinese characters one by one; the format has no speakers.

    Words of unknown confidence have none.
    """
    uri = one_word(document.title) or UNNAMED_RECORDING
    words = sorted(
        (word for sentence in document.transcript.sentences for word in words_of(sentence)),
        key=lambda word: word.start_ms,
    )
    return "".join(f"{uri} {CHANNEL} {_fields(word)}\n" for word in words)


def _fields(word: Token) -> str:
    start_s, duration_s = word.start_ms / MS_PER_SECOND, word.duration_ms / MS_PER_SECOND
    confidence = "" if word.confidence is None else f" {word.confidence:.4f}"
    return f"{start_s:.3f} {duration_s:.3f} {word.text}{confidence}"
