"""Hours: what servers and Dask workers have used of cores and GPUs, by proposal, as metrics of hub and broker.

A server counts from its start to its end with what its profile gives, whether it computes or not: nobody else could
have it meanwhile.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import Any

from prometheus_client import Counter

_CPU = Counter("daisy_cpu_hours", "Core hours of users' servers and workers, by proposal", ["proposal"])
_GPU = Counter("daisy_gpu_hours", "GPU hours of users' servers and workers, by proposal", ["proposal"])


@dataclass
class Share:
    """What a server or cluster uses, and for which proposal.

    ``counted_at``: until when it has been counted, by `time.time`.
    """

    proposal: str
    cpu: float
    gpu: int
    counted_at: float

    def count(self, now: float | None = None) -> None:
        """Count until now."""
        until = time.time() if now is None else now
        hours = max(0.0, until - self.counted_at) / 3600
        _CPU.labels(self.proposal).inc(hours * self.cpu)
        if self.gpu:
            _GPU.labels(self.proposal).inc(hours * self.gpu)
        self.counted_at = until

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as the hub's database keeps them."""
        return asdict(self)
