"""Texts of reports and of downloads of sound, in Chinese and English."""

from __future__ import annotations

REPORT_TEXTS: dict[str, tuple[str, str]] = {
    "report.open": ("报告", "Report"),
    "report.back": ("返回文稿", "Back to transcript"),
    "report.copy": ("复制链接", "Copy link"),
    "report.print": ("打印", "Print"),
    "report.word": ("Word 文档", "Word"),
    "report.word_hint": ("下载 Word 文档", "Download as a Word document"),
    "report.html": ("HTML 文件", "HTML"),
    "report.html_hint": (
        "下载可离线阅读和播放的网页",
        "Download as a page that can be read and played offline",
    ),
    "report.html_hint_shared": (
        "下载可离线阅读的网页（不含录音）",
        "Download as a page that can be read offline, without the sound",
    ),
    "report.copied": (
        "已复制。持有链接的人可以查看和收听，可随时停止分享。",
        "Copied. Anyone with the link can read and listen, until you stop sharing.",
    ),
    "report.copied_shared": ("已复制", "Copied"),
    "report.copy_refused": (
        "这段录音不能分享，没有生成链接。",
        "This recording cannot be shared, so there is no link.",
    ),
    "report.copy_failed": (
        "没有复制：请检查与服务器的连接，然后重试。",
        "Not copied: check the connection to the server and try again.",
    ),
    "report.gone": (
        "无法打开报告：录音已删除、已停止分享，或还没有文稿。",
        "This report cannot be opened: the recording was deleted, sharing was stopped, or there "
        "is no transcript yet.",
    ),
    "sound.title": ("录音片段", "Sound"),
    "sound.selected": ("选中的 {count} 句", "{count} selected sentences"),
    "sound.selected_one": ("选中的 1 句", "The selected sentence"),
    "sound.wav": ("合成一个 WAV 文件", "One WAV file"),
    "sound.zip": ("每句一个文件（ZIP）", "One file per sentence (ZIP)"),
}
