"""A workspace with a made-up conversation of any length, for those who look at the editor."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from pipeline.audio.playback.peaks import waveform_peaks
from pipeline.audio.samples import SAMPLE_RATE_HZ, Audio
from pipeline.core.intervals import Interval
from pipeline.core.provenance import ModelUse, Provenance
from pipeline.core.result import SpeakerEvidence
from pipeline.core.transcript import Sentence, SpeakerTurn, Token, Transcript, WordCandidates
from storage.db.blobs import PEAKS, REVIEW_AUDIO, BlobStore, candidates_name, evidence_name
from storage.db.database import open_database
from storage.library.recordings import add_recording, set_audio
from storage.library.run_files import candidates_bytes, evidence_bytes
from storage.library.runs import complete_run, queue_run
from storage.transcripts.transcripts import save_machine_transcript

NUM_SPEAKERS = 3
SENTENCE_MS = 2_000
PAUSE_MS = 400
WINDOW_MS, HOP_MS = 1_500, 750
EMBEDDING_DIM = 192
SENTENCE_SAMPLES = SENTENCE_MS * SAMPLE_RATE_HZ // 1000
UNSURE = 0.2  # confidence of one word in every tenth sentence
BY_MODEL = 1  # the sentence whose word 家 a language model chose in place of 加
_WORDS = "大家好今天我们来讨论项目进展"


@dataclass(frozen=True)
class MadeWorkspace:
    """A workspace with a transcript that nobody has edited.

    Attributes:
        folder: of the workspace.
        recording_id: the transcribed recording.
        transcript_id: its transcript.
        first_edit_id: the edit that stands for the machine's transcript in the history.
    """

    folder: Path
    recording_id: str
    transcript_id: str
    first_edit_id: int


def make_workspace(
    folder: Path,
    *,
    num_sentences: int,
    hop_ms: int = HOP_MS,
    sound_of: Callable[[int], NDArray[np.int16]] | None = None,
    offers: Mapping[int, tuple[str, tuple[str, ...]]] | None = None,
) -> MadeWorkspace:
    """Speakers take turns, a sentence each; sentence i begins at 2.4 s times i.

    Args:
        folder: where it is to lie.
        num_sentences: how many there are.
        hop_ms: from one excerpt of a voice to the next.
        sound_of: what is heard of a sentence, (32000,) int16; by default a tone for each voice.
        offers: a doubtful word of a sentence with other words for it, by the sentence's number.
    """
    transcript = made_transcript(num_sentences)
    database = open_database(folder / "studio.sqlite3")
    blobs = BlobStore(folder / "recordings")
    evidence = made_evidence(transcript, hop_ms)
    audio = _audio(transcript, sound_of or _tone)
    with database.transaction() as db:
        recording = add_recording(db, title="讨论会", source_name="a.wav", audio_sha256="a" * 64)
        run = queue_run(db, recording.recording_id, options=())
    recording_id = recording.recording_id
    encoded = io.BytesIO()
    soundfile.write(encoded, audio.pcm, SAMPLE_RATE_HZ, format="FLAC", subtype="PCM_16")
    sha256 = blobs.put(recording_id, REVIEW_AUDIO, [encoded.getvalue()])
    blobs.put(recording_id, PEAKS, [waveform_peaks(audio).tobytes()])
    voices = blobs.put(recording_id, evidence_name(run.run_id), [evidence_bytes(evidence)])
    offered = [_offer(transcript.sentences[each], *words) for each, words in (offers or {}).items()]
    blobs.put(recording_id, candidates_name(run.run_id), [candidates_bytes(offered)])
    models = (ModelUse("recognizer", "whisper-base", "0" * 64),)
    with database.transaction() as db:
        complete_run(
            db, run.run_id, Provenance(models, ()), stage_seconds=(), evidence_sha256=voices
        )
        record = save_machine_transcript(db, run, transcript)
        set_audio(db, recording_id, duration_ms=transcript.duration_ms, review_audio_sha256=sha256)
    database.close()
    return MadeWorkspace(folder, recording_id, record.transcript_id, record.head_edit_id)


def add_talk(
    folder: Path, title: str, *, num_sentences: int, model_id: str = "campplus"
) -> MadeWorkspace:
    """Add a recording without sound, of the same voices, to a workspace that no app has open.

    Args:
        folder: of the workspace.
        title: of the recording; hexadecimal digits.
        num_sentences: how many there are.
        model_id: of the embeddings.
    """
    transcript = made_transcript(num_sentences)
    database = open_database(folder / "studio.sqlite3")
    with database.transaction() as db:
        recording = add_recording(
            db, title=title, source_name="a.wav", audio_sha256=f"{title:0<64}"
        )
        run = queue_run(db, recording.recording_id, options=())
    recording_id = recording.recording_id
    voices = BlobStore(folder / "recordings").put(
        recording_id, evidence_name(run.run_id), [evidence_bytes(made_evidence(transcript))]
    )
    models = (ModelUse("speaker_embedder", model_id, "0" * 64),)
    with database.transaction() as db:
        complete_run(
            db, run.run_id, Provenance(models, ()), stage_seconds=(), evidence_sha256=voices
        )
        record = save_machine_transcript(db, run, transcript)
    database.close()
    return MadeWorkspace(folder, recording_id, record.transcript_id, record.head_edit_id)


def made_transcript(num_sentences: int) -> Transcript:
    """What the machine is said to have heard."""
    sentences = tuple(_sentence(i) for i in range(num_sentences))
    return Transcript(
        duration_ms=num_sentences * (SENTENCE_MS + PAUSE_MS),
        language="zh",
        sentences=sentences,
        turns=tuple(
            SpeakerTurn(each.start_ms, each.end_ms, each.speaker or "") for each in sentences
        ),
    )


def _offer(sentence: Sentence, word: str, candidates: tuple[str, ...]) -> WordCandidates:
    at = "".join(each.text for each in sentence.tokens).index(word)
    said = sentence.tokens[at : at + len(word)]
    return WordCandidates(said[0].start_ms, said[-1].end_ms, word, candidates, doubt=0.8)


def _sentence(number: int) -> Sentence:
    start_ms = number * (SENTENCE_MS + PAUSE_MS)
    words = [*f"第{number}句", *_WORDS]
    step_ms = SENTENCE_MS // len(words)
    unsure = 3 if number % 10 == 0 else None
    tokens = tuple(
        Token(
            start_ms + i * step_ms,
            start_ms + (i + 1) * step_ms,
            word,
            UNSURE if i == unsure else 0.99,
            text_without_lm="加" if number == BY_MODEL and word == "家" else None,
        )
        for i, word in enumerate(words)
    )
    text = "".join(words) + "。"
    speaker = f"S{number % NUM_SPEAKERS + 1}"
    return Sentence(start_ms, start_ms + SENTENCE_MS, text, tokens, speaker)


def made_evidence(transcript: Transcript, hop_ms: int = HOP_MS) -> SpeakerEvidence:
    """The voices that the machine is said to have heard."""
    rng = np.random.default_rng(0)
    voices = rng.normal(size=(NUM_SPEAKERS, EMBEDDING_DIM))
    windows, labels = [], []
    for number, turn in enumerate(transcript.turns):
        for start_ms in range(turn.start_ms, turn.end_ms - hop_ms, hop_ms):
            windows.append(Interval(start_ms, min(start_ms + WINDOW_MS, turn.end_ms)))
            labels.append(number % NUM_SPEAKERS)
    embeddings = voices[labels] + 0.8 * rng.normal(size=(len(labels), EMBEDDING_DIM))
    embeddings /= np.linalg.norm(embeddings, axis=1, keepdims=True)
    return SpeakerEvidence(
        tuple(windows), embeddings.astype(np.float32), np.array(labels, dtype=np.int64)
    )


def write_sound(transcript: Transcript, audio_path: Path, peaks_path: Path) -> None:
    """What is played of a transcript, and the picture of its loudness."""
    audio = _audio(transcript, _tone)
    soundfile.write(audio_path, audio.pcm, SAMPLE_RATE_HZ, format="FLAC", subtype="PCM_16")
    peaks_path.write_bytes(waveform_peaks(audio).tobytes())


def _audio(transcript: Transcript, sound_of: Callable[[int], NDArray[np.int16]]) -> Audio:
    """The sound of every sentence, and silence between them."""
    pcm = np.zeros(transcript.duration_ms * SAMPLE_RATE_HZ // 1000, dtype=np.int16)
    for number, each in enumerate(transcript.sentences):
        first = each.start_ms * SAMPLE_RATE_HZ // 1000
        pcm[first : first + SENTENCE_SAMPLES] = sound_of(number)
    return Audio(pcm)


def _tone(number: int) -> NDArray[np.int16]:
    """Higher for every next speaker."""
    seconds = np.arange(SENTENCE_SAMPLES) / SAMPLE_RATE_HZ
    tone = np.sin(2 * np.pi * (220 + 110 * (number % NUM_SPEAKERS)) * seconds)
    return (3_000 * tone).astype(np.int16)
