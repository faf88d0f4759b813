from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.errors import AddressRefusedError
from pipeline.inputs.web_address import WebAddress, is_web_address, parse_web_address


def test_an_address_is_taken_apart_and_written_in_ascii() -> None:
    address = parse_web_address("https://例子.com/录音 1.wav?a=b c#here")

    assert address == WebAddress(
        scheme="https",
        host="xn--fsqu00a.com",
        port=443,
        target="/%E5%BD%95%E9%9F%B3%201.wav?a=b%20c",
        file_name="录音 1.wav",
    )


@pytest.mark.parametrize(
    "text",
    [
        "ftp://example.com/a.wav",
        "file:///etc/passwd",
        "gopher://example.com/",
        "http://",
        "http://[::1/a.wav",
        "http://example.com:99999/",
        "http://example.com:0/",
        "http://user:secret@example.com/a.wav",
        "http://" + "a" * 70 + ".com/",
        "http://example.com/" + "a" * 9_000,
    ],
)
def test_an_address_other_than_http_is_refused(text: str) -> None:
    with pytest.raises(AddressRefusedError) as refusal:
        parse_web_address(text)

    assert "secret" not in str(refusal.value)


def test_a_message_shows_neither_query_nor_control_characters() -> None:
    address = parse_web_address("https://example.com/a%0Ab.wav?signature=secret")

    assert address.shown == "example.com/a?b.wav"


def test_a_redirect_may_be_relative_and_may_not_leave_encryption() -> None:
    address = parse_web_address("https://example.com/x/a.wav")

    assert address.redirected("../b.wav") == parse_web_address("https://example.com/b.wav")
    assert address.redirected("//cdn.com/c.wav") == parse_web_address("https://cdn.com/c.wav")
    with pytest.raises(AddressRefusedError, match="without encryption"):
        address.redirected("http://example.com/b.wav")


@pytest.mark.parametrize("text", ["http://x/a", "HTTPS://x", "ftp://x", "file:///a"])
def test_addresses_are_distinguished_from_paths(text: str) -> None:
    assert is_web_address(text)


@pytest.mark.parametrize("text", ["a.wav", "/a/b.wav", "C:\\a.wav", "a://b" * 0, "会议://x"])
def test_paths_are_distinguished_from_addresses(text: str) -> None:
    assert not is_web_address(text)


@given(st.text(max_size=80))
def test_any_text_is_an_address_that_can_be_sent_or_refused(rest: str) -> None:
    try:
        address = parse_web_address("http://" + rest)
    except AddressRefusedError:
        return

    assert address.target.isascii()
    assert not any(letter <= " " for letter in address.target)
