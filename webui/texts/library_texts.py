"""The words of the list of recordings, in Chinese and in English."""

from __future__ import annotations

LIBRARY_TEXTS: dict[str, tuple[str, str]] = {
    "library.search": (
        "搜索名称、标签、备注和说过的话",
        "Search names, tags, notes and words said",
    ),
    "library.found_none": ("没有找到。", "Nothing found."),
    "library.hits": ("{count} 处", "{count} places"),
    "library.hits_one": ("{count} 处", "{count} place"),
    "library.status_in_review": ("校对中 {percent}%", "In review, {percent}%"),
    "library.status_verified": ("已核对", "Verified"),
    "library.percent": ("已核对的句子", "Sentences verified"),
    "library.choose": ("选择转写版本", "Choose a transcript"),
    "library.choice": (
        "{model} · {speakers} 人 · {time} · 已核对 {percent}%",
        "{model} · {speakers} speakers · {time} · {percent}% verified",
    ),
    "library.choice_imported": ("导入的", "Imported"),
    "library.choice_unfinished": ("未完成的", "Unfinished"),
    "library.edit": ("编辑信息", "Edit details"),
    "library.title": ("名称", "Title"),
    "library.tags": ("标签（用逗号分开）", "Tags (parted by commas)"),
    "library.language": ("语言", "Language"),
    "library.language_heard": ("由程序识别", "As recognised"),
    "library.notes": ("备注", "Notes"),
    "library.save": ("保存", "Save"),
    "library.cancel": ("取消", "Cancel"),
    "library.not_saved": (
        "没有保存。请检查与服务器的连接后再试。",
        "Not saved. Check the connection to the server and try again.",
    ),
}
