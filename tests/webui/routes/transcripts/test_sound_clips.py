"""Downloads of the sound of sentences and speakers."""

from __future__ import annotations

import io
import tracemalloc
from zipfile import ZipFile

import numpy as np
import pytest
import soundfile
from starlette.testclient import TestClient

from pipeline.audio.playback.playback_copy import write_review_copy
from pipeline.audio.samples import SAMPLE_RATE_HZ, Audio
from storage.db.blobs import REVIEW_AUDIO
from webui.services.exports.sound_clips import PAUSE_MS, SoundForm

RATE = SAMPLE_RATE_HZ
PCM = np.arange(4 * RATE, dtype=np.int64).astype(np.int16)  # each sample says where it is


@pytest.fixture
def heard(services, transcribed):
    """The recording with real sound; returns its editor's view."""
    path = services.recordings.audio_path(transcribed.recording_id)
    assert path.name == REVIEW_AUDIO
    write_review_copy(Audio(PCM), path)
    return services.review.open_preferred(transcribed.recording_id)


@pytest.fixture
def one(heard):
    return f"/studio/transcripts/{heard.record.transcript_id}"


def edit(client: TestClient, one: str, **fields: object) -> None:
    view = client.get(one).json()
    body = {"client_edit_id": f"{view['revision']:032x}", "base": view["revision"], **fields}
    assert client.post(f"{one}/edits", json=body).status_code == 200


def ids_of(heard):
    return [each.utterance_id for each in heard.contents.utterances]


def test_sentences_are_one_wav_file_in_order_of_time(client, heard, one):
    answer = client.get(f"{one}/sound/wav?ids={','.join(reversed(ids_of(heard)))}")
    sound, rate = soundfile.read(io.BytesIO(answer.content), dtype="int16")

    assert rate == RATE
    first, second = PCM[RATE // 10 : RATE * 3 // 2], PCM[RATE * 8 // 5 : RATE * 39 // 10]
    pause = np.zeros(RATE * PAUSE_MS // 1_000, np.int16)
    assert np.array_equal(sound, np.concatenate([first, pause, second]))
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert answer.headers["content-disposition"].endswith("%E4%BC%9A%E8%AE%AE%20%281%29.wav")


def test_the_clips_of_a_zip_are_named_by_time_and_speaker(client, heard, one):
    edit(
        client,
        one,
        kind="rename_speaker",
        speaker_id=heard.contents.speakers[0].speaker_id,
        name="../王 <1>",
    )
    answer = client.get(f"{one}/sound/zip?ids={','.join(ids_of(heard))}")

    with ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            "0001 00-00-00.100 .._王 _1_.wav",
            "0002 00-00-01.600 S2.wav",
        ]
        sound, _rate = soundfile.read(io.BytesIO(archive.read(archive.namelist()[1])))
    assert len(sound) == RATE * 23 // 10


def test_a_speaker_is_heard_alone_without_rejected_sentences(client, heard, one):
    speaker = heard.contents.speakers[1].speaker_id
    path = f"{one}/speakers/{speaker}/sound/wav"

    sound, _rate = soundfile.read(io.BytesIO(client.get(path).content), dtype="int16")
    assert np.array_equal(sound, PCM[RATE * 8 // 5 : RATE * 39 // 10])

    edit(client, one, kind="reject", utterance_ids=ids_of(heard)[1:])
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("sound/wav?ids=", 400),
        (f"sound/wav?ids={','.join(['0' * 32] * 1_001)}", 400),
        ("sound/wav?ids=../../etc/passwd", 400),
        (f"sound/wav?ids={'0' * 32}", 404),
        (f"sound/mp3?ids={'0' * 32}", 404),
        (f"speakers/{'0' * 32}/sound/wav", 404),
    ],
)
def test_other_sentences_speakers_and_forms_are_refused(client, one, path, status):
    assert client.get(f"{one}/{path}").status_code == status


def test_without_stored_sound_nothing_is_found(client, services, transcribed):
    services.recordings.audio_path(transcribed.recording_id).unlink()
    view = client.get(f"/studio/recordings/{transcribed.recording_id}/review").json()
    ids = view["utterances"][0]["id"]

    assert client.get(f"/studio/transcripts/{view['id']}/sound/wav?ids={ids}").status_code == 404


def test_an_hour_of_sound_is_sent_with_little_memory(services, heard):
    path = services.recordings.audio_path(heard.recording.recording_id)
    hour = np.zeros(3_600 * RATE, np.int16)
    write_review_copy(Audio(hour), path)
    utterance = heard.contents.utterances[0]
    with services.sound_clips._database.transaction() as db:
        db.execute("UPDATE utterances SET end_ms = 3600000 WHERE id = ?", [utterance.utterance_id])
    file = services.sound_clips.of_sentences(
        heard.record.transcript_id, [utterance.utterance_id], SoundForm.ZIP
    )
    del hour

    tracemalloc.start()
    num_bytes = sum(map(len, file.blocks))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert num_bytes > 2 * 3_599 * RATE
    assert peak < 20_000_000
