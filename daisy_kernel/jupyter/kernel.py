"""DaisyKernel: IPython's kernel with an engine at hand, the magics of Daisy, and data that can be looked at."""

from __future__ import annotations

from typing import Any

from ipykernel.ipkernel import IPythonKernel

from daisy_kernel.jupyter import display
from daisy_kernel.jupyter.at_hand import AtHand
from daisy_kernel.jupyter.completion import DaisyMatcher
from daisy_kernel.jupyter.magics import DaisyMagics


class DaisyKernel(IPythonKernel):
    """The kernel ``daisy``; everything else in it is IPython's."""

    implementation = "daisy"
    banner = "Daisy: `engine` is at hand; %daisy run, %daisy list and %daisy show are the command."

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)  # type: ignore[no-untyped-call]
        shell: Any = self.shell
        self._at_hand = AtHand(shell.user_ns)
        shell.events.register("pre_run_cell", self._before_cell)
        shell.register_magics(DaisyMagics(shell))
        shell.Completer.custom_matchers.append(DaisyMatcher(shell.user_ns, self._at_hand).match)
        display.register(shell.display_formatter)

    def do_complete(self, code: str, cursor_pos: int | None) -> Any:
        """Complete with what the code speaks of in the namespace."""
        self._at_hand.provide(code)
        return super().do_complete(code, cursor_pos)  # type: ignore[no-untyped-call]

    def do_inspect(self, code: str, cursor_pos: int, detail_level: int = 0, omit_sections: Any = ()) -> Any:
        """Inspect with what the code speaks of in the namespace."""
        self._at_hand.provide(code)
        return super().do_inspect(code, cursor_pos, detail_level, omit_sections)  # type: ignore[no-untyped-call]

    def _before_cell(self, info: Any) -> None:
        self._at_hand.provide(info.raw_cell)
