"""What a person is told whose worker or scheduler does not run: a sentence, in two languages."""

from __future__ import annotations

from hub_config.kubernetes.explain import Problem

_PODS = {
    "no-folder": (
        "the folder {value} is not there on the {who}'s computer",
        "tell your administrator",
        "{who}所在计算机上没有文件夹 {value}：请告知管理员",
    ),
    "closed-folder": (
        "the folder {value} cannot be written to by the {who}",
        "tell your administrator",
        "{who}没有文件夹 {value} 的写权限：请告知管理员",
    ),
    "unchecked": (
        "the {who}'s folders could not be looked at ({value})",
        "tell your administrator",
        "无法检查{who}的文件夹（{value}）：请告知管理员",
    ),
    "no-claim": (
        "the storage {value} is not set up",
        "tell your administrator: this persistent volume claim is missing",
        "存储 {value} 尚未配置：请告知管理员，缺少该持久卷声明",
    ),
    "unbound": (
        "the {who}'s storage is not ready",
        "wait; if it takes minutes, tell your administrator that a claim is not bound",
        "{who}的存储尚未就绪：请稍候；若超过几分钟，请告知管理员有存储声明未绑定",
    ),
    "no-gpu": (
        "no GPU is free for this {who}",
        "it starts when somebody gives one back",
        "没有空闲的 GPU 供此{who}使用：有 GPU 释放后即会启动",
    ),
    "no-room": (
        "no computer has room for this {who} ({value})",
        "it starts when somebody gives it back",
        "没有计算机有足够资源运行此{who}（{value}）：有资源释放后即会启动",
    ),
    "no-node": (
        "no computer takes this {who} ({value})",
        "tell your administrator",
        "没有计算机可运行此{who}（{value}）：请告知管理员",
    ),
    "quota": (
        "all that the platform may use at once is in use (this {who} needs: {value})",
        "it starts when somebody gives it back",
        "平台可用资源已全部占用（此{who}需要：{value}）：有资源释放后即会启动",
    ),
    "no-image": (
        "the {who}'s software is not there ({value})",
        "tell your administrator that the image cannot be had",
        "{who}的软件不可用（{value}）：请告知管理员无法获取镜像",
    ),
    "not-made": (
        "the {who} could not be set up ({value})",
        "tell your administrator",
        "无法创建{who}（{value}）：请告知管理员",
    ),
    "not-created": (
        "the cluster did not take the {who} ({value})",
        "tell your administrator",
        "集群未接受{who}（{value}）：请告知管理员",
    ),
    "out-of-memory": (
        "the {who} was ended because it needed more than its {value} of memory",
        "lower what a step uses at once, or use a profile whose workers have more",
        "{who}所需内存超过 {value} 而被终止：请降低单步内存用量，或使用工作进程内存更大的配置",
    ),
    "evicted": (
        "the {who} was ended by its computer ({value})",
        "another one takes its place",
        "{who}被所在计算机终止（{value}）：将由新的{who}代替",
    ),
    "ended": (
        "the {who}'s program ended (status {value})",
        "it is started again",
        "{who}的程序退出（状态 {value}）：将自动重新启动",
    ),
    "other-image": (
        "the {who}'s computer has another image of the same name than your server ({value})",
        "its results may differ: tell your administrator",
        "{who}所在计算机上的同名镜像与您的服务器不同（{value}）：结果可能有差异，请告知管理员",
    ),
    "no-operator": (
        "nothing was started yet for this cluster",
        "wait; if it takes minutes, tell your administrator that Dask's operator does not work",
        "此集群尚未启动任何程序：请稍候；若超过几分钟，请告知管理员 Dask operator 未工作",
    ),
}


_WHO = {"worker": ("worker", "工作进程"), "scheduler": ("scheduler", "调度器")}


def texts_of_pod(problem: Problem, component: str) -> dict[str, str]:
    """Why a pod of a cluster waits or has ended, in both languages; ``component``: worker or scheduler."""
    english, remedy, chinese = _PODS[problem.key]
    here, there = _WHO[component]
    return {
        "en": f"{english}: {remedy}".format(who=here, **problem.values),
        "zh": chinese.format(who=there, **problem.values),
    }
