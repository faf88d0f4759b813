"""State of a live session between two blocks, with conversion to and from JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from pipeline.live.recognition.recognizer import RecognizerState
from pipeline.live.segmenter import SegmenterState
from pipeline.live.speakers.live_speakers import SpeakersState
from pipeline.vad.endpointing import RunFinderState


@dataclass(frozen=True, slots=True)
class SessionState:
    """The state of a session, from which another session continues.

    Attributes:
        num_samples: number of samples that the state covers.
        next_sentence: id of the next sentence.
        segmenter: state of the segmenter.
        recognizer: state of the recogniser.
        speakers: state of the provisional speakers.
    """

    num_samples: int
    next_sentence: int
    segmenter: SegmenterState
    recognizer: RecognizerState
    speakers: SpeakersState

    def to_fields(self) -> dict[str, Any]:
        """Convert the state without its speakers to JSON values; `from_fields` reads them."""
        return {
            "num_samples": self.num_samples,
            "next_sentence": self.next_sentence,
            "segmenter": asdict(self.segmenter),
            "recognizer": asdict(self.recognizer),
        }

    @staticmethod
    def from_fields(fields: dict[str, Any], speakers: SpeakersState) -> SessionState:
        """Restore a state from JSON values and its speakers.

        Raises:
            KeyError, TypeError: a field is missing or unknown.
        """
        segmenter, recognizer = dict(fields["segmenter"]), dict(fields["recognizer"])
        finder = dict(segmenter.pop("finder"))
        finder["window"] = tuple(finder["window"])
        recognizer["contexts"] = tuple((name, text) for name, text in recognizer["contexts"])
        return SessionState(
            num_samples=fields["num_samples"],
            next_sentence=fields["next_sentence"],
            segmenter=SegmenterState(**segmenter, finder=RunFinderState(**finder)),
            recognizer=RecognizerState(**recognizer),
            speakers=speakers,
        )
