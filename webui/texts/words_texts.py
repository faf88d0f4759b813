"""Texts of the glossary and the known voices pages, in Chinese and English."""

from __future__ import annotations

WORDS_TEXTS: dict[str, tuple[str, str]] = {
    "page.words": ("词汇", "Words"),
    "page.voices": ("声音", "Voices"),
    "view.words_used": ("识别时优先采用的词：{words}", "Words preferred in recognition: {words}"),
    "view.language_model_used": ("语言模型：{model}", "Language model: {model}"),
    "words.about": (
        "识别时优先采用的词，例如人名、术语、产品名。下次转写起生效；已有的文稿可以用新词重新转写。",
        "Words to prefer in recognition, such as names, terms and products. They apply from the "
        "next transcription on; a transcript you have can be made again with new words.",
    ),
    "words.new": ("添加词", "Add a word"),
    "words.add": ("添加", "Add"),
    "words.learnt": ("从修改中学到的词", "Learnt from your corrections"),
    "words.learnt_about": (
        "同一个词在两句里改成一样，就会列在这里；改过三句，下次转写起自动使用。",
        "A word corrected the same way in two sentences is listed here. From three on it is used "
        "without being added.",
    ),
    "words.learnt_empty": ("目前没有建议。", "There are no suggestions now."),
    "words.list": ("词汇表", "Your words"),
    "words.empty": ("词汇表还没有词。", "No words have been added."),
    "words.is_used": ("下次转写起使用", "Used from the next transcription on"),
    "words.is_suggested": ("加入后使用", "Used once you add it"),
    "words.take": ("加入", "Add"),
    "words.take_word": ("把“{word}”加入词汇表", "Add “{word}” to your words"),
    "words.decline": ("不用", "Do not use"),
    "words.decline_word": ("不使用“{word}”", "Do not use “{word}”"),
    "words.origin": ("原识别为“{wrong}”", "Recognised as “{wrong}”"),
    "words.times": ("改过 {count} 句", "Corrected in {count} sentences"),
    "words.times_one": ("改过 1 句", "Corrected in 1 sentence"),
    "words.by_hand": ("手动添加", "Added by hand"),
    "words.use": ("识别时使用“{word}”", "Use “{word}” in recognition"),
    "words.delete": ("从词汇表删除“{word}”", "Delete “{word}” from your words"),
    "words.load_failed": (
        "无法加载词汇。请检查与服务器的连接。",
        "The words cannot be loaded. Check the connection to the server.",
    ),
}
