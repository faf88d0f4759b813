"""The CT-Transformer punctuation model on onnxruntime."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.core.errors import ModelContractError
from pipeline.core.options import RuntimeOptions
from pipeline.core.progress import Report, ignore_report
from pipeline.core.transcript import Mark
from pipeline.punctuation.ct_transformer.mark_list import MarkList
from pipeline.punctuation.ct_transformer.mark_loop import MarkLoop, finalize_end, mark_blocks
from pipeline.punctuation.ct_transformer.mark_streams import JoinedWordStream, SingleWordStream
from pipeline.punctuation.ct_transformer.punctuation_folder import PunctuationFiles, find_files
from pipeline.punctuation.ct_transformer.text_assembly import assemble_text
from pipeline.punctuation.ct_transformer.vocabulary import (
    Vocabulary,
    read_mark_list,
    read_vocabulary,
)
from pipeline.punctuation.ct_transformer.word_pieces import CharacterCutter, WordCutter
from pipeline.punctuation.protocol import PunctuationStream
from pipeline.runtime.onnx_session import (
    RUN_ERRORS,
    GraphContract,
    OnnxSession,
    TensorContract,
    open_session,
)
from pipeline.runtime.parallel_map import one_thread_each

PUNCTUATION_GRAPH = GraphContract(  # spec 5.1
    "punctuation",
    inputs=(TensorContract((1, None), "int32"), TensorContract((1,), "int32")),
    outputs=(TensorContract((1, None, None)),),
)


class CtTransformerPunctuator:
    """The CT-Transformer model, which predicts the punctuation mark after each word.

    The result does not depend on how the words are divided among speech segments: they are read
    as one text. Memory grows with the text by only a few bytes per word.
    """

    def __init__(
        self, session: OnnxSession, *, vocabulary: Vocabulary, marks: MarkList, cutter: WordCutter
    ) -> None:
        """Store the parts of one model and check that they match; callers use `open_punctuator`.

        Raises:
            ModelContractError: the graph does not match the length of the word or mark list.
        """
        self._session = session
        self._vocabulary = vocabulary
        self._marks = marks
        self._cutter = cutter
        self._check()

    def punctuate(
        self, words: Sequence[str], *, report: Report = ignore_report
    ) -> tuple[Mark, ...]:
        """Predict the punctuation mark after each word; the last word always ends a sentence.

        `report` counts pieces of words.
        """
        pieces = self._cutter.cut(words)
        marks = [self._marks.marks[each] for each in self.mark_ids(pieces.texts, report=report)]
        return pieces.marks_of_words(marks)

    def guess(self, words: Sequence[str]) -> tuple[Mark, ...]:
        """Predict the mark after each word of an unfinished text; the last word may have none.

        Args:
            words: a few hundred at most, which the model reads at once.
        """
        pieces = self._cutter.cut(words)
        word_ids = self._vocabulary.ids_of(pieces.texts)
        if not word_ids.size:
            return (Mark.NONE,) * len(words)
        return pieces.marks_of_words([self._marks.marks[each] for each in self._guess(word_ids)])

    def follow(self) -> PunctuationStream:
        """Create a stream that predicts the marks of arriving words; see `Punctuator.follow`."""
        if self._cutter.joins_words:
            return JoinedWordStream(self)
        loop = MarkLoop(self._guess, self._marks)
        return SingleWordStream(loop, self._cutter, self._vocabulary, self._marks)

    def mark_ids(self, pieces: Sequence[str], *, report: Report = ignore_report) -> tuple[int, ...]:
        """Predict the class of the mark after each piece of text; the last one ends a sentence."""
        found: list[int] = []
        for block in self._blocks(pieces):
            found += block
            report(len(found), len(pieces))
        return finalize_end(found, pieces[-1], self._marks) if found else ()

    def punctuate_text(self, text: str) -> str:
        """Add punctuation, capitals and spaces to a text as the reference does (spec 5.4)."""
        pieces = self._cutter.cut(text.split()).texts
        words = iter(pieces)
        return assemble_text(
            (tuple(islice(words, len(block))), [self._marks.marks[each] for each in block])
            for block in self._blocks(pieces)
        )

    def _blocks(self, pieces: Sequence[str]) -> Iterator[tuple[int, ...]]:
        return mark_blocks(self._vocabulary.ids_of(pieces), self._guess, self._marks)

    def _guess(self, word_ids: NDArray[np.int32]) -> list[int]:
        logits = self._session.run(word_ids[np.newaxis], np.array([word_ids.size], dtype=np.int32))[
            0
        ]
        classes: list[int] = logits[0].argmax(axis=-1).tolist()
        return classes

    def _check(self) -> None:
        """Check by a run on the last word that the vocabulary and mark list fit the graph.

        Raises:
            ModelContractError: the graph fails on the word, or predicts another number of classes.
        """
        last_word = np.array([[self._vocabulary.num_words - 1]], dtype=np.int32)
        try:
            logits = self._session.run(last_word, np.ones(1, dtype=np.int32))[0]
        except RUN_ERRORS as error:
            raise ModelContractError(
                f"The punctuation model does not match its vocabulary of "
                f"{self._vocabulary.num_words} words. Download the model again, with all its files."
            ) from error
        if logits.shape != (1, 1, len(self._marks.marks)):
            raise ModelContractError(
                f"The punctuation model predicts {logits.shape[-1]} marks, its configuration "
                f"names {len(self._marks.marks)}. Download the model again, with all its files."
            )


def open_punctuator(folder: Path, runtime: RuntimeOptions) -> CtTransformerPunctuator:
    """Load a punctuation model from a folder in the layout of FunASR or sherpa-onnx.

    Raises:
        ModelUnavailableError: the folder or a required file is missing.
        ModelIntegrityError: a file is damaged.
        ModelContractError: the graph is another model or does not match the lists.
    """
    files = find_files(folder)
    # one thread: the other cores are busy with recognition
    session = open_session(
        files.graph, contract=PUNCTUATION_GRAPH, runtime=one_thread_each(runtime)
    )
    return CtTransformerPunctuator(
        session,
        vocabulary=read_vocabulary(files.vocabulary, session.metadata),
        marks=read_mark_list(files.configuration, session.metadata),
        cutter=cutter_for(files),
    )


def cutter_for(files: PunctuationFiles) -> WordCutter:
    """Create the word cutter of a model, with a dictionary if the model has one.

    Raises:
        ModelIntegrityError: the dictionary cannot be read.
    """
    if files.user_dictionary is None:
        return CharacterCutter()
    # Importing the dictionary's library takes 0.4 s, and most models do not need it.
    from pipeline.punctuation.ct_transformer.dictionary_words import DictionaryCutter  # noqa: PLC0415

    return DictionaryCutter(files.user_dictionary)
