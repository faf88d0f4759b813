from pipeline.asr.whisper.text.alternatives import with_alternatives
from pipeline.asr.whisper.text.spoken_units import TimedPiece


def units(*texts: str) -> list[TimedPiece]:
    return [TimedPiece(text, 100 * at, 100 * at + 100, 0.5) for at, text in enumerate(texts)]


def test_a_unit_has_the_characters_of_other_texts_in_its_place():
    found = with_alternatives(
        units("想", "天", "歌", "曲，", "付", "秦。"), ["想听歌曲，父亲。", "想田歌曲付钱"]
    )
    assert [each.alternatives for each in found] == [
        (),
        ("听", "田"),
        (),
        (),
        ("父",),
        ("亲", "钱"),
    ]


def test_longer_and_shorter_texts_give_no_alternatives_where_they_differ_in_length():
    found = with_alternatives(units("停", "制", "的"), ["停车制度的", "的", ""])
    assert [each.alternatives for each in found] == [(), (), ()]


def test_words_of_other_scripts_have_none():
    found = with_alternatives(units("的", " LOGO", "十"), ["的标十"])
    assert [each.alternatives for each in found] == [(), (), ()]
