"""What the classes of a punctuation graph mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.errors import ModelContractError
from pipeline.marks import Mark

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
    """The mark of each class.

    Attributes:
        marks: by class; a class that is no mark of ours, such as "<unk>", is none.
    """

    marks: tuple[Mark, ...]

    def __post_init__(self) -> None:
        missing = "".join(mark.value for mark in _NECESSARY if mark not in self.marks)
        if missing:
            raise ModelContractError(
                f"A punctuation model must know the marks {missing}, this one has only "
                f"{''.join(mark.value for mark in self.marks) or 'none'}"
            )

    @staticmethod
    def of(names: Sequence[str]) -> MarkList:
        """The list that a model's configuration names.

        Raises:
            ModelContractError: without comma, full stop and question mark it is no such list.
        """
        return MarkList(tuple(_MARKS.get(name, Mark.NONE) for name in names))

    @property
    def full_stop(self) -> int:
        """The class of the full stop, the `sentence_end_id` of the reference."""
        return self.marks.index(Mark.FULL_STOP)

    def is_comma(self, mark_id: int) -> bool:
        """Whether a class is the comma."""
        return self.marks[mark_id] is Mark.COMMA

    def ends_sentence(self, mark_id: int) -> bool:
        """Whether a class is a full stop or a question mark."""
        return self.marks[mark_id].ends_sentence
