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
    "suggestions.word": (
        "还有 {count} 句也有“{wrong}”，改为“{right}”？",
        "{count} more sentences have “{wrong}”. Change to “{right}”?",
    ),
    "suggestions.word_one": (
        "还有 1 句也有“{wrong}”，改为“{right}”？",
        "1 more sentence has “{wrong}”. Change to “{right}”?",
    ),
    "glossary.title": ("词表", "Glossary"),
    "glossary.about": (
        "识别时优先采用的词：人名、术语、产品名。批量改正的词会自动加入。",
        "Words to prefer in recognition: names, terms, products. Words corrected in several "
        "places are added.",
    ),
    "glossary.empty": ("词表还没有词。", "The glossary has no words yet."),
    "glossary.new": ("添加词", "Add a word"),
    "glossary.add": ("添加", "Add"),
    "glossary.origin": ("原识别为“{wrong}”", "Recognised as “{wrong}”"),
    "glossary.by_hand": ("手动添加", "Added by hand"),
    "glossary.use": ("识别时使用“{word}”", "Use “{word}” in recognition"),
    "glossary.delete": ("从词表删除“{word}”", "Delete “{word}” from the glossary"),
    "suggestions.view": ("查看", "View"),
    "suggestions.all_rows": ("返回全部句子", "Back to all sentences"),
    "suggestions.take_all": ("全部应用", "Apply all"),
    "suggestions.take": ("采纳", "Accept"),
    "suggestions.decline": ("不采纳", "Decline"),
    "suggestions.dismiss": ("忽略", "Dismiss"),
}
