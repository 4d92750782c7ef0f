/** A server of a workflow with three steps, for tests of the page. */

import { RequestError } from "../../src/channel";
import type { Field } from "../../src/form/model";
import { FakeChannel } from "../shared/fake";

export function field(name: string, more: Partial<Field> = {}): Field {
  return { name, label: name.split(".").at(-1) ?? "", help: "", kind: "number", optional: false, default: null, when: {}, ...more };
}

export const sections = [
  { name: "load", algorithm: "Load", help: "Read it.", fields: [field("load.input", { label: "Input", kind: "path", role: "input" })] },
  { name: "smooth", algorithm: "own.Smooth", help: "Blur it.", fields: [field("smooth.sigma", { label: "Sigma", default: 1, unit: "px", help: "width" })] },
  { name: "save", algorithm: "Save", help: "Write it.", fields: [field("save.output", { label: "Output", kind: "path", role: "output" })] },
];

export function job(more: object = {}) {
  return {
    ...{ id: 1, ticket: 1, title: "a.h5", app: "own:SmoothApp", input: "/data/a.h5", output: "/data/a_out.h5", run: "/data/a_out.h5.run" },
    ...{ state: "running", done: 1, total: 4, section: "", rate: 0.5, left: 6, started: 1, ended: null, seconds: null },
    ...{ error: null, remedy: null, lacked: null, words: null, machines: null, results: {}, engine: null, workers: 1 },
    ...{ parameters: { "load.input": "/data/a.h5", "save.output": "/data/a_out.h5", "smooth.sigma": 3 } },
    ...more,
  };
}

export class Server {
  jobs: object[] = [];
  wrong: Record<string, string> = {};
  results: object[] = [];
  sections = sections;
  data = ["smooth.output", "load.data", "count.output"];
  readonly channel = new FakeChannel({
    "workflow.describe": () => ({ sections: this.sections, input: "load.input", output: "save.output", data: this.data }),
    "workflow.open": ({ path }: { path: string }) => ({ path, output: path.replace(".h5", "_out.h5") }),
    "workflow.check": () => ({ fields: this.wrong, needed: 2e9, free: 5e9, exists: false, plan: null }),
    "workflow.preview": (asked: { data: string; across: string | null; index: number | null }) => this.#look(asked),
    "workflow.start": ({ parameters }: { parameters: Record<string, unknown> }) => {
      const started = job({ id: 7, output: parameters["save.output"], done: 0, total: 0 });
      this.jobs = [started];
      this.channel.emit("jobs", { jobs: this.jobs });
      return { job: started };
    },
    "workflow.results": () => ({ results: this.results }),
    "workflow.export": ({ path }: { path: string }) => ({ path }),
    "viewer.open": ({ path }: { path: string }) => source(path, [4, 8, 8]),
    "viewer.close": () => ({}),
    "jobs.list": () => ({ jobs: this.jobs }),
    "jobs.places": () => ({ places: ["here", "workers"] }),
    "jobs.stop": () => ({}),
    "jobs.log": () => ({ text: "", offset: 0 }),
    "files.remember": () => ({}),
    "files.recent": () => ({ entries: [], more: false }),
  });

  #look({ data, across, index }: { data: string; across: string | null; index: number | null }): object {
    if (data === "load.data") throw new RequestError("load: the file is gone", "choose another");
    if (data === "count.output") return { dims: [], shape: [], across: null, index: null, value: "33.4", seconds: null, warnings: [] };
    const found = { dims: ["frame", "row", "column"], shape: [9, 8, 8], across: across ?? "frame", index: index ?? 4, value: null };
    return { ...found, source: source(`${data} at ${index ?? 4}`, [8, 8]), range: [0, 1], seconds: 0.05, warnings: [] };
  }
}

function source(name: string, shape: readonly number[]) {
  return { source: `s-${name}`, name, shape, dims: ["row", "column"], dtype: "float32", units: "", path: null, coordinates: {} };
}
