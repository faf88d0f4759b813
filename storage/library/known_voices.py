"""Known people and their voice prints."""

from __future__ import annotations

import io
import json
import sqlite3
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from storage.db.database import Connection
from storage.db.errors import EditRefusedError
from storage.db.hidden_recordings import IS_VISIBLE
from storage.db.values import clean_title, new_id, now_text
from storage.library.people import no_such_person

_FLOATS = np.dtype("<f4")
_IS_VISIBLE = IS_VISIBLE.format(column="voice_prints.recording_id")


@dataclass(frozen=True, slots=True, eq=False)
class StoredVoice:
    """Statistics of the embeddings of a voice print.

    Attributes:
        mean: (embedding_dim,) float32, mean of embeddings of length 1.
        spread: mean squared distance of the embeddings from the mean.
        num_windows: number of windows.
    """

    mean: NDArray[np.float32]
    spread: float
    num_windows: float


@dataclass(frozen=True, slots=True)
class PrintSource:
    """Origin of a voice print: recording, transcript, model and utterances.

    Attributes:
        recording_id: the recording.
        transcript_id: the transcript.
        model_id: id of the model of the embeddings.
        utterance_ids: verified utterances of the speaker.
        spoken_ms: total length of these utterances.
    """

    recording_id: str
    transcript_id: str
    model_id: str
    utterance_ids: tuple[str, ...]
    spoken_ms: int


@dataclass(frozen=True, slots=True)
class KnownRecording:
    """A recording from which a voice print of a person was computed.

    Attributes:
        recording_id: the recording.
        title: its title.
        spoken_ms: length of the person's speech that was used.
    """

    recording_id: str
    title: str
    spoken_ms: int


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person with voice prints.

    Attributes:
        person_id: 32 random hexadecimal digits.
        name: display name.
        recordings: recordings of the prints, the newest first.
    """

    person_id: str
    name: str
    recordings: tuple[KnownRecording, ...]


def remember_voice(
    db: Connection, name: str, voice: StoredVoice, source: PrintSource, *, made_by: str
) -> None:
    """Add a voice print to the person with a name; it replaces that of the same transcript.

    Args:
        db: inside a transaction.
        name: of the person, who is added if unknown.
        voice: the voice print.
        source: origin of the voice print.
        made_by: name of the person who requested it.

    Raises:
        EditRefusedError: if the name is blank.
    """
    cleaned = clean_title(name, otherwise="")
    if not cleaned:
        raise EditRefusedError("Name the speaker first.", reason="voice_needs_name")
    db.execute(
        "INSERT OR IGNORE INTO people (id, name, created_at) VALUES (?, ?, ?)",
        [new_id(), cleaned, now_text()],
    )
    (person_id,) = db.execute("SELECT id FROM people WHERE name = ?", [cleaned]).fetchone()
    db.table("voice_prints").delete_where(
        "person_id = ? AND transcript_id = ?", [person_id, source.transcript_id]
    )
    db.table("voice_prints").insert(
        {
            "id": new_id(),
            "person_id": person_id,
            "recording_id": source.recording_id,
            "transcript_id": source.transcript_id,
            "model_id": source.model_id,
            "mean": voice.mean.astype(_FLOATS).tobytes(),
            "spread": voice.spread,
            "num_windows": voice.num_windows,
            "spoken_ms": source.spoken_ms,
            "utterances_json": json.dumps(source.utterance_ids),
            "made_by": made_by,
            "made_at": now_text(),
        }
    )


def voice_prints(
    db: Connection, model_id: str, *, without_transcript: str
) -> dict[str, tuple[StoredVoice, ...]]:
    """Return the prints of a model by the name of the person, without those of one transcript."""
    found: dict[str, tuple[StoredVoice, ...]] = {}
    for name, mean, spread, num_windows in db.execute(
        "SELECT name, mean, spread, num_windows FROM voice_prints "
        "JOIN people ON people.id = person_id "
        f"WHERE model_id = ? AND transcript_id != ? AND {_IS_VISIBLE} ORDER BY made_at",
        [model_id, without_transcript],
    ):
        voice = StoredVoice(np.frombuffer(mean, dtype=_FLOATS), spread, num_windows)
        found[name] = (*found.get(name, ()), voice)
    return found


def voices_file(connection: sqlite3.Connection) -> tuple[bytes, int]:
    """Return all voice prints as a numpy .npz file, and their number.

    Its arrays have one row per print: names, models, means, spreads, num_windows.
    """
    rows = connection.execute(
        "SELECT name, model_id, mean, spread, num_windows FROM voice_prints "
        f"JOIN people ON people.id = person_id WHERE {_IS_VISIBLE} ORDER BY name, made_at"
    ).fetchall()
    names, models, means, spreads, num_windows = zip(*rows, strict=True) if rows else ((),) * 5
    buffer = io.BytesIO()
    np.savez(
        buffer,
        names=np.array(names, dtype=np.str_),
        models=np.array(models, dtype=np.str_),
        means=np.array([np.frombuffer(each, dtype=_FLOATS) for each in means]),
        spreads=np.array(spreads, dtype=np.float64),
        num_windows=np.array(num_windows, dtype=np.float64),
    )
    return buffer.getvalue(), len(rows)


def list_people(db: Connection) -> tuple[KnownPerson, ...]:
    """Return all known people with their recordings, sorted by name."""
    recordings: dict[str, list[KnownRecording]] = {}
    for person_id, recording_id, title, spoken_ms in db.execute(
        "SELECT person_id, recordings.id, title, spoken_ms FROM voice_prints "
        f"JOIN recordings ON recordings.id = recording_id WHERE {_IS_VISIBLE} "
        "ORDER BY made_at DESC"
    ):
        recordings.setdefault(person_id, []).append(KnownRecording(recording_id, title, spoken_ms))
    people = db.execute("SELECT id, name FROM people ORDER BY name")
    return tuple(
        KnownPerson(person_id, name, tuple(recordings.get(person_id, ())))
        for person_id, name in people
    )


def rename_person(db: Connection, person_id: str, name: str) -> None:
    """Rename a person, or merge it into the existing person with that name.

    Args:
        db: inside a transaction.
        person_id: the person.
        name: the new name.

    Raises:
        NotFoundError: if there is no such person.
        EditRefusedError: if the name is blank.
    """
    cleaned = clean_title(name, otherwise="")
    if not cleaned:
        raise EditRefusedError("Enter a name.", reason="known_name")
    if db.execute("SELECT 1 FROM people WHERE id = ?", [person_id]).fetchone() is None:
        raise no_such_person()
    other = db.execute(
        "SELECT id FROM people WHERE name = ? AND id != ?", [cleaned, person_id]
    ).fetchone()
    if other is None:
        db.execute("UPDATE people SET name = ? WHERE id = ?", [cleaned, person_id])
        return
    db.execute(
        "UPDATE OR IGNORE voice_prints SET person_id = ? WHERE person_id = ?", [*other, person_id]
    )
    db.execute("DELETE FROM people WHERE id = ?", [person_id])
