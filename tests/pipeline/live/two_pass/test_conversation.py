"""Exchanges of messages with one client of FunASR's protocol."""

from __future__ import annotations

import json
import threading

import numpy as np
import pytest

from pipeline.core.errors import OptionError
from pipeline.live.two_pass import conversation
from pipeline.live.two_pass.settings import StreamSettings
from tests.pipeline.live.two_pass.scripted_session import (
    HELLO,
    Client,
    ScriptedSession,
    final,
    passing,
    sentence,
)

START = {
    "mode": "2pass",
    "chunk_size": [5, 10, 5],
    "chunk_interval": 10,
    "wav_name": "m1",
    "is_speaking": True,
    "audio_fs": 16_000,
    "wav_format": "pcm",
    "itn": True,
}
END = {"is_speaking": False}
SOUND = bytes(1_920)


def texts(answers) -> list[tuple[str, str, bool]]:
    return [(each["mode"], each["text"], each["is_final"]) for each in answers]


def test_an_exchange_has_growing_text_a_final_text_and_one_end() -> None:
    session = ScriptedSession([[passing("你好", 2)], [passing("你好吗", 3)], [final(HELLO)]])

    answers = Client(session).exchange(START, SOUND, SOUND, SOUND, END)

    assert answers == [
        {"mode": "2pass-online", "text": "你好", "wav_name": "m1", "is_final": False},
        {"mode": "2pass-online", "text": "吗", "wav_name": "m1", "is_final": False},
        {
            "mode": "2pass-offline",
            "text": "你好吗？",
            "wav_name": "m1",
            "is_final": False,
            "timestamp": "[[620, 760], [760, 900], [900, 1080], [900, 1080]]",
            "stamp_sents": [
                {
                    "text_seg": "你 好 吗",
                    "punc": "？",
                    "start": 620,
                    "end": 1_080,
                    "ts_list": [[620, 760], [760, 900], [900, 1_080]],
                }
            ],
            "spk_name": "Speaker 1",
            "spk_score": 0.71,
        },
        {"mode": "2pass-offline", "text": "", "wav_name": "m1", "is_final": True},
    ]


def test_the_last_of_several_final_texts_is_the_end() -> None:
    session = ScriptedSession([[final(HELLO)]], [final(sentence("再见。"), segment=1)])

    answers = Client(session).exchange(START, SOUND, END)

    assert texts(answers) == [
        ("2pass-offline", "你好吗？", False),
        ("2pass-offline", "再见。", True),
    ]


def test_an_end_message_with_is_end_is_acknowledged_after_the_end() -> None:
    answers = Client(ScriptedSession([[final(HELLO)]])).exchange(
        START, SOUND, {**END, "is_end": True}
    )

    assert [each["is_final"] for each in answers] == [False, True, True]
    assert answers[-1] == {"mode": "2pass", "wav_name": "m1", "is_final": True, "is_end": True}


def test_an_end_without_sound_is_one_empty_final_text() -> None:
    assert texts(Client().exchange(START, END)) == [("2pass-offline", "", True)]


def test_text_that_is_not_firm_is_not_sent() -> None:
    session = ScriptedSession([[passing("你号", 1)], [passing("你好", 2)]], [final(HELLO)])

    answers = Client(session).exchange(START, SOUND, SOUND, END)

    assert [text for _, text, _ in texts(answers)] == ["你", "好", "你好吗？"]


def test_passing_text_of_a_segment_without_words_is_replaced_by_nothing() -> None:
    session = ScriptedSession([[passing("嗯", 1)], [final()], [passing("你", 1, segment=1)]])

    answers = Client(session).exchange(START, SOUND, SOUND, SOUND, END)

    assert [text for _, text, _ in texts(answers)] == ["嗯", "", "你", ""]


def test_the_mode_online_sends_every_character_once() -> None:
    session = ScriptedSession([[passing("你号", 1)], [final(HELLO)]], [final(HELLO, segment=1)])

    answers = Client(session).exchange({**START, "mode": "online"}, SOUND, SOUND, END)

    assert texts(answers) == [
        ("online", "你", False),
        ("online", "好吗？", False),
        ("online", "你好吗？", True),
    ]


def test_the_mode_offline_sends_one_text_at_the_end() -> None:
    session = ScriptedSession([[passing("你", 1)], [final(HELLO)]], [final(HELLO, segment=1)])

    (answer,) = Client(session).exchange({**START, "mode": "offline"}, SOUND, SOUND, END)

    assert (answer["mode"], answer["text"]) == ("offline", "你好吗？你好吗？")
    assert answer["is_final"] is True
    assert len(json.loads(answer["timestamp"])) == 8


def test_a_final_text_does_not_begin_with_a_mark() -> None:
    session = ScriptedSession([[final(sentence("，你好。", (0, 500, "你"), (500, 900, "好")))]])

    answers = Client(session).exchange(START, SOUND, END)

    assert answers[0]["text"] == "你好。"


def test_there_is_a_pair_of_times_for_each_utf_16_unit_of_the_text() -> None:
    spoken = sentence("用 GPT，𠮷。", (0, 100, "用"), (100, 400, " GPT"), (400, 500, "𠮷"))

    answers = Client(ScriptedSession([[final(spoken)]])).exchange(START, SOUND, END)

    pairs = json.loads(answers[0]["timestamp"])
    assert pairs[:3] == [[0, 100], [100, 400], [400, 500]]
    assert len(pairs) == len(answers[0]["text"].encode("utf-16-le")) // 2
    assert [each["punc"] for each in answers[0]["stamp_sents"]] == ["，", "。"]


def test_a_text_without_times_has_no_timestamp() -> None:
    answers = Client(ScriptedSession([[final()]], [])).exchange(START, SOUND, END)

    assert all("timestamp" not in each for each in answers)


def test_sound_may_be_cut_inside_a_sample() -> None:
    pcm = np.arange(-500, 500, dtype="<i2")
    session, data = ScriptedSession(), pcm.tobytes()

    Client(session).exchange(START, data[:333], data[333:334], data[334:], END)

    assert session.samples.tolist() == pcm.tolist()


def test_sound_at_8_khz_is_resampled_without_a_seam() -> None:
    times = np.arange(16_000) / 8_000
    tone = (8_000 * np.sin(2 * np.pi * 440 * times)).astype("<i2").tobytes()
    whole, cut = ScriptedSession(), ScriptedSession()

    Client(whole).exchange({**START, "audio_fs": 8_000}, tone, END)
    pieces = [tone[at : at + 961] for at in range(0, len(tone), 961)]
    Client(cut).exchange({**START, "audio_fs": "8000"}, *pieces, END)

    assert len(whole.samples) == 32_000
    assert np.array_equal(whole.samples, cut.samples)
    spectrum = np.abs(np.fft.rfft(whole.samples.astype(float)))
    assert spectrum.argmax() == 880  # 440 Hz in 2 s


def test_a_socket_takes_one_utterance_after_the_other() -> None:
    first, second = ScriptedSession([[final(HELLO)]]), ScriptedSession([[final(HELLO)]])
    client = Client(first, second)

    answers = client.exchange(START, SOUND, END, {**START, "wav_name": "m2"}, SOUND, END)

    assert [each["wav_name"] for each in answers] == ["m1", "m1", "m2", "m2"]
    assert [each["is_final"] for each in answers] == [False, True, False, True]


def test_sound_before_a_start_message_is_heard_with_the_defaults() -> None:
    session = ScriptedSession([[final(HELLO)]])
    client = Client(session)

    answers = client.exchange(SOUND, {"wav_name": "late", "chunk_size": "5,10,5"}, END)

    assert client.settings == [StreamSettings()]
    assert len(session.samples) == 960
    assert answers[-1]["wav_name"] == "late"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ('{"阿里巴巴": 20, "Speaker Studio": 10}', ("阿里巴巴", "Speaker Studio")),
        ("阿里巴巴 张三\n李四,王五", ("阿里巴巴", "张三", "李四", "王五")),
        ("", ()),
        ("[1]", ("[1]",)),
    ],
)
def test_hotwords_are_weighted_or_between_blanks(value, words) -> None:
    client = Client(ScriptedSession())

    client.exchange({**START, "hotwords": value}, SOUND, END)

    assert client.settings[0].hotwords == words


@pytest.mark.parametrize(
    "message", ["{", "[]", {"mode": "3pass"}, {"audio_fs": "many"}, {"audio_fs": 1}]
)
def test_a_bad_message_is_answered_with_an_error_and_the_connection_stays(message) -> None:
    answers = Client(ScriptedSession([[final(HELLO)]])).exchange(message, START, SOUND, END)

    error = answers[0]["error"]
    assert error["message"].endswith(".")
    assert answers[0]["is_final"] is False
    assert texts(answers[1:]) == [("2pass-offline", "你好吗？", False), ("2pass-offline", "", True)]


def test_a_file_needs_the_mode_offline() -> None:
    end = {**END, "is_end": True}

    answers = Client().exchange({**START, "wav_format": "mp3"}, SOUND, end)

    assert "mp3" in answers[0]["error"]["message"]
    assert [each["is_final"] for each in answers] == [False, True, False]
    assert answers[-1]["error"] == answers[0]["error"]


def test_a_file_in_the_mode_offline_is_decoded(tmp_path) -> None:
    import soundfile

    path = tmp_path / "a.flac"
    pcm = np.arange(-4_000, 4_000, dtype=np.int16)
    soundfile.write(path, pcm, 8_000)
    session, data = ScriptedSession(finished=[final(HELLO)]), path.read_bytes()
    start = {**START, "mode": "offline", "wav_format": "flac"}

    answers = Client(session).exchange(start, data[:100], data[100:], END)

    assert len(session.samples) == 16_000
    assert texts(answers) == [("offline", "你好吗？", True)]


def test_a_file_that_is_no_sound_is_an_error_without_a_path() -> None:
    start = {**START, "mode": "offline", "wav_format": "mp3"}

    answers = Client(ScriptedSession()).exchange(start, b"no sound", {**END, "is_end": True})

    assert answers[0]["error"]["code"] == "not_recognized"
    assert "/" not in answers[0]["error"]["message"]
    assert [each["is_final"] for each in answers] == [False, True, False]


def test_settings_that_the_recogniser_does_not_support_are_an_error() -> None:
    class Unsupported(Client):
        def _open(self, settings, waiting_ms):
            raise OptionError("The recogniser does not support the language 'ko'")

    answers = Unsupported().exchange({**START, "svs_lang": "ko"}, SOUND, SOUND, END)

    assert [each["is_final"] for each in answers] == [False, True]
    assert answers[0]["error"]["message"].endswith("'ko'.")


def test_a_late_final_text_is_replaced_by_the_passing_text(monkeypatch) -> None:
    monkeypatch.setattr(conversation, "LAST_ANSWER_S", 0.01)
    may_end = threading.Event()

    class Slow(ScriptedSession):
        def finish(self):
            assert may_end.wait(30)
            return super().finish()

    slow = Slow([[passing("你好", 1)]], [final(HELLO)])
    client = Client(slow, ScriptedSession([[final(HELLO)]]))
    timer = threading.Timer(0.5, may_end.set)
    timer.start()

    answers = client.exchange(START, SOUND, END, SOUND, END)

    assert texts(answers) == [
        ("2pass-online", "你", False),
        ("2pass-offline", "你好", True),
        ("2pass-offline", "你好吗？", False),
        ("2pass-offline", "", True),
    ]


def test_a_large_message_is_recognised_in_pieces() -> None:
    session = ScriptedSession([[passing("你", 1)], [passing("你好", 2)]])

    answers = Client(session).exchange(START, bytes(48_000), END)

    assert [text for _, text, _ in texts(answers)] == ["你", "好", ""]
    assert len(session.samples) == 24_000
