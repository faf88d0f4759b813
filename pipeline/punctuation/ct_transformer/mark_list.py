"""Mapping from a punctuation model's classes to punctuation marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.core.errors import ModelContractError
from pipeline.core.transcript import Mark

USUAL_NAMES = ("<unk>", "_", "，", "。", "？", "、")  # spec 5.1
_MARKS = {
    ",": Mark.COMMA,  # config.yaml writes these two in ASCII
    "?": Mark.QUESTION,
    "，": Mark.COMMA,
    "。": Mark.FULL_STOP,
    "？": Mark.QUESTION,
    "、": Mark.ENUMERATION_COMMA,
}
_NECESSARY = (Mark.COMMA, Mark.FULL_STOP, Mark.QUESTION)


@dataclass(frozen=True, slots=True)
class MarkList:
    """The punctuation mark of each class of a model.

    Attributes:
        marks: by class; NONE for a class without a `Mark`, such as "<unk>".
    """

    marks: tuple[Mark, ...]

    def __post_init__(self) -> None:
        missing = "".join(mark.value for mark in _NECESSARY if mark not in self.marks)
        if missing:
            raise ModelContractError(
                f"A punctuation model must predict the marks {missing}, this one has only "
                f"{''.join(mark.value for mark in self.marks) or 'none'}"
            )

    @staticmethod
    def of(names: Sequence[str]) -> MarkList:
        """Create the list from the names of the marks in a model's configuration.

        Raises:
            ModelContractError: comma, full stop or question mark is missing.
        """
        return MarkList(tuple(_MARKS.get(name, Mark.NONE) for name in names))

    @property
    def full_stop(self) -> int:
        """Class of the full stop, which the reference system calls `sentence_end_id`."""
        return self.marks.index(Mark.FULL_STOP)

    def is_comma(self, mark_id: int) -> bool:
        """Return whether a class is a comma."""
        return self.marks[mark_id] is Mark.COMMA

    def ends_sentence(self, mark_id: int) -> bool:
        """Return whether a class is a full stop or a question mark."""
        return self.marks[mark_id].ends_sentence
