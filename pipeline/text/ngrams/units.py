"""Division of texts into the units that n-grams are counted over."""

from __future__ import annotations

import re
import unicodedata

from pipeline.text.scripts import CHINESE

_UNIT = re.compile(rf"{CHINESE}|[a-z]+(?:'[a-z]+)*")
_RUN = re.compile(rf"(?:{_UNIT.pattern}| +)+")


def unit_runs(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the runs of Chinese characters and English words in a text.

    Words are in lower case, as recognisers write them. Marks, digits and everything else end a
    run, so that no n-gram spans them.
    """
    folded = unicodedata.normalize("NFKC", text).lower()
    runs = (tuple(_UNIT.findall(run)) for run in _RUN.findall(folded))
    return tuple(run for run in runs if run)
