"""Check of upload forms: what cannot be read is refused with a sentence."""

from __future__ import annotations

import pytest

from webui.protection.form_files import FormFiles, FormFilesError


@pytest.mark.parametrize("length", [257, 300, 4_000])
def test_a_boundary_that_is_too_long_is_refused(length: int) -> None:
    with pytest.raises(FormFilesError, match=r"\.$"):
        FormFiles(f"multipart/form-data; boundary={'x' * length}")
