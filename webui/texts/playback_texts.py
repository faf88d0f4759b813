"""Texts of the dock: player, times, waveform."""

from __future__ import annotations

PLAYBACK_TEXTS: dict[str, tuple[str, str]] = {
    "dock.title": ("播放", "Playback"),
    "dock.previous": ("上一句", "Previous sentence"),
    "dock.next": ("下一句", "Next sentence"),
    "dock.sentence": ("本句", "Sentence"),
    "dock.start": ("本句开始时间", "Start of the sentence"),
    "dock.end": ("本句结束时间", "End of the sentence"),
    "dock.seconds": ("{seconds} 秒", "{seconds} s"),
    "dock.no_time": (
        "“{text}”不是时间，请按“分:秒”输入，例如 12:47.3。",
        "“{text}” is not a time; type minutes and seconds, such as 12:47.3.",
    ),
    "dock.order": (
        "结束时间必须晚于开始时间，请修改其中一个。",
        "The end must be after the start; change one of them.",
    ),
    "dock.beyond": (
        "录音在 {end} 结束，请输入更早的时间。",
        "The recording ends at {end}; type an earlier time.",
    ),
    "dock.skip_silence": ("跳过静音", "Skip silence"),
    "dock.view": ("显示方式", "View"),
    "dock.waveform": ("波形", "Wave"),
    "dock.spectrogram": ("频谱", "Spectrum"),
    "dock.lanes": (
        "整段录音，点击即从该处播放",
        "Whole recording; click to play from there",
    ),
}
