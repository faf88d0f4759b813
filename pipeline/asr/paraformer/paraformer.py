"""The Paraformer recogniser, with a time for every character."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.asr.paraformer.cif_timestamps import TimeSpan, reference_times, segment_times
from pipeline.asr.paraformer.detokenize import (
    TimedText,
    shown_text,
    space_before,
    words_from,
)
from pipeline.asr.paraformer.hotword_graph import HotwordGraph
from pipeline.asr.paraformer.hotwords import HotwordSpeller
from pipeline.asr.paraformer.paraformer_features import read_normalisation, speech_features
from pipeline.asr.paraformer.paraformer_folder import find_files
from pipeline.asr.paraformer.paraformer_graph import ParaformerGraph
from pipeline.asr.paraformer.reference_words import reference_words
from pipeline.asr.paraformer.segment_batches import BatchLimits, plan_batches
from pipeline.asr.paraformer.token_decoders import (
    NO_TOKENS,
    DecodedTokens,
    GreedyDecoder,
    TokenDecoder,
)
from pipeline.asr.paraformer.vocabulary import Vocabulary, read_vocabulary
from pipeline.audio.features import Cmvn
from pipeline.audio.samples import Audio
from pipeline.core.errors import InferenceError, OptionError
from pipeline.core.options import Profile, RuntimeOptions
from pipeline.core.transcript import RecognizedSegment, SpeechSegment, Token
from pipeline.runtime.parallel_map import count_workers, parallel_map

LANGUAGE = "zh"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ParaformerOptions:
    """Settings of the Paraformer recogniser.

    Attributes:
        profile: default, or classic for exactly the reference system's times and words.
        batches: which segments are recognised together.
        decoder: chooses the tokens; alone or with a language model.
    """

    profile: Profile = Profile.DEFAULT
    batches: BatchLimits = field(default_factory=BatchLimits)
    decoder: TokenDecoder = field(default_factory=GreedyDecoder)


class ParaformerRecognizer:
    """A recogniser of Mandarin with embedded English words, without punctuation."""

    def __init__(
        self,
        graph: ParaformerGraph,
        *,
        cmvn: Cmvn,
        vocabulary: Vocabulary,
        speller: HotwordSpeller,
        options: ParaformerOptions | None = None,
        num_workers: int = 1,
    ) -> None:
        """Store the loaded parts of one model."""
        self._num_workers = num_workers
        self._graph = graph
        self._cmvn = cmvn
        self._vocabulary = vocabulary
        self._speller = speller
        self._options = options or ParaformerOptions()
        self._embed = lru_cache(maxsize=1)(self._embed_hotwords)  # all chunks share one list

    def with_options(self, options: ParaformerOptions) -> ParaformerRecognizer:
        """Return a recogniser with the same model and other options."""
        return ParaformerRecognizer(
            self._graph,
            cmvn=self._cmvn,
            vocabulary=self._vocabulary,
            speller=self._speller,
            options=options,
            num_workers=self._num_workers,
        )

    @property
    def vocabulary(self) -> Vocabulary:
        """The tokens that the model can output."""
        return self._vocabulary

    @property
    def emits_punctuation(self) -> bool:
        """Always False, since the tokens have no punctuation."""
        return False

    @property
    def accepts_hotwords(self) -> bool:
        """Whether the model has a graph for hotwords."""
        return self._graph.accepts_hotwords

    @property
    def languages(self) -> tuple[str, ...]:
        """ISO 639-1 codes: Chinese only; English words within Chinese are recognised too."""
        return (LANGUAGE,)

    @property
    def num_parallel(self) -> int:
        """Number of segments that may be recognised in parallel."""
        return self._num_workers

    def chunks(self, segments: Iterable[SpeechSegment]) -> Iterator[tuple[SpeechSegment, ...]]:
        """Yield each segment as a chunk, or all segments as one chunk if batches are enabled.

        Args:
            segments: sorted, disjoint; they may arrive one by one.
        """
        if self._options.batches.batch_size_s == 0:
            yield from ((segment,) for segment in segments)
        elif together := tuple(segments):
            yield together

    def recognize(
        self,
        audio: Audio,
        segments: Sequence[SpeechSegment],
        *,
        language: str | None,
        hotwords: Sequence[str] = (),
    ) -> Iterator[RecognizedSegment]:
        """Yield one result per segment in input order, as soon as it is done.

        A segment without words, or on which the model fails, gets no tokens and a warning in the
        log.

        Args:
            audio: the whole recording.
            segments: sorted, disjoint.
            language: "zh" or None.
            hotwords: words to favour; needs a model that accepts hotwords.

        Raises:
            OptionError: another language, or hotwords for a model that does not accept them.
            InferenceError: the model fails on every segment.
        """
        if language not in (None, LANGUAGE):
            raise OptionError(
                f"Paraformer recognises Chinese, not '{language}'. Choose zh as the language, or "
                "another recogniser."
            )
        if hotwords and not self.accepts_hotwords:
            raise OptionError(
                "This Paraformer does not accept hotwords: only the SeACo model has the graph "
                "for them. Leave the hotwords out, or choose whisper as the recogniser."
            )
        return self._recognize(audio, segments, tuple(hotwords))

    def _recognize(
        self, audio: Audio, segments: Sequence[SpeechSegment], hotwords: tuple[str, ...]
    ) -> Iterator[RecognizedSegment]:
        """Yield the results of `recognize`, which checks its options before the first iteration.

        Raises:
            InferenceError: the model fails on every segment.
        """
        embeddings = self._embed(hotwords) if hotwords else None
        decoded: dict[int, DecodedTokens | None] = {}
        next_up, num_failed, previous = 0, 0, ""
        batches = plan_batches([each.duration_ms for each in segments], self._options.batches)

        def run(batch: Sequence[int]) -> dict[int, DecodedTokens | None]:
            return self._run_batch(audio, segments, batch, embeddings)

        for _, of_batch in parallel_map(run, batches, num_workers=self._num_workers):
            decoded.update(of_batch)
            while next_up in decoded:
                found = decoded.pop(next_up)
                num_failed += found is None
                tokens = self._tokens(segments[next_up], found or NO_TOKENS, previous)
                previous = tokens[-1].text if tokens else previous
                yield RecognizedSegment(segments[next_up], tokens, LANGUAGE)
                next_up += 1
        if 0 < num_failed == len(segments) and not self._graph.has_worked:
            raise InferenceError(
                "Paraformer failed on every speech segment of the recording; the log "
                "says why. Download the model again, or choose another recogniser."
            )

    def _embed_hotwords(self, hotwords: tuple[str, ...]) -> NDArray[np.float32]:
        return self._graph.embed_hotwords(self._speller.spell(hotwords))

    def _run_batch(
        self,
        audio: Audio,
        segments: Sequence[SpeechSegment],
        batch: Sequence[int],
        hotwords: NDArray[np.float32] | None,
    ) -> dict[int, DecodedTokens | None]:
        """Recognise a batch; return the tokens of each segment, None for a segment that failed."""
        rows = {each: speech_features(audio.cut(segments[each]), self._cmvn) for each in batch}
        nonempty = [each for each in batch if len(rows[each])]
        empty = {each: NO_TOKENS for each in batch if not len(rows[each])}
        if not nonempty:
            return {**empty}
        try:
            outputs = self._graph.outputs([rows[each] for each in nonempty], hotwords=hotwords)
            found = [self._options.decoder.decode(each) for each in outputs]
        except InferenceError as error:
            if len(nonempty) == 1:
                _warn(segments[nonempty[0]], error)
                return {**empty, nonempty[0]: None}
            alone = (self._run_batch(audio, segments, [each], hotwords) for each in nonempty)
            return {**empty, **{each: one for decoded in alone for each, one in decoded.items()}}
        return {**empty, **dict(zip(nonempty, found, strict=True))}

    def _tokens(
        self, segment: SpeechSegment, decoded: DecodedTokens, previous: str
    ) -> tuple[Token, ...]:
        """Convert the decoded tokens of a segment to words with times in the recording."""
        is_classic = self._options.profile is Profile.CLASSIC
        characters = self._characters(segment, decoded)
        words = reference_words(characters) if is_classic else words_from(characters)
        tokens: list[Token] = []
        earliest_ms = 0
        for word in words:
            start_ms = max(segment.start_ms + word.start_ms, earliest_ms)
            end_ms = max(segment.start_ms + word.end_ms, start_ms + 1)
            text = space_before(word.text, previous=previous) + word.text
            tokens.append(
                Token(
                    start_ms,
                    end_ms,
                    text,
                    word.confidence,
                    word.alternatives,
                    word.text_without_lm,
                )
            )
            previous, earliest_ms = word.text, start_ms
        return tuple(tokens)

    def _characters(self, segment: SpeechSegment, decoded: DecodedTokens) -> tuple[TimedText, ...]:
        vocabulary = self._vocabulary.tokens
        return tuple(
            TimedText(
                vocabulary[number],
                span.start_ms,
                span.end_ms,
                confidence,
                tuple(vocabulary[each] for each in others),
                None if greedy == number else shown_text(vocabulary[greedy]),
            )
            for number, span, confidence, others, greedy in zip(
                decoded.ids.tolist(),
                self._times(segment, decoded),
                decoded.probabilities.tolist(),
                decoded.others,
                decoded.greedy_ids.tolist(),
                strict=True,
            )
        )

    def _times(self, segment: SpeechSegment, decoded: DecodedTokens) -> tuple[TimeSpan, ...]:
        num_chars = len(decoded.ids)
        if self._options.profile is Profile.CLASSIC:
            return reference_times(decoded.weights, decoded.peaks, num_chars)
        return segment_times(
            decoded.weights, decoded.peaks, num_chars, duration_ms=segment.duration_ms
        )


def open_paraformer(
    folder: Path,
    *,
    runtime: RuntimeOptions | None = None,
    options: ParaformerOptions | None = None,
) -> ParaformerRecognizer:
    """Load a Paraformer in the folder layout of FunASR or of sherpa-onnx.

    Args:
        folder: contains the files named in `pipeline.asr.paraformer.paraformer_folder`.
        runtime: number of threads.
        options: options of the recogniser.

    Raises:
        ModelUnavailableError: a file is missing.
        PipelineError: a file is damaged or belongs to another model.
    """
    files = find_files(folder)
    vocabulary = read_vocabulary(files.vocabulary)
    embedder = files.hotword_embedder
    graph = ParaformerGraph(
        files.graph,
        hotwords=None if embedder is None else HotwordGraph(embedder, runtime=runtime),
        num_tokens=len(vocabulary),
        runtime=runtime,
    )
    return ParaformerRecognizer(
        graph,
        cmvn=read_normalisation(files.cmvn, graph.metadata),
        vocabulary=vocabulary,
        speller=HotwordSpeller(vocabulary, files.segment_dictionary),
        options=options,
        num_workers=count_workers(runtime or RuntimeOptions()),
    )


def _warn(segment: SpeechSegment, error: InferenceError) -> None:
    _log.warning("No text from %d ms to %d ms: %s", segment.start_ms, segment.end_ms, error)
