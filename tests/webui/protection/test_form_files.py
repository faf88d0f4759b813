"""Check of upload forms: what cannot be read is refused with a sentence."""

from __future__ import annotations

import pytest

from webui.protection.form_files import MAX_PARTS, FormFiles, FormFilesError


@pytest.mark.parametrize("length", [257, 300, 4_000])
def test_a_boundary_that_is_too_long_is_refused(length: int) -> None:
    with pytest.raises(FormFilesError, match=r"\.$"):
        FormFiles(f"multipart/form-data; boundary={'x' * length}")


TEXT = b'--x\r\nContent-Disposition: form-data; name="model"\r\n\r\n'
FILE = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'


def form(*, max_text_bytes: int) -> FormFiles:
    return FormFiles("multipart/form-data; boundary=x", max_text_bytes=max_text_bytes)


def test_text_fields_are_refused_unless_they_are_allowed() -> None:
    with pytest.raises(FormFilesError, match=r"\.$"):
        form(max_text_bytes=0).feed(TEXT)


def test_the_text_fields_of_a_form_share_a_limit_that_its_files_do_not_have() -> None:
    parts = form(max_text_bytes=10)
    parts.feed(FILE + b"f" * 1_000 + b"\r\n")
    parts.feed(TEXT + b"t" * 6 + b"\r\n")
    parts.feed(TEXT + b"t" * 4)

    with pytest.raises(FormFilesError, match="10 bytes"):
        parts.feed(b"t")


@pytest.mark.parametrize(
    ("max_text_bytes", "part", "counted"),
    [(0, FILE, "100 files at most"), (10_000, TEXT, "100 files and text fields at most")],
)
def test_a_form_of_too_many_parts_is_refused_with_the_kinds_of_parts_that_it_may_have(
    max_text_bytes: int, part: bytes, counted: str
) -> None:
    parts = form(max_text_bytes=max_text_bytes)
    parts.feed((part + b"t\r\n") * MAX_PARTS)

    with pytest.raises(FormFilesError, match=counted):
        parts.feed(part)
