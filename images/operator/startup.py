"""What dask-kubernetes's operator is told in one namespace of ours; kopf loads it beside the operator itself."""

from __future__ import annotations

from typing import Any

import kopf


@kopf.on.startup()
async def know_the_namespace(settings: kopf.OperatorSettings, **_: Any) -> None:
    """Look for no namespaces and kinds that come later.

    That would need rights in the whole cluster; without them kopf asks again for a minute before it sees a cluster.
    """
    settings.scanning.disabled = True
