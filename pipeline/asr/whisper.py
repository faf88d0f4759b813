"""The embedded recogniser: Whisper over windows packed full of speech."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pipeline.asr.quiet_places import find_quiet_cuts, frame_power, pieces_between
from pipeline.asr.whisper_model import WINDOW_MS, WhisperNet
from pipeline.asr.window_listener import CHINESE, Heard, Memory, WhisperOptions, WindowListener
from pipeline.asr.window_packing import PackedWindow, Part, make_parts, pack_window
from pipeline.audio import Audio
from pipeline.errors import InferenceError, OptionError
from pipeline.intervals import Interval
from pipeline.options import RuntimeOptions
from pipeline.transcript import RecognizedSegment, SpeechSegment, Token

MAX_AUTOMATIC_THREADS = 8  # the model is small: more threads wait for each other

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
        self._options = options or WhisperOptions()
        self._listener = WindowListener(net, options=self._options)
        self._languages = _iso_codes(net.languages)

    @property
    def emits_punctuation(self) -> bool:
        """Token texts carry punctuation already."""
        return True

    @property
    def languages(self) -> tuple[str, ...]:
        """ISO 639-1 codes it can be asked for, Chinese first."""
        return self._languages

    def recognize(
        self, audio: Audio, segments: Sequence[SpeechSegment], *, language: str | None
    ) -> Iterator[RecognizedSegment]:
        """One result per segment, in the order given, as soon as its window is done.

        A window that cannot be worked on leaves its segments empty, with a warning in the log.

        Args:
            audio: the whole recording.
            segments: sorted, disjoint.
            language: ISO 639-1 code, or None to find out from the first speech.

        Raises:
            OptionError: the language is none that the model knows.
            InferenceError: not one window could be worked on.
        """
        if language is not None and language not in self._languages:
            raise OptionError(
                f"The recogniser does not know the language '{language}'. "
                "Choose a two-letter code such as zh, en or ja, or let it find out."
            )
        return self._recognize(audio, segments, language)

    def _recognize(
        self, audio: Audio, segments: Sequence[SpeechSegment], language: str | None
    ) -> Iterator[RecognizedSegment]:
        """The generator behind `recognize`, which checks before the first result is asked for."""
        parts = self._divide(audio, segments)
        gathered: list[list[Token]] = [[] for _ in segments]
        languages = [""] * len(segments)
        first = num_yielded = 0
        for heard, window in self._listen(audio, parts, language):
            for part, token in heard.tokens:
                gathered[window.parts[part].segment].append(token)
            for done_part in window.parts[: heard.num_parts]:
                languages[done_part.segment] = _ISO_SPELLING.get(heard.language, heard.language)
            first += heard.num_parts
            num_done = parts[first].segment if first < len(parts) else len(segments)
            for number in range(num_yielded, num_done):
                yield RecognizedSegment(
                    segments[number], tuple(gathered[number]), languages[number]
                )
            num_yielded = num_done

    def _listen(
        self, audio: Audio, parts: Sequence[Part], language: str | None
    ) -> Iterator[tuple[Heard, PackedWindow]]:
        """What was heard, window by window."""
        first, num_failed, num_windows = 0, 0, 0
        memory = Memory()
        tag = None if language is None else _MODEL_SPELLING.get(language, language)
        while first < len(parts):
            window = pack_window(parts, first=first, longest_ms=WINDOW_MS)
            num_windows += 1
            try:
                heard = self._listener.listen(audio, window, language=tag, memory=memory)
            except InferenceError as error:
                heard = Heard(len(window.parts), tag or "", is_sure=False)
                num_failed += 1
                if num_failed == num_windows and first + heard.num_parts == len(parts):
                    raise
                _log.warning(
                    "No text from %d ms to %d ms: %s",
                    window.parts[0].start_ms,
                    window.parts[-1].end_ms,
                    error,
                )
            yield heard, window
            first += heard.num_parts
            memory = heard.memory
            tag = heard.language if heard.is_sure else tag

    def _divide(self, audio: Audio, segments: Sequence[SpeechSegment]) -> tuple[Part, ...]:
        return make_parts(
            (
                (number, Interval(*piece))
                for number, segment in enumerate(segments)
                for piece in self._pieces(audio, segment)
            ),
            pad_ms=self._options.pad_ms,
            duration_ms=audio.duration_ms,
        )

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
    num_threads = (runtime or RuntimeOptions()).num_threads
    automatic = min(MAX_AUTOMATIC_THREADS, os.cpu_count() or 1)
    net = WhisperNet(model_dir, num_threads=num_threads or automatic)
    return WhisperRecognizer(net, options=options)


def _iso_codes(tags: Iterable[str]) -> tuple[str, ...]:
    codes = (_ISO_SPELLING.get(tag, tag) for tag in tags)
    known = [code for code in codes if len(code) == _ISO_LENGTH]
    return tuple(sorted(known, key=lambda code: (code != CHINESE, code)))
