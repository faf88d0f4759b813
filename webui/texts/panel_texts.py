"""Page texts of the panel: speakers, voice map, history, quality."""

from __future__ import annotations

PANEL_TEXTS: dict[str, tuple[str, str]] = {
    "panel.label": ("说话人、历史与质量", "Speakers, history and quality"),
    "panel.views": ("视图", "Views"),
    "panel.text": ("文稿", "Transcript"),
    "panel.people": ("说话人", "Speakers"),
    "panel.people_map": ("说话人与地图", "Speakers and map"),
    "panel.history": ("历史", "History"),
    "panel.quality": ("质量", "Quality"),
    "panel.fold": ("收起右栏", "Hide the panel"),
    "panel.unfold": ("展开右栏", "Show the panel"),
    "panel.more": ("更多操作", "More actions"),
    "panel.same_name": ("已有“{name}”，是同一个人吗？", "“{name}” already exists. Same person?"),
    "panel.merge": ("合并", "Merge"),
    "panel.not_same": ("不是", "No"),
    "map.lasso": ("圈选", "Lasso"),
    "map.chart": ("下载为交互式图表", "Download as an interactive chart"),
    "map.fit": ("显示全部", "Show all"),
    "map.expand": ("放大声纹分布图", "Enlarge the voice map"),
    "map.current": ("本句", "This sentence"),
    "map.pending": ("{count} 句待定", "{count} pending"),
    "map.points": ("{name}：{count} 点", "{name}: {count} points"),
    "map.chosen": (
        "圈选 {count} 句 · 按 1–{last} 指定说话人",
        "{count} sentences selected · press 1–{last} to assign a speaker",
    ),
    "map.picked": ("圈选的句子", "Selected sentences"),
    "map.picked_count": ("圈选的 {count} 句", "{count} selected sentences"),
    "map.assign": ("指定给", "Assign to"),
    "place.first_open": (
        "第一句未核对的在 {time}",
        "The first sentence to verify is at {time}",
    ),
    "place.continue": ("继续校对", "Continue"),
}
