"""Speakers of batch runs named by the voices that an app remembers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.batch.run import digest_of_makers
from pipeline.cli.known_voices import read_known_voices
from pipeline.cli.transcribe import main
from pipeline.core.errors import OptionError
from pipeline.core.intervals import Interval
from pipeline.core.options import PipelineOptions
from pipeline.core.provenance import ModelUse, Provenance
from pipeline.core.result import PipelineResult, SpeakerEvidence
from pipeline.core.transcript import SpeakerTurn, Transcript
from storage.command_line import main as write_voices
from storage.db.database import open_database
from storage.library.known_voices import PrintSource, StoredVoice, remember_voice
from storage.transcripts.transcripts import save_machine_transcript
from tests.storage.samples import DIALOGUE, add_sample_run

DIM = 8
AXES = np.eye(DIM, dtype=np.float32)


@pytest.fixture
def voices(tmp_path: Path) -> Path:
    """The file of a workspace in which the voice of the second axis is remembered as 王经理."""
    database = open_database(tmp_path / "studio.sqlite3")
    with database.transaction() as db:
        run = add_sample_run(db)
        record = save_machine_transcript(db, run, DIALOGUE)
        source = PrintSource(run.recording_id, record.transcript_id, "campplus", (), 12_000)
        voice = StoredVoice(0.8 * AXES[1], 0.3, 20.0)
        remember_voice(db, "王经理", voice, source, made_by="Anna")
    database.close()
    path = tmp_path / "voices.npz"
    assert write_voices(["voices", "--to", str(path)], default_workspace=tmp_path) == 0
    return path


def result_of(model_id: str) -> PipelineResult:
    """Return the result of a recording in which S1 and then S2, the second axis, speak."""
    windows = (Interval(0, 1_500), Interval(2_000, 3_500))
    return PipelineResult(
        Transcript(4_000, "", turns=(SpeakerTurn(0, 1_500, "S1"), SpeakerTurn(2_000, 3_500, "S2"))),
        SpeakerEvidence(windows, AXES[:2], np.array([0, 1])),
        Provenance((ModelUse("speaker_embedder", model_id, "0" * 64),)),
        (),
    )


def test_a_speaker_with_a_known_voice_is_named(voices: Path) -> None:
    known = read_known_voices(voices)

    assert known.names(result_of("campplus")) == (("S2", "王经理"),)
    assert known.names(result_of("another")) == ()


def test_transcripts_are_out_of_date_when_the_prints_change(voices: Path) -> None:
    digest = read_known_voices(voices).digest

    made = [
        digest_of_makers(PipelineOptions(), (), pcm_rate_hz=16_000, known_voices=each)
        for each in ("", digest, "f" * 64)
    ]

    assert len(set(made)) == 3


def test_another_file_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.npz"
    np.savez(other, names=np.array(["王经理"]))
    (tmp_path / "text").write_text("no voices")

    for path in (other, tmp_path / "text", tmp_path / "missing", tmp_path):
        with pytest.raises(OptionError, match="no file of known voices"):
            read_known_voices(path)


def test_a_workspace_without_voices_gives_an_empty_file(tmp_path: Path) -> None:
    open_database(tmp_path / "studio.sqlite3").close()
    path = tmp_path / "voices.npz"

    assert write_voices(["voices", "--to", str(path)], default_workspace=tmp_path) == 0

    assert read_known_voices(path).names(result_of("campplus")) == ()


def test_a_missing_workspace_is_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["voices", "--to", str(tmp_path / "voices.npz")]

    assert write_voices(command, default_workspace=tmp_path / "nowhere") == 1
    assert "There is no database" in capsys.readouterr().err


def test_the_command_names_a_missing_file_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refusal:
        main(
            [
                *("transcribe", str(tmp_path / "a.wav"), "--out", str(tmp_path / "out")),
                *("--known-voices", str(tmp_path / "nowhere")),
            ]
        )

    assert refusal.value.code == 2
    assert "no file of known voices" in capsys.readouterr().err
