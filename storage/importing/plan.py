"""Computation of the rows of a transcript from an imported file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import count

from pipeline.core.intervals import Interval
from pipeline.core.transcript import Sentence, SpeakerTurn
from pipeline.formats.document import TranscriptDocument
from pipeline.text.realignment import realign
from pipeline.text.scripts import is_letter_or_digit
from storage.db.records import UtteranceStatus
from storage.db.row_changes import SpeakerRow, TranscriptRows, TurnRow, UtteranceRow
from storage.db.values import write_tokens
from storage.edit_plans.default_names import label_named, taken_labels
from storage.edit_plans.request import check_num_speakers
from storage.transcripts.utterance_matching import IntervalIndex


def rows_of_document(document: TranscriptDocument, new_id: Callable[[], str]) -> TranscriptRows:
    """Return the rows of a new transcript from a file, with times for all characters.

    Args:
        document: the parsed file.
        new_id: returns a new unique id.

    Raises:
        EditRefusedError: if the file has too many speakers.
    """
    speakers = _speakers((), document, new_id)
    utterances = tuple(
        _new_utterance(sentence, position, speakers, new_id())
        for position, sentence in enumerate(document.transcript.sentences)
    )
    turns = _named(document.transcript.turns) or _turns_of(document.transcript.sentences)
    return TranscriptRows(
        tuple(dict.fromkeys(speakers.values())), utterances, _turns((), turns, speakers, new_id)
    )


def corrected_rows(
    current: TranscriptRows,
    document: TranscriptDocument,
    new_id: Callable[[], str],
    *,
    has_marks: bool = True,
) -> TranscriptRows:
    """Return all rows of a transcript after its correction from a file.

    A sentence of the file corrects the utterance with which it overlaps by at least half of the
    longer one. Without such an utterance it is added, and replaces utterances that it covers by
    half or more. Other utterances stay. Turns of the file replace all turns; if the file has only
    turns, they assign speakers to the utterances.

    Args:
        current: all rows of the transcript.
        document: the parsed file.
        new_id: returns a new unique id.
        has_marks: whether the file's format has punctuation; if not, a text with the same
            letters stays unchanged.

    Raises:
        EditRefusedError: if there would be too many speakers.
    """
    speakers = _speakers(current.speakers, document, new_id)
    known = {each.id: each for each in (*current.speakers, *speakers.values())}
    sentences, turns = document.transcript.sentences, _named(document.transcript.turns)
    if sentences:
        planner = _Corrections(speakers, new_id, has_marks)
        utterances = planner.utterances(current.utterances, sentences)
    else:
        utterances = tuple(_assigned_by_turns(current.utterances, turns, speakers))
    return TranscriptRows(
        tuple(known.values()),
        utterances,
        _turns(current.turns, turns, speakers, new_id) if turns else current.turns,
    )


@dataclass(frozen=True, slots=True)
class _Corrections:
    """Converter from the sentences of a file to new or corrected utterance rows."""

    speakers: Mapping[str, SpeakerRow]
    new_id: Callable[[], str]
    has_marks: bool

    def utterances(
        self, current: Sequence[UtteranceRow], sentences: Sequence[Sentence]
    ) -> tuple[UtteranceRow, ...]:
        in_order = sorted(current, key=lambda row: (row.start_ms, row.position, row.id))
        times = IntervalIndex([row.interval for row in in_order])
        partners = times.best_matches(sentences)
        replaced = times.half_covered(sentences) | set(partners.values())
        kept = [row for index, row in enumerate(in_order) if index not in replaced]
        from_file = [
            self._corrected(in_order[partners[number]], sentence)
            if number in partners
            else self._added(sentence, number)
            for number, sentence in enumerate(sentences)
        ]
        return (*kept, *from_file)

    def _corrected(self, row: UtteranceRow, sentence: Sentence) -> UtteranceRow:
        text = sentence.text
        if not self.has_marks and _letters(text) == _letters(row.text):
            text = row.text
        # A file without speakers leaves the speakers unchanged.
        speaker_id = _speaker_id(sentence.speaker, self.speakers)
        interval = Interval(sentence.start_ms, sentence.end_ms)
        tokens_json = row.tokens_json
        if (text, interval) != (row.text, row.interval):
            known_tokens = sentence.tokens or row.tokens
            tokens_json = write_tokens(realign(known_tokens, text, interval))
        changed = replace(
            row,
            start_ms=interval.start_ms,
            end_ms=interval.end_ms,
            text=text,
            tokens_json=tokens_json,
            speaker_id=speaker_id if self.speakers else row.speaker_id,
        )
        return row if changed == row else _edited_by_file(changed)

    def _added(self, sentence: Sentence, position: int) -> UtteranceRow:
        return _edited_by_file(_new_utterance(sentence, position, self.speakers, self.new_id()))


def _edited_by_file(row: UtteranceRow) -> UtteranceRow:
    return replace(row, status=UtteranceStatus.CORRECTED.value, is_edited=1, reviewed_by=None)


def _new_utterance(
    sentence: Sentence, position: int, speakers: Mapping[str, SpeakerRow], utterance_id: str
) -> UtteranceRow:
    interval = Interval(sentence.start_ms, sentence.end_ms)
    return UtteranceRow(
        id=utterance_id,
        position=position,
        start_ms=sentence.start_ms,
        end_ms=sentence.end_ms,
        speaker_id=_speaker_id(sentence.speaker, speakers),
        text=sentence.text,
        tokens_json=write_tokens(realign(sentence.tokens, sentence.text, interval)),
    )


def _speaker_id(label: str | None, speakers: Mapping[str, SpeakerRow]) -> str | None:
    return speakers[label].id if label else None


def _speakers(
    current: Sequence[SpeakerRow], document: TranscriptDocument, new_id: Callable[[], str]
) -> dict[str, SpeakerRow]:
    """Return {label in the document: row of the existing speaker with its name, or a new row}.

    A default name ("Speaker 3") denotes the unnamed speaker with that label ("S3").

    Raises:
        EditRefusedError: if there would be too many speakers.
    """
    known = {each.label: each for each in current}
    known |= {each.display_name: each for each in current if each.display_name}
    unnamed = {each.label: each for each in current if not each.display_name}
    labels = {each.label for each in current}
    names = document.names
    free_labels = _free_labels(labels | taken_labels((), names.values()))
    position = max((each.position for each in current), default=-1)
    found: dict[str, SpeakerRow] = {}
    num_added = 0
    for label, name in names.items():
        wanted = label_named(name)
        row = known.get(name) or (unnamed.get(wanted) if wanted is not None else None)
        if row is None:
            num_added += 1
            check_num_speakers(len(current) + num_added)
            position += 1
            is_default = wanted is not None and wanted not in labels
            free = wanted if is_default and wanted is not None else next(free_labels)
            labels.add(free)
            row = SpeakerRow(new_id(), position, free, None if is_default else name)
            if is_default:
                unnamed[free] = row
        known[name] = found[label] = row
    return found


def _free_labels(taken: Set[str]) -> Iterator[str]:
    """Yield the unused labels S1, S2, ..., each once."""
    return (label for number in count(1) if (label := f"S{number}") not in taken)


def _letters(text: str) -> str:
    return "".join(filter(is_letter_or_digit, text))


def _assigned_by_turns(
    current: Sequence[UtteranceRow],
    turns: Sequence[SpeakerTurn],
    speakers: Mapping[str, SpeakerRow],
) -> Iterator[UtteranceRow]:
    times = IntervalIndex(turns)
    for row in current:
        shared_ms: dict[str, int] = {}
        for index, milliseconds in times.overlapping(row.interval).items():
            speaker_id = speakers[turns[index].speaker].id
            shared_ms[speaker_id] = shared_ms.get(speaker_id, 0) + milliseconds
        most = max(shared_ms, key=lambda each: shared_ms[each], default=row.speaker_id)
        yield row if most == row.speaker_id else _edited_by_file(replace(row, speaker_id=most))


def _named(turns: Sequence[SpeakerTurn]) -> tuple[SpeakerTurn, ...]:
    return tuple(turn for turn in turns if turn.speaker)


def _turns_of(sentences: Sequence[Sentence]) -> tuple[SpeakerTurn, ...]:
    return tuple(
        SpeakerTurn(each.start_ms, each.end_ms, each.speaker) for each in sentences if each.speaker
    )


def _turns(
    current: Sequence[TurnRow],
    turns: Sequence[SpeakerTurn],
    speakers: Mapping[str, SpeakerRow],
    new_id: Callable[[], str],
) -> tuple[TurnRow, ...]:
    """Return a row for each turn, reusing an existing row with the same times and speaker."""
    known = {(row.start_ms, row.end_ms, row.speaker_id): row for row in current}
    rows = []
    for position, turn in enumerate(turns):
        speaker_id = speakers[turn.speaker].id
        row = known.pop((turn.start_ms, turn.end_ms, speaker_id), None)
        rows.append(row or TurnRow(new_id(), position, turn.start_ms, turn.end_ms, speaker_id))
    return tuple(rows)
