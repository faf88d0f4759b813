"""The built-in recogniser, which runs Whisper over windows packed with speech."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pipeline.asr.chunk_plan import ChunkLengths, plan_chunks
from pipeline.asr.whisper.spoken_languages import CHINESE, NextWindow, WindowChooser
from pipeline.asr.whisper.whisper_model import WhisperNet
from pipeline.asr.whisper.window_decoder import DecodedWindow, WhisperOptions, WindowDecoder
from pipeline.asr.whisper.windows.gathering import SegmentGathering
from pipeline.asr.whisper.windows.silence_cuts import find_silence_cuts, frame_power, pieces_between
from pipeline.asr.whisper.windows.window_packing import PackedWindow, Part, make_parts, pack_window
from pipeline.audio.samples import Audio
from pipeline.core.errors import InferenceError, OptionError
from pipeline.core.intervals import Interval
from pipeline.core.options import RuntimeOptions
from pipeline.core.transcript import RecognizedSegment, SpeechSegment
from pipeline.runtime.parallel_map import count_workers

# Each restart loses some accuracy (5 of 349 characters when two minutes were divided in two),
# and unequal chunks leave a worker idle at the end. The first chunk is short so that the second
# worker starts early.
CHUNK_LENGTHS = ChunkLengths(first_ms=15_000, later_ms=180_000)

MODEL_SPELLING = {"jv": "jw"}  # the model's tags differ from ISO 639-1 only for Javanese
ISO_SPELLING = {tag: code for code, tag in MODEL_SPELLING.items()}
_ISO_LENGTH = 2

_log = logging.getLogger(__name__)


class WhisperRecognizer:
    """A recogniser for about a hundred languages, with punctuation.

    A short segment costs nearly as much as a long one and has no context by itself, so segments
    share windows, and the text before a window is its context. Where the decoder stops early or
    skips speech, the next window begins there.
    """

    def __init__(self, net: WhisperNet, *, options: WhisperOptions | None = None) -> None:
        """Store the loaded network and the options of the recogniser."""
        self._net = net
        self._options = options or WhisperOptions()
        self._decoder = WindowDecoder(net, options=self._options)
        self._languages = _iso_codes(net.languages)

    @property
    def emits_punctuation(self) -> bool:
        """Always True, since the tokens of Whisper include punctuation."""
        return True

    @property
    def accepts_hotwords(self) -> bool:
        """Always True: a second pass with the hotwords in the prompt finds their positions."""
        return True

    @property
    def languages(self) -> tuple[str, ...]:
        """ISO 639-1 codes that the model supports, Chinese first."""
        return self._languages

    @property
    def num_parallel(self) -> int:
        """Number of chunks that the network can process in parallel."""
        return self._net.num_workers

    def chunks(self, segments: Iterable[SpeechSegment]) -> Iterator[tuple[SpeechSegment, ...]]:
        """Yield chunks of a few minutes of speech that share neither context nor language.

        Args:
            segments: sorted, disjoint; they may arrive one by one.
        """
        return plan_chunks(segments, CHUNK_LENGTHS)

    def recognize(
        self,
        audio: Audio,
        segments: Sequence[SpeechSegment],
        *,
        language: str | None,
        hotwords: Sequence[str] = (),
    ) -> Iterator[RecognizedSegment]:
        """Yield one result per segment in input order, each as soon as its windows are decoded.

        If a window fails, its segments get no tokens and a warning in the log.

        Args:
            audio: the whole recording.
            segments: sorted, disjoint.
            language: ISO 639-1 code, or None to detect it; Chinese and English may alternate.
            hotwords: words to favour; the first ones, as many as fit in the prompt.

        Raises:
            OptionError: the model does not support the language.
            InferenceError: every window failed.
        """
        if language is not None and language not in self._languages:
            raise OptionError(
                f"The recogniser does not support the language '{language}'. "
                "Choose a two-letter code such as zh, en or ja, or automatic detection."
            )
        return self._recognize(audio, segments, language, hotwords)

    def _recognize(
        self,
        audio: Audio,
        segments: Sequence[SpeechSegment],
        language: str | None,
        hotwords: Sequence[str],
    ) -> Iterator[RecognizedSegment]:
        """Yield the results of `recognize`, which checks its options before the first iteration.

        Raises:
            InferenceError: every window failed.
        """
        tag = None if language is None else MODEL_SPELLING.get(language, language)
        longest_ms = self._options.longest_window_ms
        chooser = WindowChooser(self._net, audio, language=tag, longest_ms=longest_ms)
        gathering = SegmentGathering(segments)
        contexts: dict[str, str] = {}
        to_do: Sequence[Part] = self._divide(audio, segments)
        failures: list[InferenceError] = []
        num_windows = 0
        while to_do:
            num_windows += 1
            try:
                chosen = chooser.next_window(to_do)
                context = contexts.get(chosen.language, "")
                decoded = self._decoder.decode(chosen, audio, context=context, hotwords=hotwords)
            except InferenceError as error:
                failures.append(error)
                failed = pack_window(to_do, first=0, longest_ms=longest_ms)
                done = _add_failed(failed, gathering, error)
            else:
                contexts[chosen.language] = decoded.context
                done = _add_decoded(chosen, decoded, gathering)
            to_do = tuple(part for part in to_do if part not in done)
            if not to_do and len(failures) == num_windows:
                raise failures[-1]
            yield from gathering.take_complete(to_do)

    def _divide(self, audio: Audio, segments: Sequence[SpeechSegment]) -> tuple[Part, ...]:
        return make_parts(
            (
                (number, Interval(*piece))
                for number, segment in enumerate(segments)
                for piece in self._pieces(audio, segment)
            ),
            pad_ms=self._options.pad_ms,
            duration_ms=self._known_ms(audio, segments),
        )

    def _known_ms(self, audio: Audio, segments: Sequence[SpeechSegment]) -> int:
        """Return the end of the last segment with padding, at most the end of the recording."""
        wanted_ms = max((each.end_ms for each in segments), default=0) + self._options.pad_ms
        return audio.duration_ms if audio.ends_before(wanted_ms) else wanted_ms

    def _pieces(self, audio: Audio, segment: SpeechSegment) -> Iterable[tuple[int, int]]:
        longest_ms = self._options.longest_part_ms
        if segment.duration_ms <= longest_ms:
            return [(segment.start_ms, segment.end_ms)]
        cuts = find_silence_cuts(frame_power(audio.cut(segment)), longest_ms=longest_ms)
        return pieces_between(segment.start_ms, segment.end_ms, cuts)


def load_whisper(
    model_dir: Path, *, runtime: RuntimeOptions | None = None, options: WhisperOptions | None = None
) -> WhisperRecognizer:
    """Load a Whisper model in CTranslate2 format.

    Args:
        model_dir: folder with the files named in `pipeline.asr.whisper.whisper_model`.
        runtime: number of threads.
        options: options of the recogniser.

    Raises:
        ModelUnavailableError: a file is missing.
        ModelIntegrityError: the files are not a Whisper model.
    """
    net = WhisperNet(model_dir, num_workers=count_workers(runtime or RuntimeOptions()))
    return WhisperRecognizer(net, options=options)


def _iso_codes(tags: Iterable[str]) -> tuple[str, ...]:
    codes = (ISO_SPELLING.get(tag, tag) for tag in tags)
    known = [code for code in codes if len(code) == _ISO_LENGTH]
    return tuple(sorted(known, key=lambda code: (code != CHINESE, code)))


def _add_decoded(
    chosen: NextWindow, decoded: DecodedWindow, gathering: SegmentGathering
) -> frozenset[Part]:
    """Store the words of a decoded window by part; return the finished parts."""
    language = ISO_SPELLING.get(chosen.language, chosen.language)
    done = chosen.window.parts[: decoded.num_parts]
    for position, part in enumerate(done):
        tokens = [word.token for word in decoded.words if word.place.part == position]
        gathering.add(part, tokens, language)
    return frozenset(done)


def _add_failed(
    window: PackedWindow, gathering: SegmentGathering, error: InferenceError
) -> frozenset[Part]:
    """Record the parts of a failed window as finished without text; return these parts."""
    failed = window.parts
    _log.warning("No text from %d ms to %d ms: %s", failed[0].start_ms, failed[-1].end_ms, error)
    for part in failed:
        gathering.add(part, (), "")
    return frozenset(failed)
