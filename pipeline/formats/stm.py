"""STM: a line an utterance with its speaker, as scorers of recognition read a reference."""

from __future__ import annotations

from pipeline.formats.document import TranscriptDocument
from pipeline.formats.rttm import MS_PER_SECOND, UNNAMED_RECORDING
from pipeline.formats.speaker_names import distinct_names, one_word, speaker_word
from pipeline.formats.words import spaced, words_of

UNKNOWN_SPEAKER = "unknown"
CHANNEL = "1"


def write_stm(document: TranscriptDocument) -> str:
    """Write the sentences' words as CTM holds them: without marks, Chinese characters one by one.

    Without sentences there is nothing to score, and the file is empty.
    """
    uri = one_word(document.title) or UNNAMED_RECORDING
    lines = document.lines if document.transcript.sentences else ()
    speakers = [*(line.speaker for line in lines if line.speaker), ""]
    names = distinct_names(speakers, lambda name: speaker_word(name or UNKNOWN_SPEAKER))
    return "".join(
        f"{uri} {CHANNEL} {names[line.speaker or '']} "
        f"{line.start_ms / MS_PER_SECOND:.3f} {line.end_ms / MS_PER_SECOND:.3f} "
        f"{spaced(word.text for word in words_of(line))}".rstrip()
        + "\n"
        for line in lines
    )
