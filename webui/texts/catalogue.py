"""Catalogue of all page texts, in Chinese and English."""

from __future__ import annotations

from types import MappingProxyType

from storage.edit_plans.default_names import NUMBERED_NAMES
from webui.texts.annotation_texts import ANNOTATION_TEXTS
from webui.texts.editing_texts import EDITING_TEXTS
from webui.texts.library_texts import LIBRARY_TEXTS, REPORT_TEXTS, WORK_TEXTS
from webui.texts.live_texts import LIVE_TEXTS
from webui.texts.models_texts import MODELS_TEXTS
from webui.texts.panel_texts import PANEL_TEXTS, PLAYBACK_TEXTS, SUGGESTION_TEXTS
from webui.texts.people_texts import PEOPLE_TEXTS
from webui.texts.refusal_texts import REFUSAL_TEXTS
from webui.texts.review_texts import COMPARISON_TEXTS, GROWING_TEXTS, REVIEW_TEXTS
from webui.texts.training_texts import TRAINING_TEXTS
from webui.texts.words_texts import WORDS_TEXTS

LANGUAGES = ("zh", "en")

_TEXTS: dict[str, tuple[str, str]] = {
    "app.name": ("Speaker Studio", "Speaker Studio"),
    "app.tagline": ("谁在何时说了什么", "Who said what, when"),
    "app.skip": ("跳到文稿", "Skip to the transcript"),
    "app.language": ("English", "中文"),
    "app.language_hint": ("切换到英文", "Switch to Chinese"),
    "app.theme_hint": ("切换深色或浅色模式", "Switch between dark and light mode"),
    "app.fold": ("收起左栏（\\）", "Hide the list of recordings (\\)"),
    "app.unfold": ("展开左栏（\\）", "Show the list of recordings (\\)"),
    "new.title": ("新建转写", "New transcript"),
    "new.close": ("关闭", "Close"),
    "new.files": ("文件", "Files"),
    "new.microphone": ("麦克风", "Microphone"),
    "new.source": ("声音来源", "Source of the sound"),
    "new.drop": ("拖到这里，或", "Drop files here, or "),
    "new.choose": ("选择文件", "choose"),
    "new.choose_files": ("选择文件", "Choose files"),
    "new.drop_hint": (
        "可以一次放多个；拖到窗口任何地方都行",
        "Several at once; anywhere in the window works",
    ),
    "new.drop_all": ("松手即可加入", "Drop to add"),
    "new.uploading": ("上传 {percent} %", "Uploading {percent}%"),
    "new.waiting": ("等待上传", "Waiting"),
    "new.checking": ("正在检查", "Checking"),
    "new.remove": ("移除“{name}”", "Remove “{name}”"),
    "new.upload_failed": (
        "上传中断：请检查网络后重新选择这个文件。",
        "The upload was interrupted. Check the connection and choose the file again.",
    ),
    "new.known": (
        "列表中已有这段录音：“{title}”。开始转写会按当前选项另做一份文稿。",
        "Already in the list as “{title}”. Transcribing makes another transcript with the "
        "options below.",
    ),
    "new.known_same": (
        "“{title}”已有选项相同的文稿，未重复转写。可以打开它，或换其他选项再转写。",
        "“{title}” already has a transcript with these options, so nothing was started. Open it, "
        "or choose other options.",
    ),
    "new.open_known": ("打开", "Open"),
    "new.total": ("{count} 段，共 {length}", "{count} files, {length} in all"),
    "new.total_one": ("1 段，共 {length}", "1 file, {length}"),
    "new.work": ("转写{time}", "transcription takes {time}"),
    "new.hours_minutes": ("{hours} 小时 {minutes} 分", "{hours} h {minutes} min"),
    "new.minutes": ("{minutes} 分 {seconds} 秒", "{minutes} min {seconds} s"),
    "new.seconds": ("{seconds} 秒", "{seconds} s"),
    "new.record": ("开始录音", "Record"),
    "new.pause": ("暂停", "Pause"),
    "new.resume": ("继续", "Resume"),
    "new.stop": ("停止", "Stop"),
    "new.level": ("输入音量", "Input level"),
    "new.recording_hint": (
        "录好后可以先试听，再转写；没转写的录音会留在这台设备上。",
        "Listen to a take before you transcribe it. Takes not sent yet are kept on this device.",
    ),
    "new.take_title": ("录音 {time}", "Recording {time}"),
    "new.listen": ("试听“{name}”", "Listen to “{name}”"),
    "new.no_microphone": (
        "无法使用麦克风：请在浏览器中允许这个网站使用麦克风，并检查是否已接好。",
        "The microphone cannot be used. Allow this site to use it in the browser, and check that "
        "it is connected.",
    ),
    "new.leave_recording": ("正在录音", "Recording in progress"),
    "new.language": ("语言", "Language"),
    "new.language_auto": ("自动识别", "Automatic"),
    "new.language_zh": ("中文（普通话）", "Chinese (Mandarin)"),
    "new.language_en": ("英语", "English"),
    "new.language_yue": ("粤语", "Cantonese"),
    "new.language_ja": ("日语", "Japanese"),
    "new.language_ko": ("韩语", "Korean"),
    "new.track": ("音轨", "Audio track"),
    "new.track_info": ("这个文件有多条音轨。", "This file has several audio tracks."),
    "new.track_auto": (
        "自动（主音轨；无声时改用其他音轨）",
        "Automatic (main track, or another if it is silent)",
    ),
    "new.track_mix": ("混合全部音轨", "Mix all tracks"),
    "new.speakers": ("说话人数", "Number of speakers"),
    "new.speakers_auto": ("自动", "Auto"),
    "new.speakers_other": ("其他", "Other"),
    "new.speakers_count": ("人数或范围", "Number or range"),
    "new.speakers_count_hint": ("例如 8，或 7-10", "For example 8, or 7-10"),
    "new.advanced": ("高级", "Advanced"),
    "new.start": ("开始转写", "Transcribe"),
    "notice.choose_file": (
        "请先选择一个文件，或用麦克风录一段。",
        "Choose a file or record with the microphone first.",
    ),
    "notice.speaker_range": (
        "说话人数须为 1 到 50 的数字，例如 8，或范围，例如 7-10。",
        "The number of speakers must be 1 to 50, such as 8, or a range such as 7-10.",
    ),
    "notice.not_started": (
        "未能开始转写：服务器无法保存这段录音。请检查服务器的磁盘空间后重试。",
        "Transcription not started: the server could not store this recording. Check its disk "
        "space and try again.",
    ),
    "limit.own_import": (
        "你的上一个导入还没有完成，请等它完成后再试。",
        "Your previous import is still running. Try again when it has finished.",
    ),
    "limit.reads": (
        "正在处理的导出和统计请求过多，请稍后再试。",
        "Too many exports and statistics are being prepared. Try again later.",
    ),
    "limit.long_read": (
        "这份转写过长，无法在限定的时间和内存内处理。请换一种格式，或改用训练数据导出。",
        "The transcript is too long to be prepared within the limits of time and memory. Choose "
        "another format, or export it as training data.",
    ),
    "limit.imports": (
        "已有 {limit} 个导入正在进行，请稍后再试。",
        "{limit} imports are already running. Try again later.",
    ),
    "limit.text": (
        "你的网络地址 24 小时内的修改量已达上限，请明天再试。",
        "Your network address has changed as much text as is allowed in 24 hours. Try again "
        "tomorrow.",
    ),
    "limit.exports": (
        "已有 {limit} 个训练数据导出尚未完成，请等其中一个完成，或取消一个。",
        "{limit} exports of training data are unfinished, which is the limit. Wait for one to "
        "finish, or cancel one.",
    ),
    "notice.upload_gone": (
        "文件已不在服务器上（已开始转写，或上传后等待过久）。请重新选择。",
        "The file is no longer on the server: it was already started, or it waited too long. "
        "Choose it again.",
    ),
    "upload.disk_full": (
        "服务器磁盘已满，文件未保存。请联系管理员清理空间后重新上传。",
        "The server's disk is full and the file was not saved. Ask the administrator to free some "
        "space, then upload it again.",
    ),
    "upload.too_many": (
        "你的网络地址已有 {limit} 个文件正在上传。请等其中一个完成后再上传。",
        "{limit} uploads from your network address are under way. Upload this file when one of "
        "them has finished.",
    ),
    "upload.too_large": (
        "文件超过 {limit} MB 的上限。请压缩（例如转成 MP3 或 M4A），或分成几段。",
        "This file is larger than the limit of {limit} MB. Convert it to MP3 or M4A, or split it.",
    ),
    "upload.not_stored": (
        "服务器无法保存文件，请联系管理员查看日志。",
        "The server cannot save the file. Ask the administrator to check the log.",
    ),
    "limit.file": (
        "文件大小为 {size} MB，上限为 {limit} MB。请压缩（例如转成 MP3 或 M4A），或分成几段。",
        "This file is {size} MB; the limit is {limit} MB. Convert it to MP3 or M4A, or split it.",
    ),
    "limit.length": (
        "录音长 {length} 小时，上限为 {limit} 小时。请分成几段再上传。",
        "This recording is {length} hours long; the limit is {limit} hours. Split it into parts.",
    ),
    "limit.queue": (
        "排队已满（{limit} 个任务），请稍后再试。",
        "The queue is full ({limit} transcriptions). Try again later.",
    ),
    "limit.visitor_queue": (
        "你已有 {limit} 个任务未完成，达到上限。请等其中一个完成，或取消一个。",
        "You have {limit} unfinished transcriptions, which is the limit. Wait for one to finish, "
        "or cancel one.",
    ),
    "limit.visitor_hours": (
        "每人 24 小时内最多转写 {limit} 小时录音，你已用 {had} 小时。请明天再试，"
        "或上传较短的录音。",
        "The limit is {limit} hours of audio per person in 24 hours; you have used {had}. Try "
        "again tomorrow, or choose a shorter recording.",
    ),
    "limit.address_queue": (
        "你的网络地址已有 {limit} 个任务未完成，达到上限。请等其中一个完成后再试。",
        "Your network address has {limit} unfinished transcriptions, which is the limit. Try "
        "again when one has finished.",
    ),
    "limit.address_hours": (
        "每个网络地址 24 小时内最多转写 {limit} 小时录音，你的地址已用 {had} 小时。请明天再试，"
        "或上传较短的录音。",
        "The limit is {limit} hours of audio per network address in 24 hours; yours has used "
        "{had}. Try again tomorrow, or choose a shorter recording.",
    ),
    "list.title": ("录音", "Recordings"),
    "list.empty": ("新建的转写会出现在这里", "New transcripts appear here"),
    "list.loading": ("正在加载…", "Loading…"),
    "list.delete": ("删除", "Delete"),
    "list.delete_title": ("删除“{title}”？", "Delete “{title}”?"),
    "list.delete_text": (
        "录音及其全部文稿和修改记录将永久删除，无法恢复。",
        "The recording, all its transcripts and their history are deleted for good.",
    ),
    "list.delete_forever": ("永久删除", "Delete for good"),
    "state.queued": ("排队中，前面还有 {ahead} 个", "Queued, {ahead} ahead"),
    "state.queued_next": ("即将开始", "Starting"),
    "state.live_recording": ("正在录音", "Being recorded"),
    "state.live_paused": ("录音已暂停", "Recording paused"),
    "state.live_ending": ("正在收尾…", "Finishing…"),
    "state.running": ("{stage} {percent}%", "{stage} {percent}%"),
    "state.failed": ("失败", "Failed"),
    "state.cancelled": ("已取消", "Cancelled"),
    "state.interrupted": ("已中断", "Interrupted"),
    "state.none": ("没有文稿", "No transcript"),
    "stage.fetch_models": ("下载模型", "Downloading models"),
    "stage.load_models": ("加载模型", "Loading models"),
    "stage.read_audio": ("读取音频", "Reading audio"),
    "stage.detect_speech": ("检测语音", "Detecting speech"),
    "stage.embed_speakers": ("提取声纹", "Computing speaker embeddings"),
    "stage.cluster_speakers": ("区分说话人", "Clustering speakers"),
    "stage.recognize": ("识别语音", "Recognising speech"),
    "stage.punctuate": ("添加标点", "Adding punctuation"),
    "stage.finish": ("保存结果", "Saving"),
    "job.cancel": ("取消", "Cancel"),
    "job.cancel_title": ("取消这次转写？", "Cancel this transcription?"),
    "job.cancel_text": (
        "已识别的 {count} 句可以作为未完成的文稿保留，之后能接着转写。",
        "The {count} sentences so far can stay as an unfinished transcript, which can be resumed "
        "later.",
    ),
    "job.cancel_keep": ("取消并保留", "Cancel and keep"),
    "job.cancel_discard": ("取消并丢弃", "Cancel and discard"),
    "job.cancel_not": ("继续转写", "Go on"),
    "job.cancelling": ("正在取消…", "Cancelling…"),
    "job.elapsed": ("已用 {time}", "{time} elapsed"),
    "job.left": ("{left}后完成", "{left} left"),
    "job.starts": ("{left}后开始", "starts in {left}"),
    "job.about": ("约 {time}", "about {time}"),
    "time.seconds": ("{seconds} 秒", "{seconds} s"),
    "time.minutes": ("{minutes} 分钟", "{minutes} min"),
    "time.hours": ("{hours} 小时 {minutes} 分钟", "{hours} h {minutes} min"),
    "job.continued": (
        "转写曾意外中断，现已自动继续，已完成的部分不会重做。",
        "The transcription was interrupted and has resumed; finished parts are kept.",
    ),
    "job.failed_title": ("转写失败", "Transcription failed"),
    "job.cancelled_title": ("转写已取消", "Transcription cancelled"),
    "job.interrupted_title": (
        "转写中断：程序已停止运行",
        "Transcription interrupted: the program stopped",
    ),
    "job.again": ("重新转写", "Transcribe again"),
    "error.EmptyFileError": (
        "文件为空，没有声音。请重新录制或重新复制。",
        "The file is empty. Record or copy it again.",
    ),
    "error.NotAudioError": (
        "这不是可读取的音频或视频文件。请转换成 WAV、FLAC、MP3 或 M4A 格式。",
        "This is not a readable audio or video file. Convert it to WAV, FLAC, MP3 or M4A.",
    ),
    "error.WeChatVoiceError": (
        "这是微信或 QQ 的语音消息（SILK 格式），无法读取。请先用 SILK 转换工具转成 MP3 或 WAV。",
        "This is a WeChat or QQ voice message (SILK), which is not supported. Convert it to MP3 "
        "or WAV with a SILK converter first.",
    ),
    "error.HeaderlessSoundError": (
        "文件没有文件头，无法得知采样率和编码（PCM、A 律或 μ 律）。请按实际的采样率和编码转换成 "
        "WAV。",
        "The file has no header, so its sample rate and encoding (PCM, A-law or µ-law) are "
        "unknown. Convert it to WAV with its rate and encoding.",
    ),
    "error.ProtectedFileError": (
        "文件已被音乐平台或播放器加密。请导出未加密的文件，或重新录制。",
        "The file is encrypted by a music store or a player. Export it without protection, or "
        "record it again.",
    ),
    "error.MidiFileError": (
        "这是 MIDI 文件，不含声音。请选择录音文件。",
        "This is a MIDI file, which contains no audio. Choose a recording.",
    ),
    "error.PlaylistError": (
        "这是播放列表，本身不含声音。请选择列表中的录音文件。",
        "This is a playlist, which contains no audio. Choose the recordings it lists.",
    ),
    "error.WebPageError": (
        "文件内容是网页或服务器返回的文字，不是声音，下载时出了错。请重新下载录音。",
        "The file contains a web page or a server response, not audio: the download went wrong. "
        "Download the recording again.",
    ),
    "error.ArchiveError": (
        "这是压缩包。请先解压，再选择其中的录音。",
        "This is an archive (such as zip or rar). Unpack it and choose the recordings in it.",
    ),
    "error.DocumentError": (
        "这是文档、图片或程序，不是录音。请选择音频或视频文件。",
        "This is a document, a picture or a program. Choose an audio or video file.",
    ),
    "error.UnfinishedDownloadError": (
        "文件没有下载完整。请重新下载。",
        "The download of this file is incomplete. Download it again.",
    ),
    "error.ZeroFilledFileError": (
        "文件内容全为零，实际数据没有写入。请重新复制或下载。",
        "The file contains only zeros: its data was never written. Copy or download it again.",
    ),
    "error.NoSoundTrackError": (
        "这个视频没有声音。请选择带声音的文件。",
        "This video has no sound. Choose a file with sound.",
    ),
    "error.CutOffFileError": (
        "文件不完整，缺少读取所需的索引。请从录音设备重新复制。",
        "The file is truncated: the index needed to read it is missing. Copy it again.",
    ),
    "error.NotANumberError": (
        "文件含有无效的采样值（NaN）。请重新导出。",
        "The file contains invalid samples (NaN). Export it again.",
    ),
    "error.RecordingTooLongError": (
        "录音超过 {recording_hours} 小时的上限。请分成几段再上传。",
        "The recording is longer than the limit of {recording_hours} hours. Split it into parts.",
    ),
    "error.AudioError": (
        "无法读取这个音频文件。请检查文件后重试。",
        "This audio file cannot be read. Check the file and try again.",
    ),
    "error.ModelUnavailableError": (
        "缺少识别模型，且无法下载。请查看“模型”页，或在服务器上运行：python -m pipeline.models "
        "fetch",
        "A model is missing and could not be downloaded. See Models, or run on the server: python "
        "-m pipeline.models fetch",
    ),
    "error.ModelIntegrityError": (
        "模型文件已损坏。请在服务器上运行：python -m pipeline.models verify",
        "A model file is damaged. On the server, run: python -m pipeline.models verify",
    ),
    "error.ModelContractError": (
        "模型文件互不匹配，或不是所需的模型。请检查指定的模型文件夹，或重新下载全部文件。",
        "The model files do not match each other, or are not of the required model. Check the "
        "specified model folder, or download all its files again.",
    ),
    "error.OutOfMemory": (
        "内存不足。请关闭其他程序，或把录音分成较短的几段。",
        "Not enough memory. Close other programs, or split the recording.",
    ),
    "error.WorkerDied": (
        "转写进程多次意外停止，通常是因为内存不足。请关闭其他程序后重试，转写会从中断处继续。",
        "The transcription process stopped several times, usually because memory ran out. Close "
        "other programs and try again: it resumes where it stopped.",
    ),
    "error.DiskFullError": (
        "服务器磁盘已满，结果未保存。请清理空间后重新转写。",
        "The server's disk is full and the result was not saved. Free some space and try again.",
    ),
    "error.WorkingFileError": (
        "服务器无法写入临时文件。请检查磁盘空间后重新转写。",
        "The server cannot write temporary files. Check its disk and try again.",
    ),
    "error.DatabaseUnavailableError": (
        "数据库暂时不可用，结果未保存。请重新转写。",
        "The database is unavailable and the result was not saved. Try again.",
    ),
    "error.other": (
        "程序内部出错，与你的选择无关。请重试；如果仍然失败，请查看程序日志。",
        "An internal error occurred; your choices did not cause it. Try again; if it happens "
        "again, check the program's log.",
    ),
    "welcome.lead": (
        "放进一段会议、访谈或课程的录音，得到按说话人分好的文稿。",
        "Add a recording of a meeting, interview or lecture, and get a transcript with every "
        "speaker told apart.",
    ),
    "welcome.drop": ("把音频或视频拖到这里", "Drop audio or video here"),
    "welcome.formats": (
        "MP3、WAV、M4A、MP4 等；可以一次放多个",
        "MP3, WAV, M4A, MP4 and more; several at once",
    ),
    "welcome.formats_limit": (
        "MP3、WAV、M4A、MP4 等；可以一次放多个，单个不超过 {size}",
        "MP3, WAV, M4A, MP4 and more; several at once, up to {size} each",
    ),
    "welcome.record": ("录一段", "Record"),
    "welcome.record_hint": ("用这台设备的麦克风", "With this device's microphone"),
    "welcome.demo": ("试试示例", "Try the sample"),
    "welcome.demo_hint": ("{length}，{people} 位说话人", "{length}, {people} speakers"),
    "welcome.privacy": (
        "录音只在这台服务器上处理，不发往别处",
        "Recordings are processed on this server and sent nowhere else",
    ),
    "view.loading": ("正在打开…", "Opening…"),
    "view.load_failed": (
        "无法打开这段录音：它可能已被删除，或服务器没有响应。",
        "This recording cannot be opened. It may have been deleted, or the server cannot be "
        "reached.",
    ),
    "view.offline": ("连接已断开，正在重新连接…", "Connection lost. Reconnecting…"),
    "view.no_speech": ("未检测到语音。", "No speech detected."),
    "view.no_text": (
        "检测到语音，但没有识别出文字。",
        "Speech was detected, but no words were recognised.",
    ),
    "view.download": ("导出", "Export"),
    "view.import": ("导入", "Import"),
    "view.import_hint": (
        "导入字幕或标注文件（SRT、VTT、ASS、JSON、TextGrid、EAF、Audacity 标签、RTTM、CTM、STM）",
        "Import a subtitle or annotation file (SRT, VTT, ASS, JSON, TextGrid, EAF, "
        "Audacity labels, RTTM, CTM, STM)",
    ),
    "view.import_corrections": ("作为修改导入", "Import as corrections"),
    "view.import_corrections_hint": (
        "计为一次修改，可以撤销；文字、时间和说话人以文件为准",
        "One change that can be undone; text, times and speakers come from the file",
    ),
    "view.import_transcript": ("作为另一份文稿导入", "Import as another transcript"),
    "view.import_transcript_hint": (
        "当前文稿不变，之后可以在列表中切换",
        "The current transcript is kept; switch between them in the list",
    ),
    "view.import_encoding": ("文件编码", "File encoding"),
    "view.import_encoding_auto": ("自动检测", "Detect automatically"),
    "view.import_same": (
        "文件与当前文稿一致，没有修改",
        "The file matches the transcript; nothing changed",
    ),
    "view.import_done": ("已导入，以下内容未原样采用", "Imported, with these exceptions"),
    "view.import_failed": ("无法导入这个文件", "This file cannot be imported"),
    "view.import_line": ("第 {line} 行", "Line {line}"),
    "view.close": ("关闭", "Close"),
    "import.unreadable": ("无法解析，已跳过", "Cannot be parsed, skipped"),
    "import.no_length": ("没有时长，已跳过", "No duration, skipped"),
    "import.beyond_end": ("超出录音范围，已跳过", "Outside the recording, skipped"),
    "import.clipped": ("超出录音范围，已截短", "Extends beyond the recording, shortened"),
    "import.overlap": (
        "与同一说话人的句子重叠，已保留",
        "Overlaps a sentence of the same speaker, kept",
    ),
    "import.other_recording": (
        "属于另一段录音，已跳过（只读取文件中的第一段）",
        "Belongs to another recording, skipped: only the first in the file is read",
    ),
    "import.not_used": ("文稿中没有对应的内容，已跳过", "Not used in a transcript, skipped"),
    "import.after_gap": ("字幕中空行之后的文字，已保留", "Text after an empty line in a cue, kept"),
    "import.shared_time": (
        "一条字幕有几位说话人，均使用整条字幕的时间",
        "Several speakers in one cue; each gets the whole cue's time",
    ),
    "import.repeated": ("滚动字幕的重复行，已跳过", "Line repeated by a rolling caption, skipped"),
    "import.speaker_label": ("已识别为说话人", "Read as a speaker"),
    "import.kept_label": ("可能是说话人，已保留在文字中", "May be a speaker, kept in the text"),
    "import.estimated_time": (
        "文件没有给出时间，已按前后句估算",
        "No time in the file, estimated from its neighbours",
    ),
    "import.shifted": (
        "所有时间已按文件给出的媒体偏移平移（毫秒）",
        "All times shifted by the media offset in the file, in milliseconds",
    ),
    "import.encoding": ("不是 UTF-8 编码，已按此编码读取", "Not UTF-8, read as"),
    "view.download_machine": ("机器原稿（校对前）", "Original machine transcript"),
    "view.download_verified": ("仅已核对的句子", "Verified sentences only"),
    "view.script": ("汉字", "Chinese characters"),
    "script.keep": ("原样", "As is"),
    "script.simplified": ("简体", "Simplified"),
    "script.traditional": ("繁體", "Traditional"),
    "format_group.subtitles": ("字幕", "Subtitles"),
    "format_group.reading": ("阅读", "For reading"),
    "format_group.data": ("表格与数据", "Tables and data"),
    "format_group.annotation": ("标注软件", "Annotation tools"),
    "format_group.speech_tools": ("语音研究工具", "Speech research"),
    "format.srt": ("SRT 字幕", "SRT subtitles"),
    "format.vtt": ("WebVTT 网页字幕", "WebVTT subtitles"),
    "format.ass": ("ASS 彩色字幕", "ASS subtitles in colour"),
    "format.txt": ("纯文本", "Plain text"),
    "format.md": ("Markdown 文稿", "Markdown"),
    "format.docx": ("Word 文档", "Word document"),
    "format.html": ("HTML 网页（含报告和录音）", "HTML page with report and sound"),
    "format.csv": ("CSV 表格（Excel）", "CSV table (Excel)"),
    "format.tsv": ("TSV 表格", "TSV table"),
    "format.json": ("JSON 完整数据", "JSON, complete data"),
    "format.jsonl": ("JSON Lines 逐句数据", "JSON Lines, one sentence per line"),
    "format.funasr": ("FunASR 结果（JSON）", "FunASR result (JSON)"),
    "format.textgrid": ("Praat 标注（TextGrid）", "Praat TextGrid"),
    "format.eaf": ("ELAN 标注", "ELAN"),
    "format.audacity": ("Audacity 标签", "Audacity labels"),
    "format.labelstudio": ("Label Studio 任务", "Label Studio tasks"),
    "format.rttm": ("RTTM 说话人时间", "RTTM speaker turns"),
    "format.ctm": ("CTM 逐词时间", "CTM word times"),
    "format.stm": ("STM 评分参考", "STM scoring reference"),
    "format.kaldi": ("Kaldi 数据目录", "Kaldi directory"),
    "view.meta": (
        "{duration} · {speakers} 位说话人 · {sentences} 句",
        "{duration} · {speakers} speakers · {sentences} sentences",
    ),
    "view.meta_one": (
        "{duration} · {speakers} 位说话人 · {sentences} 句",
        "{duration} · {speakers} speaker · {sentences} sentences",
    ),
    "view.track_read": ("第 {track} 条音轨，共 {total} 条", "audio track {track} of {total}"),
    "view.tracks_mixed": ("{total} 条音轨混合", "{total} audio tracks mixed"),
    "view.made_by": ("由 {models} 转写", "Transcribed by {models}"),
    "view.imported_from": ("导入自 {file}", "Imported from {file}"),
    "view.play": ("播放", "Play"),
    "view.pause": ("暂停", "Pause"),
    "view.rows": ("逐句文稿，点击句子即可播放", "Transcript; click a sentence to play it"),
    "view.waveform": ("波形，点击即从该处播放", "Waveform; click to play from there"),
    "view.speaker": (NUMBERED_NAMES["zh"], NUMBERED_NAMES["en"]),
    "view.unknown_speaker": ("未知", "Unknown"),
    "view.audio_failed": (
        "浏览器无法播放这段音频。",
        "The browser cannot play this audio.",
    ),
    **EDITING_TEXTS,
    **LIBRARY_TEXTS,
    **LIVE_TEXTS,
    **PANEL_TEXTS,
    **PEOPLE_TEXTS,
    **PLAYBACK_TEXTS,
    **REFUSAL_TEXTS,
    **REPORT_TEXTS,
    **REVIEW_TEXTS,
    **GROWING_TEXTS,
    **MODELS_TEXTS,
    **SUGGESTION_TEXTS,
    **TRAINING_TEXTS,
    **WORK_TEXTS,
    **ANNOTATION_TEXTS,
    **WORDS_TEXTS,
    **COMPARISON_TEXTS,
}


def has_text(key: str) -> bool:
    """Return whether the catalogue has this key."""
    return key in _TEXTS


def texts_for(language: str) -> MappingProxyType[str, str]:
    """Return all texts of one language by key.

    Raises:
        KeyError: if the language is not one of LANGUAGES.
    """
    if language not in LANGUAGES:
        raise KeyError(language)
    column = LANGUAGES.index(language)
    return MappingProxyType({key: words[column] for key, words in _TEXTS.items()})
