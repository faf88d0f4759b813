"""The order of the stages, with stages that are made up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from pipeline.audio.samples import Audio
from pipeline.core.errors import OptionError, TranscriptionCancelled
from pipeline.core.events import RunEvent
from pipeline.core.intervals import Interval
from pipeline.core.options import AsrOptions, PipelineOptions, Profile, SpeakerCount
from pipeline.core.progress import Report, Stage, StageProgress, ignore_report, overall_fraction
from pipeline.core.provenance import ModelUse
from pipeline.core.result import SpeakerEvidence
from pipeline.core.transcript import Mark, RecognizedSegment, SpeakerTurn, SpeechSegment, Token
from pipeline.punctuation.ct_transformer.mark_streams import JoinedWordStream
from pipeline.runtime.append_log import StoredRecords
from pipeline.runtime.checkpoint import Checkpoint
from pipeline.speakers.streaming_diarizer import Diarization
from pipeline.transcription.pipeline import Pipeline

AUDIO = Audio(np.zeros(160_000, dtype=np.int16))
SEGMENTS = (SpeechSegment(0, 2_000), SpeechSegment(3_000, 5_000))
TURNS = (SpeakerTurn(0, 2_000, "S1"), SpeakerTurn(3_000, 5_000, "S2"))
EVIDENCE = SpeakerEvidence(
    windows=(Interval(0, 1_500),),
    embeddings=np.ones((1, 192), dtype=np.float32),
    labels=np.zeros(1, dtype=np.int64),
)
MODELS = (ModelUse("vad", "made-up", "0" * 64),)


@dataclass
class MadeUpVad:
    segments: tuple[SpeechSegment, ...] = SEGMENTS

    def follow(
        self, audio: Audio, *, kept: StoredRecords, report: Report = ignore_report
    ) -> Iterator[SpeechSegment]:
        yield from self.segments
        report(audio.duration_ms, audio.duration_ms)


class MadeUpDiarizer:
    def follow(
        self, audio: Audio, num_speakers: SpeakerCount, *, checkpoint: Checkpoint
    ) -> MadeUpVoices:
        return MadeUpVoices()


class MadeUpVoices:
    """Until the end everybody is S9."""

    def __init__(self) -> None:
        self.followed_ms = 0

    def add(self, segment: SpeechSegment) -> None:
        self.followed_ms = segment.end_ms

    def speaker_of(self, chunk: Interval) -> str | None:
        return "S9" if self.followed_ms >= chunk.end_ms else None

    def diarize(
        self,
        segments: Sequence[SpeechSegment],
        num_speakers: SpeakerCount,
        *,
        report_embedding: Report = ignore_report,
        report_clustering: Report = ignore_report,
    ) -> Diarization:
        report_embedding(1, 1)
        report_clustering(1, 1)
        turns = TURNS if num_speakers.exact != 1 else (SpeakerTurn(0, 5_000, "S1"),)
        return Diarization(turns if segments else (), EVIDENCE)


@dataclass
class MadeUpRecognizer:
    accepts_hotwords: bool = False
    listened_for: list[str] = field(default_factory=list)
    emits_punctuation = True
    languages = ("zh",)
    num_parallel = 2

    def chunks(self, segments: Iterable[SpeechSegment]) -> Iterator[tuple[SpeechSegment, ...]]:
        yield from ((segment,) for segment in segments)

    def recognize(
        self,
        audio: Audio,
        segments: Sequence[SpeechSegment],
        *,
        language: str | None,
        hotwords: Sequence[str] = (),
    ) -> Iterator[RecognizedSegment]:
        self.listened_for += hotwords
        for segment in segments:
            number = SEGMENTS.index(segment)
            tokens = tuple(
                Token(segment.start_ms + 400 * i, segment.start_ms + 400 * i + 300, text)
                for i, text in enumerate(["第", "一二"[number], "句。"])
            )
            yield RecognizedSegment(segment, tokens, language or "zh")


class BareRecognizer(MadeUpRecognizer):
    """The same words, each character a token, without the marks."""

    emits_punctuation = False

    def recognize(
        self,
        audio: Audio,
        segments: Sequence[SpeechSegment],
        *,
        language: str | None,
        hotwords: Sequence[str] = (),
    ) -> Iterator[RecognizedSegment]:
        for each in super().recognize(audio, segments, language=language):
            bare = tuple(replace(token, text=token.text.strip("。")) for token in each.tokens)
            yield replace(each, tokens=bare)


@dataclass
class MadeUpPunctuator:
    """A comma after each first character, a stop after the last word of all."""

    asked: list[tuple[str, ...]] = field(default_factory=list)

    def follow(self) -> JoinedWordStream:
        return JoinedWordStream(self)

    def punctuate(
        self, words: Sequence[str], *, report: Report = ignore_report
    ) -> tuple[Mark, ...]:
        self.asked.append(tuple(words))
        for done in range(1, len(words) + 1):
            report(done, len(words))
        marks = [Mark.COMMA if word == "第" else Mark.NONE for word in words]
        return (*marks[:-1], Mark.FULL_STOP) if marks else ()


def pipeline(
    *,
    vad: MadeUpVad | None = None,
    recognizer: MadeUpRecognizer | None = None,
    punctuator: MadeUpPunctuator | None = None,
) -> Pipeline:
    return Pipeline(
        vad=vad or MadeUpVad(),
        diarizer=MadeUpDiarizer(),
        recognizer=recognizer or MadeUpRecognizer(),
        models=MODELS,
        punctuator=punctuator,
    )


def test_every_sentence_has_the_speaker_of_its_turn():
    transcript = pipeline().transcribe(AUDIO, PipelineOptions()).transcript

    assert [(each.text, each.speaker) for each in transcript.sentences] == [
        ("第一句。", "S1"),
        ("第二句。", "S2"),
    ]
    assert transcript.turns == TURNS
    assert (transcript.duration_ms, transcript.language) == (10_000, "zh")


def test_the_number_of_speakers_and_the_language_reach_their_stages():
    options = PipelineOptions(speakers=SpeakerCount(1, 1), asr=AsrOptions(language="en"))

    transcript = pipeline().transcribe(AUDIO, options).transcript

    assert transcript.speakers == ("S1",)
    assert transcript.language == "en"


def test_hotwords_reach_a_recogniser_that_listens_for_them():
    recognizer = MadeUpRecognizer(accepts_hotwords=True)
    options = PipelineOptions(asr=AsrOptions(hotwords=("魔搭",)))

    pipeline(recognizer=recognizer).transcribe(AUDIO, options)

    assert recognizer.listened_for == ["魔搭"] * len(SEGMENTS)  # each is a stretch here


def test_hotwords_that_nothing_listens_for_are_refused_before_any_work():
    reports: list[StageProgress] = []
    options = PipelineOptions(asr=AsrOptions(hotwords=("魔搭",)))

    with pytest.raises(OptionError, match="does not accept hotwords"):
        pipeline().transcribe(AUDIO, options, on_progress=reports.append)

    assert reports == []


def test_a_recording_without_speech_gives_an_empty_transcript():
    transcript = pipeline(vad=MadeUpVad(())).transcribe(AUDIO, PipelineOptions()).transcript

    assert (transcript.sentences, transcript.turns, transcript.language) == ((), (), "")


def test_diarization_alone_leaves_the_words_out():
    transcript = pipeline().transcribe(AUDIO, PipelineOptions(diarize_only=True)).transcript

    assert (transcript.sentences, transcript.turns) == ((), TURNS)


def test_bare_words_are_punctuated_once_for_the_whole_recording():
    punctuator = MadeUpPunctuator()
    work = pipeline(recognizer=BareRecognizer(), punctuator=punctuator)

    transcript = work.transcribe(AUDIO, PipelineOptions()).transcript

    assert punctuator.asked[-1] == ("第", "一", "句", "第", "二", "句")
    assert [(each.text, each.speaker) for each in transcript.sentences] == [
        ("第，一句", "S1"),
        ("第，二句。", "S2"),
    ]


def test_in_classic_the_punctuated_words_are_clauses():
    work = pipeline(recognizer=BareRecognizer(), punctuator=MadeUpPunctuator())

    transcript = work.transcribe(AUDIO, PipelineOptions(profile=Profile.CLASSIC)).transcript

    assert [each.text for each in transcript.sentences] == ["第，", "一句第，", "二句。"]


def test_words_that_carry_marks_are_not_punctuated_again():
    punctuator = MadeUpPunctuator()

    transcript = pipeline(punctuator=punctuator).transcribe(AUDIO, PipelineOptions()).transcript

    assert punctuator.asked == []
    assert [each.text for each in transcript.sentences] == ["第一句。", "第二句。"]


def test_without_a_punctuator_bare_words_are_a_sentence_per_segment():
    transcript = (
        pipeline(recognizer=BareRecognizer()).transcribe(AUDIO, PipelineOptions()).transcript
    )

    assert [(each.text, each.speaker) for each in transcript.sentences] == [
        ("第一句", "S1"),
        ("第二句", "S2"),
    ]


def test_punctuating_is_part_of_the_progress_and_of_the_cost():
    reports: list[StageProgress] = []
    work = pipeline(recognizer=BareRecognizer(), punctuator=MadeUpPunctuator())

    result = work.transcribe(AUDIO, PipelineOptions(), on_progress=reports.append)

    stages = list(dict.fromkeys(each.stage for each in reports))
    fractions = [overall_fraction(each) for each in reports]
    assert stages == [Stage.RECOGNIZE, Stage.PUNCTUATE, Stage.CLUSTER_SPEAKERS]
    assert fractions == sorted(fractions)
    assert [name for name, _ in result.stage_seconds][-3:] == [
        "punctuate",
        "cluster_speakers",
        "finish",
    ]


def test_progress_goes_through_the_stages_and_never_back():
    reports: list[StageProgress] = []

    pipeline().transcribe(AUDIO, PipelineOptions(), on_progress=reports.append)

    stages = list(dict.fromkeys(each.stage for each in reports))
    fractions = [overall_fraction(each) for each in reports]
    assert stages == [Stage.RECOGNIZE, Stage.CLUSTER_SPEAKERS]
    assert fractions == sorted(fractions)


@pytest.mark.parametrize(
    "stage",
    [Stage.RECOGNIZE, Stage.PUNCTUATE, Stage.CLUSTER_SPEAKERS],
)
def test_a_report_that_raises_stops_the_work(stage):
    def stop(progress: StageProgress) -> None:
        if progress.stage is stage:
            raise TranscriptionCancelled("enough")

    work = pipeline(recognizer=BareRecognizer(), punctuator=MadeUpPunctuator())

    with pytest.raises(TranscriptionCancelled):
        work.transcribe(AUDIO, PipelineOptions(), on_progress=stop)


def test_a_result_says_what_made_it_and_what_each_stage_cost():
    options = PipelineOptions(speakers=SpeakerCount(2, 4))

    result = pipeline().transcribe(AUDIO, options)

    assert result.provenance.models == MODELS
    assert dict(result.provenance.options)["speakers"] == "2-4"
    assert [name for name, _ in result.stage_seconds] == [
        "detect_speech",
        "embed_speakers",
        "recognize",
        "cluster_speakers",
        "finish",
    ]
    assert all(seconds >= 0 for _, seconds in result.stage_seconds)


def test_sentences_are_told_as_they_are_found_the_first_at_once():
    found: list[RunEvent] = []

    pipeline().transcribe(AUDIO, PipelineOptions(), on_event=found.append)

    told = [sentence for each in found for sentence in each.sentences]
    assert [each.text for each in told] == ["第一句。", "第二句。"]
    assert told[0].speaker in {"S9", None}
    assert [each.first for each in found] == [
        sum(len(before.sentences) for before in found[:place]) for place in range(len(found))
    ]
