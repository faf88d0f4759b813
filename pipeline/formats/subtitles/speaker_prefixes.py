"""Detection of speaker names at the start of cues, with evidence from the whole file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from pipeline.formats.clock_times import parse_subtitle_time
from pipeline.formats.import_report import ImportLog, ProblemKind

GUARD = "\u200b"  # a zero-width space before text that would be parsed as a speaker or a time line
_MAX_LABEL = 200  # characters in brackets
_MAX_COLON_LABEL = 40
_MAX_COLON_WORDS = 5
# Fractions of a file's cues that must begin with labels for these to be speakers
_NEARLY_ALL = 0.8  # any label
_MOST = 0.5  # a label that occurs again
_SEVERAL = 0.1  # at least two labels that occur again

_DASH = r"(?:[-–—‐•]+ ?|>{2,3} ?)?"
_LABEL = re.compile(
    rf"{_DASH}(?:\[(?P<square>[^\[\]]{{1,{_MAX_LABEL}}})\]|【(?P<heavy>[^【】]{{1,60}})】"
    r"|\((?P<round>[^()（）]{1,60})\)|（(?P<wide>[^()（）]{1,60})）)(?P<mark>[:：]?) ?"
)
_COLON_LABEL = re.compile(rf"{_DASH}([^:：\u200b]{{1,{_MAX_COLON_LABEL}}})[:：] ?")
_OWN_NOTATION = re.compile(rf"\[[^\[\]]{{1,{_MAX_LABEL}}}\](?: |$)")
_MACHINE_LABEL = re.compile(
    r"(?:speaker|spk|spkr|participant|person|说话人|說話人|发言人|發言人|讲话人|講話人|讲者|話者"
    r"|スピーカー|화자|спикер(?: №)?)[ _#-]{0,2}(?:\d{1,3}|[A-Z])|S\d{1,3}|unknown speaker|unknown",
    re.IGNORECASE,
)
_NO_PART_OF_NAME = re.compile(r"[，。！？；、!?;\"“”…<>|=\\\[\]{}【】]|\.\.|, |//")
_SOUND_NAMES = (
    "music,background music,applause,laughs,laughter,laughing,laugh,chuckles,sighs,sigh,coughs,"
    "cough,crying,noise,background noise,silence,inaudible,unintelligible,crosstalk,blank audio,"
    "sound,no speech,foreign,foreign language,speaking foreign language,cheering,breath,sneezes,"
    "gasps,beep,bleep,door opens,door closes,phone rings,pause,"
    "音乐,音樂,背景音乐,掌声,掌聲,鼓掌,笑,笑声,笑聲,大笑,哭,哭声,叹气,嘆氣,咳嗽,噪音,杂音,静音,靜音,"
    "沉默,听不清,聽不清,无声,铃声,停顿,欢呼,音楽,拍手,笑い,박수,음악,웃음"
)
_SOUNDS = frozenset(_SOUND_NAMES.split(","))
_LEAD_IN_WORDS = (
    "注意 提示 备注 備註 例如 比如 譬如 例 问题 問題 答案 结论 結論 总结 總結 时间 時間 地点 地點 "
    "日期 标题 標題 主题 主題 原因 目的 方法 步骤 步驟 重点 重點 首先 其次 最后 最後 第一 第二 "
    "第三 也就是说 换句话说 所以 因此 但是 另外 此外 总之 即 如下 警告 说明 說明 字幕 翻译 翻譯 "
    "note notes warning example examples question answer tip time date place subject summary "
    "conclusion result reason remember step first second third finally ps p.s. re fyi and but so "
    "http https subtitles translation caution important hint"
)
_LEAD_INS = frozenset(_LEAD_IN_WORDS.split())  # words before a colon in running text
_REPORTING_END = re.compile(
    r"(?:说|說|想|是|有|为|為|叫|喊|曰|问道|問道|的话|如下|包括)$"
    r"|(?:^|[ ])(?:said|says|say|asks|asked|is|are|was|were|of|the|to|that|this|these|following"
    r"|example|like|for|as|and|or|with|by|in|on|at|a)$",
    re.IGNORECASE,
)


class _Form(Enum):
    """A notation of speaker labels, such as brackets or a colon."""

    BRACKETS = "[Name] text, [Name]: text, 【Name】text"
    COLON = "Name: text, Name：text"
    PARENTHESES = "(Name) text"


@dataclass(frozen=True, slots=True)
class Label:
    """A possible speaker name at the start of a text.

    Attributes:
        form: notation.
        name: the name.
        rest: the text after the label.
        is_certain: whether the notation is that of a name.
    """

    form: _Form
    name: str
    rest: str
    is_certain: bool = False


@dataclass(frozen=True, slots=True)
class SpeakerLabels:
    """The labels of a file that are speaker names.

    Attributes:
        form: their common notation, None if there are none.
        names: the names.
    """

    form: _Form | None = None
    names: frozenset[str] = frozenset()

    @property
    def has_any(self) -> bool:
        """Whether any label of the file is a speaker name."""
        return bool(self.names)

    def label_of(self, text: str) -> Label | None:
        """Return the label at the start of a text, None if the label is not a speaker name."""
        label = leading_label(text) if self.names else None
        is_ours = label is not None and label.form is self.form and label.name in self.names
        return label if is_ours else None


@dataclass(slots=True)
class _Evidence:
    """Statistics of the labels of one notation in a file.

    Attributes:
        lines: number of lines that begin with each label.
        with_text: labels before text on the same line, or marked as names.
        alone: number of lines with only the label, per label.
        first_lines: line of the first occurrence of each label.
        num_own: number of lines in this program's own notation.
    """

    lines: Counter[str] = field(default_factory=Counter)
    with_text: set[str] = field(default_factory=set)
    alone: Counter[str] = field(default_factory=Counter)
    first_lines: dict[str, int] = field(default_factory=dict)
    num_own: int = 0

    def add(self, label: Label, line: int) -> None:
        self.lines[label.name] += 1
        self.first_lines.setdefault(label.name, line)
        if label.rest or label.is_certain:
            self.with_text.add(label.name)
        else:
            self.alone[label.name] += 1

    def share(self, names: Iterable[str], num_cues: int) -> float:
        """Return the share of the file's cues that begin with one of the labels."""
        return sum(self.lines[each] for each in names) / max(1, num_cues)


def leading_label(text: str) -> Label | None:
    """Return the label at the start of a text by its notation alone, None without a label."""
    found = _LABEL.match(text)
    if found is not None:
        name = found["square"] or found["heavy"] or found["round"] or found["wide"]
        is_bracket = found["square"] or found["heavy"] or found["mark"]
        form = _Form.BRACKETS if is_bracket else _Form.PARENTHESES
        rest = text[found.end() :].strip()
        name = name.strip()
        if not _may_be_bracketed(name):
            return None
        return Label(form, name.removeprefix(GUARD), rest, is_certain=name.startswith(GUARD))
    found = _COLON_LABEL.match(text)
    if found is None:
        return None
    label = Label(_Form.COLON, found[1].strip(), text[found.end() :].strip())
    return label if _may_stand_before_colon(label) else None


def find_speaker_prefixes(
    cues: Sequence[tuple[int, Sequence[str]]], log: ImportLog
) -> SpeakerLabels:
    """Detect which labels of a file are speaker names.

    In brackets, every label except a sound description is a speaker. Before a colon, default
    speaker names are; other labels are if nearly every cue has one, or if several occur
    repeatedly. In parentheses, labels must occur repeatedly and in half of the cues.

    Args:
        cues: line number in the file and lines of each cue.
        log: receives the labels that were used, and repeated ones that were not.
    """
    evidence = {form: _Evidence() for form in _Form}
    for line, texts in cues:
        for label in filter(None, map(leading_label, texts)):
            evidence[label.form].add(label, line)
        evidence[_Form.BRACKETS].num_own += any(map(_OWN_NOTATION.match, texts))
    accepted = {
        _Form.BRACKETS: _bracketed(evidence[_Form.BRACKETS]),
        _Form.COLON: _before_colon(evidence[_Form.COLON], len(cues)),
        _Form.PARENTHESES: _in_parentheses(evidence[_Form.PARENTHESES], len(cues)),
    }
    form = max(_Form, key=lambda each: evidence[each].share(accepted[each], len(cues)))
    _note_labels(evidence, SpeakerLabels(form, accepted[form]), len(cues), log)
    return SpeakerLabels(form, accepted[form]) if accepted[form] else SpeakerLabels()


def bracketed_name(name: str, *, stands_alone: bool) -> str:
    """Return a name to write in brackets, with a prefix if it would not be read as a speaker.

    Args:
        name: name of a speaker.
        stands_alone: whether no text follows.
    """
    is_plain = _may_be_bracketed(name) and not name.startswith(GUARD)
    needs_mark = not is_plain or (stands_alone and not _is_machine_label(name))
    return f"{GUARD}{name}" if needs_mark else name


def _may_be_bracketed(name: str) -> bool:
    plain = name.strip(" ♪♫*_").lower()
    is_sound = plain.replace("_", " ") in _SOUNDS
    return bool(plain) and not is_sound and parse_subtitle_time(plain) is None


def _may_stand_before_colon(label: Label) -> bool:
    name = label.name
    if not any(letter.isalpha() for letter in name) or _NO_PART_OF_NAME.search(name):
        return False
    is_time = name[-1:].isdigit() and label.rest[:1].isdigit()
    is_address = label.rest.startswith("//")
    return not (is_time or is_address or len(name.split()) > _MAX_COLON_WORDS)


def _is_machine_label(name: str) -> bool:
    return _MACHINE_LABEL.fullmatch(name) is not None


def _bracketed(evidence: _Evidence) -> frozenset[str]:
    return frozenset(
        name
        for name in evidence.lines
        if name in evidence.with_text or evidence.alone[name] > 1 or _is_machine_label(name)
    )


def _before_colon(evidence: _Evidence, num_cues: int) -> frozenset[str]:
    names = {name for name in evidence.lines if not _is_lead_in(name)}
    certain = frozenset(filter(_is_machine_label, names))
    if num_cues > 1 and evidence.share(names, num_cues) >= _NEARLY_ALL:
        return frozenset(names)
    returning = {name for name in names if evidence.lines[name] > 1}
    share = evidence.share(returning, num_cues)
    is_enough = share >= _MOST or (len(returning | certain) > 1 and share >= _SEVERAL)
    if not is_enough:
        return certain
    capitals = filter(str.isupper, names if any(map(str.isupper, returning)) else ())
    return certain.union(returning, capitals)


def _is_lead_in(name: str) -> bool:
    is_running_text = name.lower() in _LEAD_INS or _REPORTING_END.search(name) is not None
    return is_running_text and not _is_machine_label(name)


def _in_parentheses(evidence: _Evidence, num_cues: int) -> frozenset[str]:
    certain = frozenset(filter(_is_machine_label, evidence.lines))
    returning = {name for name, count in evidence.lines.items() if count > 1}
    is_enough = evidence.share(returning, num_cues) >= _MOST
    return certain | returning if is_enough else certain


def _note_labels(
    evidence: Mapping[_Form, _Evidence], chosen: SpeakerLabels, num_cues: int, log: ImportLog
) -> None:
    """Report each label used as a speaker, and each repeated label that is not used.

    Labels in this program's notation are not reported if they are in half of the cues.
    """
    for form, found in evidence.items():
        is_own = form is _Form.BRACKETS and 2 * found.num_own >= max(1, num_cues)
        for name, count in found.lines.items():
            if form is chosen.form and name in chosen.names:
                if not is_own:
                    log.note(ProblemKind.SPEAKER_LABEL, name, line=found.first_lines[name])
            elif count > 1:
                log.note(ProblemKind.KEPT_LABEL, name, line=found.first_lines[name])
