from __future__ import annotations

import logging

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.asr.whisper.prompts import MAX_HOTWORD_TOKENS, PROMPTS, style_of
from pipeline.asr.whisper.whisper import WhisperRecognizer
from pipeline.asr.whisper.window_decoder import WhisperOptions
from pipeline.audio.samples import Audio
from pipeline.core.errors import InferenceError, OptionError
from pipeline.core.transcript import RecognizedSegment, SpeechSegment, Token
from tests.pipeline.asr.scripted_net import ScriptedNet, Utterance, recording

SENTENCES = (
    "今天我们讨论三个问题。",
    "第一个问题是预算够不够。",
    "第二个问题是时间来不来得及。",
    "第三个问题是谁来负责这件事。",
    "好的那么现在就开始吧各位。",
    "最后请大家签一下到谢谢配合。",
)
MORE = (
    "这一栋楼一共有十二层高。",
    "电梯最近常常出现故障停运。",
    "物业公司说下个月才能修理。",
    "住在顶楼的老人很不方便啊。",
    "大家都希望能够早点解决它。",
    "有人提议一起写一封信过去。",
)
ENGLISH = (
    " we all go home now",
    " it is far too late",
    " who has the keys",
    " call me a taxi then",
    " one more cup please",
    " nobody saw that car",
    " rain again on monday",
    " the bus was full",
)
SEGMENT_MS, GAP_MS = 4_000, 1_000
THIRTY_SECONDS = WhisperOptions(longest_window_ms=30_000)


def spoken(*texts: str) -> list[Utterance]:
    return [Utterance(text) for text in texts]


def segments_of(script: list[Utterance]) -> tuple[SpeechSegment, ...]:
    step = SEGMENT_MS + GAP_MS
    return tuple(
        SpeechSegment(500 + i * step, 500 + i * step + SEGMENT_MS) for i in range(len(script))
    )


def audio_of(segments: tuple[SpeechSegment, ...]) -> Audio:
    return recording(segments, segments[-1].end_ms + 500 if segments else 1_000)


def recognize(net: ScriptedNet, *, language: str | None = None) -> tuple[RecognizedSegment, ...]:
    segments = segments_of(list(net.script))
    recognizer = WhisperRecognizer(net, options=THIRTY_SECONDS)
    return tuple(recognizer.recognize(audio_of(segments), segments, language=language))


def texts(results: tuple[RecognizedSegment, ...]) -> list[str]:
    return ["".join(token.text for token in result.tokens).strip() for result in results]


def test_each_segment_gets_its_text_and_exact_times_through_the_packing() -> None:
    script = spoken(*SENTENCES, *MORE)  # 12 segments: more than one window

    results = recognize(ScriptedNet(script))

    assert texts(results) == [*SENTENCES, *MORE]
    assert [result.segment for result in results] == list(segments_of(script))
    for result, utterance in zip(results, script, strict=True):
        start_ms, step_ms = result.segment.start_ms, utterance.character_ms
        assert result.language == "zh"
        assert [token.start_ms for token in result.tokens] == [
            start_ms + step_ms * i for i in range(len(result.tokens))
        ]
        assert result.tokens[0] == Token(start_ms, start_ms + step_ms, result.tokens[0].text, 0.9)


def test_a_long_segment_is_divided_and_put_together_again() -> None:
    text = "".join(SENTENCES) * 3
    segment = SpeechSegment(1_000, 1_000 + 200 * len(text))  # 46 s
    net = ScriptedNet(spoken(text))
    net.align = lambda window, hypothesis, *, language: ()  # type: ignore[method-assign]

    (result,) = WhisperRecognizer(net, options=THIRTY_SECONDS).recognize(
        recording([segment], segment.end_ms), [segment], language="zh"
    )

    assert result.segment == segment
    assert len(net.calls) == 2  # two windows, none of 46 s


def test_the_first_results_come_before_the_second_window_is_heard() -> None:
    net = ScriptedNet(spoken(*SENTENCES, *MORE))
    segments = segments_of(list(net.script))
    results = iter(
        WhisperRecognizer(net, options=THIRTY_SECONDS).recognize(
            audio_of(segments), segments, language="zh"
        )
    )

    first = next(results)

    assert first.segment == segments[0]
    assert [numbers for numbers, _, _ in net.calls] == [(1, 2, 3, 4, 5, 6)]


class Unfinished:
    """Samples of a recording of which more is on its way."""

    def __init__(self, audio: Audio) -> None:
        self._audio = audio

    def read(self, first_sample: int, stop_sample: int) -> NDArray[np.int16]:
        assert stop_sample <= self._audio.num_samples, "would wait for what is not there yet"
        return self._audio.read_pcm(first_sample, stop_sample)

    def num_samples(self) -> int:
        raise AssertionError("would wait for the end of the recording")

    def expected_samples(self) -> int:
        return self._audio.num_samples


def test_a_chunk_is_heard_while_the_rest_of_the_recording_is_on_its_way() -> None:
    net = ScriptedNet(spoken(*SENTENCES))
    segments = segments_of(list(net.script))
    audio = Audio(Unfinished(audio_of(segments)))

    assert texts(tuple(WhisperRecognizer(net).recognize(audio, segments, language="zh"))) == list(
        SENTENCES
    )


def test_no_segments_need_no_window() -> None:
    net = ScriptedNet(())

    assert recognize(net) == ()
    assert net.calls == []


def test_what_was_said_before_is_the_context_of_the_next_window() -> None:
    net = ScriptedNet(spoken(*SENTENCES, *MORE))

    recognize(net, language="zh")

    (_, _, first), (_, _, second) = net.calls
    assert "".join(SENTENCES) not in first
    assert second == first + "".join(SENTENCES)


def test_where_the_decoder_stops_early_the_next_window_begins() -> None:
    net = ScriptedNet(
        spoken(*SENTENCES), leaves_out=lambda numbers: set(numbers[2:]) if 1 in numbers else set()
    )

    assert texts(recognize(net)) == list(SENTENCES)
    assert [numbers for numbers, _, _ in net.calls] == [(1, 2, 3, 4, 5, 6), (3, 4, 5, 6)]


def test_a_part_that_the_decoder_leaps_over_is_heard_by_itself() -> None:
    net = ScriptedNet(
        spoken(*SENTENCES), leaves_out=lambda numbers: {3} if len(numbers) > 1 else set()
    )

    assert texts(recognize(net)) == list(SENTENCES)
    assert [numbers for numbers, _, _ in net.calls] == [(1, 2, 3, 4, 5, 6), (3,)]


def test_where_a_part_heard_by_itself_is_not_heard_to_its_end_the_rest_is_heard_too() -> None:
    script = spoken(*SENTENCES[:4])
    utterances = (
        SpeechSegment(500, 4_500),
        SpeechSegment(5_500, 7_700),  # eleven characters at five a second
        SpeechSegment(8_100, 11_500),  # the third speaks in the second one's segment
        SpeechSegment(12_500, 16_500),
    )
    segments = (utterances[0], SpeechSegment(5_500, 11_500), utterances[3])
    net = ScriptedNet(script, leaves_out=lambda numbers: {3} if 2 in numbers else set())

    results = WhisperRecognizer(net, options=THIRTY_SECONDS).recognize(
        recording(utterances, 17_000), segments, language="zh"
    )

    assert texts(tuple(results)) == [SENTENCES[0], SENTENCES[1] + SENTENCES[2], SENTENCES[3]]


def test_a_window_that_loops_is_heard_again_without_context_and_is_no_context_itself() -> None:
    def loops(text: str, context: str) -> str:
        return "习近" * 20 if SENTENCES[5] in context else text

    net = ScriptedNet(spoken(*SENTENCES * 3), rewrites=loops)

    results = recognize(net, language="zh")

    assert texts(results) == list(SENTENCES * 3)
    contexts = [context for _, _, context in net.calls]
    prompt = contexts[0]
    assert contexts[2] == prompt


def test_a_loop_that_stays_is_left_with_its_first_round() -> None:
    net = ScriptedNet(spoken(SENTENCES[0]), rewrites=lambda text, context: "好的" * 20)

    assert texts(recognize(net)) == ["好的"]


def test_an_echo_of_the_context_gives_way_to_what_is_heard_without_it() -> None:
    def echoes(text: str, context: str) -> str:
        return "今天是二零二三年五月三十一日。" if context else text

    net = ScriptedNet(spoken(SENTENCES[0]), rewrites=echoes)

    assert texts(recognize(net)) == [SENTENCES[0]]
    assert net.calls[-1][2] == ""


def test_what_is_said_in_the_words_of_the_context_stays() -> None:
    net = ScriptedNet(spoken("大家好，今天是五月三十一日。"))

    assert texts(recognize(net)) == ["大家好，今天是五月三十一日。"]


def test_credits_that_nobody_spoke_are_dropped() -> None:
    net = ScriptedNet(spoken(SENTENCES[0] + "字幕由社区提供"))

    assert texts(recognize(net)) == [SENTENCES[0]]


def test_chinese_is_simplified_with_full_width_marks() -> None:
    net = ScriptedNet(spoken("謝謝你們,後面還有問題嗎?我們等著回答."))

    assert texts(recognize(net)) == ["谢谢你们，后面还有问题吗？我们等着回答。"]


def test_people_who_switch_between_languages_are_heard_in_theirs() -> None:
    script = [
        Utterance(SENTENCES[0]),
        Utterance(ENGLISH[0], "en"),
        Utterance(SENTENCES[1]),
        Utterance(SENTENCES[2]),
        Utterance(ENGLISH[1], "en"),
    ]
    net = ScriptedNet(script)

    results = recognize(net)

    assert texts(results) == [utterance.text.strip() for utterance in script]
    assert [result.language for result in results] == ["zh", "en", "zh", "zh", "en"]
    assert [(numbers, language) for numbers, language, _ in net.calls] == [
        ((1, 3, 4), "zh"),
        ((2, 5), "en"),
    ]


def test_a_recording_in_one_language_is_asked_once_a_window() -> None:
    net = ScriptedNet([Utterance(text, "en") for text in ENGLISH])

    results = recognize(net)

    assert {result.language for result in results} == {"en"}
    assert net.num_language_questions == len(net.calls) == 2


def test_a_chosen_language_is_not_asked_for() -> None:
    net = ScriptedNet([Utterance(ENGLISH[0], "en"), *spoken(*SENTENCES)])

    results = recognize(net, language="ja")

    assert {result.language for result in results} == {"ja"}
    assert net.num_language_questions == 0


def test_javanese_is_spelled_for_the_model_as_the_model_spells_it() -> None:
    net = ScriptedNet(spoken(SENTENCES[0]))

    (result,) = recognize(net, language="jv")

    assert result.language == "jv"
    assert net.calls[0][1] == "jw"


def test_languages_are_two_letter_codes_with_chinese_first() -> None:
    assert WhisperRecognizer(ScriptedNet(())).languages == ("zh", "en", "ja", "jv")


@pytest.mark.parametrize("language", ["xx", "ZH", "chinese", "haw", "", "<|zh|>"])
def test_a_language_that_is_not_known_is_refused_before_any_work(language: str) -> None:
    net = ScriptedNet(spoken(*SENTENCES))
    segments = segments_of(list(net.script))

    with pytest.raises(OptionError, match=f"language '{language}'".replace("|", r"\|")):
        WhisperRecognizer(net, options=THIRTY_SECONDS).recognize(
            audio_of(segments), segments, language=language
        )

    assert net.calls == []


def test_a_hotword_takes_the_place_of_what_was_heard_instead() -> None:
    def hears(text: str, context: str) -> str:
        return text if "玄戒" in context else text.replace("玄戒", "悬界")

    net = ScriptedNet(spoken("今天下午他们发布了玄戒芯片。"), rewrites=hears)
    segments = segments_of(list(net.script))
    recognizer = WhisperRecognizer(net, options=THIRTY_SECONDS)

    without = tuple(recognizer.recognize(audio_of(segments), segments, language="zh"))
    num_passes = len(net.calls)
    found = tuple(
        recognizer.recognize(audio_of(segments), segments, language="zh", hotwords=["魔搭", "玄戒"])
    )

    assert recognizer.accepts_hotwords
    assert texts(without)[0] == "今天下午他们发布了悬界芯片。"
    assert texts(found) == ["今天下午他们发布了玄戒芯片。"]
    prompts = [prompt for _, _, prompt in net.calls[num_passes:]]
    assert prompts == [PROMPTS["zh"], PROMPTS["zh"] + "魔搭、玄戒。"]


@pytest.mark.parametrize(
    "invented", ["魔搭、玄戒。", "魔搭、玄戒、魔搭、玄戒和魔搭。", "说的是另一件事魔搭"]
)
def test_what_the_decoder_makes_of_the_hotwords_is_not_adopted(invented: str) -> None:
    def invents(text: str, context: str) -> str:
        return invented if "魔搭" in context else text

    net = ScriptedNet(spoken(SENTENCES[0]), rewrites=invents)
    segments = segments_of(list(net.script))

    (result,) = WhisperRecognizer(net).recognize(
        audio_of(segments), segments, language="zh", hotwords=["魔搭", "玄戒"]
    )

    assert texts((result,)) == [SENTENCES[0]]


def test_hotwords_take_a_bounded_part_of_the_prompt(caplog: pytest.LogCaptureFixture) -> None:
    net = ScriptedNet(spoken(SENTENCES[0]))
    words = [f"第{number:02}号词语" for number in range(40)]

    with caplog.at_level(logging.INFO):
        style = style_of("zh", words, net)

    assert len(style) <= MAX_HOTWORD_TOKENS + len(PROMPTS["zh"])
    assert style.startswith(PROMPTS["zh"] + "第00号词语、第01号词语、")
    assert "Only the first 11 of 40 hotwords fit" in caplog.text


def test_words_in_chinese_characters_are_not_shown_before_english() -> None:
    net = ScriptedNet(spoken(SENTENCES[0]))

    assert style_of("en", ["魔搭", "Speaker Studio", "CAM++"], net) == " Speaker Studio, CAM++."
    assert style_of("en", ["魔搭"], net) == ""
    assert style_of("zh", [], net) == PROMPTS["zh"]


def test_a_window_that_fails_leaves_its_segments_empty_and_says_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    net = ScriptedNet(spoken(*SENTENCES, *MORE), fails=lambda numbers: 1 in numbers)

    with caplog.at_level(logging.WARNING):
        results = recognize(net, language="zh")

    assert texts(results) == [""] * 6 + list(MORE)
    assert [record.getMessage() for record in caplog.records] == [
        "No text from 500 ms to 29500 ms: the encoder failed"
    ]


def test_a_recording_that_fails_throughout_is_an_error_not_an_empty_transcript() -> None:
    net = ScriptedNet(spoken(*SENTENCES, *MORE), fails=lambda numbers: True)

    with pytest.raises(InferenceError, match="the encoder failed"):
        recognize(net, language="zh")
