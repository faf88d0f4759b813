"""Texts of reports in Chinese and English."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

Words = Callable[[str], str]

_WORDS = MappingProxyType(
    {
        "report": ("会议报告", "Meeting report"),
        "untitled": ("未命名", "Untitled"),
        "unknown": ("未知", "Unknown"),
        "length": ("时长", "Length"),
        "turns": ("发言", "Turns"),
        "turns_unit": ("次", ""),
        "mean_turn": ("平均每次发言", "Average turn"),
        "overlaps": ("同时说话", "Overlaps"),
        "overlaps_unit": ("次，共 {time}", "{time} in all"),
        "silence": ("静默", "Silence"),
        "seconds": ("{number} 秒", "{number} s"),
        "seconds_unit": ("秒", "s"),
        "times": ("{number} 次", "{number}"),
        "found_most": (
            "{name}说得最多，占 {share} %",
            "{name} spoke most, {share} % of the talk time",
        ),
        "found_only": ("只有{name}说话", "Only {name} spoke"),
        "found_pair": (
            "{one}和{other}之间接话最频繁，共 {count} 次",
            "{one} and {other} followed each other most often, {count} times",
        ),
        "found_two": ("两人接话共 {count} 次", "the two took over from each other {count} times"),
        "found_longest": (
            "最长的一次连续发言是{name}在 {time} 说的，{length}",
            "the longest turn was {name} at {time}, {length}",
        ),
        "found_joint": ("；", "; "),
        "found_end": ("。", "."),
        "found_nothing": ("录音中没有检测到语音。", "No speech was detected in the recording."),
        "who_long": ("各人说了多久", "Who talked how long"),
        "name": ("姓名", "Name"),
        "time": ("时长", "Time"),
        "share": ("占比", "Share"),
        "longest": ("最长一次", "Longest"),
        "characters": ("语速 字/\u2060分", "Chars per min"),
        "words": ("语速 词/\u2060分", "Words per min"),
        "who_when": ("谁在何时说话", "Who spoke when"),
        "overlap_lane": ("重叠", "Overlap"),
        "timeline_of": ("{name}说话的时间，共 {length}", "When {name} spoke, {length} in all"),
        "timeline_overlap": ("几人同时说话的时间", "When several people spoke at once"),
        "who_follows": ("谁接谁的话", "Who follows whom"),
        "who_follows_unit": ("次数", "times"),
        "from_to": ("说完 ↓ 接话 →", "from ↓ to →"),
        "example": (
            "例：{one}说完后，{other}接话 {count} 次。",
            "Read: after {one}, {other} spoke next {count} times.",
        ),
        "most_talkative": (
            "只列出说得最多的 {count} 人。",
            "Only the {count} people who spoke most are listed.",
        ),
        "over_time": ("发言占比的变化", "Share of talk over time"),
        "each_minutes": ("每格 {number} 分钟", "{number} min each"),
        "each_seconds": ("每格 {number} 秒", "{number} s each"),
        "over_time_of": ("每一时段各人发言的占比", "Share of talk of each person in each period"),
        "origin": (
            "依据文稿计算，{all} 句中已核对 {verified} 句（{percent} %）；核对会更新这些数字。",
            "Computed from the transcript; {verified} of {all} sentences are verified "
            "({percent} %). Verifying updates these figures.",
        ),
        "origin_unknown": ("依据文稿计算。", "Computed from the transcript."),
        "transcript": ("文稿", "Transcript"),
        "play_hint": ("点击姓名或文字即可播放", "Click a name or the text to play it"),
        "play_from": ("从 {time} 播放", "Play from {time}"),
        "sound_too_long": (
            "这个文件不含录音：录音长 {length}，超过 {limit} 的上限。"
            "要收听，请在 Speaker Studio 中打开。",
            "This file has no sound: the recording is {length} long, and at most {limit} are "
            "stored in a page. Open it in Speaker Studio to listen.",
        ),
        "sound_unreadable": (
            "这个文件不含录音：存储的录音无法读取。",
            "This file has no sound: the stored recording cannot be read.",
        ),
    }
)


def report_words(language: str) -> Words:
    """Return the function from a key to its text, in Chinese for "zh", "yue" and ""."""
    column = 0 if not language or language.startswith(("zh", "yue")) else 1
    return lambda key: _WORDS[key][column]
