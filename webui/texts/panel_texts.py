"""Page texts of the panel (speakers, map, history, quality) and of the dock (player, times)."""

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


PLAYBACK_TEXTS: dict[str, tuple[str, str]] = {
    "dock.title": ("播放", "Playback"),
    "dock.previous": ("上一句", "Previous sentence"),
    "dock.next": ("下一句", "Next sentence"),
    "dock.sentence": ("本句", "Sentence"),
    "dock.start": ("本句开始时间", "Start of the sentence"),
    "dock.end": ("本句结束时间", "End of the sentence"),
    "dock.seconds": ("{seconds} 秒", "{seconds} s"),
    "dock.no_time": (
        "“{text}”不是时间，请按“分:秒”输入，例如 12:47.3。",
        "“{text}” is not a time; type minutes and seconds, such as 12:47.3.",
    ),
    "dock.order": (
        "结束时间必须晚于开始时间，请修改其中一个。",
        "The end must be after the start; change one of them.",
    ),
    "dock.beyond": (
        "录音在 {end} 结束，请输入更早的时间。",
        "The recording ends at {end}; type an earlier time.",
    ),
    "dock.skip_silence": ("跳过静音", "Skip silence"),
    "dock.view": ("显示方式", "View"),
    "dock.waveform": ("波形", "Wave"),
    "dock.spectrogram": ("频谱", "Spectrum"),
    "dock.lanes": (
        "整段录音，点击即从该处播放",
        "Whole recording; click to play from there",
    ),
}
