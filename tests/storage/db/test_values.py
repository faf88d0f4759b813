from __future__ import annotations

from pipeline.core.transcript import Token
from storage.db.values import read_tokens, write_tokens


def test_a_token_has_a_fifth_value_only_where_a_language_model_changed_it():
    plain, changed = Token(0, 80, "今", 0.5), Token(80, 160, "玄", None, text_without_lm="悬")
    unheard = Token(160, 240, "的", 0.25, text_without_lm="")

    stored = write_tokens([plain, changed, unheard])

    assert stored == '[[0,80,"今",0.5],[80,160,"玄",null,"悬"],[160,240,"的",0.25,""]]'
    assert read_tokens(stored) == (plain, changed, unheard)
