"""Unread answers are limited in memory and number; the sessions that read are kept."""

from __future__ import annotations

import asyncio

from gradio.server_messages import HeartbeatMessage, ProcessCompletedMessage

from webui.protection.gradio_queue import UnreadAnswers

KB = 1 << 10


def answer(num_bytes: int) -> ProcessCompletedMessage:
    return ProcessCompletedMessage(output={"data": ["x" * num_bytes]}, success=True)


def opened(answers: UnreadAnswers, session: str) -> None:
    answers[session] = asyncio.Queue()


def test_the_session_with_the_oldest_unread_answer_is_removed_first() -> None:
    event_ids = {"a": {"1"}, "b": {"2"}, "c": {"3"}}
    answers = UnreadAnswers(event_ids, max_bytes=100 * KB)
    for session in "abc":
        opened(answers, session)
        answers[session].put_nowait(answer(55 * KB))

    assert list(answers) == ["b", "c"]
    assert "a" not in event_ids


def test_a_session_that_reads_its_answers_is_kept() -> None:
    answers = UnreadAnswers({}, max_bytes=100 * KB)
    for session in ("reads", "silent"):
        opened(answers, session)
    for _ in range(10):
        answers["reads"].put_nowait(answer(40 * KB))
        answers["silent"].put_nowait(HeartbeatMessage())
        answers["reads"].get_nowait()

    assert list(answers) == ["reads", "silent"]


def test_one_answer_above_the_limit_can_be_read() -> None:
    answers = UnreadAnswers({}, max_bytes=100 * KB)
    opened(answers, "a")
    answers["a"].put_nowait(answer(500 * KB))

    assert answers["a"].get_nowait() == answer(500 * KB)


def test_a_session_that_never_reads_is_removed_even_if_it_is_alone() -> None:
    answers = UnreadAnswers({}, max_bytes=100 * KB)
    opened(answers, "greedy")
    for _ in range(4):
        answers["greedy"].put_nowait(answer(40 * KB))

    assert not answers


def test_a_message_to_a_removed_session_is_dropped() -> None:
    answers = UnreadAnswers({})

    answers["removed"].put_nowait(HeartbeatMessage())

    assert not answers


def test_above_the_number_of_sessions_one_without_unread_answers_is_removed() -> None:
    answers = UnreadAnswers({"a": {"1"}, "c": {"2"}}, max_sessions=3)
    for session in "abc":
        opened(answers, session)
    answers["a"].put_nowait(answer(KB))
    opened(answers, "d")

    assert list(answers) == ["a", "c", "d"]


def test_reading_from_a_removed_session_frees_nothing_twice() -> None:
    answers = UnreadAnswers({}, max_bytes=100 * KB)
    opened(answers, "a")
    held = answers["a"]
    held.put_nowait(answer(60 * KB))
    del answers["a"]
    held.get_nowait()
    for session in "bcd":
        opened(answers, session)
        answers[session].put_nowait(answer(60 * KB))

    assert list(answers) == ["c", "d"]
