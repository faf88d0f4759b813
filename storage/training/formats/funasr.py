"""FunASR's lists for fine-tuning, train.jsonl and val.jsonl, and their target texts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from pipeline.audio.samples import SAMPLE_RATE_HZ
from pipeline.text.scripts import CHINESE
from storage.training.export_options import Split
from storage.training.formats.text_file import AudioAddress, RowsBySplit, TextFile, json_line
from storage.training.selection.rows import TrainingRow

SAMPLES_PER_FRAME = SAMPLE_RATE_HZ // 100
MAX_STAND_INS = 20
"""Maximum number of training rows to use as validation rows if there are none."""

_NAMES = {Split.TRAIN: "train", Split.VALIDATION: "val", Split.TEST: "test"}
_WRITTEN_TIGHT = rf"(?:{CHINESE}|[0-9])"
_UNIT = re.compile(rf"{_WRITTEN_TIGHT}|[a-z]+(?:['&@][a-z]+)*")
_TIGHT_UNIT = re.compile(_WRITTEN_TIGHT)
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_POINT = re.compile(r"(?<=\d)\.(?=\d)")
_CHINESE = re.compile(CHINESE)


def funasr_target(text: str) -> str:
    """Normalize a text to the target format that FunASR's recognisers are trained on.

    NFKC, lower case, without marks and accents, with blanks around English words: the tokenizer
    (funasr/tokenizer/char_tokenizer.py) splits at blanks, splits Chinese characters and digits
    one by one, and has no tokens for punctuation, capitals and mixed runs. A per cent sign and a
    decimal point in a Chinese text become the spoken characters.
    """
    folded = unicodedata.normalize("NFKC", text).lower()
    if _CHINESE.search(folded):
        folded = _POINT.sub("点", _PERCENT.sub(r"百分之\1", folded))
    target, end = "", 0
    for found in _UNIT.finditer(_without_accents(folded)):
        unit = found[0]
        is_apart = target and not _is_written_tight(target[-1], unit, found.start() == end)
        target += f" {unit}" if is_apart else unit
        end = found.end()
    return target


def _is_written_tight(before: str, unit: str, are_adjacent: bool) -> bool:
    """Return whether two units are joined without a blank; numbers with a gap are not."""
    if not (_TIGHT_UNIT.fullmatch(before) and _TIGHT_UNIT.fullmatch(unit)):
        return False
    return are_adjacent or not (before.isdecimal() and unit.isdecimal())


def num_tokens(target: str) -> int:
    """Return the number of Chinese characters, digits and words of a target."""
    return len(_UNIT.findall(target))


def funasr_files(rows: RowsBySplit, address: AudioAddress) -> Iterator[TextFile]:
    """Yield the lists of the splits, without rows whose target is empty.

    `source_len` is in whole frames of 10 ms as in funasr/datasets/audio_datasets/scp2jsonl.py,
    `target_len` in tokens. The reader (index_ds.py) drops rows beyond its limits by these
    numbers, and opens `source` relative to the trainer's working directory. The recipe needs
    val.jsonl; without validation rows it contains some of the training rows.
    """
    of_split = {**rows}
    of_split.setdefault(Split.VALIDATION, stand_ins(rows))
    for split, chosen in of_split.items():
        targets = ((row, funasr_target(row.text)) for row in chosen)
        lines = (_line(row, target, address) for row, target in targets if target)
        yield TextFile(f"funasr/{_NAMES[split]}.jsonl", lines)


def stand_ins(rows: RowsBySplit) -> Sequence[TrainingRow]:
    """Return training rows to use as validation rows if there are none."""
    return rows.get(Split.TRAIN, ())[:MAX_STAND_INS]


def _line(row: TrainingRow, target: str, address: AudioAddress) -> str:
    return json_line(
        {
            "key": row.key,
            "source": address(row),
            "source_len": row.num_samples // SAMPLES_PER_FRAME,
            "target": target,
            "target_len": num_tokens(target),
        }
    )


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(each for each in decomposed if unicodedata.category(each) != "Mn")
