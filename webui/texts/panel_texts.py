"""Texts of the panels beside a transcript, suggestions and playback, in Chinese and English."""

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

SUGGESTION_TEXTS = {
    "suggestions.word_alone": ("已将“{wrong}”改为“{right}”", "“{wrong}” is now “{right}”"),
    "suggestions.elsewhere": ("也在其他录音里找", "Also look in other recordings"),
    "elsewhere.title": (
        "其他录音里的“{wrong}” → “{right}”",
        "“{wrong}” → “{right}” in other recordings",
    ),
    "elsewhere.none": ("其他录音里没有这个错词。", "No other recording has this wrong word."),
    "elsewhere.failed": (
        "无法读取其他录音，请检查网络后重试。",
        "The other recordings cannot be read; check the connection and try again.",
    ),
    "elsewhere.apply": ("改这份录音的 {count} 句", "Change {count} sentences here"),
    "elsewhere.apply_one": ("改这一句", "Change this sentence"),
    "elsewhere.done": (
        "已改 {count} 句，可在该录音中撤销。",
        "{count} sentences changed; undo it in that recording.",
    ),
    "elsewhere.done_one": (
        "已改 1 句，可在该录音中撤销。",
        "1 sentence changed; undo it in that recording.",
    ),
    "people.sentences": ("{name}的全部发言", "Everything that {name} said"),
    "people.sentences_none": (
        "没有找到{name}的发言：录音里还没有以此命名的说话人。",
        "No sentences of {name}: no speaker of a recording has this name yet.",
    ),
    "words.offered": ("可能的字词", "Possible words"),
    "words.type": ("自行输入", "Type"),
    "suggestions.voice": (
        "还有 {count} 句很可能也是{name}",
        "{count} more sentences are probably {name}",
    ),
    "suggestions.voice_one": (
        "还有 1 句很可能也是{name}",
        "1 more sentence is probably {name}",
    ),
    "suggestions.word": (
        "还有 {count} 句也有“{wrong}”，改为“{right}”？",
        "{count} more sentences have “{wrong}”. Change to “{right}”?",
    ),
    "suggestions.word_one": (
        "还有 1 句也有“{wrong}”，改为“{right}”？",
        "1 more sentence has “{wrong}”. Change to “{right}”?",
    ),
    "voices.like": ("像是 {name}（{percent} %）", "Sounds like {name} ({percent}%)"),
    "voices.take": ("采用", "Use"),
    "voices.not": ("不是", "No"),
    "voices.remember": ("记住这个声音", "Remember this voice"),
    "voices.remembered": (
        "已记住{name}的声音，以后的录音会提示这个名字。可在“模型”页删除。",
        "The voice of {name} is remembered and will be suggested in other recordings. "
        "Delete it on the Models page.",
    ),
    "voices.title": ("记住的声音", "Known voices"),
    "voices.about": (
        "只在说话人菜单中选择“记住这个声音”后才会保存；声音只存在这个工作区。",
        "Stored only after “Remember this voice” is chosen in a speaker's menu; kept in this "
        "workspace only.",
    ),
    "voices.rename": (
        "修改“{name}”的名字；改成已有的名字即合并",
        "Rename “{name}”; a name that exists merges the two",
    ),
    "voices.empty": (
        "还没有记住任何声音。先在文稿里给说话人命名，再从说话人菜单选择“记住这个声音”。",
        "No voices are remembered. Name a speaker in a transcript, then choose “Remember this "
        "voice” in the speaker's menu.",
    ),
    "voices.heard": ("{count} 段录音 · 共 {time}", "{count} recordings · {time} in total"),
    "voices.heard_one": ("1 段录音 · 共 {time}", "1 recording · {time} in total"),
    "voices.delete": ("删除“{name}”的声音", "Delete the voice of “{name}”"),
    "voices.delete_text": (
        "声音特征会从工作区和备份中永久删除。录音和文稿不变。",
        "The voice prints are deleted for good, from the backups too. Recordings and "
        "transcripts stay.",
    ),
    "voices.keep": ("取消", "Cancel"),
    "voices.delete_now": ("删除", "Delete"),
    "voices.delete_failed": ("未能删除，请重试。", "Not deleted. Try again."),
    "listening.mode": (
        "听过即核对：连续播放时，听完且未改动的句子自动核对",
        "Review by listening: while playing on, sentences heard to the end and left alone are "
        "verified",
    ),
    "listening.on": ("听过即核对 · {count} 句", "Verifying what you hear · {count}"),
    "suggestions.view": ("查看", "View"),
    "suggestions.all_rows": ("返回全部句子", "Back to all sentences"),
    "suggestions.take_all": ("全部应用", "Apply all"),
    "suggestions.take": ("采纳", "Accept"),
    "suggestions.decline": ("不采纳", "Decline"),
    "suggestions.dismiss": ("忽略", "Dismiss"),
}
