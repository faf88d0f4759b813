"""Hotwords replace what was heard in their place, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.asr.whisper.text.hotword_merge import adopt_hotwords

WORDS = ["肾脏", "肾小球囊", "细胞膜", "孔隙", "含氧酸盐", "CAM++", "Speaker Studio"]


@pytest.mark.parametrize(
    ("plain", "favoured", "merged"),
    [
        (
            "圣葬中圣小球拿上的西方魔孔系很小。",
            "肾脏中，肾小球囊上的细胞膜、孔隙很小。",
            "肾脏中肾小球囊上的细胞膜孔隙很小。",
        ),
        ("认为是一种寒洋酸盐。", "认为是一种含氧酸盐。", "认为是一种含氧酸盐。"),
        ("我们用 camp 模型", "我们用 cam++ 模型", "我们用 CAM++ 模型"),
        ("in speaker's studio today", "in speaker studio today", "in Speaker Studio today"),
        # another word got worse meanwhile, or a hotword has no place: nothing is taken
        ("实时健康状态", "诗食健康状态", "实时健康状态"),
        ("孔家花园", "孔家花园孔隙", "孔家花园"),
        ("然后被灌出来，前方到达", "孔隙、细胞膜、肾脏。孔隙前方到达", "然后被灌出来，前方到达"),
        ("好的", "", "好的"),
        ("", "肾脏", ""),
    ],
)
def test_a_hotword_is_adopted_where_it_replaces_a_similar_span(plain, favoured, merged):
    assert adopt_hotwords(plain, favoured, WORDS) == merged


@given(
    st.text("甲乙丙丁，"),
    st.text("甲乙丙丁，"),
    st.lists(st.text("甲乙丙丁", min_size=1, max_size=3)),
)
def test_only_hotwords_enter_the_text(plain, favoured, words):
    merged = adopt_hotwords(plain, favoured, words)

    assert merged == plain or any(word in merged for word in words)
    assert adopt_hotwords(plain, plain, words) == plain
    assert adopt_hotwords(plain, favoured, []) == plain


@given(st.text(), st.text(), st.lists(st.text(min_size=1)))
def test_any_texts_are_merged(plain, favoured, words):
    adopt_hotwords(plain, favoured, words)
