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
    "voices.like": ("像是 {name}（{percent} %）", "Sounds like {name} ({percent}%)"),
    "voices.take": ("采用", "Use"),
    "voices.not": ("不是", "No"),
    "voices.remember": ("记住这个声音", "Remember this voice"),
    "voices.remembered": (
        "已记住{name}的声音，以后的录音会提示这个名字。可在“模型”页删除。",
        "The voice of {name} is remembered and will be suggested in other recordings. "
        "Delete it on the Models page.",
    ),
    "voices.title": ("记住的声音", "Known voices"),
    "voices.about": (
        "只在说话人菜单中选择“记住这个声音”后才会保存；声音只存在这个工作区。",
        "Stored only after “Remember this voice” is chosen in a speaker's menu; kept in this "
        "workspace only.",
    ),
    "voices.rename": (
        "修改“{name}”的名字；改成已有的名字即合并",
        "Rename “{name}”; a name that exists merges the two",
    ),
    "voices.empty": ("还没有记住任何声音。", "No voices are remembered."),
    "voices.heard": ("{count} 段录音 · 共 {time}", "{count} recordings · {time} in total"),
    "voices.heard_one": ("1 段录音 · 共 {time}", "1 recording · {time} in total"),
    "voices.delete": ("删除“{name}”的声音", "Delete the voice of “{name}”"),
    "voices.delete_text": (
        "声音特征会从工作区和备份中永久删除。录音和文稿不变。",
        "The voice prints are deleted for good, from the backups too. Recordings and "
        "transcripts stay.",
    ),
    "voices.keep": ("取消", "Cancel"),
    "voices.delete_now": ("删除", "Delete"),
    "voices.delete_failed": ("未能删除，请重试。", "Not deleted. Try again."),
    "listening.mode": (
        "听过即核对：连续播放时，听完且未改动的句子自动核对",
        "Review by listening: while playing on, sentences heard to the end and left alone are "
        "verified",
    ),
    "listening.on": ("听过即核对 · {count} 句", "Verifying what you hear · {count}"),
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
