"""Texts of the list of recordings, in Chinese and English."""

from __future__ import annotations

LIBRARY_TEXTS: dict[str, tuple[str, str]] = {
    "library.search": ("搜索录音和说过的话", "Search recordings and words"),
    "library.today": ("今天", "Today"),
    "library.yesterday": ("昨天", "Yesterday"),
    "library.week": ("本周", "This week"),
    "library.earlier": ("更早", "Earlier"),
    "library.people": ("{people} 人", "{people} people"),
    "library.people_one": ("{people} 人", "{people} person"),
    "library.transcribing": ("转写中 {percent} %", "Transcribing {percent}%"),
    "library.queued": ("排队中", "Queued"),
    "library.no_speech": ("未检测到语音", "No speech"),
    "library.more": ("“{title}”的更多操作", "More actions for “{title}”"),
    "library.found_none": ("没有找到匹配的录音。", "No matches."),
    "library.hits": ("{count} 处", "{count} matches"),
    "library.hits_one": ("{count} 处", "{count} match"),
    "library.status_verified": ("已核对", "Verified"),
    "library.choice": (
        "{speakers} 人 · {time} · 已核对 {percent} %",
        "{speakers} speakers · {time} · {percent}% verified",
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
