"""Texts of the list of recordings, in Chinese and English."""

from __future__ import annotations

LIBRARY_TEXTS: dict[str, tuple[str, str]] = {
    "library.search": ("搜索名称、标签、备注和文稿", "Search titles, tags, notes and transcripts"),
    "library.found_none": ("没有找到匹配的录音。", "No matches."),
    "library.hits": ("{count} 处", "{count} matches"),
    "library.hits_one": ("{count} 处", "{count} match"),
    "library.status_in_review": ("校对中 {percent}%", "In review, {percent}%"),
    "library.status_verified": ("已核对", "Verified"),
    "library.percent": ("已核对的句子", "Sentences verified"),
    "library.choose": ("选择文稿", "Choose a transcript"),
    "library.choice": (
        "{model} · {speakers} 人 · {time} · 已核对 {percent}%",
        "{model} · {speakers} speakers · {time} · {percent}% verified",
    ),
    "library.choice_imported": ("导入", "Imported"),
    "library.choice_unfinished": ("未完成", "Unfinished"),
    "library.edit": ("编辑信息", "Edit details"),
    "library.title": ("名称", "Title"),
    "library.tags": ("标签（用逗号分隔）", "Tags (comma-separated)"),
    "library.language": ("语言", "Language"),
    "library.language_heard": ("自动识别", "Detected automatically"),
    "library.notes": ("备注", "Notes"),
    "library.save": ("保存", "Save"),
    "library.cancel": ("取消", "Cancel"),
    "library.not_saved": (
        "未保存。请检查与服务器的连接后重试。",
        "Not saved. Check the connection to the server and try again.",
    ),
}
