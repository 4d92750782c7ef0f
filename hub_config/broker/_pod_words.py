"""What a person is told whose worker or scheduler does not run: a sentence, in two languages."""

from __future__ import annotations

from hub_config.kubernetes.explain import Problem

_PODS = {
    "no-folder": (
        "the folder {value} is not there on the worker's computer",
        "tell your administrator",
        "工作进程所在计算机上没有文件夹 {value}：请告知管理员",
    ),
    "closed-folder": (
        "the folder {value} cannot be written to by the worker",
        "tell your administrator",
        "工作进程没有文件夹 {value} 的写权限：请告知管理员",
    ),
    "unchecked": (
        "the worker's folders could not be looked at ({value})",
        "tell your administrator",
        "无法检查工作进程的文件夹（{value}）：请告知管理员",
    ),
    "no-claim": (
        "the storage {value} is not set up",
        "tell your administrator: this persistent volume claim is missing",
        "存储 {value} 尚未配置：请告知管理员，缺少该持久卷声明",
    ),
    "unbound": (
        "the worker's storage is not ready",
        "wait; if it takes minutes, tell your administrator that a claim is not bound",
        "工作进程的存储尚未就绪：请稍候；若超过几分钟，请告知管理员有存储声明未绑定",
    ),
    "no-gpu": (
        "no GPU is free for this worker",
        "it starts when somebody gives one back; the run goes on with fewer",
        "没有空闲的 GPU 供此工作进程使用：有 GPU 释放后即会启动，任务先用较少的工作进程继续",
    ),
    "no-room": (
        "no computer has room for this worker ({value})",
        "it starts when somebody gives it back; the run goes on with fewer",
        "没有计算机有足够资源运行此工作进程（{value}）：有资源释放后即会启动，任务先用较少的工作进程继续",
    ),
    "no-node": (
        "no computer takes this worker ({value})",
        "tell your administrator",
        "没有计算机可运行此工作进程（{value}）：请告知管理员",
    ),
    "quota": (
        "all that the platform may use at once is in use (this worker needs: {value})",
        "it starts when somebody gives it back; the run goes on with fewer",
        "平台可用资源已全部占用（此工作进程需要：{value}）：有资源释放后即会启动，任务先用较少的工作进程继续",
    ),
    "no-image": (
        "the worker's software is not there ({value})",
        "tell your administrator that the image cannot be had",
        "工作进程的软件不可用（{value}）：请告知管理员无法获取镜像",
    ),
    "not-made": (
        "the worker could not be set up ({value})",
        "tell your administrator",
        "无法创建工作进程（{value}）：请告知管理员",
    ),
    "not-created": (
        "the cluster did not take the worker ({value})",
        "tell your administrator",
        "集群未接受工作进程（{value}）：请告知管理员",
    ),
    "out-of-memory": (
        "the worker was ended because it needed more than its {value} of memory",
        "lower what a step uses at once, or use a profile whose workers have more",
        "工作进程所需内存超过 {value} 而被终止：请降低单步内存用量，或使用工作进程内存更大的配置",
    ),
    "evicted": (
        "the worker was ended by its computer ({value})",
        "another one takes its place",
        "工作进程被所在计算机终止（{value}）：将由新的工作进程代替",
    ),
    "ended": (
        "the worker's program ended (status {value})",
        "it is started again",
        "工作进程的程序退出（状态 {value}）：将自动重新启动",
    ),
    "no-operator": (
        "nothing was started yet for this cluster",
        "wait; if it takes minutes, tell your administrator that Dask's operator does not work",
        "此集群尚未启动任何程序：请稍候；若超过几分钟，请告知管理员 Dask operator 未工作",
    ),
}


def texts_of_pod(problem: Problem) -> dict[str, str]:
    """Why a pod of a cluster waits or has ended, in both languages."""
    english, remedy, chinese = _PODS[problem.key]
    return {
        "en": f"{english}: {remedy}".format(**problem.values),
        "zh": chinese.format(**problem.values),
    }
