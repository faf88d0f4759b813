"""Texts of login, user names, demo visitors and shared results, in Chinese and English."""

from __future__ import annotations

PEOPLE_TEXTS: dict[str, tuple[str, str]] = {
    "login.title": ("登录", "Log in"),
    "login.name": ("用户名", "User name"),
    "login.password": ("密码", "Password"),
    "login.enter": ("登录", "Log in"),
    "login.leave": ("退出登录", "Log out"),
    "login.wrong": ("用户名或密码错误。", "Wrong user name or password."),
    "login.too_often": (
        "尝试次数过多，请 {seconds} 秒后再试。",
        "Too many attempts. Try again in {seconds} seconds.",
    ),
    "login.busy": (
        "当前登录人数过多，请 {seconds} 秒后再试。",
        "Too many people are logging in right now. Try again in {seconds} seconds.",
    ),
    "login.over": (
        "登录已过期。未保存的修改会保留，重新登录后自动保存。",
        "You are logged out. Unsaved edits are kept and will be saved once you log in.",
    ),
    "people.name": ("你的名字", "Your name"),
    "people.name_hint": ("显示在你的修改旁（可不填）", "Shown next to your edits (optional)"),
    "people.claim": ("由我来校对", "Review this recording"),
    "people.release": ("不再由我校对", "Stop reviewing"),
    "people.claimed_by": ("{name} 正在校对", "{name} is reviewing"),
    "people.claimed_by_me": ("你正在校对", "You are reviewing"),
    "people.claimed_warning": (
        "{name} 正在校对这段录音。你也可以修改，但建议先沟通。",
        "{name} is reviewing this recording. You can edit it too, but consider coordinating first.",
    ),
    "share.open": ("分享", "Share"),
    "share.title": ("分享结果", "Share the result"),
    "share.explained": (
        "持有链接的人可以查看文稿、收听录音，但不能修改。停止分享后链接立即失效。",
        "Anyone with the link can read the transcript and play the recording, but cannot change "
        "them. The link stops working as soon as you stop sharing.",
    ),
    "share.make": ("生成链接", "Create link"),
    "share.copy": ("复制", "Copy"),
    "share.copied": ("已复制", "Copied"),
    "share.stop": ("停止分享", "Stop sharing"),
    "share.close": ("关闭", "Close"),
    "share.failed": (
        "操作失败。请检查与服务器的连接后重试。",
        "The action failed. Check the connection to the server and try again.",
    ),
    "share.gone": (
        "链接已失效：分享已停止，或录音已删除。",
        "This link no longer works: sharing was stopped, or the recording was deleted.",
    ),
    "share.read_only": ("只读", "Read only"),
    "demo.banner": (
        "公开演示：你的录音和副本只有你能看到，{hours} 小时后自动删除。",
        "Public demo: only you can see your recordings and copies; they are deleted after "
        "{hours} hours.",
    ),
    "demo.read_only": (
        "示例只读，复制一份即可修改。",
        "The demo is read-only. Make a copy to edit it.",
    ),
    "demo.copy": ("复制一份试改", "Make a copy to edit"),
    "demo.copy_title": ("副本：{title}", "Copy: {title}"),
}
