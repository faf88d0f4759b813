"""Writer of Kaldi data directories: wav.scp, segments, text, utt2spk and spk2utt."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.core.transcript import Sentence
from pipeline.formats.document import TranscriptDocument
from pipeline.formats.scoring.line_fields import MS_PER_SECOND, UNNAMED_RECORDING
from pipeline.formats.speaker_names import distinct_names, identifier
from pipeline.text.lines import plain_line

_ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # makes the file reproducible
_NOBODY = "unknown"


@dataclass(frozen=True, slots=True)
class _Utterance:
    utterance_id: str
    speaker_id: str
    sentence: Sentence


def write_kaldi_zip(document: TranscriptDocument) -> bytes:
    """Create a Kaldi data directory as a zip file."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in kaldi_files(document).items():
            archive.writestr(zipfile.ZipInfo(name, _ZIP_DATE), content.encode("utf-8"))
    return packed.getvalue()


def kaldi_files(document: TranscriptDocument) -> dict[str, str]:
    """Format the content of each file by name, with lines sorted by bytes as Kaldi requires.

    The audio is named after the recording, beside the directory. Sentences without text are
    omitted, because Kaldi refuses them; without sentences there is no `text`, and the turns are
    the utterances. An utterance without a known speaker is a separate speaker.
    """
    recording = identifier(document.title) or UNNAMED_RECORDING
    has_text = bool(document.transcript.sentences)
    utterances = _utterances(document, recording)
    spoken_by: dict[str, list[str]] = {}
    for each in utterances:
        spoken_by.setdefault(each.speaker_id, []).append(each.utterance_id)
    files = {
        "wav.scp": [f"{recording} {recording}.wav"],
        "segments": [
            f"{each.utterance_id} {recording} {each.sentence.start_ms / MS_PER_SECOND:.3f} "
            f"{each.sentence.end_ms / MS_PER_SECOND:.3f}"
            for each in utterances
        ],
        "text": [f"{each.utterance_id} {plain_line(each.sentence.text)}" for each in utterances],
        "utt2spk": [f"{each.utterance_id} {each.speaker_id}" for each in utterances],
        "spk2utt": [" ".join([speaker, *spoken]) for speaker, spoken in spoken_by.items()],
    }
    return {name: _sorted(rows) for name, rows in files.items() if has_text or name != "text"}


def _utterances(document: TranscriptDocument, recording: str) -> list[_Utterance]:
    """Return the utterances by id, which starts with the speaker as Kaldi's sorting requires.

    A hyphen sorts before every character of an identifier.
    """
    if document.transcript.sentences:
        lines: Iterable[Sentence] = (each for each in document.lines if plain_line(each.text))
    else:
        lines = (
            Sentence(turn.start_ms, turn.end_ms, text="", speaker=turn.speaker)
            for turn in document.turns
        )
    spoken = tuple(lines)
    speakers = [*(line.speaker for line in spoken if line.speaker), ""]
    names = distinct_names(speakers, lambda name: identifier(name or _NOBODY))
    utterances: dict[str, _Utterance] = {}
    numbers: Counter[str] = Counter()
    for line in spoken:
        name = names[line.speaker or ""]
        stem = f"{name}-{recording}-{line.start_ms:09d}-{line.end_ms:09d}"
        numbers[stem] += 1  # names have no hyphens: a stem never equals another with a number
        utterance_id = stem if numbers[stem] == 1 else f"{stem}-{numbers[stem]:04d}"
        utterances[utterance_id] = _Utterance(
            utterance_id, name if line.speaker else utterance_id, line
        )
    return [utterances[key] for key in sorted(utterances, key=lambda each: each.encode("utf-8"))]


def _sorted(rows: list[str]) -> str:
    return "".join(f"{row}\n" for row in sorted(rows, key=lambda each: each.encode("utf-8")))
