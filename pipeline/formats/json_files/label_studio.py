"""Tasks of Label Studio: written with predictions, read with annotations or predictions.

An audio region has the speaker as its label and the text in a text area; results of one
region have the same id. In Label Studio's JSON-MIN the texts have no regions, only their order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from pipeline.core.errors import FormatError
from pipeline.core.provenance import SOFTWARE_VERSION
from pipeline.core.transcript import Sentence
from pipeline.formats.document import TranscriptDocument, document_of_sentences
from pipeline.formats.import_report import ImportLog, ProblemKind
from pipeline.formats.json_files.json_fields import parse_json, shown_value
from pipeline.formats.json_files.json_transcript import json_text
from pipeline.text.lines import BYTE_ORDER_MARK, plain_line

_Fields = Mapping[str, object]

_LABELS, _TEXT, _AUDIO = "labels", "transcription", "audio"  # names in the labelling configuration
_FULL_KEYS = frozenset({"annotations", "predictions", "completions"})
_MIN_KEYS = frozenset({"annotation_id", "annotator", "lead_time"})
_TEXT_NAMES = (_TEXT, "transcript", "text", "textarea")  # of text areas, the likeliest first
_MS_PER_SECOND = 1_000
_MAX_SECONDS = 10**9
_WANTED = "a region with start and end in seconds"


@dataclass(slots=True)
class _Region:
    """An audio region with the labels and texts of its results."""

    start: object
    end: object
    labels: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


def write_label_studio(document: TranscriptDocument) -> str:
    """Format the document as a list of one task, with the transcript as its prediction.

    The sound is named after the document in Label Studio's local storage. The names of speakers
    are part of the task, for a `Labels` tag with `value="$speakers"`.
    """
    title = plain_line(document.title)
    names = dict.fromkeys(plain_line(each) for each in document.names.values())
    task = {
        "data": {
            _AUDIO: f"/data/local-files/?d={quote(title or 'recording', safe='')}.flac",
            "title": title,
            "speakers": [{"value": each} for each in names],
        },
        "predictions": [
            {
                "model_version": f"Speaker Studio {SOFTWARE_VERSION}",
                "result": list(_results(document)),
            }
        ],
    }
    return json_text([task], indent=1) + "\n"


def read_label_studio(text: str, log: ImportLog) -> TranscriptDocument:
    """Parse the first task of an export in Label Studio's JSON or JSON-MIN.

    Args:
        text: the file.
        log: receives other tasks and annotations, and results that are no labelled regions.

    Raises:
        FormatError: the text is not JSON of Label Studio, or its texts belong to no regions.
    """
    value, _constants = parse_json(text.removeprefix(BYTE_ORDER_MARK))
    if not is_label_studio(value):
        raise FormatError(
            "The JSON should be a list of Label Studio's tasks with annotations or predictions, "
            f"got {shown_value(value)}"
        )
    return label_studio_document(value, log)


def is_label_studio(value: object) -> bool:
    """Return whether a JSON value is a task of Label Studio, or a list of tasks."""
    first = next(_tasks(value), {})
    return (isinstance(first.get("data"), dict) and bool(_FULL_KEYS & set(first))) or (
        bool(_MIN_KEYS & set(first)) and "id" in first
    )


def label_studio_document(value: object, log: ImportLog) -> TranscriptDocument:
    """Convert the first task to a document; see `read_label_studio`."""
    task, *others = _tasks(value)
    for other in others:
        log.note(ProblemKind.OTHER_RECORDING, f"task {shown_value(other.get('id'))}")
    data = task.get("data")
    if not isinstance(data, dict):
        return document_of_sentences(tuple(_sentences(_minimal_regions(task), log)))
    results = _chosen_results(task, log)
    lengths = (_milliseconds(each.get("original_length")) or 0 for each in results)
    title = data.get("title")
    return document_of_sentences(
        tuple(_sentences(_regions(results, log), log)),
        title=plain_line(title) if isinstance(title, str) else "",
        duration_ms=max(lengths, default=0),
    )


def _results(document: TranscriptDocument) -> Iterator[dict[str, object]]:
    """Yield the results of each sentence, or of each turn if no speech was recognised."""
    spoken: Sequence[Sentence] = document.lines
    if not document.transcript.sentences:
        spoken = [
            Sentence(turn.start_ms, turn.end_ms, "", (), turn.speaker) for turn in document.turns
        ]
    for number, each in enumerate(spoken, start=1):
        place = {
            "start": each.start_ms / _MS_PER_SECOND,
            "end": each.end_ms / _MS_PER_SECOND,
            "channel": 0,
        }
        values: list[tuple[str, str, dict[str, object]]] = []
        if each.speaker:
            values.append((_LABELS, "labels", {"labels": [plain_line(each.speaker)]}))
        if text := plain_line(each.text):
            values.append((_TEXT, "textarea", {"text": [text]}))
        for name, kind, value in values:
            yield {
                "id": f"s{number}",
                "from_name": name,
                "to_name": _AUDIO,
                "type": kind,
                "original_length": document.transcript.duration_ms / _MS_PER_SECOND,
                "value": {**place, **value},
            }


def _tasks(value: object) -> Iterator[_Fields]:
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, dict):
            yield each


def _chosen_results(task: _Fields, log: ImportLog) -> list[_Fields]:
    """Return the results of the first annotation not cancelled, or else of the first prediction."""
    annotations = [*_list(task.get("annotations")), *_list(task.get("completions"))]
    finished = [each for each in annotations if not each.get("was_cancelled")]
    candidates = finished or _list(task.get("predictions"))
    for other in candidates[1:]:
        log.note(ProblemKind.NOT_USED, f"annotation {shown_value(other.get('id'))}")
    return _list(candidates[0].get("result")) if candidates else []


def _regions(results: Iterable[_Fields], log: ImportLog) -> list[_Region]:
    """Merge the results of each region by id; report results without a region."""
    regions: dict[object, _Region] = {}
    for number, result in enumerate(results):
        value = result.get("value")
        if not isinstance(value, dict) or not {"start", "end"} <= set(value):
            log.note(ProblemKind.NOT_USED, shown_value(dict(result)))
            continue
        key = result.get("id")
        region = regions.setdefault(
            key if isinstance(key, str) else number, _Region(value["start"], value["end"])
        )
        region.labels += _texts(value.get("labels"))
        region.texts += _texts(value.get("text"))
    return list(regions.values())


def _minimal_regions(task: _Fields) -> list[_Region]:
    """Return the regions of a task in JSON-MIN, paired with the texts in their order.

    Raises:
        FormatError: the numbers of regions and texts differ.
    """
    regions = [
        _Region(each["start"], each["end"], _texts(each.get("labels")), _texts(each.get("text")))
        for value in task.values()
        for each in _list(value)
        if {"start", "end"} <= set(each)
    ]
    texts = _ordered_texts(task)
    if texts and len(texts) != len(regions):
        raise FormatError(
            f"The JSON-MIN has {len(texts)} texts for {len(regions)} regions, so that their times "
            "are unknown; export the project as JSON instead"
        )
    for region, text in zip(regions, texts, strict=False):
        region.texts.append(text)
    return regions


def _ordered_texts(task: _Fields) -> list[str]:
    named = [name for name in _TEXT_NAMES if name in task]
    for name in (*named, *(name for name in task if name not in named)):
        texts = _texts(task[name])
        if texts and (name in named or isinstance(task[name], list)):
            return texts
    return []


def _sentences(regions: Iterable[_Region], log: ImportLog) -> Iterator[Sentence]:
    for region in regions:
        start_ms, end_ms = _milliseconds(region.start), _milliseconds(region.end)
        found = " ".join(region.texts) or shown_value([region.start, region.end])
        if start_ms is None or end_ms is None:
            log.note(ProblemKind.UNREADABLE, found, wanted=_WANTED)
        elif start_ms >= end_ms:
            log.note(ProblemKind.NO_LENGTH, found)
        else:
            names = [name for each in region.labels if (name := plain_line(each))]
            for other in names[1:]:
                log.note(ProblemKind.NOT_USED, other)
            text = plain_line(" ".join(region.texts))
            yield Sentence(start_ms, end_ms, text, speaker=names[0] if names else None)


def _milliseconds(seconds: object) -> int | None:
    """Convert a time to milliseconds; return None if it is no number, negative or out of range."""
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        return None
    return round(seconds * _MS_PER_SECOND) if 0 <= seconds < _MAX_SECONDS else None


def _list(value: object) -> list[_Fields]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
