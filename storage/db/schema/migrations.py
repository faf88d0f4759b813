"""Schema migrations and schema checks. A released migration is never changed."""

from __future__ import annotations

import re
import sqlite3

from sqlite_utils import Database, Migrations

from storage.db.errors import DatabaseTooNewError, ForeignDatabaseError, SchemaDamagedError
from storage.db.hidden_recordings import add_hidden_recordings
from storage.db.schema.edit_tables import add_annotation_tables, add_edit_tables
from storage.db.schema.growth_tables import add_growth_tables
from storage.db.schema.library_tables import (
    add_chosen_transcripts,
    add_library_tables,
    add_people_tables,
)
from storage.db.schema.search_queue_tables import add_search_queue
from storage.db.schema.suggestion_tables import (
    add_declined_words,
    add_known_voice_tables,
    add_suggestion_tables,
)

SCHEMA = Migrations("speaker_studio")


@SCHEMA()
def m0001_initial(db: Database) -> None:
    """Create the tables of recordings, pipeline runs, transcripts and their contents."""
    for statement in (
        _RECORDINGS,
        _PIPELINE_RUNS,
        _TRANSCRIPTS,
        _SPEAKERS,
        _UTTERANCES,
        _TURNS,
        *_INDEXES,
    ):
        db.execute(statement)


@SCHEMA()
def m0002_edits(db: Database) -> None:
    """Create the tables of the edit history and the review columns of utterances."""
    add_edit_tables(db)


@SCHEMA()
def m0003_library(db: Database) -> None:
    """Create the tables of recording metadata and the full-text index."""
    add_library_tables(db)


@SCHEMA()
def m0004_chosen_transcripts(db: Database) -> None:
    """Create the table of the default transcript of each recording."""
    add_chosen_transcripts(db)


@SCHEMA()
def m0005_people(db: Database) -> None:
    """Create the tables of claims and share links."""
    add_people_tables(db)


@SCHEMA()
def m0006_growths(db: Database) -> None:
    """Create the table of live transcripts, which get rows while their run is in progress."""
    add_growth_tables(db)


@SCHEMA()
def m0007_hidden_recordings(db: Database) -> None:
    """Create the table of hidden recordings, whose rows are written or deleted in steps."""
    add_hidden_recordings(db)


@SCHEMA()
def m0008_search_queue(db: Database) -> None:
    """Create the queue of utterances to add to the search index outside of edit transactions."""
    add_search_queue(db)


@SCHEMA()
def m0009_suggestions(db: Database) -> None:
    """Create the glossary and the table of rejected speaker proposals."""
    add_suggestion_tables(db)


@SCHEMA()
def m0010_known_voices(db: Database) -> None:
    """Create the tables of people and their voice prints."""
    add_known_voice_tables(db)


@SCHEMA()
def m0011_second_annotations(db: Database) -> None:
    """Create the table of transcripts that a second person made."""
    add_annotation_tables(db)


@SCHEMA()
def m0012_declined_words(db: Database) -> None:
    """Create the table of corrected words that must not be learnt."""
    add_declined_words(db)


def pending_steps(db: Database) -> tuple[str, ...]:
    """Return the names of the missing migrations; all of them for an empty database.

    Raises:
        DatabaseTooNewError: if the database has a migration that is unknown to this version.
        ForeignDatabaseError: if its tables belong to another program.
        SchemaDamagedError: if the table of migrations is damaged.
    """
    return _STEP_NAMES[len(applied_steps(db)) :]


def applied_steps(db: Database) -> tuple[str, ...]:
    """Return the names of the applied migrations, the oldest first.

    Raises:
        DatabaseTooNewError: if the database has a migration that is unknown to this version.
        ForeignDatabaseError: if its tables belong to another program.
        SchemaDamagedError: if the table of migrations is damaged.
    """
    tables = set(db.table_names())
    names = _recorded_steps(db) if SCHEMA.migrations_table in tables else ()
    if not names:
        _refuse_tables_without_steps(tables)
    unknown = [name for name in names if name not in _STEP_NAMES]
    if any(_STEP_NAME.fullmatch(name) is None for name in unknown):
        raise SchemaDamagedError(f"{_LIST} names steps that no version of the program has")
    if unknown:
        raise DatabaseTooNewError(
            f"The database was written by a newer version of Speaker Studio (it has the step "
            f"'{unknown[-1]}'). Update the program, or choose another folder for the workspace."
        )
    if sorted(names) != sorted(_STEP_NAMES[: len(names)]):
        raise SchemaDamagedError(f"{_LIST} lacks steps before the last one, or has one twice")
    return _STEP_NAMES[: len(names)]


def check_tables(db: Database) -> None:
    """Check that every table of the applied migrations exists with all its columns.

    Raises:
        SchemaDamagedError: if a table or column is missing; the message names it.
        StorageError: if the table of migrations cannot be read; see `applied_steps`.
    """
    applied = applied_steps(db)
    if not applied:  # an empty database
        return
    found = _columns_by_table(db)
    for table, columns in _columns_by_table(_schema_after(len(applied))).items():
        if table not in found:
            raise SchemaDamagedError(f"the table '{table}' is missing")
        missing = columns - found[table]
        if missing:
            raise SchemaDamagedError(f"the table '{table}' lacks '{min(missing)}'")


def _recorded_steps(db: Database) -> tuple[str, ...]:
    try:
        found = db.execute(
            f"SELECT name FROM {SCHEMA.migrations_table} WHERE migration_set = ?", [SCHEMA.name]
        ).fetchall()
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        raise SchemaDamagedError(f"{_LIST} cannot be read: {error}") from error
    names = tuple(name for (name,) in found)
    if not all(isinstance(name, str) for name in names):
        raise SchemaDamagedError(f"{_LIST} holds a step without a name")
    return names


def _refuse_tables_without_steps(tables: set[str]) -> None:
    if not tables.isdisjoint(_OUR_TABLES):
        raise SchemaDamagedError(f"{_LIST} is missing or empty")
    if tables:
        raise ForeignDatabaseError(
            "The database file belongs to another program; choose another folder for the workspace."
        )


def _schema_after(num_steps: int) -> Database:
    """Return an in-memory database with the tables of the first `num_steps` migrations."""
    made = Database(memory=True, execute_plugins=False)
    later = _STEP_NAMES[num_steps : num_steps + 1]
    SCHEMA.apply(made, stop_before=later or None)
    return made


def _columns_by_table(db: Database) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for table, column in db.execute(
        "SELECT tables.name, columns.name FROM pragma_table_list AS tables "
        "JOIN pragma_table_info(tables.name) AS columns "
        "WHERE tables.schema = 'main' AND tables.type != 'view'"
    ):
        found.setdefault(table, set()).add(column)
    return found


def migrate(db: Database) -> None:
    """Apply the missing migrations inside the open transaction.

    Raises:
        DatabaseTooNewError: if the database has a migration that is unknown to this version.
        ForeignDatabaseError: if its tables belong to another program.
    """
    if pending_steps(db):
        SCHEMA.apply(db)


_STEP_NAMES = tuple(step.name for step in SCHEMA.pending(Database(memory=True)))
_STEP_NAME = re.compile(r"m\d{4}_[a-z0-9_]+")
_OUR_TABLES = frozenset({"recordings", "pipeline_runs", "transcripts", "utterances", "edits"})
_LIST = f"the table of migrations '{SCHEMA.migrations_table}'"

# Ids are 32 random hexadecimal digits: they are part of URLs and must not be guessable.
# Times of day are ISO 8601 in UTC; times in a recording are milliseconds from its first sample.

_RECORDINGS = """
CREATE TABLE recordings (
    id TEXT NOT NULL PRIMARY KEY,
    title TEXT NOT NULL,
    source_name TEXT NOT NULL, -- the upload's own file name, shown and never used as a path
    audio_sha256 TEXT NOT NULL CHECK (length(audio_sha256) = 64), -- of the upload as it came
    duration_ms INTEGER CHECK (duration_ms >= 0), -- NULL until the audio has been read
    review_audio_sha256 TEXT, -- of the copy that is played; NULL until there is one
    owner TEXT, -- the visitor it belongs to; NULL where everybody sees everything
    created_at TEXT NOT NULL
) STRICT
"""

_PIPELINE_RUNS = """
CREATE TABLE pipeline_runs (
    id TEXT NOT NULL PRIMARY KEY,
    recording_id TEXT NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    status TEXT NOT NULL
        CHECK (status IN ('queued', 'running', 'done', 'failed', 'cancelled', 'interrupted')),
    options_json TEXT NOT NULL, -- {option: value}, all text
    models_json TEXT NOT NULL, -- [{role, model_id, sha256}], empty until the run is done
    stage_seconds_json TEXT NOT NULL, -- {stage: seconds}, empty until the run is done
    software_version TEXT NOT NULL,
    created_at TEXT NOT NULL,
    started_at TEXT,
    finished_at TEXT,
    error_kind TEXT,
    error_message TEXT, -- the sentence that the user was shown
    evidence_sha256 TEXT -- of the file with the embeddings; NULL until the run is done
) STRICT
"""

_TRANSCRIPTS = """
CREATE TABLE transcripts (
    id TEXT NOT NULL PRIMARY KEY,
    recording_id TEXT NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    run_id TEXT NOT NULL REFERENCES pipeline_runs (id) ON DELETE CASCADE,
    duration_ms INTEGER NOT NULL CHECK (duration_ms >= 0),
    language TEXT NOT NULL, -- ISO 639-1, empty where nothing was recognised
    created_at TEXT NOT NULL
) STRICT
"""

_SPEAKERS = """
CREATE TABLE speakers (
    id TEXT NOT NULL PRIMARY KEY,
    transcript_id TEXT NOT NULL REFERENCES transcripts (id) ON DELETE CASCADE,
    position INTEGER NOT NULL CHECK (position >= 0), -- order of first appearance
    label TEXT NOT NULL, -- the machine's name: S1, S2, ...
    display_name TEXT, -- a person's name for the speaker; NULL until given
    UNIQUE (transcript_id, label)
) STRICT
"""

# The speaker is checked at commit only: an edit may replace a speaker's row before that.
_UTTERANCES = """
CREATE TABLE utterances (
    id TEXT NOT NULL PRIMARY KEY,
    transcript_id TEXT NOT NULL REFERENCES transcripts (id) ON DELETE CASCADE,
    position INTEGER NOT NULL CHECK (position >= 0), -- decides where start_ms is the same
    start_ms INTEGER NOT NULL CHECK (start_ms >= 0),
    end_ms INTEGER NOT NULL CHECK (end_ms > start_ms),
    speaker_id TEXT REFERENCES speakers (id) DEFERRABLE INITIALLY DEFERRED,
    text TEXT NOT NULL,
    tokens_json TEXT NOT NULL, -- [[start_ms, end_ms, text, confidence or null], ...]
    status TEXT NOT NULL CHECK (status IN ('machine', 'corrected', 'verified', 'rejected'))
) STRICT
"""

_TURNS = """
CREATE TABLE turns (
    id TEXT NOT NULL PRIMARY KEY,
    transcript_id TEXT NOT NULL REFERENCES transcripts (id) ON DELETE CASCADE,
    position INTEGER NOT NULL CHECK (position >= 0), -- decides where start_ms is the same
    start_ms INTEGER NOT NULL CHECK (start_ms >= 0),
    end_ms INTEGER NOT NULL CHECK (end_ms > start_ms),
    speaker_id TEXT NOT NULL REFERENCES speakers (id) DEFERRABLE INITIALLY DEFERRED
) STRICT
"""

_INDEXES = (
    "CREATE UNIQUE INDEX recordings_audio ON recordings (ifnull(owner, ''), audio_sha256)",
    "CREATE INDEX recordings_created_at ON recordings (created_at)",
    "CREATE INDEX pipeline_runs_recording ON pipeline_runs (recording_id, created_at)",
    "CREATE INDEX transcripts_recording ON transcripts (recording_id, created_at)",
    "CREATE INDEX transcripts_run ON transcripts (run_id)",
    "CREATE INDEX utterances_start ON utterances (transcript_id, start_ms, position)",
    "CREATE INDEX utterances_speaker ON utterances (speaker_id)",
    "CREATE INDEX turns_start ON turns (transcript_id, start_ms, position)",
    "CREATE INDEX turns_speaker ON turns (speaker_id)",
)
