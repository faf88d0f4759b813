"""Texts of the list of recordings, the work page and reports, in Chinese and English."""

from __future__ import annotations

LIBRARY_TEXTS: dict[str, tuple[str, str]] = {
    "library.search": ("搜索录音、人名和说过的话", "Search recordings, people, words"),
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

WORK_TEXTS: dict[str, tuple[str, str]] = {
    "page.work": ("工作", "Work"),
    "work.review": ("校对", "Review"),
    "work.next": ("给我下一个", "Next one for me"),
    "work.next_none": (
        "目前没有等人校对的录音。",
        "No recording is waiting for a reviewer.",
    ),
    "work.state_new": ("等人校对", "New"),
    "work.state_claimed": ("已有人认领", "Claimed"),
    "work.state_in_review": ("校对中", "In review"),
    "work.state_second_look": ("待复核", "Second look"),
    "work.state_done": ("已完成", "Done"),
    "work.flagged": ("{count} 句有标记", "{count} flagged"),
    "work.jobs": ("转写", "Transcription"),
    "work.no_jobs": ("没有正在转写或排队的录音。", "No recording is being transcribed or waiting."),
    "work.more": ("还有 {count} 个未显示", "{count} more are not shown"),
    "work.load_failed": (
        "无法读取工作情况，请检查与服务器的连接。",
        "The overview of work cannot be loaded. Check the connection to the server.",
    ),
}
