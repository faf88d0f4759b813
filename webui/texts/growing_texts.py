"""Texts about a transcript whose run is unfinished, in Chinese and English."""

from __future__ import annotations

GROWING_TEXTS: dict[str, tuple[str, str]] = {
    "growing.progress": ("转写进度", "Transcription progress"),
    "growing.provisional": (
        "{name}（暂定，全部识别完成后才能确定），点击更换说话人",
        "{name} (provisional until the transcription is complete); click to change the speaker",
    ),
    "growing.no_audio": ("音频准备好后才能播放", "Playback is available once the audio is ready"),
    "growing.map_later": (
        "全部识别完成后，这里会显示声纹分布图，也可以重新区分说话人。",
        "When the transcription is complete, the voice map appears here and speakers can be "
        "re-clustered.",
    ),
    "growing.settled": ("转写完成，说话人已确定", "Transcription complete; the speakers are final"),
    "growing.unfinished": (
        "转写未完成，仅保留前面的部分",
        "Transcription incomplete: only this part is available",
    ),
    "growing.unfinished_failed": (
        "转写中途失败，仅保留前面的部分",
        "Transcription failed: only this part is available",
    ),
    "growing.unfinished_cancelled": (
        "转写已取消，仅保留前面的部分",
        "Transcription cancelled: only this part is available",
    ),
    "growing.unfinished_interrupted": (
        "转写被中断，仅保留前面的部分",
        "Transcription interrupted: only this part is available",
    ),
}
