"""Texts of the models page, in Chinese and English."""

from __future__ import annotations

MODELS_TEXTS: dict[str, tuple[str, str]] = {
    "page.models": ("模型", "Models"),
    "models.at_work": ("当前识别模型：{models}", "Next transcription uses {models}"),
    "models.at_work_none": ("暂无可用的识别模型", "No recogniser is available"),
    "models.why_best": (
        "Paraformer 和标点模型均已就绪；选择中文以外的语言时使用 Whisper。",
        "Paraformer and its punctuation model are installed. Languages other than Chinese use "
        "Whisper.",
    ),
    "models.why_no_paraformer": (
        "Paraformer 尚未安装。它专为普通话训练，能给出每个字的时间。安装后从下一次转写开始使用，"
        "无需重启。",
        "Paraformer is not installed. It is trained for Mandarin and times every character. Once "
        "it is installed, the next transcription uses it without a restart.",
    ),
    "models.why_no_punctuation": (
        "Paraformer 已安装，但缺少标点模型；没有标点模型，文字就没有标点。",
        "Paraformer is installed, but its punctuation model is not; without it, the text has no "
        "punctuation.",
    ),
    "models.why_language": (
        "所选语言只有 Whisper 支持。",
        "Only Whisper supports the chosen language.",
    ),
    "models.why_asked": (
        "启动时用 --recognizer 指定了这个识别模型。",
        "This recogniser was chosen when the app was started (--recognizer).",
    ),
    "models.why_asked_bare": (
        "启动时用 --recognizer 指定了 Paraformer，但没有标点模型，文字不带标点。",
        "Paraformer was chosen when the app was started (--recognizer), but no punctuation model "
        "is installed: the text has no punctuation.",
    ),
    "models.why_bad_folder": (
        "启动时用 --model-folder 指定的文件夹中没有模型文件。请检查该文件夹，再重新启动。",
        "A folder given with --model-folder does not contain its model. Check the folder and "
        "restart the app.",
    ),
    "models.get_paraformer": (
        "下载 Paraformer 和标点模型（{size}）",
        "Download Paraformer and punctuation ({size})",
    ),
    "models.resume_paraformer": (
        "继续下载 Paraformer 和标点模型（还差 {size}）",
        "Resume download of Paraformer and punctuation ({size} left)",
    ),
    "models.source": ("下载来源", "Download from"),
    "models.source_modelscope": ("魔搭 ModelScope", "ModelScope"),
    "models.source_huggingface": (
        "Hugging Face（标点模型来自 ModelScope）",
        "Hugging Face (punctuation from ModelScope)",
    ),
    "models.fetching": (
        "正在下载 {name}：{done} / {total}",
        "Downloading {name}: {done} of {total}",
    ),
    "models.cancel": ("取消", "Cancel"),
    "models.fetch": ("下载", "Download"),
    "models.resume": ("继续下载", "Resume download"),
    "models.retry": ("重试", "Try again"),
    "models.offline": (
        "程序以离线模式启动，不会连接网络，因此无法在这里下载。请去掉 --offline 重新启动，"
        "或在别处下载后用 --model-folder 指定文件夹。",
        "The app was started offline and makes no connections, so nothing can be downloaded here. "
        "Restart it without --offline, or download elsewhere and specify the folder with "
        "--model-folder.",
    ),
    "models.own_folder": (
        "已有模型文件？启动时用 --model-folder paraformer=文件夹 --model-folder "
        "punctuation=文件夹 指定，支持 FunASR 和 sherpa-onnx 的目录结构。支持热词的 SeACo "
        "模型也这样指定。",
        "Already have the files? Start the app with --model-folder paraformer=DIR --model-folder "
        "punctuation=DIR, in FunASR's or sherpa-onnx's layout. The SeACo model, which supports "
        "hotwords, is specified the same way.",
    ),
    "new.hotwords": ("热词", "Hotwords"),
    "new.hotwords_hint": ("每行一个，例如人名、产品名", "One per line, such as names of people"),
    "notice.hotwords": (
        "热词最多 1000 个，每个不超过 100 个字。",
        "The limit is 1000 hotwords of 100 characters each.",
    ),
    "models.list": ("所有模型", "All models"),
    "models.state_installed": ("已安装", "Installed"),
    "models.state_missing": ("未安装", "Not installed"),
    "models.state_partial": ("已下载 {done}，共 {total}", "{done} of {total} downloaded"),
    "models.state_damaged": ("文件已损坏", "Damaged"),
    "models.state_waiting": ("等待下载", "Waiting"),
    "models.state_fetching": ("正在下载", "Downloading"),
    "models.state_failed": ("下载失败", "Download failed"),
    "models.problem_connection": (
        "无法连接下载服务器，或连接中断。已下载的部分会保留；请检查网络后重试，或更换来源。",
        "The server cannot be reached, or the connection was lost. Downloaded data is kept. Check "
        "the network and try again, or choose another source.",
    ),
    "models.problem_login": (
        "服务器要求登录后才能下载这个文件。请在浏览器中下载，再运行：python -m pipeline.models "
        "fetch --from 文件夹",
        "The server requires a login for this file. Download it with a browser, then run: python "
        "-m pipeline.models fetch --from DIR",
    ),
    "models.problem_content": (
        "服务器上的文件与公布的校验值不符，未采用。请更换来源。",
        "The file's size or hash differs from the published one, so it is not used. Choose "
        "another source.",
    ),
    "models.problem_disk_full": (
        "磁盘空间不足。请清理空间后重试，已下载的部分会保留。",
        "The disk is full. Free some space and try again; downloaded data is kept.",
    ),
    "models.problem_other": ("下载失败，原因如下。", "The download failed; the reason is below."),
    "models.load_failed": (
        "无法加载模型列表，正在重试…",
        "The list of models cannot be loaded. Retrying…",
    ),
    "models.role_vad": ("语音检测", "Voice activity detection"),
    "models.role_speaker_embedder": ("声纹提取", "Speaker embedding"),
    "models.role_overlap_detector": ("重叠语音检测", "Overlap detection"),
    "models.role_recognizer": ("语音识别", "Speech recognition"),
    "models.role_streaming_recognizer": ("实时语音识别", "Recognition of streams"),
    "models.role_punctuator": ("标点恢复", "Punctuation"),
}
