"""The streaming Paraformer recogniser and its streams."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.asr.paraformer.detokenize import SILENT_TOKENS, space_before
from pipeline.asr.paraformer.paraformer_features import FEATURE_DIM, ROW_MS, read_normalisation
from pipeline.asr.paraformer.vocabulary import CONTINUES, SPECIAL_IDS, Vocabulary, read_vocabulary
from pipeline.asr.paraformer_streaming.feature_rows import FeatureRows, with_positions
from pipeline.asr.paraformer_streaming.integrate_and_fire import TAIL_WEIGHT, IntegrateAndFire
from pipeline.asr.paraformer_streaming.streaming_folder import find_streaming_files
from pipeline.asr.paraformer_streaming.streaming_graph import StreamingGraph
from pipeline.audio.features import FRAME_LENGTH, Cmvn
from pipeline.audio.samples import SAMPLE_RATE_HZ
from pipeline.core.options import Profile, RuntimeOptions

# The published ONNX files are exported for chunk_size [5, 10, 5]: five rows of context before and
# five after the ten rows of a piece.
PIECE_SAMPLES = 9_600
_LEFT_ROWS, _PIECE_ROWS, _RIGHT_ROWS = 5, 10, 5
_WINDOW_ROWS = _LEFT_ROWS + _PIECE_ROWS + _RIGHT_ROWS
_SHORTEST_SAMPLES = 960  # the shortest remainder from which the reference computes features


@dataclass(frozen=True, slots=True)
class StreamedToken:
    """A token recognised in a stream, with its text and approximate time.

    Attributes:
        id: number in the vocabulary.
        text: what the token appends to the text of the utterance, "" for nothing.
        at_ms: approximate time in the utterance, exact to one row of 60 ms.
    """

    id: int
    text: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class StreamedPiece:
    """Tokens that a stream recognised in one step.

    Attributes:
        tokens: the new tokens, possibly none.
        heard_ms: length of the utterance that has been recognised.
    """

    tokens: tuple[StreamedToken, ...]
    heard_ms: int

    @property
    def text(self) -> str:
        """Text to append to that of the previous pieces."""
        return "".join(token.text for token in self.tokens)


class StreamingParaformer:
    """A streaming recogniser of Mandarin with embedded English words.

    One object serves any number of streams at once: the graphs have no state.
    """

    def __init__(
        self,
        graph: StreamingGraph,
        *,
        cmvn: Cmvn,
        vocabulary: Vocabulary,
        profile: Profile = Profile.DEFAULT,
    ) -> None:
        """Store the loaded parts of one model.

        Args:
            graph: encoder and decoder.
            cmvn: shift and scale of 560 values.
            vocabulary: the tokens.
            profile: default, or classic for exactly the reference's tokens at the end of an
                utterance, where it drops or misplaces the last rows.
        """
        self.graph = graph
        self.cmvn = cmvn
        self.vocabulary = vocabulary
        self.profile = profile

    def open(self) -> ParaformerStream:
        """Create a stream for a new utterance."""
        return ParaformerStream(self)


class ParaformerStream:
    """The recognition of one utterance, from samples in order to tokens."""

    def __init__(self, model: StreamingParaformer) -> None:
        """Create a stream for a new utterance; callers use `StreamingParaformer.open`."""
        self._model = model
        self._is_classic = model.profile is Profile.CLASSIC
        self._waiting = np.zeros(0, dtype=np.float32)
        self._num_samples = 0
        self._features = FeatureRows(model.cmvn)
        self._recent = np.zeros((_LEFT_ROWS + _RIGHT_ROWS, FEATURE_DIM), dtype=np.float32)
        self._fire = IntegrateAndFire(model.graph.dim)
        self._caches = model.graph.empty_caches()
        self._text = PassingText()
        self._is_over = False

    def feed(self, samples: NDArray[np.float32]) -> tuple[StreamedPiece, ...]:
        """Add samples and return one result for each complete piece of 600 ms.

        Args:
            samples: (num_samples,) float32 in [-1, 1], any number.

        Raises:
            InferenceError: a graph failed on the input.
            ValueError: the utterance has ended.
        """
        self._require_open()
        self._waiting = np.concatenate([self._waiting, samples])
        # The reference treats the last piece differently even if it is complete.
        held = 1 if self._is_classic else 0
        pieces: list[StreamedPiece] = []
        while self._waiting.size >= PIECE_SAMPLES + held:
            pieces.append(self._piece(self._waiting[:PIECE_SAMPLES]))
            self._waiting = self._waiting[PIECE_SAMPLES:]
        return tuple(pieces)

    def finish(self) -> StreamedPiece:
        """End the utterance and return its last tokens.

        Raises:
            InferenceError: a graph failed on the input.
            ValueError: the utterance has ended already.
        """
        self._require_open()
        self._is_over = True
        rest, first = self._waiting, self._features.num_rows
        self._num_samples += rest.size
        tokens = tuple(self._last_windows(rest, first)) if self._is_heard(rest) else ()
        return StreamedPiece(tokens, self._heard_ms())

    def _piece(self, samples: NDArray[np.float32]) -> StreamedPiece:
        self._num_samples += samples.size
        first = self._features.num_rows
        rows = np.concatenate([self._recent, self._coded(self._features.add(samples), first)])
        self._recent = rows[-(_LEFT_ROWS + _RIGHT_ROWS) :]
        return StreamedPiece(tuple(self._window(rows, first - _PIECE_ROWS)), self._heard_ms())

    def _last_windows(self, rest: NDArray[np.float32], first: int) -> Iterator[StreamedToken]:
        """Recognise the remaining rows in one window, or in two if they do not fit in one."""
        is_started = first > 0
        if is_started and self._is_classic and rest.size < _SHORTEST_SAMPLES:
            new = np.zeros((0, FEATURE_DIM), dtype=np.float32)
        else:
            short = 0 if is_started else max(0, _SHORTEST_SAMPLES - rest.size)
            new = self._coded(self._features.end(np.pad(rest, (0, short))), first)
        rows = np.concatenate([self._recent, new])
        start = first - _PIECE_ROWS
        if len(new) <= _PIECE_ROWS - _RIGHT_ROWS:
            yield from self._window(rows, start, is_last=True)
            return
        full = np.pad(rows, ((0, _WINDOW_ROWS - len(rows)), (0, 0)))
        yield from self._window(full, start)
        context = rows[-_LEFT_ROWS:] if self._is_classic else rows[_PIECE_ROWS:][:_LEFT_ROWS]
        last = np.concatenate([context, rows[_PIECE_ROWS + _LEFT_ROWS :]])
        yield from self._window(last, start + _PIECE_ROWS, is_last=True)

    def _window(
        self, rows: NDArray[np.float32], start: int, *, is_last: bool = False
    ) -> Iterator[StreamedToken]:
        """Recognise the rows of one window, except those that serve as context.

        Args:
            rows: (num_rows, 560) float32 with position codes.
            start: number of the first row in the utterance.
            is_last: whether the utterance ends with these rows.
        """
        graph = self._model.graph
        hidden, weights = graph.encode(rows)
        weights[:_LEFT_ROWS] = 0.0
        weights[_LEFT_ROWS + _PIECE_ROWS :] = 0.0
        steps = hidden
        if is_last:
            weights = np.append(weights, TAIL_WEIGHT)
            steps = np.concatenate([hidden, np.zeros((1, graph.dim), dtype=np.float32)])
        fired = list(self._fire.add(weights, steps))
        if not fired:
            return
        embeddings = np.stack([embedding for _, embedding in fired])
        scores, self._caches = graph.decode(hidden, embeddings, self._caches)
        for (row, _), number in zip(fired, scores.argmax(axis=-1).tolist(), strict=True):
            if number not in SPECIAL_IDS:
                text = self._text.add(self._model.vocabulary.tokens[number])
                yield StreamedToken(number, text, max(0, (start + row) * ROW_MS))

    def _coded(self, rows: NDArray[np.float32], first: int) -> NDArray[np.float32]:
        return with_positions(rows, first=first, dim=self._model.graph.dim)

    def _is_heard(self, rest: NDArray[np.float32]) -> bool:
        """Return whether the samples fill at least one frame."""
        return self._features.num_rows > 0 or rest.size >= FRAME_LENGTH

    def _heard_ms(self) -> int:
        return self._num_samples * 1000 // SAMPLE_RATE_HZ

    def _require_open(self) -> None:
        if self._is_over:
            raise ValueError("the utterance has ended; begin another with StreamingParaformer.open")


def open_streaming_paraformer(
    folder: Path,
    *,
    runtime: RuntimeOptions | None = None,
    profile: Profile = Profile.DEFAULT,
) -> StreamingParaformer:
    """Load a streaming Paraformer in the folder layout of FunASR or of sherpa-onnx.

    Args:
        folder: contains the files named in `streaming_folder`.
        runtime: number of threads.
        profile: default, or classic for exactly the reference's tokens.

    Raises:
        ModelUnavailableError: a file is missing.
        PipelineError: a file is damaged or belongs to another model.
    """
    files = find_streaming_files(folder)
    vocabulary = read_vocabulary(files.vocabulary)
    graph = StreamingGraph(files, num_tokens=len(vocabulary), runtime=runtime)
    return StreamingParaformer(
        graph,
        cmvn=read_normalisation(files.cmvn, graph.metadata),
        vocabulary=vocabulary,
        profile=profile,
    )


class PassingText:
    """Conversion of tokens to text, one token at a time.

    A token that ends in `@@` continues in the next one, also in that of the next piece. Words of
    scripts with spaces get the space in the text of the second word.
    """

    def __init__(self) -> None:
        """Create the state of a new utterance."""
        self._previous = ""
        self._continues = False

    def add(self, token: str) -> str:
        """Return the text to append for a token; "" for a token without text."""
        if token in SILENT_TOKENS:
            return ""
        text = token.removesuffix(CONTINUES)
        space = "" if self._continues else space_before(text, previous=self._previous)
        self._continues = text != token
        self._previous = text or self._previous
        return space + text
