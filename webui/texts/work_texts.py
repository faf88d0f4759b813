"""Texts of the page of work, in Chinese and English."""

from __future__ import annotations

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
