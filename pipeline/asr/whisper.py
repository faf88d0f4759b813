"""The embedded recogniser: Whisper over windows packed full of speech."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pipeline.asr.gathering import SegmentGathering
from pipeline.asr.quiet_places import find_quiet_cuts, frame_power, pieces_between
from pipeline.asr.spoken_languages import CHINESE, NextWindow, WindowChooser
from pipeline.asr.stretch_plan import StretchLengths, plan_stretches
from pipeline.asr.whisper_model import WhisperNet
from pipeline.asr.window_listener import Heard, WhisperOptions, WindowListener
from pipeline.asr.window_packing import PackedWindow, Part, make_parts, pack_window
from pipeline.audio import Audio
from pipeline.errors import InferenceError, OptionError
from pipeline.intervals import Interval
from pipeline.options import RuntimeOptions
from pipeline.run_ahead import count_workers
from pipeline.transcript import RecognizedSegment, SpeechSegment

# What starts anew costs a little (5 of 349 characters where two minutes were divided in two), and
# what is left at the end keeps one worker waiting. The first is short so that the second worker
# soon has something to do.
STRETCHES = StretchLengths(first_ms=15_000, later_ms=180_000)

_MODEL_SPELLING = {"jv": "jw"}  # the model's tags differ from ISO 639-1 for Javanese alone
_ISO_SPELLING = {tag: code for code, tag in _MODEL_SPELLING.items()}
_ISO_LENGTH = 2

_log = logging.getLogger(__name__)


class WhisperRecognizer:
    """Writes down speech in about a hundred languages, with punctuation.

    A short segment by itself would cost nearly as much as a long one and be heard without
    context, so segments share windows, and the text before a window is its context. Where the
    decoder stops early or leaps over speech, the next window begins there.
    """

    def __init__(self, net: WhisperNet, *, options: WhisperOptions | None = None) -> None:
        """Keep the network; `load_whisper` reads one."""
        self._net = net
        self._options = options or WhisperOptions()
        self._listener = WindowListener(net, options=self._options)
        self._languages = _iso_codes(net.languages)

    @property
    def emits_punctuation(self) -> bool:
        """Token texts carry punctuation already."""
        return True

    @property
    def accepts_hotwords(self) -> bool:
        """The prompt that could hold them holds the text before a window."""
        return False

    @property
    def languages(self) -> tuple[str, ...]:
        """ISO 639-1 codes it can be asked for, Chinese first."""
        return self._languages

    @property
    def num_parallel(self) -> int:
        """As many as the network has workers, each of one thread."""
        return self._net.num_workers

    def stretches(self, segments: Iterable[SpeechSegment]) -> Iterator[tuple[SpeechSegment, ...]]:
        """Some minutes of speech each; context and main language start anew in every one.

        Args:
            segments: sorted, disjoint; they may arrive one by one.
        """
        return plan_stretches(segments, STRETCHES)

    def recognize(
        self,
        audio: Audio,
        segments: Sequence[SpeechSegment],
        *,
        language: str | None,
        hotwords: Sequence[str] = (),
    ) -> Iterator[RecognizedSegment]:
        """One result per segment, in the order given, as soon as its window is done.

        A window that cannot be worked on leaves its segments empty, with a warning in the log.

        Args:
            audio: the whole recording.
            segments: sorted, disjoint.
            language: ISO 639-1 code, or None to find out; Chinese and English may alternate.
            hotwords: none; the model has no place for them.

        Raises:
            OptionError: the language is none that the model knows, or there are hotwords.
            InferenceError: not one window could be worked on.
        """
        if language is not None and language not in self._languages:
            raise OptionError(
                f"The recogniser does not know the language '{language}'. "
                "Choose a two-letter code such as zh, en or ja, or let it find out."
            )
        if hotwords:
            raise OptionError(
                "Whisper cannot listen for hotwords. Leave them out, or install a Paraformer "
                "with hotwords (SeACo) and choose it as the recogniser."
            )
        return self._recognize(audio, segments, language)

    def _recognize(
        self, audio: Audio, segments: Sequence[SpeechSegment], language: str | None
    ) -> Iterator[RecognizedSegment]:
        """The generator behind `recognize`, which checks before the first result is asked for."""
        tag = None if language is None else _MODEL_SPELLING.get(language, language)
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
                heard = self._listener.listen(chosen, audio, context=context)
            except InferenceError as error:
                failures.append(error)
                lost = pack_window(to_do, first=0, longest_ms=longest_ms)
                done = _give_up(lost, gathering, error)
            else:
                contexts[chosen.language] = heard.context
                done = _keep(chosen, heard, gathering)
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
        """How far there is sound to hear; the length of a growing recording is not waited for."""
        wanted_ms = max((each.end_ms for each in segments), default=0) + self._options.pad_ms
        return audio.duration_ms if audio.ends_before(wanted_ms) else wanted_ms

    def _pieces(self, audio: Audio, segment: SpeechSegment) -> Iterable[tuple[int, int]]:
        longest_ms = self._options.longest_part_ms
        if segment.duration_ms <= longest_ms:
            return [(segment.start_ms, segment.end_ms)]
        cuts = find_quiet_cuts(frame_power(audio.cut(segment)), longest_ms=longest_ms)
        return pieces_between(segment.start_ms, segment.end_ms, cuts)


def load_whisper(
    model_dir: Path, *, runtime: RuntimeOptions | None = None, options: WhisperOptions | None = None
) -> WhisperRecognizer:
    """Read a Whisper model in CTranslate2 format.

    Args:
        model_dir: folder with `pipeline.asr.whisper_model.FILES`.
        runtime: how many threads it may use.
        options: how it works.

    Raises:
        ModelUnavailableError: a file is missing.
        ModelIntegrityError: the files are no Whisper model.
    """
    net = WhisperNet(model_dir, num_workers=count_workers(runtime or RuntimeOptions()))
    return WhisperRecognizer(net, options=options)


def _iso_codes(tags: Iterable[str]) -> tuple[str, ...]:
    codes = (_ISO_SPELLING.get(tag, tag) for tag in tags)
    known = [code for code in codes if len(code) == _ISO_LENGTH]
    return tuple(sorted(known, key=lambda code: (code != CHINESE, code)))


def _keep(chosen: NextWindow, heard: Heard, gathering: SegmentGathering) -> frozenset[Part]:
    """Hand over what was heard; gives the parts that are done with it."""
    language = _ISO_SPELLING.get(chosen.language, chosen.language)
    done = chosen.window.parts[: heard.num_parts]
    for position, part in enumerate(done):
        tokens = [word.token for word in heard.words if word.place.part == position]
        gathering.add(part, tokens, language)
    return frozenset(done)


def _give_up(
    window: PackedWindow, gathering: SegmentGathering, error: InferenceError
) -> frozenset[Part]:
    """Leave the parts of a window without text; gives these parts."""
    lost = window.parts
    _log.warning("No text from %d ms to %d ms: %s", lost[0].start_ms, lost[-1].end_ms, error)
    for part in lost:
        gathering.add(part, (), "")
    return frozenset(lost)
