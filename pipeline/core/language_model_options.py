"""Options of a language model combined with the recogniser, validated on creation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from pipeline.core.errors import OptionError

MAX_WEIGHT = 5.0
_REFERENCE = re.compile(r"([^@\n]{1,100})@([0-9a-f]{64})")


class LanguageModelForm(str, Enum):
    """Form of the score that a language model adds to the recogniser's score of a token.

    EVIDENCE: log probability of the token given its context minus its unigram log probability;
    0 for an unseen n-gram. For models trained on few texts.
    PLAIN: log probability of the token given its context. For models trained on large corpora.
    """

    EVIDENCE = "evidence"
    PLAIN = "plain"


# Largest gain without breaking what was right, on a simulation with homophones (evidence), and
# the weight of the reference system (plain).
DEFAULT_WEIGHTS = {LanguageModelForm.EVIDENCE: 0.5, LanguageModelForm.PLAIN: 0.15}


@dataclass(frozen=True, slots=True)
class LanguageModelOptions:
    """A language model by name and content, with its settings.

    Attributes:
        name: display name, without `@`.
        sha256: of its file, in hexadecimal.
        form: form of its score.
        weight: factor of its score.
    """

    name: str
    sha256: str
    form: LanguageModelForm = LanguageModelForm.EVIDENCE
    weight: float = DEFAULT_WEIGHTS[LanguageModelForm.EVIDENCE]

    def __post_init__(self) -> None:
        if _REFERENCE.fullmatch(f"{self.name}@{self.sha256}") is None:
            raise OptionError(f"There is no language model {self.name!r}")
        if not 0 <= self.weight <= MAX_WEIGHT:  # also refuses NaN
            raise OptionError(
                f"The weight of the language model must be between 0 and {MAX_WEIGHT:g}, got "
                f"{self.weight}"
            )

    def as_text(self) -> tuple[tuple[str, str], ...]:
        """Convert the options to (name, text value) pairs; `from_text` reads them."""
        return (
            ("language_model", f"{self.name}@{self.sha256}"),
            ("lm_form", self.form.value),
            ("lm_weight", str(self.weight)),
        )

    @staticmethod
    def from_text(named: Mapping[str, str]) -> LanguageModelOptions | None:
        """Restore options from the output of `as_text`, or return None if there is no model.

        Raises:
            OptionError: a value is invalid.
        """
        reference = named.get("language_model")
        if not reference:
            return None
        found = _REFERENCE.fullmatch(reference)
        if found is None:
            raise OptionError(f"A language model is given as name@sha256, got {reference!r}")
        form = parse_form(named.get("lm_form", LanguageModelForm.EVIDENCE.value))
        weight = named.get("lm_weight")
        return LanguageModelOptions(
            found[1],
            found[2],
            form,
            DEFAULT_WEIGHTS[form] if weight is None else _parse_weight(weight),
        )


def parse_form(text: str) -> LanguageModelForm:
    """Return the language model form of that name.

    Raises:
        OptionError: no form has the name.
    """
    try:
        return LanguageModelForm(text)
    except ValueError:
        known = " or ".join(each.value for each in LanguageModelForm)
        raise OptionError(f"The form of a language model is {known}, got {text!r}") from None


def _parse_weight(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise OptionError(
            f"The weight of a language model must be a number, got {text!r}"
        ) from None
