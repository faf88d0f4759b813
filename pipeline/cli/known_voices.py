"""Names of speakers from a file of voice prints, for batch runs.

`python -m storage voices` writes the file. Its arrays have one row per print: names, models, means,
spreads, num_windows.
"""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.core.errors import OptionError
from pipeline.core.result import PipelineResult
from pipeline.speakers.clustering.sentence_voices import sentence_voices
from pipeline.speakers.voice_prints import VoicePrint, known_voice, voice_print

_EMBEDDER = "speaker_embedder"


@dataclass(frozen=True, slots=True)
class KnownVoices:
    """Names and voice prints of known people, by the id of the embedding model.

    Attributes:
        people: {model id: {name: prints}}.
        digest: of all prints; transcripts named with others are out of date.
    """

    people: dict[str, dict[str, tuple[VoicePrint, ...]]]
    digest: str

    def names(self, result: PipelineResult) -> tuple[tuple[str, str], ...]:
        """Return (label, name) pairs for the speakers of a result who match known people.

        A person is one speaker at most, namely the most similar one.
        """
        models = [each for each in result.provenance.models if each.role == _EMBEDDER]
        people = self.people.get(models[0].model_id, {}) if models else {}
        turns, evidence = result.transcript.turns, result.evidence
        if not (people and turns):
            return ()
        voices = sentence_voices(evidence.windows, evidence.embeddings, evidence.labels, turns)
        speakers = np.array([each.speaker for each in turns])
        best: dict[str, tuple[float, str]] = {}
        for label in dict.fromkeys(each.speaker for each in turns):
            voice = voice_print(voices[np.flatnonzero(speakers == label)])
            known = None if voice is None else known_voice(voice, people)
            if known is not None:
                best[known.person] = max(
                    best.get(known.person, (0.0, "")), (known.probability, label)
                )
        return tuple((label, person) for person, (_, label) in best.items())


def read_known_voices(path: Path) -> KnownVoices:
    """Read a file of voice prints.

    Raises:
        OptionError: the file cannot be read, or has another format.
    """
    people: dict[str, dict[str, tuple[VoicePrint, ...]]] = {}
    try:
        content = path.read_bytes()
        with np.load(path, allow_pickle=False) as arrays:
            rows = zip(
                *(arrays[name] for name in ("names", "models", "means", "spreads", "num_windows")),
                strict=True,
            )
            for name, model_id, mean, spread, num_windows in rows:
                voice = VoicePrint(mean, float(spread), float(num_windows))
                of_model = people.setdefault(str(model_id), {})
                of_model[str(name)] = (*of_model.get(str(name), ()), voice)
    except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise OptionError(
            f"'{path}' is no file of known voices. Write one: python -m storage voices --to FILE"
        ) from error
    return KnownVoices(people, hashlib.sha256(content).hexdigest())
