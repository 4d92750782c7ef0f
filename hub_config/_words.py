"""What a person is told who could not be signed in, or whose server does not start: a sentence, in two languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub_config.errors import HubError, Refusal, SsoError

_REFUSALS = {
    "id": (
        "the single sign-on gave {value} as your identifier, which is none",
        "ask your facility's user office",
        "统一认证返回的用户标识 {value} 无效：请联系用户办公室",
    ),
    "name": (
        "{value} is no account name that can be used here",
        "an account name has at most 32 characters of a-z, 0-9 and -, and starts with a letter",
        "账号名 {value} 不能在此使用：账号名最多 32 个字符，由 a-z、0-9、- 组成，以字母开头",
    ),
    "other-id": (
        "the account {value} belongs to another person of the single sign-on",
        "ask the administrator, who can tell which of the two it is",
        "账号 {value} 已属于统一认证中的另一位用户：请联系管理员核实",
    ),
    "number": (
        "{what} of {name} is {value}",
        "a whole number from {minimum} to {maximum} is needed: ask the administrator to correct the account",
        "{name} 的 {what} 为 {value}：必须是 {minimum} 到 {maximum} 之间的整数，请联系管理员更正",
    ),
    "groups": (
        "the groups of {name} came as {value}",
        "a list of group names is needed: ask the administrator to correct the account",
        "{name} 的用户组为 {value}：应为组名列表，请联系管理员更正",
    ),
    "no-group": (
        "{name} is in no group that may work here (groups: {value})",
        "ask the leader of your proposal to add you",
        "{name} 不属于任何可在此工作的用户组（用户组：{value}）：请联系课题负责人将您加入",
    ),
    "no-account": (
        "the single sign-on knows you, but there is no computing account for {value}",
        "apply for one at your facility's computing centre",
        "统一认证已识别您的身份，但 {value} 没有计算账号：请向计算中心申请",
    ),
    "several-accounts": (
        "there are several computing accounts for {value}",
        "ask the computing centre to keep one",
        "{value} 对应多个计算账号：请联系计算中心保留一个",
    ),
    "ended": (
        "the single sign-on says that this login is over",
        "sign in again",
        "统一认证表示本次登录已失效：请重新登录",
    ),
    "cancelled": (
        "the login was cancelled at the single sign-on",
        "sign in again when you are ready",
        "您在统一认证页面取消了登录：需要时请重新登录",
    ),
    "foreign": (
        "this login was not begun in this browser, or too long ago",
        "sign in again",
        "本次登录不是由此浏览器发起，或已过期：请重新登录",
    ),
}

_FAULTS = {
    "silent": (
        "the single sign-on did not answer within {value} s",
        "try again in a minute",
        "统一认证在 {value} 秒内没有响应：请稍后重试",
    ),
    "unreachable": (
        "the single sign-on cannot be reached",
        "try again in a minute",
        "无法连接统一认证：请稍后重试",
    ),
    "status": (
        "{who} answered with status {value}",
        "try again in a minute, then tell the administrator",
        "{who} 返回状态 {value}：请稍后重试，仍失败请联系管理员",
    ),
    "shape": (
        "the answer of {who} is not as agreed: {value}",
        "tell the administrator",
        "{who} 的返回内容不符合约定（{value}）：请联系管理员",
    ),
    "refused": (
        "the single sign-on did not carry out the login",
        "sign in again, then tell the administrator",
        "统一认证未能完成登录：请重新登录，仍失败请联系管理员",
    ),
}

_STARTS = {
    "too-old": (
        "your login is too old to start a server",
        "log out, log in and start it again",
        "您的登录已过久，无法启动服务器：请退出后重新登录，再启动",
    ),
    "nothing": (
        "none of your groups has a profile to start",
        "ask your beamline contact for access",
        "您所在的组没有可用配置：请联系您的线站负责人",
    ),
    "no-choice": (
        "no profile was chosen",
        "choose one of {names}",
        "未选择配置：请从 {names} 中选择",
    ),
    "not-yours": (
        "you have no profile {value}",
        "choose one of {names}",
        "您没有配置 {value}：请从 {names} 中选择",
    ),
    "drained": (
        "no new servers start at the moment, because the platform is being maintained",
        "servers that run go on; try again later",
        "平台维护中，暂不启动新服务器：正在运行的服务器不受影响，请稍后再试",
    ),
    "ended": (
        "your server's program ended while it started (status {value})",
        "start it again; if that fails too, tell your administrator the time",
        "服务器程序在启动过程中退出（状态 {value}）：请重新启动，若再次失败，请将时间告知管理员",
    ),
    "no-folder": (
        "the folder {value} is not there",
        "ask your administrator to make it for you",
        "文件夹 {value} 不存在：请联系管理员为您创建",
    ),
    "closed-folder": (
        "the folder {value} cannot be written to by you",
        "ask your administrator to correct its owner and mode",
        "您没有文件夹 {value} 的写权限：请联系管理员更正其属主和权限",
    ),
    "unchecked": (
        "your folders could not be looked at ({value})",
        "start it again; if that fails too, tell your administrator the time",
        "无法检查您的文件夹（{value}）：请重新启动，若再次失败，请将时间告知管理员",
    ),
    "no-claim": (
        "the storage {value} is not set up",
        "tell your administrator: this persistent volume claim is missing",
        "存储 {value} 尚未配置：请告知管理员，缺少该持久卷声明",
    ),
    "unbound": (
        "the storage of your server is not ready",
        "wait; if it takes minutes, tell your administrator that a claim is not bound",
        "服务器的存储尚未就绪：请稍候；若超过几分钟，请告知管理员有存储声明未绑定",
    ),
    "not-mounted": (
        "the storage cannot be reached ({value})",
        "wait; if it takes minutes, tell your administrator",
        "无法挂载存储（{value}）：请稍候；若超过几分钟，请告知管理员",
    ),
    "no-gpu": (
        "no GPU is free",
        "wait until somebody gives one back, or stop the start and choose a profile without GPU",
        "没有空闲的 GPU：请等待释放，或取消启动并选择不含 GPU 的配置",
    ),
    "no-room": (
        "no computer has room for your server ({value})",
        "wait until somebody gives it back, or stop the start and choose a smaller profile",
        "没有计算机有足够资源运行您的服务器（{value}）：请等待释放，或取消启动并选择较小的配置",
    ),
    "no-node": (
        "no computer takes your server ({value})",
        "choose another profile, and tell your administrator",
        "没有计算机可运行您的服务器（{value}）：请选择其他配置，并告知管理员",
    ),
    "quota": (
        "all that the platform may use at once is in use (asked for: {value})",
        "try again later, or choose a smaller profile",
        "平台可用资源已全部占用（申请：{value}）：请稍后再试，或选择较小的配置",
    ),
    "no-image": (
        "the software of this profile is not there ({value})",
        "choose another profile, and tell your administrator that the image cannot be had",
        "该配置的软件不可用（{value}）：请选择其他配置，并告知管理员无法获取镜像",
    ),
    "not-made": (
        "your server could not be set up ({value})",
        "tell your administrator",
        "无法创建您的服务器（{value}）：请告知管理员",
    ),
    "not-created": (
        "the cluster did not take your server ({value})",
        "tell your administrator",
        "集群未接受您的服务器（{value}）：请告知管理员",
    ),
    "out-of-memory": (
        "your server was ended because its programs needed more than its {value} of memory",
        "start it again with a profile that has more, or lower what a run may use",
        "服务器因程序所需内存超过 {value} 而被终止：请用更大内存的配置重新启动，或降低任务的内存用量",
    ),
    "full": (
        "your server's program ended because your home folder or the disk that it is on is full",
        "ask your administrator to make room there, then start it again",
        "您的主目录或其所在磁盘已满，服务器程序已退出：请联系管理员清理空间，然后重新启动",
    ),
    "evicted": (
        "your server was ended by its computer ({value})",
        "start it again; keep large temporary files in your results folder",
        "服务器被所在计算机终止（{value}）：请重新启动；大的临时文件请放在结果文件夹",
    ),
    "too-slow": (
        "your server did not start within {value} s",
        "start it again; if that fails too, tell your administrator the time",
        "服务器在 {value} 秒内未能启动：请重新启动，若再次失败，请将时间告知管理员",
    ),
}


_RIGHTS = {"too-old", "nothing", "no-choice", "not-yours"}


class LoginRefusal(Refusal):
    """A person is not signed in."""

    def __init__(self, key: str, **values: object) -> None:
        english, remedy, chinese = _REFUSALS[key]
        super().__init__(english.format(**values), remedy.format(**values), chinese.format(**values))


class LoginError(SsoError):
    """Nobody can be signed in, since the single sign-on or the account service does not do its part."""

    def __init__(self, key: str, **values: object) -> None:
        english, remedy, chinese = _FAULTS[key]
        super().__init__(english.format(**values), remedy.format(**values), chinese.format(**values))


class StartRefusal(Refusal):
    """A person's server does not start: it may not (403), or cannot at the moment (503)."""

    def __init__(self, key: str, **values: object) -> None:
        english, remedy, chinese = _STARTS[key]
        super().__init__(english.format(**values), remedy.format(**values), chinese.format(**values))
        self.status = Refusal.status if key in _RIGHTS else 503
        self.key, self.values = key, values


def ending_of(state: Mapping[str, Any] | None) -> Refusal | None:
    """Why a server has ended, from what its spawner kept in the hub's database; None where nothing was kept."""
    kept = (state or {}).get("ending")
    return StartRefusal(kept["key"], **kept["values"]) if kept else None


def sentence(error: HubError, language: str) -> str:
    """What the person reads, in ``en`` or ``zh``."""
    return error.chinese or str(error) if language == "zh" else str(error)


def shown(value: object) -> str:
    """A value from outside as a message holds it: quoted, and no longer than a line."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
