from __future__ import annotations

import pytest

from pipeline.formats.document import TranscriptDocument
from pipeline.formats.import_report import ImportLog
from pipeline.formats.registry import FORMATS
from tests.pipeline.formats.documents import CONVERSATION, NO_SPEECH, TURNS_ONLY


def test_the_promised_formats_are_there() -> None:
    assert tuple(FORMATS) == (
        "srt",
        "vtt",
        "ass",
        "txt",
        "md",
        "docx",
        "html",
        "csv",
        "tsv",
        "json",
        "jsonl",
        "funasr",
        "textgrid",
        "eaf",
        "audacity",
        "labelstudio",
        "rttm",
        "ctm",
        "stm",
        "kaldi",
    )


def test_no_two_formats_would_overwrite_each_other() -> None:
    endings = [each.extension.lower() for each in FORMATS.values()]

    assert len(set(endings)) == len(FORMATS)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("document", [CONVERSATION, TURNS_ONLY, NO_SPEECH])
def test_the_same_transcript_gives_the_same_bytes(name: str, document: TranscriptDocument) -> None:
    assert FORMATS[name].write(document) == FORMATS[name].write(document)


@pytest.mark.parametrize("name", [name for name, each in FORMATS.items() if each.read])
def test_what_is_read_back_is_written_alike(name: str) -> None:
    written = FORMATS[name].write(CONVERSATION)
    read = FORMATS[name].read

    assert read is not None
    assert FORMATS[name].write(read(written.decode(), ImportLog())) == written
