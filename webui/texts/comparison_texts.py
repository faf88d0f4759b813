"""Texts of the comparison of two transcripts, in Chinese and English."""

from __future__ import annotations

COMPARISON_TEXTS: dict[str, tuple[str, str]] = {
    "head.again_with_words": ("用现在的词汇重新转写", "Transcribe again with today's words"),
    "compare.open": ("对比另一份文稿", "Compare with another transcript"),
    "compare.title": ("对比两份文稿", "Comparison of two transcripts"),
    "compare.of": ("对比：{title}", "Comparison: {title}"),
    "compare.back": ("返回文稿", "Back to the transcript"),
    "compare.time": ("时间", "Time"),
    "compare.first": ("原文稿", "This transcript"),
    "compare.second": ("另一份文稿", "The other transcript"),
    "compare.take": ("采用这一份", "Keep this one"),
    "compare.play": ("播放 {time} 处", "Play at {time}"),
    "compare.same": ("两份文稿的文字相同。", "Both transcripts have the same words."),
    "compare.figures": (
        "相差 {percent} %（按字计），{changed} 处不同",
        "{percent}% of the characters differ, in {changed} places",
    ),
    "compare.changed_only": ("只看不同之处", "Differences only"),
}
