"""Corrected words, found by comparing what the machine wrote with what a person wrote."""

from __future__ import annotations

import pytest

from storage.training.language_model.word_corrections import corrected_forms


@pytest.mark.parametrize(
    ("heard", "corrected", "forms"),
    [
        ("小米发布了悬界芯片", "小米发布了玄戒芯片", {("玄戒", "悬界")}),
        ("章小同说，项目延期了", "张晓彤说，项目延期了", {("张晓彤", "章小同")}),
        ("张小同说", "张晓彤说", {("晓彤", "小同"), ("张晓彤", "张小同")}),
        ("晓彤说", "张晓彤说", {("张晓彤", "晓彤")}),
        ("用酷伯来部署", "用Kubernetes来部署", {("Kubernetes", "酷伯")}),
        ("use cooper nettys now", "use Kubernetes now", {("Kubernetes", "cooper nettys")}),
    ],
)
def test_a_corrected_word_is_found_with_what_it_replaced(
    heard: str, corrected: str, forms: set[tuple[str, str]]
) -> None:
    assert set(corrected_forms(heard, corrected)) == forms


@pytest.mark.parametrize(
    ("heard", "corrected"),
    [
        ("", ""),
        ("", "你好"),
        ("你好", ""),
        ("他的书", "我的笔"),  # single characters
        ("今天开会", "今天，开会"),  # marks alone
        ("用python写", "用Python写"),  # case alone
        ("我们开始吧", "我们没有开始吧"),  # an addition
        ("甲乙丙丁戊己庚辛壬", "子丑寅卯辰巳午未申"),  # too long for a term
    ],
)
def test_other_changes_are_no_corrected_words(heard: str, corrected: str) -> None:
    assert list(corrected_forms(heard, corrected)) == []
