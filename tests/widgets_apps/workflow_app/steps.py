"""A workflow of steps that no domain knows, one of which can be left out."""

from __future__ import annotations

from typing import Literal

from daisy_kernel.algorithm import Algorithm, InputPath, OutputPath, Parameter
from daisy_kernel.engines.scope import Scope
from daisy_kernel.errors import DataError
from daisy_kernel.template import template
from daisy_kernel.workflow import Workflow
from tests.widgets_apps.preview_steps import Frames

HERE = "tests.widgets_apps.workflow_app.steps"
STEPS = "tests.widgets_apps.preview_steps"


class Choosy(Algorithm):
    """Frames, if there are enough of them."""

    mode: Literal["plain", "power"] = Parameter("plain", help="how")
    power: float = Parameter(1.0, gt=0, help="of each value", when={"mode": ["power"]})
    least: int = Parameter(1, ge=1, help="frames")

    def describe(self, frames: Frames) -> Frames:
        if frames.sizes["frame"] < self.least:
            raise DataError(f"{frames.sizes['frame']} frames are too few", remedy=f"give {self.least}")
        return frames

    def execute(self, frames: Frames) -> Frames:
        return frames


class Huge(Algorithm):
    """Frames of 64 GiB, which nobody can hold."""

    def execute(self) -> Frames:
        return template(("frame", "row", "column"), (4096, 2048, 2048), "float32")


class Scaling(Workflow):
    """Frames times a factor.

    More words, which a form does not show.
    """

    input: InputPath = Parameter(help="frames")
    output: OutputPath = Parameter(help="result")
    factor: float = Parameter(2.0, help="of each value")
    blur: bool = Parameter(False, help="over rows")

    def initialize(self, engine: Scope) -> None:
        self._engine = engine
        engine.create("read", f"{STEPS}:Read", input=self.input)
        engine.create("scale", f"{STEPS}:Scale", factor=self.factor)
        engine.create("choosy", f"{HERE}:Choosy", mode="power")
        if self.blur:
            engine.create("blur", f"{STEPS}:Blur")
        engine.create("save", "Save", output=self.output)

    def execute(self) -> None:
        self._engine["read"].execute(output="raw")
        self._engine["scale"].execute(frames="raw", output="scaled")
        self._engine["choosy"].execute(frames="scaled", output="chosen")
        if self.blur:
            self._engine["blur"].execute(frames="chosen", output="blurred")
        self._engine["save"].execute(data="blurred" if self.blur else "chosen")
