"""Tests that untrusted JSON contains only storable values."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webui.protection.json_text import JsonTextError, num_values, parse_json

TEXTS = st.text()  # without lone surrogates, as hypothesis draws them by default
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63) + 1, 2**63 - 1) | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
)


@given(VALUES, st.booleans())
def test_every_storable_value_is_parsed(value, is_ascii):
    assert parse_json(json.dumps(value, ensure_ascii=is_ascii).encode()) == value


@given(VALUES)
def test_values_are_never_more_than_counted(value):
    def count(each):
        if isinstance(each, dict):
            return 1 + sum(1 + count(inner) for inner in each.values())
        return 1 + sum(map(count, each)) if isinstance(each, list) else 1

    assert count(value) <= num_values(json.dumps(value).encode())


@pytest.mark.parametrize(
    "text",
    [
        rb'"\ud800"',
        rb'"\udfff"',
        rb'"\\\ud800"',
        rb'"\ud83d\\\udc00"',
        rb'"\ud83d\ud83d\udc00"',
        rb'"\ud83d\udc00\udc00"',
        rb'{"\uD800": 1}',
    ],
)
def test_an_unpaired_surrogate_is_refused(text):
    with pytest.raises(JsonTextError, match="half a character"):
        parse_json(text)


@pytest.mark.parametrize("text", [rb'"\\ud800"', rb'"\ud83d\ude00"', rb'"\\\ud83d\ude00\\"'])
def test_pairs_and_escaped_backslashes_are_whole_characters(text):
    assert parse_json(text) == json.loads(text)


@pytest.mark.parametrize(
    "text", [b"1e400", b"-1e400", b"NaN", b"-Infinity", b"9223372036854775808", b"1" * 5_000]
)
def test_numbers_out_of_range_are_refused(text):
    with pytest.raises(JsonTextError, match="out of range"):
        parse_json(text)


@pytest.mark.parametrize("text", [b"", b"{", b"[" * 100_000, b'"\xff"', '"a"'.encode("utf-16")])
def test_a_text_that_is_not_utf_8_json_is_refused(text):
    with pytest.raises(JsonTextError, match="not JSON"):
        parse_json(text)
