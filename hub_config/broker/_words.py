"""What a person is told whose request for a cluster is not carried out: a sentence, in two languages."""

from __future__ import annotations

from hub_config.broker.quota import Limit
from hub_config.errors import HubError

_ERRORS = {
    "no-token": (
        401,
        "this request brings no Authorization token of a running server",
        "send the server's own JUPYTERHUB_API_TOKEN as 'Authorization: token ...'; cookies are not looked at",
        "请求未携带运行中服务器的 Authorization 令牌：请以 'Authorization: token ...' 发送服务器自己的"
        " JUPYTERHUB_API_TOKEN；不接受 cookie",
    ),
    "no-scope": (
        403,
        "this token may not be used for Dask clusters",
        "use the own token of a server, JUPYTERHUB_API_TOKEN; a server that is older than the platform's Dask workers"
        " has to be started again",
        "该令牌不能用于 Dask 集群：请使用服务器自己的令牌 JUPYTERHUB_API_TOKEN；启用 Dask 之前启动的服务器需重新启动",
    ),
    "no-page": (
        404,
        "there is nothing at {value}",
        "openapi.json says what there is",
        "{value} 不存在：请参阅 openapi.json",
    ),
    "no-cluster": (
        404,
        "you have no cluster {value}",
        "it may have ended: look at the list of your clusters, or start another one",
        "您没有集群 {value}：它可能已结束，请查看集群列表，或重新创建",
    ),
    "no-method": (
        405,
        "{value} cannot be done here",
        "openapi.json says what can",
        "此处不支持 {value}：请参阅 openapi.json",
    ),
    "no-server": (
        409,
        "your server {value} does not run",
        "clusters belong to a running server: start it",
        "您的服务器 {value} 未在运行：集群属于运行中的服务器，请先启动服务器",
    ),
    "no-workers": (
        409,
        "the profile {value} of this server has no workers",
        "start a server with a profile that has, or compute in this pod",
        "此服务器的配置 {value} 不提供工作进程：请用提供工作进程的配置启动服务器，或在本容器内计算",
    ),
    "bad-body": (
        422,
        "the request cannot be understood: {value}",
        "openapi.json says how to write it",
        "无法理解该请求（{value}）：请参阅 openapi.json",
    ),
    "not-retired": (
        422,
        "{asked} workers instead of {before} means that {needed} go, and retired names {named}",
        "retire {needed} workers of this cluster and name each once",
        "工作进程从 {before} 个减为 {asked} 个需移除 {needed} 个，而 retired 中列出了 {named} 个："
        "请让本集群的 {needed} 个工作进程退出，并逐一列出",
    ),
    "not-its-worker": (
        422,
        "{value} is no worker of this cluster",
        "name workers as the cluster's pods are named",
        "{value} 不是此集群的工作进程：请使用集群 pods 中的名称",
    ),
    "retired-for-more": (
        422,
        "{asked} workers instead of {before} means that none goes, and retired names {named}",
        "leave retired out",
        "工作进程从 {before} 个变为 {asked} 个无需移除，而 retired 中列出了 {named} 个：请去掉 retired",
    ),
    "no-kubernetes": (
        503,
        "Kubernetes does not answer at the moment",
        "try again in a minute; clusters that run go on",
        "Kubernetes 暂无响应：请稍后重试，正在运行的集群不受影响",
    ),
    "no-hub": (
        503,
        "the hub does not answer at the moment",
        "try again in a minute; clusters that run go on",
        "Hub 暂无响应：请稍后重试，正在运行的集群不受影响",
    ),
    "no-operator": (
        503,
        "the cluster {value} is not made yet",
        "try again in some seconds; if it takes minutes, tell your administrator that Dask's operator does not work",
        "集群 {value} 尚未创建完成：请几秒后重试；若超过几分钟，请告知管理员 Dask operator 未工作",
    ),
    "not-made": (
        503,
        "the cluster could not be made ({value})",
        "try again; if that fails too, tell your administrator the time",
        "无法创建集群（{value}）：请重试，若再次失败，请将时间告知管理员",
    ),
    "fault": (
        500,
        "something went wrong in the broker",
        "try again; if that fails too, tell your administrator the time",
        "代理服务出错：请重试，若再次失败，请将时间告知管理员",
    ),
}

_LIMITS = {
    "profile.clusters": (
        "with this profile you may have {maximum} at once, and have {used}",
        "close one, or use it",
        "使用此配置最多同时拥有{maximum}，您已有{used}：请关闭一个，或使用已有集群",
    ),
    "profile.workers": (
        "with this profile you may have {maximum} at once, have {used} in other clusters, and ask for {asked}",
        "ask for at most {left}",
        "使用此配置最多同时拥有{maximum}，其他集群已用{used}，本次申请{asked}：最多可申请{left}",
    ),
    "proposal.clusters": (
        "your proposal may have {maximum} at once, and has {used}",
        "wait until somebody of your group closes one, or compute in this pod",
        "您的课题最多同时拥有{maximum}，已有{used}：请等待组内成员关闭一个，或在本容器内计算",
    ),
}
_OF_PROPOSAL = (
    "the workers of your proposal may have {maximum} at once, have {used} in other clusters, and {asked} are asked for",
    "ask for fewer workers, or wait until somebody of your group gives some back",
    "您的课题的工作进程最多同时使用{maximum}，其他集群已用{used}，本次申请{asked}：请减少数量，或等待组内成员释放",
)
_UNITS = {
    "clusters": ("clusters", " 个集群"),
    "workers": ("workers", " 个工作进程"),
    "cpu": ("cores", " 核"),
    "memory": ("GB of memory", " GB 内存"),
    "gpus": ("GPUs", " 个 GPU"),
}


class BrokerError(HubError):
    """A request that is not carried out, with its key and status."""

    limit: Limit | None = None
    """The one that is passed, where that is the reason."""

    def __init__(self, key: str, **values: object) -> None:
        self.status, english, remedy, chinese = _ERRORS[key]
        self.key = key
        super().__init__(english.format(**values), remedy.format(**values), chinese.format(**values))


class QuotaError(BrokerError):
    """More than a quota allows is asked for."""

    status = 409

    def __init__(self, limit: Limit) -> None:
        english, remedy, chinese = _LIMITS.get(limit.name, _OF_PROPOSAL)
        amounts = {
            "maximum": limit.maximum,
            "used": limit.used,
            "asked": limit.asked,
            "left": max(0, limit.maximum - limit.used),
        }
        unit = limit.name.partition(".")[2]
        here, there = ({key: _amount(value, unit, word) for key, value in amounts.items()} for word in (0, 1))
        self.key, self.limit = "over-quota", limit
        HubError.__init__(self, english.format(**here), remedy.format(**here), chinese.format(**there))


def texts_of(error: HubError) -> dict[str, str]:
    """The sentence of an error in both languages."""
    return {"en": str(error), "zh": error.chinese}


def _amount(value: float, unit: str, language: int) -> str:
    """An amount with its unit, in English (0) or Chinese (1)."""
    number = f"{value / 2**30:.4g}" if unit == "memory" else f"{value:g}"
    word = _UNITS[unit][language]
    if language == 0:
        return f"{number} {word.removesuffix('s') if value == 1 else word}"
    return f" {number}{word}"
