"""The words of the models' part of the page, in Chinese and in English."""

from __future__ import annotations

MODELS_TEXTS: dict[str, tuple[str, str]] = {
    "page.recordings": ("录音", "Recordings"),
    "page.models": ("模型", "Models"),
    "models.at_work": ("接下来用 {models} 识别", "The next recording is heard by {models}"),
    "models.at_work_none": ("暂时无法识别", "Nothing can be recognised at the moment"),
    "models.why_best": (
        "Paraformer 和标点模型都已就绪；选择中文以外的语言时，改用 Whisper。",
        "Paraformer and its punctuation are here. Languages other than Chinese go to Whisper.",
    ),
    "models.why_no_paraformer": (
        "Paraformer 尚未安装。它专为普通话训练，每个字都有自己的时间。"
        "安装后，下一次转写就会用它，无需重启。",
        "Paraformer is not installed. It is made for Mandarin and times every character. Once it "
        "is here, the next transcription uses it, without a restart.",
    ),
    "models.why_no_punctuation": (
        "Paraformer 已安装，但还缺标点模型；没有它，文字就没有标点。",
        "Paraformer is here, but its punctuation is not; without that, its text has no marks.",
    ),
    "models.why_language": (
        "所选语言只有 Whisper 能识别。",
        "Only Whisper knows the chosen language.",
    ),
    "models.why_asked": (
        "启动时指定了这个识别器（--recognizer）。",
        "The app was started with this recogniser (--recognizer).",
    ),
    "models.why_asked_bare": (
        "启动时指定了 Paraformer（--recognizer），但没有标点模型：文字不带标点。",
        "The app was started with Paraformer (--recognizer) and has no punctuation model: its text "
        "has no marks.",
    ),
    "models.why_bad_folder": (
        "启动时用 --model-folder 指定的文件夹里没有模型文件。请检查该文件夹，再重新启动。",
        "A folder given with --model-folder at the start does not hold its model. Check the folder "
        "and start again.",
    ),
    "models.get_paraformer": (
        "下载 Paraformer 和标点（{size}）",
        "Fetch Paraformer with punctuation ({size})",
    ),
    "models.resume_paraformer": (
        "继续下载 Paraformer 和标点（还差 {size}）",
        "Go on fetching Paraformer with punctuation ({size} to go)",
    ),
    "models.source": ("下载来源", "Fetch from"),
    "models.source_modelscope": ("魔搭 ModelScope", "ModelScope"),
    "models.source_huggingface": (
        "Hugging Face（标点取自 ModelScope）",
        "Hugging Face (punctuation from ModelScope)",
    ),
    "models.fetching": ("正在下载 {name}：{done} / {total}", "Fetching {name}: {done} of {total}"),
    "models.cancel": ("取消", "Cancel"),
    "models.fetch": ("下载", "Fetch"),
    "models.resume": ("继续下载", "Go on"),
    "models.retry": ("重试", "Try again"),
    "models.offline": (
        "程序以离线方式启动，不会尝试任何连接，因此这里不能下载。"
        "重新启动时去掉 --offline，或在别处下载后用 --model-folder 指定文件夹。",
        "The app was started offline and never tries a connection, so nothing can be fetched "
        "here. Start it without --offline, or download elsewhere and give the folder with "
        "--model-folder.",
    ),
    "models.own_folder": (
        "已经有模型文件？启动时用 --model-folder paraformer=文件夹 "
        "--model-folder punctuation=文件夹 指定，FunASR 和 sherpa-onnx 的目录格式都能识别。"
        "支持热词的 SeACo 模型也这样使用。",
        "You have the files already? Start the app with --model-folder paraformer=DIR "
        "--model-folder punctuation=DIR, in FunASR's or sherpa-onnx's layout. The SeACo model, "
        "which hears hotwords, is used this way too.",
    ),
    "new.hotwords": ("热词", "Hotwords"),
    "new.hotwords_hint": (
        "每行一个，例如人名、产品名",
        "One on each line, such as names of people",
    ),
    "new.hotwords_away": (
        "接下来的识别器不支持热词。支持热词的是 Paraformer SeACo，"
        "启动时用 --model-folder 指定，详见「模型」页。",
        "What hears this recording cannot listen for hotwords. Paraformer SeACo can: give its "
        "folder with --model-folder at the start; see Models.",
    ),
    "notice.hotwords": (
        "热词最多 1000 个，每个不超过 100 个字。",
        "There may be 1000 hotwords, each of at most 100 characters.",
    ),
    "models.list": ("所有模型", "All models"),
    "models.state_installed": ("已安装", "Installed"),
    "models.state_missing": ("未安装", "Not installed"),
    "models.state_partial": ("已下载 {done}，共 {total}", "{done} of {total} are here"),
    "models.state_damaged": ("文件已损坏", "Damaged"),
    "models.state_waiting": ("等待下载", "Waiting"),
    "models.state_fetching": ("正在下载", "Fetching"),
    "models.state_failed": ("下载失败", "Could not be fetched"),
    "models.problem_connection": (
        "连不上下载服务器，或连接中断。已下载的部分会保留；检查网络后重试，或换一个来源。",
        "The server cannot be reached, or the connection broke. What has come is kept. Check the "
        "network and try again, or choose another source.",
    ),
    "models.problem_login": (
        "服务器要求登录后才能下载这个文件。请在浏览器中下载，再运行："
        "python -m pipeline.models fetch --from 文件夹",
        "The server gives this file only to people who have logged in. Download it with a browser, "
        "then run: python -m pipeline.models fetch --from DIR",
    ),
    "models.problem_content": (
        "服务器上的文件与公布的校验值不符，没有采用。请换一个来源。",
        "The server's file is not the published one (its size or hash differ), so it is not used. "
        "Choose another source.",
    ),
    "models.problem_disk_full": (
        "磁盘空间不足。腾出空间后重试，已下载的部分会保留。",
        "The disk is full. Free some space and try again; what has come is kept.",
    ),
    "models.problem_other": (
        "没能下载，原因见下。",
        "It could not be fetched; the reason is below.",
    ),
    "models.load_failed": (
        "读不到模型列表，正在重试…",
        "The list of models cannot be read; trying again…",
    ),
    "models.role_vad": ("检测语音", "Finds speech"),
    "models.role_speaker_embedder": ("区分说话人", "Tells voices apart"),
    "models.role_overlap_detector": ("发现同时说话", "Hears two at once"),
    "models.role_recognizer": ("识别文字", "Recognises words"),
    "models.role_punctuator": ("添加标点", "Sets punctuation"),
}
