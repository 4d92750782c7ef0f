"""CellRun: the `Run` of a notebook, which shows its progress in the cell that executes it."""

from __future__ import annotations

from typing import Any

from daisy_kernel.errors import Interrupted
from daisy_kernel.jupyter.progress import progress
from daisy_kernel.jupyter.quiet import quiet
from daisy_kernel.runs.run import Run


class CellRun(Run):
    """A `Run` whose watcher, where none is given, draws in the cell."""

    def execute(self) -> dict[str, Any]:
        """See `Run.execute`; that the user stopped it is said in one sentence."""
        try:
            if self.watcher is not None:
                return super().execute()
            with progress(quiet=False) as self.watcher:
                return super().execute()
        except Interrupted as error:
            raise quiet(Interrupted(error.error, remedy="go on with RunOptions(resume=True)")) from None
