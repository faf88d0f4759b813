"""The words about people: logging in, names, demo visitors, shared results."""

from __future__ import annotations

PEOPLE_TEXTS: dict[str, tuple[str, str]] = {
    "login.title": ("登录", "Log in"),
    "login.name": ("名字", "Name"),
    "login.password": ("密码", "Password"),
    "login.enter": ("登录", "Log in"),
    "login.leave": ("退出登录", "Log out"),
    "login.wrong": (
        "名字或密码不对。",
        "The name or the password is not right.",
    ),
    "login.too_often": (
        "尝试次数太多。请等 {seconds} 秒再试。",
        "Too many attempts. Try again in {seconds} seconds.",
    ),
    "login.busy": (
        "现在同时登录的人太多。请等 {seconds} 秒再试。",
        "Too many people are logging in right now. Try again in {seconds} seconds.",
    ),
    "login.over": (
        "登录已过期，还没有保存的修改都留着。重新登录后会自动保存。",
        "You are logged out. Edits that are not saved yet are kept, and saved once you log in.",
    ),
    "people.name": ("你的名字", "Your name"),
    "people.name_hint": (
        "写在你的修改旁边，可以不填",
        "Stands beside your edits; may stay empty",
    ),
    "people.claim": ("由我来校对", "I work on this"),
    "people.release": ("不再由我校对", "I no longer work on this"),
    "people.claimed_by": ("{name} 正在校对", "{name} works on this"),
    "people.claimed_by_me": ("你正在校对", "You work on this"),
    "people.claimed_warning": (
        "{name} 正在校对这个录音。你也可以修改，但最好先商量一下。",
        "{name} is working on this recording. You can edit it too, but better have a word first.",
    ),
    "share.open": ("分享", "Share"),
    "share.title": ("分享结果", "Share the result"),
    "share.explained": (
        "拿到链接的人可以读转写、听录音，不能修改。停止分享后链接立即失效。",
        "Whoever has the link can read the transcript and hear the recording, and change nothing. "
        "The link stops working as soon as you stop sharing.",
    ),
    "share.make": ("生成链接", "Make a link"),
    "share.copy": ("复制", "Copy"),
    "share.copied": ("已复制", "Copied"),
    "share.stop": ("停止分享", "Stop sharing"),
    "share.close": ("关闭", "Close"),
    "share.failed": (
        "没有成功。请检查与服务器的连接后再试。",
        "That did not work. Check the connection to the server and try again.",
    ),
    "share.gone": (
        "这个链接已经失效：分享已停止，或录音已删除。",
        "This link no longer works: sharing was stopped, or the recording was deleted.",
    ),
    "share.read_only": ("只读", "Read only"),
    "demo.banner": (
        "公开演示：只有你能看到你上传的录音，{hours} 小时后自动删除。示例对话不能修改。",
        "Public demo: only you see what you upload; it is deleted after {hours} hours. "
        "The demo conversation cannot be changed.",
    ),
    "demo.read_only": (
        "这个录音对所有访客开放，不能修改。上传自己的录音就可以编辑。",
        "This recording is shown to all visitors and cannot be changed. "
        "Upload one of your own to edit it.",
    ),
}
