"""Share of wrong words whose correct word is among the candidates, and saved actions.

python -m benchmarks.word_candidates [--recognizer whisper] [--language-model FILE.arpa]

The conversation is transcribed; each wrong span of the text is one wrong word. The correct word
counts as offered if it is among the three candidates that a double click on the wrong word shows.
Typing a word takes a double click, the keys of an input method for pinyin, one to choose the word
and Enter; selecting a candidate takes the double click and a digit. Text in other scripts is typed
directly.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.loaded_pipeline import benchmark_parser, load, recognition_options
from benchmarks.recognition_accuracy import MANDARIN, conversation
from benchmarks.tables import percent, print_table
from pipeline.audio.decode import read_audio
from pipeline.text.candidates.lexicon import general_lexicon
from pipeline.text.candidates.neighbours import NeighbourModel
from pipeline.text.candidates.pronunciation import syllables_of
from pipeline.text.ngrams.arpa import read_arpa_words
from pipeline.text.scripts import is_letter_or_digit
from pipeline.text.sequence_alignment import kept_pairs
from webui.services.review.word_candidates import offered_place

_TAKING = 2  # a double click and a digit
_BESIDE_TYPING = 3  # a double click, the choice of the word, Enter


@dataclass(frozen=True, slots=True)
class WrongWord:
    """Wrong span of a recognised text.

    Attributes:
        start: position of its first character in the text.
        stop: position after its last character.
        truth: corresponding reference text.
    """

    start: int
    stop: int
    truth: str

    @property
    def typing(self) -> int:
        """Number of actions to type the reference text."""
        return _BESIDE_TYPING + sum(map(_num_keys, self.truth))


def main() -> None:
    """Transcribe the conversation; print the share of offered words and the saved actions."""
    parser = benchmark_parser(__doc__)
    parser.add_argument("--recognizer", default="whisper")
    parser.add_argument(
        "--language-model", type=Path, help="ARPA file of other texts, which ranks the candidates"
    )
    chosen = parser.parse_args()
    options = recognition_options(chosen, language=MANDARIN)
    path, reference = conversation()
    audio, pipeline = read_audio(path), load(chosen, options)
    began = time.process_time()
    result = pipeline.transcribe(audio, options)
    seconds = time.process_time() - began
    text = "".join(each.text for each in result.transcript.sentences)
    wrong = list(_wrong_words(text, reference))
    neighbours = (
        NeighbourModel(*read_arpa_words(chosen.language_model)) if chosen.language_model else None
    )
    offered = [each for each in wrong if _is_offered(text, each, neighbours)]
    typed = sum(each.typing for each in wrong)
    actions = typed - sum(each.typing - _TAKING for each in offered)
    print_table(
        ["what", "figure"],
        [
            ["CPU of the transcription, s", f"{seconds:.1f}"],
            ["doubtful places stored", str(len(result.candidates))],
            ["wrong words", str(len(wrong))],
            ["their truth is offered", f"{len(offered)} ({percent(len(offered) / len(wrong))} %)"],
            ["actions, typed", str(typed)],
            ["actions, with offered words", f"{actions} ({percent(1 - actions / typed)} % fewer)"],
        ],
    )


def _wrong_words(text: str, reference: str) -> Iterator[WrongWord]:
    """Yield the spans of the text that differ from the reference, without pure insertions."""
    places = [at for at, each in enumerate(text) if is_letter_or_digit(each)]
    heard = [text[at] for at in places]
    said = [each for each in reference if is_letter_or_digit(each)]
    first = other = 0
    for kept, kept_other in (*kept_pairs(heard, said), (len(heard), len(said))):
        truth = "".join(said[other:kept_other])
        if first < kept and truth:
            yield WrongWord(places[first], places[kept - 1] + 1, truth)
        first, other = kept + 1, kept_other + 1


def _is_offered(text: str, wrong: WrongWord, neighbours: NeighbourModel | None) -> bool:
    start, stop = _selected(text, wrong)
    place = offered_place(text, start, stop, (), neighbours)
    if place is None or not place.start <= wrong.start < wrong.stop <= place.stop:
        return False
    before, after = text[place.start : wrong.start], text[wrong.stop : place.stop]
    return before + wrong.truth + after in place.candidates


def _selected(text: str, wrong: WrongWord) -> tuple[int, int]:
    """Return (start, stop) of the dictionary words that a double click on the word selects."""
    start, stop, at = wrong.start, wrong.stop, 0
    for word in general_lexicon().words_of(text):
        if at < wrong.stop and wrong.start < at + len(word):
            start, stop = min(start, at), max(stop, at + len(word))
        at += len(word)
    return start, stop


def _num_keys(character: str) -> int:
    readings = syllables_of(character)
    return len(readings[0].initial + readings[0].final) if readings else 1


if __name__ == "__main__":
    main()
