"""Reader of ELAN annotation files as sentences with speakers."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.formats.annotation.elan_parsing import AnnotationFile, FileTier, parse_eaf
from pipeline.formats.annotation.elan_roles import speaker_of, text_tier_of, words_tier_below
from pipeline.formats.annotation.elan_times import AnnotationTimes
from pipeline.formats.annotation.tier_names import TierRole
from pipeline.formats.annotation.tier_reading import ReadTier, sentences_of_tiers
from pipeline.formats.annotation.tiers import Annotation
from pipeline.formats.document import TranscriptDocument, document_of_sentences
from pipeline.formats.import_report import ImportLog, ProblemKind


def read_eaf(text: str, log: ImportLog) -> TranscriptDocument:
    """Parse a sentence tier, with its words, for each tier of the file that has no parent.

    If this tier has only ids or is empty, the text of a tier below it is used. Words are
    read from tiers below the text; other tiers, and annotations without times, are reported and
    omitted.

    Raises:
        FormatError: the text is not an ELAN file, or declares a document type.
    """
    file = parse_eaf(text)
    if file.shift_ms:
        log.note(ProblemKind.SHIFTED, f"TIME_ORIGIN {file.shift_ms}")
    reader = _Reader(file, log)
    tiers = [tier for root in file.roots for tier in reader.read(root)]
    reader.note_unused()
    return document_of_sentences(sentences_of_tiers(tiers, log))


class _Reader:
    """A reader of sentence and word tiers, which reports all other tiers."""

    def __init__(self, file: AnnotationFile, log: ImportLog) -> None:
        self._file = file
        self._log = log
        self._times = AnnotationTimes(file)
        self._used: set[str] = set()

    def read(self, root: FileTier) -> Iterator[ReadTier]:
        """Yield the sentence tier at or below a tier without a parent, then its word tier."""
        text_tier = text_tier_of(root)
        speaker = speaker_of(root, text_tier)
        self._used |= {root.name, text_tier.name}
        role = None if text_tier is root else TierRole.SENTENCES
        yield self._read_tier(text_tier, speaker, role)
        words = words_tier_below(text_tier)
        if words is not None:
            self._used.add(words.name)
            yield self._read_tier(words, speaker, TierRole.WORDS, owner=text_tier.name)

    def note_unused(self) -> None:
        """Report the tiers with text that `read` has not used."""
        for tier in self._file.tiers.values():
            if tier.name not in self._used and any(each.text for each in tier.values):
                self._log.note(ProblemKind.NOT_USED, tier.name, line=tier.line)

    def _read_tier(
        self, tier: FileTier, speaker: str | None, role: TierRole | None, owner: str | None = None
    ) -> ReadTier:
        annotations = tuple(self._annotations(tier))
        return ReadTier(tier.name, speaker, annotations, tier.line, role, owner)

    def _annotations(self, tier: FileTier) -> Iterator[Annotation]:
        """Yield the annotations with text and times; report estimated times once per tier."""
        is_noted = False
        for value in filter(lambda each: each.text, tier.values):
            found, span = f"{tier.name}: {value.text}", self._times.span_of(value)
            if span is None:
                self._log.note(ProblemKind.UNREADABLE, found, line=value.line)
            elif span.start_ms >= span.end_ms:
                self._log.note(ProblemKind.NO_LENGTH, found, line=value.line)
            else:
                if span.is_estimated and not is_noted:
                    is_noted = True
                    self._log.note(ProblemKind.ESTIMATED_TIME, found, line=value.line)
                yield Annotation(span.start_ms, span.end_ms, value.text)
