"""Options of voice activity detection, validated on creation."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.core.options import check_range


@dataclass(frozen=True, slots=True)
class VadOptions:
    """Voice activity detection options, with the names of the model's configuration.

    Attributes:
        speech_noise_thres: a frame is speech if its speech probability exceeds that of silence
            by this.
        speech_2_noise_ratio: exponent on the probability of silence in that comparison.
        window_size_ms: window over which speech frames are counted.
        sil_to_speech_time_thres: milliseconds of speech in the window that start a segment.
        speech_to_sil_time_thres: milliseconds of speech in the window at which silence begins.
        max_end_silence_time: milliseconds of silence that end a segment.
        lookback_time_start_point: milliseconds that are added before a segment's first window.
        lookahead_time_end_point: milliseconds of silence kept at the end of a segment.
        max_single_segment_time: milliseconds after which a segment is cut.
        cut_at_lowest_speech: whether a long segment is cut where speech is least probable, not at
            exactly its maximum length, which is often inside a word.
        needs_sure_speech: whether segments without high speech probability nearby are dropped,
            such as ringing tones and barking.
    """

    speech_noise_thres: float = 0.6
    speech_2_noise_ratio: float = 1.0
    window_size_ms: int = 200
    sil_to_speech_time_thres: int = 150
    speech_to_sil_time_thres: int = 150
    max_end_silence_time: int = 800
    lookback_time_start_point: int = 200
    lookahead_time_end_point: int = 100
    max_single_segment_time: int = 30_000
    cut_at_lowest_speech: bool = True
    needs_sure_speech: bool = True

    def __post_init__(self) -> None:
        check_range("speech_noise_thres", self.speech_noise_thres, -1.0, 1.0)
        check_range("speech_2_noise_ratio", self.speech_2_noise_ratio, 0.0, 100.0)
        check_range("window_size_ms", self.window_size_ms, 10, 10_000)
        window = self.window_size_ms
        check_range("sil_to_speech_time_thres", self.sil_to_speech_time_thres, 10, window)
        check_range("speech_to_sil_time_thres", self.speech_to_sil_time_thres, 0, window)
        shortest_end = self.speech_to_sil_time_thres + 10
        check_range("max_end_silence_time", self.max_end_silence_time, shortest_end, 60_000)
        check_range("lookback_time_start_point", self.lookback_time_start_point, 0, 10_000)
        check_range("lookahead_time_end_point", self.lookahead_time_end_point, 0, 10_000)
        shortest_cut = max(1_000, window + self.lookback_time_start_point)
        check_range(
            "max_single_segment_time", self.max_single_segment_time, shortest_cut, 86_400_000
        )

    @staticmethod
    def classic() -> VadOptions:
        """Return the options of the reference system, with a hard cut after a minute (spec 2.2)."""
        return VadOptions(
            max_single_segment_time=60_000, cut_at_lowest_speech=False, needs_sure_speech=False
        )
