"""The words of the page of training data, in Chinese and in English."""

from __future__ import annotations

TRAINING_TEXTS: dict[str, tuple[str, str]] = {
    "page.training": ("训练数据", "Training data"),
    "training.title": ("把校对成果变成训练数据", "Turn reviewed sentences into training data"),
    "training.intro": (
        "每句切成一段 16 kHz 的音频，连同文字、说话人和修改记录打包下载。"
        "同样的数据、同样的选择，得到逐字节相同的文件。",
        "Every sentence becomes a 16 kHz clip with its text, speaker and history, packed into one "
        "zip file. The same data and the same choices give the same bytes.",
    ),
    "training.which": ("选哪些句子", "Which sentences"),
    "training.verified_only": ("只要已核对的", "Only verified ones"),
    "training.changed_only": ("只要有人改过的", "Only those a person has changed"),
    "training.duration": ("时长（秒）", "Length in seconds"),
    "training.confidence": ("识别置信度（0–1）", "The machine's confidence, 0–1"),
    "training.edited": ("最后修改日期（UTC）", "Last edited (UTC)"),
    "training.at_least": ("至少", "At least"),
    "training.at_most": ("至多", "At most"),
    "training.from": ("从", "From"),
    "training.until": ("到", "Until"),
    "training.of_speakers": ("说话人（不选即全部）", "Speakers (none chosen: all)"),
    "training.of_tags": ("录音标签（不选即全部）", "Tags of recordings (none chosen: all)"),
    "training.divide": ("如何划分", "How to divide"),
    "training.group_by": ("不拆开", "Keep together"),
    "training.group_by_recording": ("同一段录音", "a recording"),
    "training.group_by_speaker": ("同一位说话人", "a speaker"),
    "training.validation_share": ("验证占比（%）", "For validation, per cent"),
    "training.test_share": ("测试占比（%）", "For the test, per cent"),
    "training.seed": ("随机种子", "Seed"),
    "training.text": ("文字怎么写", "How the text is written"),
    "training.punctuation": ("标点", "Punctuation"),
    "training.punctuation_keep": ("保留", "keep"),
    "training.punctuation_remove": ("去掉", "leave out"),
    "training.digits": ("数字", "Digits"),
    "training.digits_keep": ("保留", "keep"),
    "training.digits_chinese": ("逐个写成汉字", "as Chinese, one by one"),
    "training.case": ("英文字母", "Latin letters"),
    "training.case_keep": ("保留", "keep"),
    "training.case_lower": ("小写", "lower case"),
    "training.case_upper": ("大写", "upper case"),
    "training.formats": ("格式", "Formats"),
    "training.format_funasr": ("FunASR 微调（train / val.jsonl）", "FunASR fine-tuning lists"),
    "training.format_kaldi": ("Kaldi 数据目录", "Kaldi data directories"),
    "training.format_audiofolder": ("Hugging Face 音频文件夹", "Hugging Face audiofolder"),
    "training.format_3d-speaker": ("3D-Speaker 说话人数据", "3D-Speaker speaker data"),
    "training.format_jsonl": (
        "JSON Lines：机器听到的、改成的、谁改的",
        "JSON Lines: heard, corrected, by whom",
    ),
    "training.preview": ("将会导出", "What will be exported"),
    "training.split": ("部分", "Part"),
    "training.split_train": ("训练", "Training"),
    "training.split_validation": ("验证", "Validation"),
    "training.split_test": ("测试", "Test"),
    "training.clips": ("句数", "Clips"),
    "training.hours": ("小时", "Hours"),
    "training.speakers": ("说话人", "Speakers"),
    "training.recordings": ("录音", "Recordings"),
    "training.left_out": ("未选入：{reasons}", "Left out: {reasons}"),
    "training.reason_no_audio": ("{count} 句没有音频", "{count} without audio"),
    "training.reason_rejected": ("{count} 句已弃用", "{count} rejected"),
    "training.reason_not_verified": ("{count} 句尚未核对", "{count} not verified"),
    "training.reason_not_changed": ("{count} 句没有改过", "{count} not changed"),
    "training.reason_other_speaker": ("{count} 句是别的说话人", "{count} by other speakers"),
    "training.reason_other_date": ("{count} 句不在日期内", "{count} edited on other days"),
    "training.reason_too_short": ("{count} 句太短", "{count} too short"),
    "training.reason_too_long": ("{count} 句太长", "{count} too long"),
    "training.reason_other_confidence": (
        "{count} 句置信度不符",
        "{count} of another confidence",
    ),
    "training.reason_no_text": ("{count} 句没有文字", "{count} without text"),
    "training.start": ("导出为 zip", "Export as zip"),
    "training.nothing": (
        "没有句子符合条件。请先核对一些句子，或放宽条件。",
        "No sentence fits. Verify some, or ask for less.",
    ),
    "training.no_format": ("请至少选一种格式。", "Choose at least one format."),
    "training.bad_choice": (
        "有一项超出了范围：下限不能高于上限，验证与测试合计要小于 100%。",
        "A choice is out of range: lower limits go below upper ones, and validation and test "
        "together leave something to train on.",
    ),
    "training.load_failed": (
        "服务器没有响应。请稍后再试。",
        "The server does not answer. Try again later.",
    ),
    "training.waiting": ("排队中…", "Waiting…"),
    "training.running": ("正在导出", "Exporting"),
    "training.cancel": ("取消", "Cancel"),
    "training.cancelled": (
        "导出已取消，没有留下文件。",
        "The export was cancelled; nothing is left.",
    ),
    "training.download": ("下载 zip（{size}）", "Download the zip ({size})"),
    "training.problem_DiskFullError": (
        "服务器磁盘已满，没有导出，写了一半的文件已删除。请腾出空间后再试。",
        "The server's disk is full: nothing was exported, and what was written is removed. "
        "Free some space, then export again.",
    ),
    "training.problem_TrainingExportError": (
        "没有导出：数据在此期间变了，或音频不完整。请重试；"
        "如仍失败，请在服务器上运行：python -m storage verify",
        "Nothing was exported: the data has changed meanwhile, or audio is not whole. Try again; "
        "if it fails again, run on the server: python -m storage verify",
    ),
    "training.problem_AudioError": (
        "没有导出：有一段录音的音频文件已损坏。请在服务器上运行：python -m storage verify",
        "Nothing was exported: the audio of a recording is damaged. On the server, run: "
        "python -m storage verify",
    ),
    "training.problem_other": (
        "没有导出：程序内部出了问题。请重试，或查看程序日志。",
        "Nothing was exported: something went wrong inside the program. Try again, or look for "
        "the cause in its log.",
    ),
}
