"""The Whisper network, run by the faster-whisper library, which only this module imports."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from pipeline.asr.whisper.text.spoken_units import TimedPiece
from pipeline.core.errors import InferenceError, ModelIntegrityError, ModelUnavailableError

# The encoder was trained on 30 s. 20 s cost a third of that: attention is quadratic, and
# beyond 20.4 s its scores, allocated in every layer, exceed the 32 MB above which the C library
# returns each block to the system, which has to clear it again.
WINDOW_MS = 20_000
# The model was trained on text that ends in silence. With 5 s of silence instead of padding to
# 30 s, a clip of 3 s is encoded six times faster at the same accuracy; with 1 s accuracy drops
# (character errors on development clips: 43 % with all, 41 % with 5 s, 59 % with 1 s).
SILENCE_MS = 5_000
FILES = ("model.bin", "config.json", "tokenizer.json")
VOCABULARIES = ("vocabulary.txt", "vocabulary.json")  # the latter since large-v3

_FRAME_MS = 10
_NUM_FRAMES = WINDOW_MS // _FRAME_MS
_MIN_FRAMES = 100  # no speech is recognised in less than a second
_MAX_TOKENS = 448  # context length of the decoder, prompt included
_MS_PER_S = 1000
_NUM_TEXTS = 3  # hypotheses of a search; they cost nothing beside the beams
_DEFAULT_SUPPRESSED = [-1]  # the library's name for "annotations and symbols"
# Number of compiled operations that oneDNN, below the library, keeps for windows of equal length;
# it reads the variable at the first window. It would keep 1024, half a megabyte for every length,
# and with none a window is encoded as fast.
_KEPT_OPERATIONS = ("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "0")


@dataclass(frozen=True, slots=True, eq=False)
class EncodedWindow:
    """The encoder's output for one window of audio.

    Attributes:
        states: tensor of the library.
        num_frames: frames of 10 ms that hold audio; the rest is padding.
    """

    states: Any  # ctranslate2.StorageView, which is not typed
    num_frames: int


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """The decoder's text for one window, with measures of its quality.

    Attributes:
        text: decoded text.
        ids: token ids, without special tokens.
        mean_log_probability: natural logarithm, mean per token.
        no_speech_probability: probability that the window holds no speech.
        repetitiveness: compression ratio of the text.
        other_texts: texts of the search's other beams, the most probable first.
    """

    text: str
    ids: tuple[int, ...]
    mean_log_probability: float
    no_speech_probability: float
    repetitiveness: float
    other_texts: tuple[str, ...] = ()


class SingleThreadedFeatures:
    """Mel features, computed on one thread.

    The threads of numpy's matrix products spend 10 ms of CPU time on waiting for each other, a
    seventh of the encoder's time for two seconds of speech. The features are the same.
    """

    def __init__(self, extract: Callable[[NDArray[np.float32]], NDArray[np.float32]]) -> None:
        """Store the function that extracts the features of samples."""
        self._extract = extract
        self._libraries = ThreadpoolController()

    def __call__(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the features, (num_mel_bins, num_frames) float32."""
        with self._libraries.limit(limits=1, user_api="blas"):
            return self._extract(samples)


class WhisperNet:
    """The encoder, decoder and aligner of one Whisper model on the CPU.

    Thread-safe: as many calls as there are workers run in parallel on the same weights, each on
    one thread.
    """

    def __init__(self, model_dir: Path, *, num_workers: int) -> None:
        """Load the model, with its weights as 8-bit integers.

        Args:
            model_dir: folder with `FILES` and one of `VOCABULARIES`.
            num_workers: at least 1.

        Raises:
            ModelUnavailableError: a file is missing.
            ModelIntegrityError: the files are not a Whisper model.
        """
        missing = [name for name in FILES if not (model_dir / name).is_file()]
        if not any((model_dir / name).is_file() for name in VOCABULARIES):
            missing.append(" or ".join(VOCABULARIES))
        if missing:
            raise ModelUnavailableError(
                f"The Whisper model in {model_dir} lacks {', '.join(missing)}. Fetch it again: "
                "python -m pipeline.models fetch"
            )
        os.environ.setdefault(*_KEPT_OPERATIONS)
        try:
            self._model = WhisperModel(
                str(model_dir),
                device="cpu",
                compute_type="int8",
                cpu_threads=1,
                num_workers=num_workers,
            )
        except (RuntimeError, ValueError) as error:
            raise ModelIntegrityError(
                f"The Whisper model in {model_dir} cannot be loaded: it is damaged. "
                "Delete the folder and fetch it again: python -m pipeline.models fetch"
            ) from error
        self._features = SingleThreadedFeatures(self._model.feature_extractor)
        self._tokenizers: dict[str, Tokenizer] = {}
        self._num_workers = num_workers

    @property
    def num_workers(self) -> int:
        """Number of calls that can run in parallel."""
        return self._num_workers

    @property
    def languages(self) -> tuple[str, ...]:
        """Language tags that the model was trained with, in the model's own spelling."""
        vocabulary = self._model.hf_tokenizer
        return tuple(
            tag
            for tag in self._model.supported_languages
            if vocabulary.token_to_id(f"<|{tag}|>") is not None
        )

    def encode(
        self, samples: NDArray[np.float32], *, silence_ms: int = SILENCE_MS
    ) -> EncodedWindow:
        """Encode the samples of a window, followed by silence.

        Args:
            samples: (num_samples,) float32 at 16 kHz, at most `WINDOW_MS`.
            silence_ms: silence to append, as far as it fits.
        """
        features = self._features(samples)[:, :_NUM_FRAMES]
        num_frames = min(_NUM_FRAMES, samples.size // self._model.feature_extractor.hop_length)
        num_needed = max(_MIN_FRAMES, num_frames + silence_ms // _FRAME_MS)
        num_padded = min(
            _NUM_FRAMES, num_needed + num_needed % 2
        )  # must be even: the encoder halves it
        with _inference_errors("encoder"):
            states = self._model.encode(pad_or_trim(features, num_padded))
        return EncodedWindow(states, num_frames)

    def language_probabilities(self, window: EncodedWindow) -> dict[str, float]:
        """Return the probability of each language, by the model's language tag."""
        with _inference_errors("language detection"):
            ranking = self._model.model.detect_language(window.states)[0]
        return {tag.strip("<|>"): float(probability) for tag, probability in ranking}

    def ids_of(self, text: str, *, language: str) -> tuple[int, ...]:
        """Return the token ids of a text, without special tokens."""
        return tuple(self._tokenizer(language).encode(text))

    def decode(
        self,
        window: EncodedWindow,
        *,
        language: str,
        context: Sequence[int] = (),
        num_beams: int,
        max_new_tokens: int,
        no_repeat_ngram: int = 0,
    ) -> Hypothesis:
        """Decode the text of a window by beam search.

        Args:
            window: from `encode`.
            language: the model's tag.
            context: token ids of the preceding text, latest last.
            num_beams: beam width.
            max_new_tokens: maximum length of the text.
            no_repeat_ngram: length of token sequences that must not repeat, 0 to allow all.
        """
        tokenizer = self._tokenizer(language)
        prompt = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
        if context:
            prompt = [tokenizer.sot_prev, *context, *prompt]
        with _inference_errors("decoder"):
            result = self._model.model.generate(
                window.states,
                [prompt],
                beam_size=num_beams,
                num_hypotheses=min(_NUM_TEXTS, num_beams),
                no_repeat_ngram_size=no_repeat_ngram,
                max_length=min(_MAX_TOKENS, len(prompt) + max_new_tokens),
                suppress_tokens=get_suppressed_tokens(tokenizer, list(_DEFAULT_SUPPRESSED)),
                return_scores=True,
                return_no_speech_prob=True,
            )[0]
        ids, *other_ids = (
            tuple(int(each) for each in found if each < tokenizer.eot)
            for found in result.sequences_ids
        )
        text = str(tokenizer.decode(ids))
        num_scored = len(result.sequences_ids[0])
        return Hypothesis(
            text=text,
            ids=ids,
            mean_log_probability=float(result.scores[0]) * num_scored / (num_scored + 1),
            no_speech_probability=float(result.no_speech_prob),
            repetitiveness=_repetitiveness(text),
            other_texts=tuple(str(tokenizer.decode(each)) for each in other_ids),
        )

    def align(
        self, window: EncodedWindow, hypothesis: Hypothesis, *, language: str
    ) -> tuple[TimedPiece, ...]:
        """Align a hypothesis with the audio; return its pieces with times, sorted by start."""
        if not hypothesis.ids:
            return ()
        with _inference_errors("alignment"):
            found = self._model.find_alignment(
                self._tokenizer(language), [list(hypothesis.ids)], window.states, window.num_frames
            )[0]
        return tuple(
            TimedPiece(
                text=each["word"],
                start_ms=round(float(each["start"]) * _MS_PER_S),
                end_ms=round(float(each["end"]) * _MS_PER_S),
                probability=min(1.0, max(0.0, float(each["probability"]))),
            )
            for each in found
        )

    def _tokenizer(self, language: str) -> Tokenizer:
        if language not in self._tokenizers:
            self._tokenizers[language] = Tokenizer(
                self._model.hf_tokenizer, multilingual=True, task="transcribe", language=language
            )
        return self._tokenizers[language]


@contextmanager
def _inference_errors(step: str) -> Iterator[None]:
    """Convert RuntimeError, ValueError and IndexError of the library to InferenceError."""
    try:
        yield
    except (RuntimeError, ValueError, IndexError) as error:
        raise InferenceError(f"Whisper's {step} failed: {error}") from error


def _repetitiveness(text: str) -> float:
    data = text.encode("utf-8")
    return len(data) / len(zlib.compress(data)) if data else 0.0
