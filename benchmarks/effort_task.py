"""Transcript errors and corrections for `benchmarks.review_effort`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

NUM_SENTENCES = 100
NUM_SPEAKERS_WRONG = 15
NUM_OFFERED = 11  # of the first WORDS are among the candidates: 55 %, as `word_candidates` measures
BORDERS_MS = (300, -380, 250, -640, -450)  # correct end of a row minus its given end
# Recognised text, correct text, and the keys to type it with a pinyin input method.
# Half of them are one character, half two; none occurs twice.
WORDS = (
    ("大家", "大伙", "dahuo"),
    ("今天", "昨天", "zuotian"),
    ("我们", "他们", "tamen"),
    ("讨论", "评估", "pinggu"),
    ("项目", "课题", "keti"),
    ("进展", "进度", "jindu"),
    ("讨论", "商量", "shangliang"),
    ("大家", "各位", "gewei"),
    ("今天", "本周", "benzhou"),
    ("进展", "情况", "qingkuang"),
    ("好", "早", "zao"),
    ("来", "再", "zai"),
    ("今", "明", "ming"),
    ("我", "你", "ni"),
    ("论", "好", "hao"),
    ("目", "组", "zu"),
    ("展", "程", "cheng"),
    ("家", "姐", "jie"),
    ("天", "年", "nian"),
    ("进", "开", "kai"),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """Error in one row of the transcript: a wrong word, speaker or end time.

    Attributes:
        row: index of the row.
        wrong: the wrong word; "" for another kind of error.
        right: the correct word, or the correct speaker as a number from 0.
        keys: keys to enter the word with an input method.
        end_ms: correct end of the row; 0 for another kind of error.
    """

    row: int
    wrong: str = ""
    right: str | int = ""
    keys: str = ""
    end_ms: int = 0


def offered_words(num_rows: int) -> dict[int, tuple[str, tuple[str, ...]]]:
    """Return {row: (wrong word, candidates)} of the words with candidates in the editor."""
    pairs = zip(_order(num_rows), WORDS[:NUM_OFFERED], strict=False)
    return {row: (wrong, (right,)) for row, (wrong, right, _) in pairs}


def faults(utterances: list[dict[str, Any]], num_speakers: int) -> list[Fault]:
    """Return the errors to correct in the given rows, sorted by row; the same at every call.

    Args:
        utterances: the rows of the transcript, with `speaker` (a number from 0) and `end_ms`.
        num_speakers: number of speakers.
    """
    rows = _order(len(utterances))
    words, rest = rows[: len(WORDS)], rows[len(WORDS) :]
    speakers, borders = rest[:NUM_SPEAKERS_WRONG], rest[NUM_SPEAKERS_WRONG:][: len(BORDERS_MS)]
    found = [Fault(row, *word) for row, word in zip(words, WORDS, strict=True)]
    for row in speakers:
        found.append(Fault(row, right=(utterances[row]["speaker"] + 1) % num_speakers))
    for row, by_ms in zip(borders, BORDERS_MS, strict=True):
        found.append(Fault(row, end_ms=utterances[row]["end_ms"] + by_ms))
    return sorted(found, key=lambda each: each.row)


def _order(num_rows: int) -> list[int]:
    """Return the row numbers in the fixed order in which errors are assigned to them."""
    return [int(each) for each in np.random.default_rng(5).permutation(num_rows)]
