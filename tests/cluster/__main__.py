"""``python -m tests.cluster``: try the platform on the cluster of KUBECONFIG, or on the test cluster."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.cluster.conftest import cluster_words
from tests.cluster.platform import is_test_cluster
from tests.cluster.site import ROOT


def main() -> int:
    """Ask before a cluster is touched that is not the test one."""
    os.environ.update(cluster_words(), DAISY_CLUSTER_TESTS="1")
    if os.environ.get("KUBECONFIG") and not is_test_cluster():
        asked = (
            f"KUBECONFIG={os.environ['KUBECONFIG']} is not the test cluster. Install and remove things there? [yes/no] "
        )
        if input(asked) != "yes":
            print("cluster: NOT RUN, not confirmed")
            return 2
    chosen = any(word.startswith("tests/") for word in sys.argv)
    command = [sys.executable, "-m", "pytest", *([] if chosen else ["tests/cluster"]), *sys.argv[1:]]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
