"""The words about people: logging in, names, visitors of a demo."""

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
        "尝试次数太多。请等几分钟再试。",
        "Too many attempts. Wait a few minutes, then try again.",
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
