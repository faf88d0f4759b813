"""Every word the page shows, in Chinese and in English."""

from __future__ import annotations

from types import MappingProxyType

from storage.edits.speaker_labels import NUMBERED_NAMES
from webui.texts.growing_texts import GROWING_TEXTS
from webui.texts.library_texts import LIBRARY_TEXTS
from webui.texts.models_texts import MODELS_TEXTS
from webui.texts.people_texts import PEOPLE_TEXTS
from webui.texts.refusal_texts import REFUSAL_TEXTS
from webui.texts.review_texts import REVIEW_TEXTS
from webui.texts.training_texts import TRAINING_TEXTS

LANGUAGES = ("zh", "en")

_TEXTS: dict[str, tuple[str, str]] = {
    "app.name": ("Speaker Studio", "Speaker Studio"),
    "app.tagline": ("谁，在什么时候，说了什么", "Who said what, when"),
    "app.language": ("English", "中文"),
    "app.language_hint": ("切换到英文", "Switch to Chinese"),
    "app.theme_hint": ("切换深色或浅色", "Switch between dark and light"),
    "app.fold": ("收起左栏（\\）", "Hide the column of recordings (\\)"),
    "app.unfold": ("展开左栏（\\）", "Show the column of recordings (\\)"),
    "new.upload": ("上传文件", "Upload"),
    "new.upload_label": ("音频或视频文件", "Audio or video file"),
    "new.microphone": ("麦克风", "Microphone"),
    "new.microphone_label": ("用麦克风录音", "Record with the microphone"),
    "new.language": ("语言", "Language"),
    "new.language_auto": ("自动识别", "Detect automatically"),
    "new.language_zh": ("中文（普通话）", "Chinese (Mandarin)"),
    "new.language_en": ("英语", "English"),
    "new.language_yue": ("粤语", "Cantonese"),
    "new.language_ja": ("日语", "Japanese"),
    "new.language_ko": ("韩语", "Korean"),
    "new.track": ("音轨", "Sound track"),
    "new.track_info": ("这个文件有多条音轨。", "This file has several sound tracks."),
    "new.track_auto": (
        "自动（主音轨；没有声音时换另一条）",
        "Automatic (the main one, or another if that is silent)",
    ),
    "new.track_mix": ("全部混合", "All mixed"),
    "new.speakers": ("说话人数", "Number of speakers"),
    "new.speakers_auto": ("自动", "Automatic"),
    "new.speakers_fixed": ("固定", "Exactly"),
    "new.speakers_range": ("范围", "Between"),
    "new.speakers_low": ("人数（至少）", "Speakers (at least)"),
    "new.speakers_high": ("人数（至多）", "Speakers (at most)"),
    "new.start": ("开始转写", "Transcribe"),
    "notice.choose_file": (
        "请先选择一个文件，或用麦克风录一段。",
        "Choose a file first, or record something with the microphone.",
    ),
    "notice.speaker_range": (
        "说话人数应为 1 到 50，且上限不小于下限。",
        "The number of speakers runs from 1 to 50, the upper one not below the lower.",
    ),
    "notice.already_there": (
        "“{title}”与已有录音“{stored}”的内容和选项相同，没有重复转写，已打开原有录音。",
        "“{title}” has the same sound and options as “{stored}”, which is opened here. "
        "It was not transcribed again.",
    ),
    "notice.not_started": (
        "没有开始：服务器无法保存这个录音。请检查磁盘空间后再试。",
        "Not started: the server could not store this recording. Check its disk and try again.",
    ),
    "limit.own_import": (
        "你的上一个导入还没有完成。请等它完成后再试。",
        "Your last import has not ended yet. Wait for it, then try again.",
    ),
    "limit.imports": (
        "已有 {limit} 个导入正在进行。请过一会儿再试。",
        "{limit} imports are at work already. Try again in a while.",
    ),
    "notice.upload_gone": (
        "文件已不在服务器上（已开始转写，或太久没有开始）。请重新选择。",
        "The file is not on the server any more: it was started already, or not for too long. "
        "Choose it again.",
    ),
    "upload.disk_full": (
        "服务器磁盘已满，文件没有保存。请联系管理员清理空间，再重新上传。",
        "The server's disk is full, so the file was not taken. Have some space freed there, then "
        "upload it again.",
    ),
    "upload.too_large": (
        "文件超过 {limit} MB，这里不接收。请压缩（例如转成 MP3 或 M4A），或分成几段。",
        "The file is larger than {limit} MB, the most that is taken here. Convert it to MP3 or "
        "M4A, or split it.",
    ),
    "upload.not_stored": (
        "服务器无法保存文件。请联系管理员查看日志。",
        "The server cannot store the file. Tell whoever runs it to look into its log.",
    ),
    "limit.file": (
        "文件有 {size} MB，这里最多 {limit} MB。请压缩（例如转成 MP3 或 M4A），或分成几段。",
        "The file has {size} MB; {limit} MB are taken here. Convert it to MP3 or M4A, or split it.",
    ),
    "limit.length": (
        "录音长 {length} 小时，这里最多 {limit} 小时。请分成几段再上传。",
        "The recording is {length} hours long; {limit} hours are taken here. Split it into parts.",
    ),
    "limit.queue": (
        "排队已满（{limit} 个任务）。请过一会儿再试。",
        "The queue is full ({limit} transcriptions). Try again in a while.",
    ),
    "limit.visitor_queue": (
        "你已有 {limit} 个任务没有完成，这里每人最多 {limit} 个。请等一个完成，或取消一个。",
        "You have {limit} transcriptions that have not ended, and nobody may have more here. "
        "Wait for one to end, or cancel one.",
    ),
    "limit.visitor_hours": (
        "24 小时内每人最多转写 {limit} 小时录音，你已用 {had} 小时。请明天再来，或上传较短的录音。",
        "Everybody may have {limit} hours transcribed within 24 hours, and you had {had}. "
        "Come back tomorrow, or choose a shorter recording.",
    ),
    "limit.address_queue": (
        "来自你的网络地址的任务已有 {limit} 个没有完成，这里最多 {limit} 个。请等一个完成再试。",
        "{limit} transcriptions from your network address have not ended, and no address may "
        "have more here. Try again when one has ended.",
    ),
    "limit.address_hours": (
        "24 小时内每个网络地址最多转写 {limit} 小时录音，你的地址已用 {had} 小时。"
        "请明天再来，或上传较短的录音。",
        "Every network address may have {limit} hours transcribed within 24 hours, and yours had "
        "{had}. Come back tomorrow, or choose a shorter recording.",
    ),
    "list.title": ("录音", "Recordings"),
    "list.empty": ("还没有录音。", "No recordings yet."),
    "list.loading": ("正在读取…", "Loading…"),
    "list.delete": ("删除", "Delete"),
    "list.delete_confirm": (
        "永久删除「{title}」和它的转写？",
        "Delete “{title}” and its transcripts for good?",
    ),
    "state.queued": ("排队中，前面还有 {ahead} 个", "Waiting, {ahead} before it"),
    "state.queued_next": ("即将开始", "Starting"),
    "state.running": ("{stage} {percent}%", "{stage} {percent}%"),
    "state.failed": ("失败", "Failed"),
    "state.cancelled": ("已取消", "Cancelled"),
    "state.interrupted": ("已中断", "Interrupted"),
    "state.none": ("没有转写", "No transcript"),
    "stage.fetch_models": ("下载模型", "Fetching models"),
    "stage.load_models": ("载入模型", "Loading models"),
    "stage.read_audio": ("读取音频", "Reading the audio"),
    "stage.detect_speech": ("检测语音", "Finding speech"),
    "stage.embed_speakers": ("提取声纹", "Listening to voices"),
    "stage.cluster_speakers": ("区分说话人", "Telling speakers apart"),
    "stage.recognize": ("识别文字", "Recognising words"),
    "stage.punctuate": ("添加标点", "Adding punctuation"),
    "stage.finish": ("保存结果", "Saving"),
    "job.cancel": ("取消", "Cancel"),
    "job.cancelling": ("正在取消…", "Cancelling…"),
    "job.elapsed": ("已用 {time}", "{time} so far"),
    "job.left": ("{left}后完成", "{left} left"),
    "job.starts": ("{left}后开始", "begins in {left}"),
    "job.about_seconds": ("大约 {seconds} 秒", "about {seconds} s"),
    "job.about_minutes": ("大约 {minutes} 分钟", "about {minutes} min"),
    "job.about_hours": ("大约 {hours} 小时 {minutes} 分钟", "about {hours} h {minutes} min"),
    "job.continued": (
        "转写曾意外中断，已自动继续：做完的部分不会重做。",
        "It was interrupted and goes on by itself; what was done is kept.",
    ),
    "job.failed_title": ("这段录音没有转写成功", "This recording could not be transcribed"),
    "job.cancelled_title": ("转写已取消", "The transcription was cancelled"),
    "job.interrupted_title": (
        "程序在转写途中停止了",
        "The program stopped in the middle of this transcription",
    ),
    "job.again": ("重新转写", "Transcribe again"),
    "error.EmptyFileError": (
        "这个文件是空的，没有可读的声音。请重新录制或复制一份。",
        "The file is empty: it holds no sound that can be read. Record or copy it again.",
    ),
    "error.NotAudioError": (
        "这不是能读取的音频或视频文件。请换成 WAV、FLAC、MP3 或 M4A 格式。",
        "This is not an audio or video file that can be read. Convert it to WAV, FLAC, MP3 or M4A.",
    ),
    "error.WeChatVoiceError": (
        "这是微信或 QQ 的语音消息（SILK 格式），这里读不了。请先用 SILK 转换工具转成 MP3 或 WAV。",
        "This is a voice message of WeChat or QQ (SILK), which cannot be read here. Convert it to "
        "MP3 or WAV with a SILK converter first.",
    ),
    "error.HeaderlessSoundError": (
        "这个文件没有文件头，看不出采样率和编码（PCM、A 律或 μ 律）。"
        "请按它的采样率和编码转换成 WAV。",
        "The file has no header, so its sample rate and coding (PCM, A-law or µ-law) are not "
        "known. Convert it to WAV with its rate and coding.",
    ),
    "error.ProtectedFileError": (
        "这个文件已被音乐商店或播放器加密。请导出未加密的文件，或重新录制。",
        "The file is encrypted by the shop or the player it comes from. Export it unprotected, or "
        "record it anew.",
    ),
    "error.MidiFileError": (
        "这是 MIDI 乐谱文件，里面没有声音。请选择录音文件。",
        "The file holds notes for an instrument (MIDI), not sound. Choose a recording.",
    ),
    "error.PlaylistError": (
        "这是播放列表，只列出了文件名，本身没有声音。请选择列表中的录音文件。",
        "The file is a playlist: it names recordings and holds none. Choose the recordings "
        "themselves.",
    ),
    "error.WebPageError": (
        "这个文件的内容是网页或服务器返回的文字，不是声音：下载时出了错。请重新下载录音。",
        "The file holds a web page or a server's answer, not sound: the download went wrong. "
        "Download the recording again.",
    ),
    "error.ArchiveError": (
        "这是压缩包。请先解压，再选择里面的录音。",
        "The file is an archive (such as zip or rar). Unpack it and choose the recordings in it.",
    ),
    "error.DocumentError": (
        "这是文档、图片或程序，不是录音。请选择音频或视频文件。",
        "The file is a document, a picture or a program. Choose an audio or video file.",
    ),
    "error.UnfinishedDownloadError": (
        "这个文件没有下载完。请重新下载完整的文件。",
        "The file is a download that was not finished. Download it again to its end.",
    ),
    "error.ZeroFilledFileError": (
        "这个文件里全是零：只占了磁盘空间，没有写入内容。请重新复制或下载。",
        "The file holds only zeros: its place on the disk was never written to. Copy or download "
        "it again.",
    ),
    "error.NoSoundTrackError": (
        "这个视频没有声音。请选择带声音的文件。",
        "This video has no sound. Choose a file with sound.",
    ),
    "error.CutOffFileError": (
        "文件不完整：缺少读取所需的索引。请从录音设备重新复制一份。",
        "The file is cut off: the index needed to read it is missing. Copy it again.",
    ),
    "error.NotANumberError": (
        "文件中的采样值无效（NaN）。请重新导出。",
        "The file holds samples that are no numbers (NaN). Export it again.",
    ),
    "error.RecordingTooLongError": (
        "录音超过 {recording_hours} 小时，这里不能更长。请分成几段再上传。",
        "The recording is longer than the {recording_hours} hours that are taken here. "
        "Split it into parts.",
    ),
    "error.AudioError": (
        "无法读取这个音频文件。请检查后再试。",
        "The audio cannot be read. Check the file and try again.",
    ),
    "error.ModelUnavailableError": (
        "缺少识别模型，也无法下载。请到「模型」页查看，或在服务器上运行："
        "python -m pipeline.models fetch",
        "A model is missing and could not be fetched. Look at Models, or run on the server: "
        "python -m pipeline.models fetch",
    ),
    "error.ModelIntegrityError": (
        "模型文件已损坏。请在服务器上运行：python -m pipeline.models verify",
        "A model file is damaged. On the server, run: python -m pipeline.models verify",
    ),
    "error.ModelContractError": (
        "模型文件之间不匹配，或不是所需的模型。请检查指定的模型文件夹，或重新下载全部文件。",
        "A model's files do not go together, or it is a model for something else. Check the model "
        "folder that was named, or download all its files again.",
    ),
    "error.OutOfMemory": (
        "内存不足。请关闭其他程序，或把录音分成较短的几段。",
        "There was not enough memory. Close other programs, or split the recording.",
    ),
    "error.WorkerDied": (
        "转写进程多次意外停止，多半是内存不足。请关闭其他程序后再试：会从做完的地方继续。",
        "The process that did the work stopped several times, most often because memory ran out. "
        "Close other programs and try again: it goes on from where it was.",
    ),
    "error.DiskFullError": (
        "服务器磁盘已满，结果没能保存。请腾出空间后重新转写。",
        "The server's disk is full, so the result is not stored. Free some space and try again.",
    ),
    "error.WorkingFileError": (
        "服务器无法写入临时文件。请检查磁盘空间后重新转写。",
        "The server cannot write its working files. Check its disk and try again.",
    ),
    "error.DatabaseUnavailableError": (
        "数据库暂时不可用，结果没能保存。请重新转写。",
        "The database could not be written, so the result is not stored. Try again.",
    ),
    "error.other": (
        "程序内部出了问题，与你的选择无关。请再试一次；如果仍然失败，请查看程序日志。",
        "Something went wrong inside the program, not with your choices. Try again; "
        "if it happens again, look for the cause in the program's log.",
    ),
    "view.welcome_title": ("打开一段录音，或上传新的", "Open a recording, or add a new one"),
    "view.welcome": (
        "上传音频或视频，就能看到谁在什么时候说了什么：点一句，听一句；再按需要的格式保存。",
        "Add an audio or video file and see who said what, when. "
        "Click a sentence to hear it; save the transcript in the format you need.",
    ),
    "view.loading": ("正在打开…", "Opening…"),
    "view.load_failed": (
        "无法打开这段录音。它可能已被删除，或服务器没有响应。",
        "This recording cannot be opened. It may have been deleted, or the server is away.",
    ),
    "view.offline": (
        "与服务器的连接断开，正在重试…",
        "The connection to the server is gone; trying again…",
    ),
    "view.no_speech": ("这段录音里没有听到说话声。", "Nobody speaks in this recording."),
    "view.no_text": (
        "这段录音里有人说话，但没有识别出文字。",
        "Somebody speaks in this recording, but no words were recognised.",
    ),
    "view.download": ("下载", "Download"),
    "view.import": ("导入", "Import"),
    "view.import_hint": (
        "导入字幕或标注文件（SRT、VTT、ASS、JSON、TextGrid、EAF、Audacity 标签、RTTM、CTM、STM）",
        "Import a subtitle or annotation file (SRT, VTT, ASS, JSON, TextGrid, EAF, "
        "Audacity labels, RTTM, CTM, STM)",
    ),
    "view.import_corrections": ("作为修改导入", "As corrections of this transcript"),
    "view.import_corrections_hint": (
        "一次修改，可以撤销；文字、时间和说话人以文件为准",
        "One change that can be undone: words, times and speakers as in the file",
    ),
    "view.import_transcript": ("作为另一份转写", "As another transcript"),
    "view.import_transcript_hint": (
        "现在的转写不变，之后可以在列表里切换",
        "This one stays; the list lets you choose between them",
    ),
    "view.import_encoding": ("文件编码", "Encoding of the file"),
    "view.import_encoding_auto": ("自动识别", "Detected"),
    "view.import_same": ("文件与现在的转写一致，没有修改", "The file changes nothing here"),
    "view.import_done": ("已导入，以下内容没有原样采用", "Imported; this did not fit"),
    "view.import_failed": ("无法导入这个文件", "This file cannot be imported"),
    "view.import_line": ("第 {line} 行", "Line {line}"),
    "view.close": ("关闭", "Close"),
    "import.unreadable": ("读不懂，已略过", "Cannot be read, left out"),
    "import.no_length": ("没有时长，已略过", "Has no length, left out"),
    "import.beyond_end": ("不在录音范围内，已略过", "Outside the recording, left out"),
    "import.clipped": ("超出录音范围，已截短", "Reaches beyond the recording, shortened"),
    "import.overlap": ("同一说话人自相重叠，已保留", "Overlaps the same speaker, kept"),
    "import.other_recording": (
        "属于另一段录音，已略过（只读文件中的第一段）",
        "Of another recording, left out: the first one in the file is read",
    ),
    "import.not_used": (
        "转写里没有对应的内容，已略过",
        "Has no place in a transcript, left out",
    ),
    "import.after_gap": (
        "字幕里空行之后的文字，已保留",
        "Text after an empty line inside a cue, kept",
    ),
    "import.shared_time": (
        "一条字幕里有几位说话人，各用整条字幕的时间",
        "Several speakers in one cue, each with all of its time",
    ),
    "import.repeated": (
        "滚动字幕重复的一行，已略过",
        "A line that a rolling caption repeats, left out",
    ),
    "import.speaker_label": ("当作说话人", "Taken as a speaker"),
    "import.kept_label": (
        "可能是说话人，已留在文字里",
        "May be a speaker, kept in the text",
    ),
    "import.estimated_time": (
        "文件没有给出时间，已按前后内容估算",
        "Has no time in the file, placed between its neighbours",
    ),
    "import.shifted": (
        "所有时间已按文件给出的媒体起点移动（毫秒）",
        "All times are moved by the media's offset in the file, in milliseconds",
    ),
    "import.encoding": ("不是 UTF-8 编码，已按此读取", "Not UTF-8, read as"),
    "view.download_machine": ("机器原稿（校对之前）", "As the machine made it"),
    "view.download_verified": ("只含已核对的句子", "Verified sentences only"),
    "format_group.subtitles": ("字幕", "Subtitles"),
    "format_group.reading": ("阅读", "To read"),
    "format_group.data": ("表格与数据", "Tables and data"),
    "format_group.annotation": ("标注软件", "Annotation programs"),
    "format_group.speech_tools": ("语音研究工具", "Speech research"),
    "format.srt": ("SRT 字幕", "SRT subtitles"),
    "format.vtt": ("WebVTT 网页字幕", "WebVTT for web pages"),
    "format.ass": ("ASS 彩色字幕", "ASS with colours"),
    "format.txt": ("纯文本", "Plain text"),
    "format.md": ("Markdown 文稿", "Markdown"),
    "format.csv": ("CSV 表格（Excel）", "CSV for Excel"),
    "format.tsv": ("TSV 表格", "TSV table"),
    "format.json": ("JSON 完整数据", "JSON with everything"),
    "format.jsonl": ("JSON Lines 逐句数据", "JSON Lines, a sentence a line"),
    "format.funasr": ("FunASR 结果（JSON）", "FunASR result (JSON)"),
    "format.textgrid": ("Praat 标注（TextGrid）", "Praat TextGrid"),
    "format.eaf": ("ELAN 标注", "ELAN"),
    "format.audacity": ("Audacity 标签", "Audacity labels"),
    "format.rttm": ("RTTM 说话人时间", "RTTM, who speaks when"),
    "format.ctm": ("CTM 逐词时间", "CTM, a word a line"),
    "format.stm": ("STM 评分参考", "STM for scoring"),
    "format.kaldi": ("Kaldi 数据目录", "Kaldi directory"),
    "view.meta": (
        "{duration} · {speakers} 位说话人 · {sentences} 句",
        "{duration} · {speakers} speakers · {sentences} sentences",
    ),
    "view.meta_one": (
        "{duration} · {speakers} 位说话人 · {sentences} 句",
        "{duration} · {speakers} speaker · {sentences} sentences",
    ),
    "view.track_read": ("读取第 {track} 条音轨，共 {total} 条", "sound track {track} of {total}"),
    "view.tracks_mixed": ("{total} 条音轨混合", "{total} sound tracks mixed"),
    "view.made_by": ("由 {models} 生成", "Made by {models}"),
    "view.play": ("播放", "Play"),
    "view.pause": ("暂停", "Pause"),
    "view.rows": ("逐句转写，点击一句播放", "Transcript, click a sentence to play it"),
    "view.waveform": ("波形，点击从该处播放", "Waveform, click to play from there"),
    "view.speaker": (NUMBERED_NAMES["zh"], NUMBERED_NAMES["en"]),
    "view.unknown_speaker": ("未知", "Unknown"),
    "view.audio_failed": (
        "浏览器无法播放这段音频。",
        "The browser cannot play this audio.",
    ),
    **LIBRARY_TEXTS,
    **PEOPLE_TEXTS,
    **REFUSAL_TEXTS,
    **REVIEW_TEXTS,
    **GROWING_TEXTS,
    **MODELS_TEXTS,
    **TRAINING_TEXTS,
}


def has_text(key: str) -> bool:
    """Whether there are words under this key."""
    return key in _TEXTS


def texts_for(language: str) -> MappingProxyType[str, str]:
    """All words of one language by key.

    Raises:
        KeyError: if the language is not one of LANGUAGES.
    """
    if language not in LANGUAGES:
        raise KeyError(language)
    column = LANGUAGES.index(language)
    return MappingProxyType({key: words[column] for key, words in _TEXTS.items()})
