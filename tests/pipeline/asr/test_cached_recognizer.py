"""Results of a recogniser stored and read back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from pipeline.asr.cached_recognizer import CachedRecognizer
from pipeline.core.transcript import RecognizedSegment, SpeechSegment, Token
from pipeline.runtime.append_log import RecordLog

SEGMENT = SpeechSegment(0, 1_000)
FIELDS = (0, 80, "玄", 0.5, ["悬"], "悬")


class OneWord:
    """A recogniser that outputs one word, once."""

    def __init__(self) -> None:
        self.results = [RecognizedSegment(SEGMENT, (Token(0, 80, "玄", 0.5, ("悬",), "悬"),), "zh")]

    def recognize(
        self, audio: object, segments: Sequence[SpeechSegment], **_: object
    ) -> Iterator[RecognizedSegment]:
        yield self.results.pop()


def results_of(inner: OneWord, path: Path) -> list[RecognizedSegment]:
    log = RecordLog(path)
    found = list(CachedRecognizer(inner, log).recognize(None, [SEGMENT], language=None))
    log.close()
    return found


def test_a_stored_result_has_all_fields_of_its_tokens(tmp_path: Path):
    inner = OneWord()

    first = results_of(inner, tmp_path / "chunks")

    assert results_of(inner, tmp_path / "chunks") == first


@pytest.mark.parametrize("num_fields", [4, 5])
def test_tokens_of_earlier_versions_are_read(tmp_path: Path, num_fields: int):
    log = RecordLog(tmp_path / "chunks")
    chunk = [{"segment": [0, 1_000], "language": "zh", "tokens": [FIELDS[:num_fields]]}]
    log.append(json.dumps(chunk).encode())
    log.close()

    (found,) = results_of(OneWord(), tmp_path / "chunks")

    assert found.tokens == (Token(0, 80, "玄", 0.5, ("悬",) if num_fields > 4 else ()),)
