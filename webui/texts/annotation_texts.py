"""Texts of second annotations, in Chinese and English."""

from __future__ import annotations

ANNOTATION_TEXTS: dict[str, tuple[str, str]] = {
    "pairs.title": ("标注一致性", "Agreement of annotators"),
    "pairs.none": (
        "还没有两个人标注过的录音。",
        "No recording has two annotations yet.",
    ),
    "pairs.names": ("{first} 与 {second}", "{first} and {second}"),
    "pairs.nobody": ("未署名", "unnamed"),
    "pairs.recordings": ("{count} 个录音", "Recordings: {count}"),
    "second.open": ("第二份标注…", "Second annotation…"),
    "second.title": ("请第二个人独立标注", "Second annotation"),
    "second.explained": (
        "新建一份不含已有修改的文稿，由另一个人独立标注，之后可以逐句对比和裁决。",
        "Adds a transcript without the corrections made so far, for another person to work on "
        "independently. Both can then be compared and decided sentence by sentence.",
    ),
    "second.from_machine": ("从机器转写开始", "Start from the machine's words"),
    "second.from_nothing": ("从空白开始", "Start from nothing"),
    "second.compare": ("两份标注的对比", "Comparison of two annotations"),
    "second.first": ("第一份", "First"),
    "second.second": ("第二份", "Second"),
    "second.open_first": ("打开第一份", "Open the first"),
    "second.open_second": ("打开第二份", "Open the second"),
    "second.open_adjudicated": ("打开裁决稿", "Open the adjudicated one"),
    "second.adjudicate": ("开始裁决", "Start adjudication"),
    "second.verify_same": ("核对相同的 {count} 处", "Verify the {count} that agree"),
    "second.take_first": ("采用第一份", "Use the first"),
    "second.take_second": ("采用第二份", "Use the second"),
    "second.cer": ("字错率 {rate}", "CER {rate}"),
    "second.der": ("说话人错误率 {rate}", "DER {rate}"),
    "second.kappa": ("说话人 κ = {kappa}", "Speaker κ = {kappa}"),
    "second.differences": ("{total} 处中有 {count} 处不同", "{count} of {total} passages differ"),
    "second.decided": ("已裁决 {count}/{total}", "{count}/{total} decided"),
    "second.same": ("两份标注完全一致。", "Both annotations are the same."),
    "second.none": ("（没有这一句）", "(no sentence here)"),
    "second.play": ("播放 {time} 处", "Play at {time}"),
    "refused.second_unfinished": (
        "录音还在转写。转写完成后再请第二个人标注。",
        "The recording is still being transcribed. Ask for a second annotation when it is done.",
    ),
    "refused.second_exists": (
        "这份文稿已经有第二份标注，请从菜单中打开。",
        "This transcript has a second annotation already. Open it from the menu.",
    ),
    "refused.adjudication_begun": (
        "裁决刚刚由另一位开始了。请重新打开对比。",
        "The adjudication has just begun. Open the comparison again.",
    ),
    "refused.not_adjudicated": (
        "只有裁决稿可以采用其中一份，请重新打开对比。",
        "Only the adjudicated transcript adopts sentences. Open the comparison again.",
    ),
}
