"""Detection of a text's encoding by character frequencies under each candidate encoding."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import charset_normalizer

_SAMPLE_BYTES = 65_536
_LINE_BYTES = 4_096  # of one line
_BEFORE_FIRST = 8  # ASCII bytes kept before the first other byte of a line
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")
_MIN_NUL_SHARE = 0.02  # of the bytes of a UTF-16 text: at least its line feeds
_MIN_WIDE_SCORE = 0.6
_DOUBTFUL = 0.25  # scores below it are not conclusive
_SINGLE_BYTE = "cp1250 cp1251 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 cp874 koi8_r"

# The most frequent characters of running text and of conversation.
_SIMPLIFIED = (
    "一是人了不在有大中国和为这上他个地年来我会以到时要出的生学说道民家子也成行下们于后就发自之对得主长可过天"
    "作分方用多你着部能市等业全里工公经本都而高政法面门动日进区事代那去心小同北定开产前其军还然起种所如现理机"
    "体表力好外与文当两实重新三么只山水关明从化平建又制南内西没此将员名手最东头者月间无安看见各城十相但已些正"
    "口通想度加第她合院物性战由位常点海意场使次二向治因立数样身情入原问把路被并利石老教万知级量任及应资务委元"
    "美特期世系比气总展电科金先提品设或义王社很统处四首共马形己儿目基领直计别女权话少命报给打变果书清活几更称"
    "程今决张导才保交放管结师便走达反再题色五河接条式白它改风光信受什组听百党论强做取技选真却职界件花何眼带空"
    "干边集广完难历史专每住商步认车必言团收考求叫近备争非李众连感转笑该始让拉思格较际亲单朝红"
    "吗呢吧啊哦嗯喂您咱谁哪谢请帮懂讲快慢哈呀嘛哎跟讨议项度客户钱买卖忙晚早饭吃喝睡怎错慢钟期午试谈"
)
_TRADITIONAL = (
    "國爲為這個來會時學說們於後發對得長過業裏裡經門動進區開產軍還種現機體與當兩實麼關從內沒將員東頭間無見戰點"
    "場數樣問並萬級應資務氣漢總電設義統處馬兒領計別權話報給變書幾華議稱決張導術結師達題條風組聽黨論強選卻職帶"
    "邊據聯廣質難歷專認車舉線團備爭眾連調轉該較際親單紅嗎誰請謝幫懂講嗯喔啦囉啊呀喂專案討進度錢買賣飯錯鐘談試"
    "係嘅唔咗喺嚟啲佢冇嘢咁哋諗攞瞓咩啱噉畀喇嗰"
)
_HANGUL = (
    "이다는을의에가고하지로기도서한사를은인어나자시대그있해라정수리아일거들게니면과보여것전부제우원상만습요세안"
    "녕감합말오구스주성장모조동공유비국방내트신진위경중점무소생연입회실관화당선영후양저되계각까없았었했네데때럼"
    "런러마며못반분처람음임적집차작와용약예"
)
_MARKS = "，。！？、；：“”‘’（）《》「」『』【】…—～·　"
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa\u30fc]")
_TYPOGRAPHIC = frozenset("‘’“”–—…€£°«»¿¡·\u00a0")


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A candidate encoding, with a scoring function for decoded characters.

    Attributes:
        name: its usual name.
        codecs: codecs to try; the first that decodes the whole text is used.
        value: score of a character, from -1 (unlikely in such a text) to 1 (frequent in it).
        expected: prior added to the mean score, for Chinese encodings.
    """

    name: str
    codecs: tuple[str, ...]
    value: Callable[[str], float]
    expected: float = 0.0


def detect_encoding(content: bytes) -> str:
    """Detect the most likely encoding of a text without a byte order mark.

    UTF-8 must be valid as a whole, or nearly. UTF-16 is detected by its zero bytes. Otherwise
    the encoding in which the characters are most frequent in its language is chosen.
    """
    wide = _wide_encoding(content)
    if wide is not None:
        return wide
    if _fits(content, "utf-8"):
        return "UTF-8"
    sample = _sample(content)
    scores = {each.name: _score(each, sample) for each in _CANDIDATES}
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] >= _DOUBTFUL else (_by_library(sample) or best)


def decode_as(content: bytes, encoding: str) -> tuple[str, bool]:
    """Decode a text in an encoding of `ENCODINGS`; return (text, whether all bytes were valid).

    Invalid bytes are replaced.
    """
    names = ENCODINGS.get(encoding, (encoding,))
    for name in names:
        try:
            return content.decode(name), True
        except UnicodeDecodeError:
            continue
    return content.decode(names[0], errors="replace"), False


def _wide_encoding(content: bytes) -> str | None:
    head = content[:_SAMPLE_BYTES]
    if head.count(0) < max(1, len(head) * _MIN_NUL_SHARE):
        return None
    scores = {
        name: _wide_score(head[: len(head) // 2 * 2].decode(codec, errors="replace"))
        for name, codec in (("UTF-16-LE", "utf-16-le"), ("UTF-16-BE", "utf-16-be"))
    }
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] >= _MIN_WIDE_SCORE else None


def _wide_score(text: str) -> float:
    """Return the share of Latin and East Asian characters, minus that of invalid characters."""
    return sum(map(_wide_value, text)) / max(1, len(text))


def _wide_value(letter: str) -> int:
    if letter in "\n\r\t" or " " <= letter < "\u0250":
        return 1
    if letter < " " or letter == "\ufffd":
        return -1
    return int(_value_of_any(letter) > 0)


def _fits(content: bytes, codec: str) -> bool:
    try:
        codecs.lookup(codec).decode(content, "strict")
    except UnicodeDecodeError:
        return False
    return True


def _sample(content: bytes) -> bytes:
    """Return a sample: the part of each line around and after its first non-ASCII byte."""
    parts: list[bytes] = []
    position, size = 0, 0
    while size < _SAMPLE_BYTES:
        found = _HIGH_BYTE.search(content, position)
        if found is None:
            break
        first = max(position, found.start() - _BEFORE_FIRST)
        stop = content.find(b"\n", first, first + _LINE_BYTES)
        stop = min(len(content), first + _LINE_BYTES) if stop < 0 else stop + 1
        parts.append(content[first:stop])
        size += stop - first
        position = stop
    return b"".join(parts)


def _score(candidate: _Candidate, sample: bytes) -> float:
    """Return the mean score of the non-ASCII characters in a sample."""
    for codec in candidate.codecs:
        if _fits(sample, codec):
            break
    else:
        codec = candidate.codecs[0]
    text = sample.decode(codec, errors="replace")
    if candidate.name == _WINDOWS_1252:
        return _latin_score(text)
    counts = Counter(letter for letter in text if letter >= "\x80")
    total = sum(number * candidate.value(letter) for letter, number in counts.items())
    return total / max(1, sum(counts.values())) + candidate.expected


def _latin_score(text: str) -> float:
    """Return the mean score of the non-ASCII characters of a Windows-1252 text."""
    values = [
        _latin_value(text[max(0, at - 1) : at], letter, text[at + 1 : at + 2])
        for at, letter in enumerate(text)
        if letter >= "\x80"
    ]
    return sum(values) / max(1, len(values))


def _latin_value(before: str, letter: str, after: str) -> float:
    if letter in _TYPOGRAPHIC:
        return 0.3
    if not letter.isalpha() or letter > "\u017f":
        return -1.0
    is_in_word = (before.isascii() and before.isalpha()) or (after.isascii() and after.isalpha())
    is_cased_oddly = letter.isupper() and before.islower()
    return 0.9 if is_in_word and not is_cased_oddly else -0.5


def _values(
    frequent: str, usual: Callable[[str], bool], *, kana: float, usual_value: float = 0.3
) -> Callable[[str], float]:
    """Return a function that scores a character as frequent, usual or other."""
    best = frozenset(frequent)

    def value(letter: str) -> float:
        if letter in best:
            return 1.0
        if letter in _MARKS or "\uff01" <= letter <= "\uff5e":
            return 0.6
        if _KANA.match(letter):
            return kana
        return usual_value if usual(letter) else -1.0

    return value


def _is_in_rows(codec: str, first: int, last: int) -> Callable[[str], bool]:
    """Return a predicate for characters in a range of rows of a two-byte character set."""

    def is_in_rows(letter: str) -> bool:
        code = letter.encode(codec, errors="ignore")
        return bool(code[1:]) and first <= code[0] <= last

    return is_in_rows


def _utf_8_value(letter: str) -> float:
    return -0.6 if letter == "\ufffd" else 1.0


def _by_library(sample: bytes) -> str | None:
    """Return the single-byte encoding that charset_normalizer detects, None if it detects none."""
    alphabets = _SINGLE_BYTE.split()
    found = charset_normalizer.from_bytes(sample, cp_isolation=alphabets).best()
    return None if found is None else found.encoding


_WINDOWS_1252 = "Windows-1252"
_CANDIDATES = (
    _Candidate("UTF-8", ("utf-8",), _utf_8_value),
    _Candidate(
        "GB18030",
        ("gb18030",),
        _values(_SIMPLIFIED, _is_in_rows("gb2312", 0xB0, 0xD7), kana=-0.3),
        expected=0.2,
    ),
    _Candidate(
        "Big5",
        ("big5hkscs", "cp950"),
        _values(_SIMPLIFIED + _TRADITIONAL, _is_in_rows("big5", 0xA4, 0xC6), kana=-0.3),
        expected=0.15,
    ),
    _Candidate(
        "Shift-JIS",
        ("cp932", "shift_jisx0213"),
        _values(_SIMPLIFIED, _is_in_rows("shift_jis", 0x88, 0x97), kana=1.0),
    ),
    _Candidate(
        "EUC-JP",
        ("euc_jp", "euc_jisx0213"),
        _values(_SIMPLIFIED, _is_in_rows("euc_jp", 0xB0, 0xCF), kana=1.0),
    ),
    _Candidate(
        "EUC-KR",
        ("cp949",),
        _values(_HANGUL, _is_in_rows("euc_kr", 0xB0, 0xC8), kana=-0.3, usual_value=0.45),
    ),
    _Candidate(_WINDOWS_1252, ("cp1252", "latin-1"), _utf_8_value),
)
_value_of_any = _values(_SIMPLIFIED + _TRADITIONAL + _HANGUL, str.isalpha, kana=1.0)
ENCODINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **{each.name: each.codecs for each in _CANDIDATES},
        "UTF-16": ("utf-16",),
        "UTF-16-LE": ("utf-16-le",),
        "UTF-16-BE": ("utf-16-be",),
        "ISO-8859-1": ("latin-1",),
    }
)
