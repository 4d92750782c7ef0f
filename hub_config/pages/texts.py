"""Texts: every sentence of the hub's own pages, in English and Chinese."""

from __future__ import annotations

from collections.abc import Iterable

from hub_config.pages.language import Language

# key: (English, Chinese); {name} is put in.
TEXTS: dict[str, tuple[str, str]] = {
    "product": ("Daisy", "Daisy"),
    "product.about": ("Data analysis in your browser", "在浏览器中分析数据"),
    "skip": ("Skip to the content", "跳到正文"),
    "language.other": ("中文", "English"),
    "language.switch": ("Show this page in Chinese", "用英文显示此页面"),
    "announcement": ("Announcement", "公告"),
    "time": ("{time} UTC", "{time} UTC"),
    "noscript": (
        "This page needs JavaScript to start and stop servers. Please allow it for this site.",
        "启动和停止服务器需要 JavaScript，请允许本站使用。",
    ),
    "nav": ("Pages", "页面"),
    "nav.home": ("My servers", "我的服务器"),
    "nav.tokens": ("Tokens", "令牌"),
    "nav.admin": ("Administration", "管理"),
    "nav.users": ("Users", "用户"),
    "nav.log-in": ("Log in", "登录"),
    "nav.log-out": ("Log out", "退出登录"),
    "nav.logged-in": ("Logged in as {name}", "已登录：{name}"),
    # login and logout
    "login.title": ("Log in", "登录"),
    "login.what": (
        "JupyterLab with the Daisy kernel, beside your experiment's data. Nothing to install.",
        "JupyterLab 与 Daisy 内核，就在您的实验数据旁边，无需安装。",
    ),
    "login.with": ("Sign in with {service}", "使用 {service} 登录"),
    "login.name": ("User name", "用户名"),
    "login.password": ("Password", "密码"),
    "login.submit": ("Sign in", "登录"),
    "login.failed": ("Not signed in: {reason}", "登录失败：{reason}"),
    "logout.title": ("You are logged out", "您已退出登录"),
    "logout.what": (
        "Servers that you left running go on. Log in again to return to them.",
        "仍在运行的服务器会继续运行。再次登录即可返回。",
    ),
    # home
    "home.title": ("My servers", "我的服务器"),
    "home.what": (
        "A server is JupyterLab for you alone. It goes on when you close the browser.",
        "服务器是您专用的 JupyterLab，关闭浏览器后仍会继续运行。",
    ),
    "home.default": ("My server", "我的服务器"),
    "home.state": ("State", "状态"),
    "home.profile": ("Profile", "配置"),
    "home.since": ("Since", "开始时间"),
    "home.open": ("Open", "打开"),
    "home.open-named": ("Open {server}", "打开 {server}"),
    "home.start": ("Start", "启动"),
    "home.start-named": ("Start {server}", "启动 {server}"),
    "home.stop": ("Stop", "停止"),
    "home.stop-named": ("Stop {server}", "停止 {server}"),
    "home.follow": ("Show progress", "查看进度"),
    "home.delete": ("Remove", "移除"),
    "home.delete-named": ("Remove {server}", "移除 {server}"),
    "home.delete-sure": (
        "Remove the server {server} from this list? Your files stay.",
        "从列表中移除服务器 {server}？您的文件会保留。",
    ),
    "home.more": ("Another server", "另一个服务器"),
    "home.more-what": (
        "Run several side by side, each with a name and a profile of its own.",
        "可同时运行多个服务器，各有名称和配置。",
    ),
    "home.more-limit": (
        "{used} of at most {limit} named servers are there.",
        "已有 {used} 个命名服务器，最多 {limit} 个。",
    ),
    "home.more-full": (
        "You have all {limit} of your named servers. Remove one to add another.",
        "您的 {limit} 个命名服务器已用完，移除一个后才能再添加。",
    ),
    "home.name": ("Name", "名称"),
    "home.name-rule": (
        "Up to 30 small letters, digits and single hyphens; a letter first.",
        "最多 30 个小写字母、数字和单个连字符，以字母开头。",
    ),
    "home.choose": ("Choose a profile", "选择配置"),
    "state.running": ("Running", "运行中"),
    "state.starting": ("Starting", "启动中"),
    "state.stopping": ("Stopping", "停止中"),
    "state.stopped": ("Stopped", "已停止"),
    # spawn
    "spawn.title": ("Start a server", "启动服务器"),
    "spawn.named": ("Start the server {server}", "启动服务器 {server}"),
    "spawn.for": ("It starts for {user}.", "将为用户 {user} 启动。"),
    "spawn.what": (
        "Choose what it gives you. You can stop it and choose another one at any time.",
        "选择所需资源。您可随时停止并改选其他配置。",
    ),
    "spawn.profiles": ("Profiles", "配置"),
    "spawn.cores": ("{count} cores", "{count} 核"),
    "spawn.core": ("{count} core", "{count} 核"),
    "spawn.memory": ("{size} memory", "{size} 内存"),
    "spawn.gpus": ("{count} GPUs", "{count} 个 GPU"),
    "spawn.gpu": ("{count} GPU", "{count} 个 GPU"),
    "spawn.free": ("GPUs free now: {count}", "当前空闲 GPU：{count}"),
    "spawn.no-gpu": ("No GPU", "无 GPU"),
    "spawn.start": ("Start", "启动"),
    "spawn.none": (
        "None of your groups has a profile to start. Ask your beamline contact for access.",
        "您所在的组没有可用配置，请联系您的线站负责人。",
    ),
    "spawn.drained": (
        "No new servers start at the moment, because the platform is being maintained. Servers that run go on.",
        "平台维护中，暂不启动新服务器。正在运行的服务器不受影响。",
    ),
    "spawn.failed": ("The server was not started", "服务器未启动"),
    # progress of a start
    "pending.title": ("Your server is starting", "服务器正在启动"),
    "pending.what": (
        "This page opens JupyterLab by itself as soon as it is ready.",
        "就绪后此页面会自动打开 JupyterLab。",
    ),
    "pending.seconds": ("{seconds} s", "{seconds} 秒"),
    "pending.log": ("What has happened so far", "启动过程"),
    "pending.stop": ("Stop the start", "取消启动"),
    "progress.requested": ("The start was asked for", "已请求启动"),
    "progress.process": ("Your server's program is starting", "正在启动服务器程序"),
    "progress.ready": ("Your server is ready; JupyterLab opens", "服务器已就绪，正在打开 JupyterLab"),
    "progress.failed": ("Your server did not start", "服务器未能启动"),
    "progress.lost": (
        "The connection was lost for a moment; trying again",
        "连接中断，正在重试",
    ),
    "stopping.title": ("Your server is stopping", "服务器正在停止"),
    "stopping.what": (
        "You can start it again once it has stopped. This page looks again every few seconds.",
        "停止后即可重新启动。此页面每隔几秒自动刷新。",
    ),
    "stopping.look": ("Look now", "立即查看"),
    "stopped.title": ("Your server is not running", "服务器未在运行"),
    "stopped.what": (
        "It was stopped, or was idle for too long. Your files are as you left them. A reconstruction that was "
        "under way can be resumed.",
        "服务器已停止，或因长时间空闲而关闭。您的文件保持原样，中断的重建可以继续。",
    ),
    "failed.title": ("Your server did not start", "服务器未能启动"),
    "failed.what": (
        "The last start failed. Your files are as you left them.",
        "上次启动失败。您的文件保持原样。",
    ),
    "failed.do": (
        "Try again; if it fails twice, tell your administrator the time.",
        "请重试；若再次失败，请将时间告知管理员。",
    ),
    # administration
    "admin.title": ("Administration", "管理"),
    "admin.servers": ("Who runs what", "运行中的服务器"),
    "admin.count": ("{count} servers are running or starting.", "共 {count} 个服务器在运行或启动中。"),
    "admin.none": ("No server is running.", "没有运行中的服务器。"),
    "admin.user": ("User", "用户"),
    "admin.server": ("Server", "服务器"),
    "admin.actions": ("Actions", "操作"),
    "admin.stop": ("Stop the server {server} of {user}", "停止 {user} 的服务器 {server}"),
    "admin.stop-sure": (
        "Stop the server {server} of {user}? What is running in it ends.",
        "停止 {user} 的服务器 {server}？其中运行的内容将终止。",
    ),
    "admin.drain": ("New servers", "新服务器"),
    "admin.open": ("New servers may start.", "允许启动新服务器。"),
    "admin.drained": (
        "No new servers start. Running ones go on.",
        "暂不启动新服务器，运行中的不受影响。",
    ),
    "admin.do-drain": ("Let no new servers start", "暂停启动新服务器"),
    "admin.do-open": ("Let new servers start again", "恢复启动新服务器"),
    "admin.announce": ("Announcement on every page", "所有页面的公告"),
    "admin.announce-en": ("English", "英文"),
    "admin.announce-zh": ("Chinese", "中文"),
    "admin.announce-rule": (
        "Plain text. With both fields empty no announcement is shown.",
        "纯文本。两栏都留空则不显示公告。",
    ),
    "admin.do-announce": ("Announce", "发布"),
    "admin.users": ("Users and groups", "用户与组"),
    # what a page of a refusal offers
    "button.again": ("Try again", "重试"),
    "button.home": ("To my servers", "返回我的服务器"),
    "button.log-in": ("Log in again", "重新登录"),
    "button.other": ("Log in as somebody else", "使用其他账号登录"),
    "error.reason": ("What the system says", "系统信息"),
    "error.time": ("Status {status}, {time} UTC", "状态 {status}，{time} UTC"),
    "error.400.title": ("This request was not understood", "无法理解此请求"),
    "error.400.what": (
        "The address is incomplete, or the page was open for too long before you used it.",
        "地址不完整，或页面打开时间过长。",
    ),
    "error.400.do": ("Go to your servers and start again from there.", "请返回“我的服务器”重新操作。"),
    "error.403.title": ("You may not do this", "您没有权限"),
    "error.403.what": (
        "You are not let in here, or this page belongs to somebody else.",
        "您无法进入，或此页面属于他人。",
    ),
    "error.403.do": (
        "If you think that you should have access, ask your beamline contact, and tell them the sentence below. "
        "With a second account, log in as somebody else.",
        "若您认为应有权限，请将下面的信息告知您的线站负责人。如有其他账号，可改用该账号登录。",
    ),
    "error.404.title": ("There is no such page", "页面不存在"),
    "error.404.what": (
        "The address has a typing error, or what was there is gone.",
        "地址有误，或内容已不存在。",
    ),
    "error.404.do": ("Go to your servers.", "请返回“我的服务器”。"),
    "error.429.title": ("Too many servers are starting", "启动的服务器过多"),
    "error.429.what": (
        "Many people start a server right now; yours was not started.",
        "当前启动服务器的用户过多，您的服务器未启动。",
    ),
    "error.429.do": ("Wait a minute, then try again.", "请等待一分钟后重试。"),
    "error.500.title": ("Something went wrong here", "系统出错"),
    "error.500.what": (
        "This is a fault of the platform, not of yours. It has been written to the log.",
        "这是平台的故障，与您无关，已记入日志。",
    ),
    "error.500.do": (
        "Try again; if it happens twice, tell your administrator the time below.",
        "请重试；若再次发生，请将下面的时间告知管理员。",
    ),
    "error.database.title": ("The platform's database does not answer", "平台数据库没有响应"),
    "error.database.what": (
        "Nothing can be started, stopped or logged in at the moment. Servers that run go on.",
        "暂时无法登录、启动或停止服务器。正在运行的服务器不受影响。",
    ),
    "error.database.do": (
        "Wait a minute, then try again; if it stays so, tell your administrator the time below.",
        "请等待一分钟后重试；若仍如此，请将下面的时间告知管理员。",
    ),
    "error.502.title": ("The single sign-on does not answer", "统一认证没有响应"),
    "error.502.what": (
        "You could not be logged in, because the sign-on service does not answer as it should. Servers that run go on.",
        "统一认证服务未正常响应，暂时无法登录。正在运行的服务器不受影响。",
    ),
    "error.502.do": ("Wait a minute, then try again.", "请等待一分钟后重试。"),
    "error.503.title": ("This is not available at the moment", "暂时不可用"),
    "error.503.what": (
        "Your server does not answer, or the platform is being maintained.",
        "您的服务器没有响应，或平台正在维护。",
    ),
    "error.503.do": (
        "Go to your servers: there you see whether yours is running, and can start it.",
        "请返回“我的服务器”查看状态并启动。",
    ),
    "error.504.title": ("This took too long", "等待超时"),
    "error.504.what": ("No answer came in time.", "未能及时得到响应。"),
    "error.504.do": ("Wait a minute, then try again.", "请等待一分钟后重试。"),
}


def text(key: str, language: Language, **values: object) -> str:
    """The text of a key.

    >>> text("home.open-named", "en", server="big")
    'Open big'
    """
    english, chinese = TEXTS[key]
    return (chinese if language == "zh" else english).format(**values)


def texts_of(prefix: str, language: Language) -> dict[str, str]:
    """All texts whose key begins with ``prefix.``, by the rest of their key, unformatted: for a page's script."""
    keys: Iterable[str] = (key for key in TEXTS if key.startswith(f"{prefix}."))
    return {key.removeprefix(f"{prefix}."): TEXTS[key][1 if language == "zh" else 0] for key in keys}
