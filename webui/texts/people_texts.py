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
    "tokens.title": ("访问令牌", "Access tokens"),
    "tokens.explained": (
        "程序凭令牌以你的身份调用接口。请像密码一样保管；不再使用时请吊销。",
        "Programs call the API on your behalf with a token. Keep it like a password, and revoke "
        "it when it is no longer used.",
    ),
    "tokens.none": ("还没有令牌。", "There are no tokens yet."),
    "tokens.name": ("令牌名称", "Name of the token"),
    "tokens.name_example": ("名称，例如“会议脚本”", "Name, such as “meeting script”"),
    "tokens.make": ("新建令牌", "Create token"),
    "tokens.secret": ("新令牌", "New token"),
    "tokens.shown_once": (
        "请立即复制，关闭后无法再次查看。",
        "Copy it now; it cannot be shown again.",
    ),
    "tokens.used": ("创建于 {made}，最近使用于 {used}", "Created {made}, last used {used}"),
    "tokens.unused": ("创建于 {made}，尚未使用", "Created {made}, never used"),
    "tokens.revoke": ("吊销“{name}”", "Revoke “{name}”"),
    "tokens.revoke_text": (
        "使用这个令牌的程序将立即无法访问。",
        "Programs that use this token lose access at once.",
    ),
    "tokens.revoke_now": ("吊销", "Revoke"),
    "tokens.bad_name": (
        "请填写令牌名称，最多 80 个字符。",
        "Enter a name for the token, at most 80 characters.",
    ),
    "tokens.too_many": (
        "令牌已达 50 个，请先吊销不用的令牌。",
        "You have 50 tokens. Revoke one that is not used first.",
    ),
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
