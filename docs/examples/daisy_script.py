"""A script as Daisy's users write it; here Daisy is ``daisy_kernel``."""

import sys

import daisy_kernel as Daisy


class AlgClip(Daisy.Base.DaisyAlg):
    def initialize(self):
        self.data = self.get("DataStore").data()
        return True

    def execute(self, input_dataobj, output_dataobj):
        self.data[output_dataobj] = self.data[input_dataobj].clip(self.floor)
        return True


init = {name: {"class_name": kind} for name, kind in [("load", "ct.Load"), ("clip", "AlgClip"), ("save", "Save")]}
init["recon"] = {"class_name": "ct.Grid", "init_paras": {"center": 67.3}}
cfg = {"load": {"input": sys.argv[1], "data": "absorption"}, "save": {"output": sys.argv[2]}, "clip": {"floor": 0.01}}
engine = Daisy.CreateWorkflowEngine(class_name="PyWorkflowEngine", name="demo")
engine.initialize(default_init=init)
engine.config(default_cfg=cfg)
engine["load"].execute(output={"projections": "raw"})
engine["recon"].execute(projections="raw", output="volume")
engine["clip"].execute("volume", "clipped")
engine["save"].execute(data="clipped")
engine.finalize()
