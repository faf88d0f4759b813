from __future__ import annotations

import itertools
import random
import time
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from pipeline.core.intervals import Interval
from pipeline.core.transcript import SpeakerTurn
from pipeline.metrics import (
    CharacterErrors,
    DiarizationErrors,
    cer,
    character_errors,
    der,
    diarization_errors,
    speaker_kappa,
    spoken_characters,
)

# Three lists of turns made by a seeded generator: truth, an unrelated guess, and the truth
# shifted, partly left out and partly given to a wrong name.
TRUTH = (
    (7097, 9025, "C"),
    (18651, 22322, "A"),
    (22323, 23005, "A"),
    (23006, 25204, "A"),
    (24935, 26976, "B"),
    (26977, 28731, "B"),
    (28732, 31420, "B"),
    (29272, 32895, "A"),
)
FAR = (
    (3001, 3548, "x"),
    (11928, 14032, "x"),
    (19883, 20229, "y"),
    (20230, 23045, "y"),
    (23046, 23972, "y"),
    (23973, 24270, "y"),
    (26334, 29495, "w"),
    (27377, 28269, "z"),
    (28270, 30951, "z"),
    (29496, 33317, "w"),
)
NEAR = (
    (18801, 22422, "x"),
    (22473, 23105, "x"),
    (23156, 25304, "x"),
    (25085, 27076, "w"),
    (27127, 28831, "y"),
    (29422, 32995, "x"),
)
PARTS = (Interval(2_000, 9_500), Interval(12_000, 25_000))


def as_turns(rows: Sequence[tuple[int, int, str]]) -> tuple[SpeakerTurn, ...]:
    return tuple(SpeakerTurn(*row) for row in rows)


@pytest.mark.parametrize(
    ("found", "collar_ms", "uem", "expected"),
    [
        (FAR, 0, None, DiarizationErrors(18_585, 5_966, 4_971, 3_154)),
        (FAR, 0, PARTS, DiarizationErrors(8_340, 3_958, 2_581, 0)),
        (FAR, 250, None, DiarizationErrors(13_047, 3_926, 3_966, 2_404)),
        (FAR, 250, PARTS, DiarizationErrors(6_210, 2_827, 2_579, 0)),
        (NEAR, 0, None, DiarizationErrors(18_585, 5_120, 204, 1_703)),
        (NEAR, 0, PARTS, DiarizationErrors(8_340, 2_245, 2, 0)),
        (NEAR, 250, None, DiarizationErrors(13_047, 3_116, 0, 1_254)),
        (NEAR, 250, PARTS, DiarizationErrors(6_210, 1_428, 0, 0)),
    ],
)
def test_diarization_errors_are_those_of_pyannote(found, collar_ms, uem, expected) -> None:
    """The figures are pyannote.metrics 4.2's: each list as an Annotation with one track a turn,

    DiarizationErrorRate(collar=2 * collar_s)(truth, found, uem=Timeline(...), detailed=True);
    without parts the uem is [0, last end]. Rounded to whole milliseconds.
    """
    errors = diarization_errors(as_turns(TRUTH), as_turns(found), collar_ms=collar_ms, uem=uem)

    assert errors == expected


def test_the_diarization_error_rate_is_wrong_time_per_spoken_time() -> None:
    assert der(as_turns(TRUTH), as_turns(FAR)) == pytest.approx(0.7581920904, abs=1e-9)


def slow_diarization_errors(reference, hypothesis, collar_ms, uem) -> tuple[int, int, int, int]:
    """Millisecond by millisecond, over every naming of the speakers."""
    edges = [time for turn in reference for time in (turn.start_ms, turn.end_ms)]
    scored = [
        ms
        for ms in range(max([turn.end_ms for turn in (*reference, *hypothesis)], default=0))
        if all(not edge - collar_ms <= ms < edge + collar_ms for edge in edges)
        and (uem is None or any(part.contains(ms) for part in uem))
    ]
    truth = [{turn.speaker for turn in reference if turn.contains(ms)} for ms in scored]
    found = [{turn.speaker for turn in hypothesis if turn.contains(ms)} for ms in scored]
    true_names = sorted({turn.speaker for turn in reference})
    found_names = sorted({turn.speaker for turn in hypothesis})
    places = [*true_names, *(f"nobody{number}" for number in range(len(found_names)))]
    correct = max(
        sum(
            len(
                true
                & {name for name, given in zip(chosen, found_names, strict=True) if given in heard}
            )
            for true, heard in zip(truth, found, strict=True)
        )
        for chosen in itertools.permutations(places, len(found_names))
    )
    pairs = [(len(true), len(heard)) for true, heard in zip(truth, found, strict=True)]
    return (
        sum(true for true, _ in pairs),
        sum(max(0, true - heard) for true, heard in pairs),
        sum(max(0, heard - true) for true, heard in pairs),
        sum(min(pair) for pair in pairs) - correct,
    )


def turn_lists(names: str) -> st.SearchStrategy[list[SpeakerTurn]]:
    turn = st.builds(
        lambda start, length, name: SpeakerTurn(start, start + length, name),
        st.integers(0, 60),
        st.integers(1, 30),
        st.sampled_from(names),
    )
    return st.lists(turn, max_size=5)


@settings(max_examples=60, deadline=None)
@given(
    turn_lists("AB"),
    turn_lists("xyz"),
    st.integers(0, 5),
    st.none() | st.just((Interval(5, 40), Interval(50, 70))),
)
def test_diarization_errors_are_those_of_a_slow_count(
    reference, hypothesis, collar_ms, uem
) -> None:
    errors = diarization_errors(reference, hypothesis, collar_ms=collar_ms, uem=uem)

    assert (
        errors.total_ms,
        errors.missed_ms,
        errors.false_alarm_ms,
        errors.confusion_ms,
    ) == slow_diarization_errors(reference, hypothesis, collar_ms, uem)


def test_without_speech_only_a_false_alarm_is_an_error() -> None:
    someone = as_turns([(0, 100, "S1")])

    assert (der((), ()), der((), someone), der(someone, ())) == (0.0, 1.0, 1.0)


def test_diarization_errors_of_recordings_add_up() -> None:
    assert DiarizationErrors(100, 1, 2, 3) + DiarizationErrors(50, 4, 5, 6) == DiarizationErrors(
        150, 5, 7, 9
    )


def slow_edit_distance(first: str, second: str) -> int:
    table = list(range(len(second) + 1))
    for i, a in enumerate(first, start=1):
        above, table[0] = table[0], i
        for j, b in enumerate(second, start=1):
            above, table[j] = table[j], min(table[j] + 1, table[j - 1] + 1, above + (a != b))
    return table[-1]


@given(st.text("ab你", max_size=70), st.text("ab你好", max_size=70))
def test_character_errors_are_those_of_the_textbook_table(first: str, second: str) -> None:
    assert character_errors(first, second) == CharacterErrors(
        slow_edit_distance(first, second), len(first)
    )


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("你好，世界！", "你好世界"),
        ("ＡＢＣ　１２３", "abc123"),
        ("It's 3 o'clock…\n", "its3oclock"),
        ("“3+5”（等于）8、％", "3+5等于8"),
        ("\ufeff零\u200b宽", "零宽"),
        ("，。！", ""),
    ],
)
def test_only_what_is_said_is_compared(text: str, spoken: str) -> None:
    assert spoken_characters(text) == spoken


@pytest.mark.parametrize(
    ("reference", "hypothesis", "rate"),
    [
        ("今天天气好", "今天天气好。", 0.0),
        ("今天天气好", "今天 天汽好啊", 0.4),
        ("今天天气好", "", 1.0),
        ("", "", 0.0),
        ("。", "好", 1.0),
        ("好", "你们大家好", 4.0),
    ],
)
def test_the_character_error_rate_is_errors_per_reference_character(
    reference: str, hypothesis: str, rate: float
) -> None:
    assert cer(reference, hypothesis) == pytest.approx(rate, abs=1e-12)


def test_character_errors_of_texts_add_up() -> None:
    assert CharacterErrors(1, 10) + CharacterErrors(3, 6) == CharacterErrors(4, 16)


def test_an_hour_of_speech_is_compared_in_seconds() -> None:
    maker = random.Random(7)
    reference = "".join(chr(0x4E00 + maker.randrange(3000)) for _ in range(20_000))
    missing = {maker.randrange(20_000) for _ in range(500)}
    hypothesis = "".join(letter for i, letter in enumerate(reference) if i not in missing)
    started = time.process_time()

    errors = character_errors(reference, hypothesis)

    assert errors == CharacterErrors(len(missing), 20_000)
    assert time.process_time() - started < 5.0  # a table filled cell by cell takes minutes


@given(turn_lists("AB"), turn_lists("XYZ"))
def test_the_kappa_is_that_of_scikit_learn_under_a_best_mapping_of_names(first, second) -> None:
    duration_ms = max((each.end_ms for each in (*first, *second)), default=0) + 5
    labels = [_labels(turns, duration_ms) for turns in (first, second)]
    pairs = [
        (one, other) for one, other in zip(*labels, strict=True) if "several" not in (one, other)
    ]
    found = speaker_kappa(first, second, duration_ms=duration_ms)

    agreed = {}
    for names in itertools.permutations(["A", "B", "nobody"]):
        mapped = [
            (one, dict(zip("XYZ", names, strict=True)).get(other, other)) for one, other in pairs
        ]
        agreed.setdefault(sum(one == other for one, other in mapped), []).append(mapped)
    best = agreed[max(agreed)]
    if found is None:
        assert len({label for pair in best[0] for label in pair}) <= 1
    else:
        assert any(
            found == pytest.approx(cohen_kappa_score(*zip(*each, strict=True))) for each in best
        )


def _labels(turns: Sequence[SpeakerTurn], duration_ms: int) -> list[str]:
    """Return the speaker of each millisecond, "" for silence, "several" for overlapping speech."""
    labels = [""] * duration_ms
    for turn in turns:
        for ms in range(turn.start_ms, turn.end_ms):
            labels[ms] = turn.speaker if labels[ms] in ("", turn.speaker) else "several"
    return labels
