"""The words of a transcript whose run is still at work, in Chinese and in English."""

from __future__ import annotations

GROWING_TEXTS: dict[str, tuple[str, str]] = {
    "growing.progress": ("转写进度", "Progress of the transcription"),
    "growing.provisional": (
        "{name}（暂定：整段录音听完后才能确定），点击更换说话人",
        "{name} (provisional until the whole recording was heard); click to change the speaker",
    ),
    "growing.no_audio": (
        "音频准备好之后才能播放",
        "It can be played once its audio has been prepared",
    ),
    "growing.map_later": (
        "整段录音听完后，这里会显示声音地图，也可以重新区分说话人。",
        "When the whole recording has been heard, its voices are shown here "
        "and can be told apart again.",
    ),
    "growing.settled": (
        "转写完成，说话人已确定",
        "The transcription is done; the speakers are settled",
    ),
    "growing.unfinished": (
        "转写没有完成：只有前面这部分",
        "The transcription was not finished: only this part is there",
    ),
    "growing.unfinished_failed": (
        "转写中途失败：只有前面这部分",
        "The transcription failed on the way: only this part is there",
    ),
    "growing.unfinished_cancelled": (
        "转写已取消：只有前面这部分",
        "The transcription was cancelled: only this part is there",
    ),
    "growing.unfinished_interrupted": (
        "转写被中断：只有前面这部分",
        "The transcription was interrupted: only this part is there",
    ),
}
