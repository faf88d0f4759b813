"""Texts of live recordings, in Chinese and English."""

from __future__ import annotations

LIVE_TEXTS: dict[str, tuple[str, str]] = {
    "live.way": ("录音方式", "Way of recording"),
    "live.way_live": ("实时转写", "Live"),
    "live.way_take": ("先录音", "Record first"),
    "live.live_hint": (
        "边说边出文字，停止后自动精修",
        "Words appear live and are refined after you stop",
    ),
    "live.source": ("声音来源", "Sound source"),
    "live.source_microphone": ("麦克风", "Microphone"),
    "live.source_shared": ("标签页或系统声音", "Tab or system sound"),
    "live.shared_hint": (
        "在接下来的窗口里选择标签页或屏幕，并勾选“分享音频”。",
        "In the next window, choose a tab or screen and tick “Share audio”.",
    ),
    "live.default_device": ("默认麦克风", "Default microphone"),
    "live.check": ("说句话试试", "Say something to test it"),
    "live.choose_device": ("更换麦克风", "Change microphone"),
    "live.call": (
        "对方的声音从扬声器传出（远程会议）",
        "Others are heard from a loudspeaker (remote call)",
    ),
    "live.start": ("开始录音", "Record"),
    "live.busy": (
        "正在录音，请先停止当前的录音。",
        "A recording is in progress. Stop it first.",
    ),
    "live.controls": ("录音控制", "Recording controls"),
    "live.transcript": ("实时文稿", "Live transcript"),
    "live.hint": ("开始说话，文字会出现在这里。", "Start talking. The words appear here."),
    "live.provisional": ("暂定", "provisional"),
    "live.to_end": ("回到最新", "Latest"),
    "live.speakers": ("说话人", "Speakers"),
    "live.legend_final": ("已确定", "Settled"),
    "live.legend_provisional": (
        "说话人暂定，稍后修正",
        "Speaker provisional, corrected soon",
    ),
    "live.legend_grey": ("灰字", "Grey"),
    "live.legend_passing": ("文字未定", "words not final"),
    "live.stop": ("停止并保存", "Stop and save"),
    "live.level": ("音量", "Level"),
    "live.delay": ("文字延迟", "Word delay"),
    "live.unsent": ("待上传", "Not sent yet"),
    "live.seconds": ("{seconds} 秒", "{seconds} s"),
    "live.state_recording": ("正在录音", "Recording"),
    "live.state_paused": ("已暂停", "Paused"),
    "live.state_lost": ("没有声音", "No sound"),
    "live.state_stopping": ("正在收尾…", "Finishing…"),
    "live.state_taken_over": ("已转到别处", "Moved"),
    "live.saved": ("边录边存，断网也不丢", "Saved as you record, even offline"),
    "live.offline": ("离线：录音存在本机，恢复后自动上传", "Offline: kept here, sent when back"),
    "live.tight": (
        "此设备的存储空间快满了，请保持联网",
        "This device is nearly full. Stay online",
    ),
    "live.limit_near": (
        "这段录音即将到达时长上限，届时会自动停止并保存。",
        "This recording is about to reach its longest length. It then stops and is saved.",
    ),
    "live.unsafe": (
        "浏览器存不下录音，请不要关闭此页",
        "The browser cannot store the sound. Keep this page open",
    ),
    "live.lost": (
        "声音中断：设备已断开或被占用。录音没有停止。",
        "The sound stopped: the device is disconnected or in use. The recording goes on.",
    ),
    "live.reconnect": ("重新接上", "Reconnect"),
    "live.taken_over": (
        "这段录音已在另一个标签页继续。",
        "This recording continues in another tab.",
    ),
    "live.take_back": ("在此继续", "Continue here"),
    "live.leave": ("知道了", "OK"),
    "live.stopping": (
        "正在上传最后的录音，完成后自动精修。",
        "Sending the last part. The transcript is refined after that.",
    ),
    "live.finishing": (
        "正在识别最后几句，完成后自动精修。",
        "Recognising the last sentences. The transcript is refined after that.",
    ),
    "live.passing_slow": (
        "服务器较忙，文字出现得稍慢；录音不受影响。",
        "The server is busy, so words come a little later. The recording is not affected.",
    ),
    "live.passing_off": (
        "服务器较忙，说完一句才出文字；录音不受影响。",
        "The server is busy, so words come after each sentence. The recording is not affected.",
    ),
    "live.no_room": (
        "服务器磁盘已满，录音先存在本机。请腾出空间，会自动继续上传。",
        "The server's disk is full. The sound is kept here and sent once there is room.",
    ),
    "live.logged_out": (
        "登录已失效。录音先存在本机，重新登录后自动继续上传。",
        "You are logged out. The sound is kept here and sent once you log in again.",
    ),
    "live.unfinished": (
        "“{title}”没有录完，最后的声音还在本机。",
        "“{title}” was interrupted. Its last part is kept on this device.",
    ),
    "live.unfinished_elsewhere": (
        "“{title}”正在另一个标签页录音。",
        "“{title}” is being recorded in another tab.",
    ),
    "live.go_on": ("继续录音", "Continue"),
    "live.finish": ("结束并转写", "Finish"),
    "live.over_full": (
        "服务器正忙，暂时不能实时转写。可以先录音，再转写。",
        "The server is busy and cannot transcribe live now. Record first, transcribe after.",
    ),
    "live.over_no_room": (
        "服务器磁盘已满，暂时不能录音。请先腾出空间。",
        "The server's disk is full. Make room before you record.",
    ),
    "live.over_refused": (
        "你没有录音的权限。",
        "You may not record here.",
    ),
    "live.over_bad_request": (
        "无法开始实时转写：页面与服务器的版本不一致。请刷新页面。",
        "Live transcription cannot start: the page and the server differ. Reload the page.",
    ),
    "live.over_expired": (
        "服务器已结束这段录音。没有传上去的声音已放入列表，可以单独转写。",
        "The server has ended this recording. What it did not get is in the list and can be "
        "transcribed by itself.",
    ),
    "live.rest_title": ("{title}（续）", "{title} (rest)"),
    "live.error_insecure": (
        "浏览器只在 HTTPS 或本机地址（localhost）上允许录音。请用 HTTPS 打开此页，"
        "或让管理员开启 HTTPS。",
        "Browsers allow recording only over HTTPS or on localhost. Open this page over HTTPS, or "
        "ask its administrator to turn HTTPS on.",
    ),
    "live.error_unsupported": (
        "此浏览器不支持实时录音。请更新浏览器，或选择“先录音”。",
        "This browser cannot record live. Update it, or choose “Record first”.",
    ),
    "live.error_denied": (
        "浏览器没有允许此网站使用麦克风。请在地址栏的网站设置里允许，再试一次。",
        "This site may not use the microphone. Allow it in the site settings of the address bar "
        "and try again.",
    ),
    "live.error_missing": (
        "没有找到麦克风。请接好后再试。",
        "No microphone found. Connect one and try again.",
    ),
    "live.error_busy": (
        "麦克风被其他程序占用。请关闭那个程序后再试。",
        "Another program is using the microphone. Close it and try again.",
    ),
    "live.error_silent": (
        "没有分享声音。请再选一次，并勾选“分享音频”。",
        "No sound was shared. Choose again and tick “Share audio”.",
    ),
    "live.error_not_shared": (
        "没有选择要录的标签页或屏幕。",
        "No tab or screen was chosen.",
    ),
}
