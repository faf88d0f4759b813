"""Texts of the training data page, in Chinese and English."""

from __future__ import annotations

TRAINING_TEXTS: dict[str, tuple[str, str]] = {
    "page.training": ("训练数据", "Training data"),
    "training.title": ("用校对结果生成训练数据", "Turn reviewed sentences into training data"),
    "training.intro": (
        "每句切成一段 16 kHz 的音频，连同文字、说话人和修改记录打包下载。"
        "相同的数据和选项会生成逐字节相同的文件。",
        "Each sentence becomes a 16 kHz clip with its text, speaker and history, packed into one "
        "zip file. The same data and options give the same bytes.",
    ),
    "training.which": ("筛选句子", "Filter sentences"),
    "training.verified_only": ("仅已核对", "Verified only"),
    "training.without_heard": ("不含仅听过的", "Without those only listened to"),
    "training.changed_only": ("仅人工修改过", "Edited by a person only"),
    "training.duration": ("时长（秒）", "Duration (seconds)"),
    "training.confidence": ("识别置信度（0–1）", "Recognition confidence (0–1)"),
    "training.edited": ("最后修改日期（UTC）", "Last edited (UTC)"),
    "training.at_least": ("至少", "At least"),
    "training.at_most": ("至多", "At most"),
    "training.from": ("从", "From"),
    "training.until": ("到", "Until"),
    "training.of_speakers": ("说话人（不选即全部）", "Speakers (none selected: all)"),
    "training.of_tags": ("录音标签（不选即全部）", "Recording tags (none selected: all)"),
    "training.divide": ("数据集划分", "Split"),
    "training.group_by": ("划分单位", "Group by"),
    "training.group_by_recording": ("录音", "recording"),
    "training.group_by_speaker": ("说话人", "speaker"),
    "training.validation_share": ("验证集占比（%）", "Validation (%)"),
    "training.test_share": ("测试集占比（%）", "Test (%)"),
    "training.seed": ("随机种子", "Seed"),
    "training.text": ("文本规范化", "Text normalisation"),
    "training.punctuation": ("标点", "Punctuation"),
    "training.punctuation_keep": ("保留", "keep"),
    "training.punctuation_remove": ("去除", "remove"),
    "training.digits": ("数字", "Digits"),
    "training.digits_keep": ("保留", "keep"),
    "training.digits_chinese": ("逐位转成汉字", "as Chinese characters, digit by digit"),
    "training.case": ("英文字母大小写", "Letter case"),
    "training.case_keep": ("保留", "keep"),
    "training.case_lower": ("小写", "lower case"),
    "training.case_upper": ("大写", "upper case"),
    "training.formats": ("格式", "Formats"),
    "training.format_funasr": (
        "FunASR 微调（去标点，英文小写）",
        "FunASR fine-tuning (without marks, lower case)",
    ),
    "training.format_kaldi": ("Kaldi 数据目录", "Kaldi data directories"),
    "training.format_audiofolder": ("Hugging Face 音频文件夹", "Hugging Face audiofolder"),
    "training.format_3d-speaker": ("3D-Speaker 说话人数据", "3D-Speaker speaker data"),
    "training.format_wenet": ("WeNet 清单 data.list（raw）", "WeNet data.list (raw)"),
    "training.format_wenet-shard": (
        "WeNet 分片（音频另存一份）",
        "WeNet shards (a second copy of the clips)",
    ),
    "training.format_lhotse": ("lhotse 清单（icefall）", "lhotse manifests (icefall)"),
    "training.format_nemo": ("NeMo 清单", "NeMo manifest"),
    "training.format_jsonl": (
        "JSON Lines（识别结果、修改结果、修改人）",
        "JSON Lines (recognised text, corrected text, editors)",
    ),
    "training.preview": ("导出预览", "Export preview"),
    "training.split": ("子集", "Subset"),
    "training.split_train": ("训练集", "Training"),
    "training.split_validation": ("验证集", "Validation"),
    "training.split_test": ("测试集", "Test"),
    "training.clips": ("句数", "Sentences"),
    "training.hours": ("小时", "Hours"),
    "training.speakers": ("说话人", "Speakers"),
    "training.recordings": ("录音", "Recordings"),
    "training.left_out": ("未选入：{reasons}", "Not included: {reasons}"),
    "training.reason_no_audio": ("{count} 句没有音频", "{count} without audio"),
    "training.reason_rejected": ("{count} 句已排除", "{count} rejected"),
    "training.reason_not_verified": ("{count} 句未核对", "{count} not verified"),
    "training.reason_only_heard": ("{count} 句仅听过", "{count} only listened to"),
    "training.reason_not_changed": ("{count} 句未经修改", "{count} not edited"),
    "training.reason_other_speaker": ("{count} 句属于其他说话人", "{count} by other speakers"),
    "training.reason_other_date": ("{count} 句不在日期范围内", "{count} outside the date range"),
    "training.reason_too_short": ("{count} 句太短", "{count} too short"),
    "training.reason_too_long": ("{count} 句太长", "{count} too long"),
    "training.reason_other_confidence": (
        "{count} 句不在置信度范围内",
        "{count} outside the confidence range",
    ),
    "training.reason_no_text": ("{count} 句没有文字", "{count} without text"),
    "training.start": ("导出为 zip", "Export as zip"),
    "training.nothing": (
        "没有符合条件的句子。请先核对一些句子，或放宽条件。",
        "No sentences match. Verify some, or loosen the filters.",
    ),
    "training.no_format": ("请至少选择一种格式。", "Choose at least one format."),
    "training.bad_choice": (
        "有选项超出范围：下限不能高于上限，验证集与测试集合计须小于 100%。",
        "An option is out of range: a minimum must not exceed its maximum, and validation and "
        "test together must be below 100%.",
    ),
    "training.load_failed": (
        "服务器没有响应，请稍后再试。",
        "The server does not respond. Try again later.",
    ),
    "training.waiting": ("排队中…", "Queued…"),
    "training.running": ("正在导出", "Exporting"),
    "training.cancel": ("取消", "Cancel"),
    "training.cancelled": ("导出已取消，未留下文件。", "Export cancelled; no file was kept."),
    "training.download": ("下载 zip（{size}）", "Download zip ({size})"),
    "training.problem_DiskFullError": (
        "服务器磁盘已满，导出失败，未写完的文件已删除。请清理空间后重试。",
        "The server's disk is full: the export failed and its partial file was removed. Free some "
        "space, then export again.",
    ),
    "training.problem_TrainingExportError": (
        "导出失败：导出期间数据有变，或音频不完整。请重试；如仍失败，请在服务器上运行：python -m "
        "storage verify",
        "Export failed: the data changed during the export, or audio is incomplete. Try again; if "
        "it fails again, run on the server: python -m storage verify",
    ),
    "training.problem_AudioError": (
        "导出失败：有一段录音的音频文件已损坏。请在服务器上运行：python -m storage verify",
        "Export failed: the audio of a recording is damaged. On the server, run: python -m "
        "storage verify",
    ),
    "training.problem_other": (
        "导出失败：程序内部出错。请重试，或查看程序日志。",
        "Export failed: an internal error occurred. Try again, or check the program's log.",
    ),
}
