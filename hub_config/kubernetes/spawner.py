"""PodSpawner: a user's server as a pod of the user; what Kubernetes says is told in words."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any

from kubernetes_asyncio.client import ApiException
from kubespawner import KubeSpawner
from traitlets import Instance

from hub_config._words import StartRefusal, sentence
from hub_config.access import own_token_id
from hub_config.hooks import not_started
from hub_config.identity import Account
from hub_config.kubernetes.explain import Problem, ended, problem_of
from hub_config.kubernetes.hours import Share
from hub_config.kubernetes.opening import create, open_home, refusal
from hub_config.kubernetes.pod import GPU, Program, build_pod, image_of, proposal_of
from hub_config.kubernetes.quota import QuotaReflector, free_of
from hub_config.settings import Profile, Settings, Singleuser
from hub_config.starting import ASK_AGAIN, LOOK, runtime_folder, server_answers

COMMAND = ("python", "-m", "daisy_kernel.jupyter.singleuser")
"""The command of a user's server in its image."""

_GRACE = 20  # seconds that a server has to end its kernels
_TOLD = 1.0  # seconds between two looks for what the page of a start says


class PodSpawner(KubeSpawner):
    """What is started for a user on Kubernetes; pods, their events and quotas are watched as KubeSpawner does it."""

    platform = Instance(Settings).tag(config=True)
    _profile: Profile
    _account: Account
    _share: Share | None = None
    """What is counted of a server that runs."""
    ending: Problem | None = None
    """How the last server has ended, where it was not stopped."""

    @property
    def _pods(self) -> Singleuser:
        singleuser: Singleuser | None = self.platform.singleuser
        assert singleuser is not None  # checked with the settings
        return singleuser

    def take(self, profile: Profile, account: Mapping[str, Any]) -> None:
        """What a profile gives: image, limits, nodes; and the identity of the login."""
        self._profile, self._account = profile, Account.from_dict(account)
        self.image = image_of(profile, self._pods)
        self.cpu_limit, self.mem_limit = profile.cpu, profile.memory
        self.default_url = profile.default_url

    def get_args(self) -> list[str]:
        """Arguments of the server; none of them is a secret."""
        root = f"--ServerApp.root_dir=/home/{self.user.name}"
        return [*super().get_args(), root, f"--HubAuth.cache_max_age={ASK_AGAIN}"]

    async def get_pod_manifest(self) -> dict[str, Any]:
        """The pod's object, from `build_pod` alone."""
        own = {"DAISY_RUNTIME_DIR": runtime_folder(f"/home/{self.user.name}", self.name)}
        program = Program(
            container="notebook",
            args=[*COMMAND, *self.get_args()],
            environment={**self.get_env(), **own},
            ports={"notebook-port": self.port},
            grace=_GRACE,
        )
        labels, annotations = self._build_pod_labels({}), self._build_common_annotations({})
        return build_pod(self.pod_name, self._account, self._profile, self._pods, program, labels, annotations)

    async def start(self) -> str:
        """Make the pod and return its address as soon as it answers; a start that cannot succeed is given up at once.

        KubeSpawner's own start looks after 0.2 s and up to 5 s later, and waits for what never comes.
        """
        await self._watch()
        self.ending = None
        if earlier := self.events:
            self._last_event = earlier[-1]["metadata"]["uid"]  # KubeSpawner shows none of those of an earlier pod
        share = Share(proposal_of(self._account), self._profile.cpu, self._profile.gpu, time.time())
        self.orm_spawner.state = self._state(share)  # now: a hub that is killed meanwhile leaves the start to the next
        self.user.db.commit()
        try:
            await open_home(self.api, self._account, self.platform.storage, self._pods)
            await self._create(await self.get_pod_manifest())
            url = await self._running()
        except StartRefusal as error:
            raise not_started(error, self, "pod") from None
        share.counted_at = time.time()
        self._share = share
        return url

    async def poll(self) -> int | None:
        """None while the server runs, as JupyterHub asks; remembers why one has ended that nobody stopped."""
        await self._watch()
        pod = self._pod()
        is_starting = pod is not None and ended(pod) is None and not self.is_pod_running(pod)
        if self._check_pending and is_starting and not await self._take_up():
            return 1
        status: int | None = await super().poll()
        if self._share:
            self._share.count()
            if status is not None and pod is not None:
                self.ending = ended(pod)
        return status

    async def _take_up(self) -> bool:
        """Whether a start that an earlier hub began succeeds: waited for as that one would have.

        JupyterHub itself would give it half a minute, and not say why it came to nothing.
        """
        try:
            await self._running()
        except StartRefusal as error:
            self.ending = Problem(error.key, {name: str(value) for name, value in error.values.items()}, final=True)
            return False
        if self._share:
            self._share.counted_at = time.time()
        return True

    async def stop(self, now: bool = False) -> None:
        """Remove the pod; its hours are counted until here."""
        await super().stop(now)
        if self._share:
            self._share.count()

    async def progress(self) -> AsyncIterator[dict[str, Any]]:
        """What the page of a start is told, each sentence once, in both languages."""
        last = ""
        while True:
            pod = self._pod()
            problem = problem_of(pod, self.events) if pod else None
            if problem and not problem.final and problem.key != last:
                last = problem.key
                texts = {language: sentence(refusal(problem), language) for language in ("en", "zh")}
                yield {"message": texts["en"], "texts": texts}
            elif problem is None and pod and last != "process" and pod["status"].get("containerStatuses"):
                last = "process"
                yield {"progress": 50, "message": "Your server's program is starting"}
            await asyncio.sleep(_TOLD)

    def free_gpus(self) -> int | None:
        """GPUs that the platform may still use; None where its quota names none, or nothing was read yet."""
        reflector = self.reflectors.get(self._get_reflector_key("quotas"))
        return free_of(reflector.resources.values(), GPU) if reflector else None

    def clear_state(self) -> None:
        """Forget the pod; how it has ended is kept."""
        super().clear_state()
        self._share = None

    def get_state(self) -> dict[str, Any]:
        """What the database keeps: KubeSpawner's names, which token is the server's own, how the last one ended."""
        return self._state(self._share)

    def _state(self, share: Share | None) -> dict[str, Any]:
        state: dict[str, Any] = super().get_state()
        if share:
            state |= {"token_id": own_token_id(self), "share": share.to_dict()}
        if self.ending:
            state["ending"] = {"key": self.ending.key, "values": dict(self.ending.values)}
        return state

    def load_state(self, state: dict[str, Any]) -> None:
        """Take up what `get_state` kept."""
        super().load_state(state)
        self._share = Share(**state["share"]) if "share" in state else None
        if kept := state.get("ending"):
            self.ending = Problem(kept["key"], kept["values"], final=True)

    async def _watch(self) -> None:
        await asyncio.gather(
            self._start_watching_pods(),
            self._start_watching_events(),
            self._start_reflector(kind="quotas", reflector_class=QuotaReflector),
        )

    def _pod(self) -> dict[str, Any] | None:
        reflector = self.pod_reflector
        found: dict[str, Any] | None = reflector and reflector.pods.get(f"{self.namespace}/{self.pod_name}")
        return found

    async def _create(self, manifest: dict[str, Any]) -> None:
        """Make a pod; one of the same name is left of a server that did not end properly."""
        try:
            await create(self.api.create_namespaced_pod, manifest, self._pods)
        except ApiException:
            await self.stop(now=True)
            await create(self.api.create_namespaced_pod, manifest, self._pods)

    async def _running(self) -> str:
        """The address of the pod, once its server answers."""
        begun, problem = time.monotonic(), None
        while time.monotonic() - begun < self._pods.start_timeout:
            pod = self._pod()
            if pod is not None and "deletionTimestamp" not in pod["metadata"]:
                problem = problem_of(pod, self.events)
                if problem and problem.final:
                    raise refusal(problem)
                if self.is_pod_running(pod) and await server_answers(url := self._get_pod_url(pod)):
                    return str(url)
            await asyncio.sleep(LOOK)
        raise refusal(problem or Problem("too-slow", {"value": str(self._pods.start_timeout)}))
