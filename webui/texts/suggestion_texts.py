"""Texts of the suggestions after a correction, Chinese and English."""

from __future__ import annotations

SUGGESTION_TEXTS = {
    "suggestions.voice": (
        "还有 {count} 句很可能也是{name}",
        "{count} more sentences are probably {name}",
    ),
    "suggestions.voice_one": (
        "还有 1 句很可能也是{name}",
        "1 more sentence is probably {name}",
    ),
    "suggestions.view": ("查看", "View"),
    "suggestions.all_rows": ("返回全部句子", "Back to all sentences"),
    "suggestions.take_all": ("全部应用", "Apply all"),
    "suggestions.take": ("采纳", "Accept"),
    "suggestions.decline": ("不采纳", "Decline"),
    "suggestions.dismiss": ("忽略", "Dismiss"),
}
