"""Messages from server to client in FunASR's WebSocket protocol."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any  # answers are JSON

from pipeline.core.transcript import Sentence, Token
from pipeline.formats.scoring.spoken_words import joined_text
from pipeline.formats.words import words_of
from pipeline.live.events import LiveSentence
from pipeline.live.two_pass.settings import Mode, StreamSettings
from pipeline.text.lines import plain_line
from pipeline.text.scripts import is_letter_or_digit

Answer = dict[str, Any]

_FINAL_MODES = {Mode.TWO_PASS: "2pass-offline", Mode.OFFLINE: "offline", Mode.ONLINE: "online"}
_PASSING_MODES = {Mode.TWO_PASS: "2pass-online", Mode.ONLINE: "online", Mode.OFFLINE: "offline"}


def passing_answer(settings: StreamSettings, text: str) -> Answer:
    """Create the message with an increment of the interim text."""
    return _answer(_PASSING_MODES[settings.mode], text, settings)


def final_answer(settings: StreamSettings, sentences: Sequence[LiveSentence]) -> Answer:
    """Create the message with a final text, its times and its main speaker.

    The times are a JSON array in a string, which FunASR's clients read. Its web page looks up one
    pair of times for each UTF-16 unit of the text, so the last pair is repeated.
    """
    spoken = [_plain(each) for each in sentences]
    text = final_text(sentences)
    answer = _answer(_FINAL_MODES[settings.mode], text, settings)
    clauses = [clause for each in spoken for clause in _clauses(each)]
    pairs = [pair for clause in clauses for pair in clause["ts_list"]]
    if pairs:
        missing = len(text.encode("utf-16-le")) // 2 - len(pairs)
        answer["timestamp"] = json.dumps([*pairs, *[pairs[-1]] * missing])
        answer["stamp_sents"] = clauses
    speaker = _main_speaker(sentences)
    if speaker is not None:
        answer["spk_name"] = f"Speaker {speaker + 1}"
        answer |= _score_of(sentences, speaker)
    return answer


def final_text(sentences: Sequence[LiveSentence]) -> str:
    """Join the sentences to a final text, without leading punctuation."""
    text = joined_text([_plain(each) for each in sentences])
    first = next((place for place, each in enumerate(text) if is_letter_or_digit(each)), len(text))
    return text[first:]


def text_answer(settings: StreamSettings, text: str) -> Answer:
    """Create the message with a final text without times."""
    return _answer(_FINAL_MODES[settings.mode], text, settings)


def end_answer(settings: StreamSettings, error: Answer | None) -> Answer:
    """Create the last message after a client's end message, with `is_end`.

    Args:
        settings: those of the utterance.
        error: the answer that reported a failure; None after success.
    """
    answer = {
        "mode": settings.mode.value,
        "wav_name": settings.wav_name,
        "is_final": error is None,
        "is_end": True,
    }
    return answer if error is None else {**answer, "error": error["error"]}


def error_answer(settings: StreamSettings, code: str, message: str) -> Answer:
    """Create the message that reports an error; it is never a final text."""
    return {
        "mode": settings.mode.value,
        "wav_name": settings.wav_name,
        "is_final": False,
        "error": {"code": code, "message": message},
    }


def _answer(mode: str, text: str, settings: StreamSettings) -> Answer:
    return {"mode": mode, "text": text, "wav_name": settings.wav_name, "is_final": False}


def _plain(sentence: LiveSentence) -> Sentence:
    text = plain_line(sentence.text)
    return Sentence(sentence.start_ms, sentence.end_ms, text, sentence.words)


def _clauses(sentence: Sentence) -> Iterator[Answer]:
    """Yield the parts of a sentence between punctuation marks, with their words and times."""
    text, words = sentence.text, words_of(sentence)
    clause: list[Token] = []
    place = 0
    for number, word in enumerate(words):
        place = text.find(word.text, place) + len(word.text)
        clause.append(word)
        is_last = number + 1 == len(words)
        stop = len(text) if is_last else text.find(words[number + 1].text, place)
        mark = text[place:stop].strip()
        if mark or is_last:
            yield _clause(clause, mark)
            clause = []


def _clause(words: Sequence[Token], mark: str) -> Answer:
    return {
        "text_seg": " ".join(each.text for each in words),
        "punc": mark,
        "start": int(words[0].start_ms),
        "end": int(words[-1].end_ms),
        "ts_list": [[int(each.start_ms), int(each.end_ms)] for each in words],
    }


def _score_of(sentences: Sequence[LiveSentence], speaker: int) -> Answer:
    """Return the mean similarity score of a speaker's sentences, by length; {} if unknown."""
    scored = [
        (each.likeness, each.end_ms - each.start_ms)
        for each in sentences
        if each.speaker == speaker and each.likeness is not None
    ]
    total_ms = sum(length_ms for _, length_ms in scored)
    if not total_ms:
        return {}
    mean = sum(likeness * length_ms for likeness, length_ms in scored) / total_ms
    return {"spk_score": round(mean, 3)}


def _main_speaker(sentences: Sequence[LiveSentence]) -> int | None:
    """Return the speaker with most speech; None if no speaker is known."""
    spoken: Counter[int] = Counter()
    for each in sentences:
        if each.speaker is not None:
            spoken[each.speaker] += each.end_ms - each.start_ms
    return spoken.most_common(1)[0][0] if spoken else None
