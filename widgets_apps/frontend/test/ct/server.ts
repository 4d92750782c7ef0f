/** A server of the CT app with one scan, for tests of the page. */

import { RequestError } from "../../src/channel";
import type { Field } from "../../src/form/model";
import { FakeChannel } from "../shared/fake";

export const EVIL = "/data/<img src=x onerror=alert(1)>.h5";

function field(name: string, group: string, more: Partial<Field> = {}): Field {
  return { name, label: name, help: "", kind: "text", optional: true, default: null, group, ...more };
}

export const fields: Field[] = [
  field("input", "Scan", { kind: "path", role: "input", optional: false }),
  field("output", "Output", { kind: "path", role: "output", optional: false }),
  field("data", "Scan", { kind: "choice", choices: ["counts", "absorption"], optional: false, default: "counts" }),
  field("projections", "Scan"),
  field("crop", "Region", { kind: "numbers", count: 2 }),
  field("zingers", "Preparation", { kind: "number", when: { data: ["counts"] } }),
  field("background", "Preparation", { kind: "numbers", count: 4 }),
  field("center", "Center"),
  field("algorithm", "Reconstruction", { kind: "choice", choices: ["grid", "fbp"], optional: false, default: "grid" }),
  field("dtype", "Output", { kind: "choice", choices: ["float32", "uint16"], optional: false, default: "float32" }),
];

export function source(name: string, shape: readonly number[], dims: readonly string[]) {
  return { source: `s-${name}`, name, shape, dims, dtype: "float32", units: "", path: null, coordinates: {}, version: 0 };
}

export function job(more: object = {}) {
  return {
    ...{ id: 1, ticket: 1, title: "scan", app: "ct", input: "/data/scan.h5", output: "/data/scan_rec.h5", run: "/data/scan_rec.h5.run" },
    ...{ state: "running", done: 1, total: 4, section: "", rate: 0.5, left: 6, started: 1, ended: null, seconds: null },
    ...{ error: null, remedy: null, lacked: null, words: null, machines: null, results: {}, parameters: { input: "/data/scan.h5", center: 12 }, engine: null, workers: 1 },
    ...more,
  };
}

function entry(name: string) {
  return { name, path: `/data/${name}`, kind: "file", size: 1, modified: 1, readable: true };
}

export class Server {
  jobs: object[] = [];
  wrong: Record<string, string> = {};
  needed = 2e9;
  exists = false;
  results: object[] = [];
  files: string[] = [];
  places: string[] = ["here", "workers"];
  readonly presets = new Map<string, object>();

  readonly channel = new FakeChannel({
    "ct.form": () => ({ fields }),
    "ct.open": ({ path }: { path: string }) => this.#open(path),
    "ct.check": () => ({ fields: this.wrong, needed: this.needed, free: 5e9, exists: this.exists, plan: null }),
    "ct.preview": ({ stage, row, parameters }: { stage: string; row: number; parameters: Record<string, unknown> }) => {
      const center = parameters["center"] ?? 31.5;
      if (typeof center !== "number") throw new RequestError(`center=${String(center)} is refused`, "give a number");
      return { source: source(`${stage} of row ${row}`, [8, 8], ["y", "x"]), range: [0, 1], center, seconds: 0.05, warnings: [] };
    },
    "ct.find_center": () => ({ center: 30.25 }),
    "ct.candidates": ({ centers }: { centers: number[] }) => ({ source: source("candidates", [centers.length, 8, 8], ["candidate", "y", "x"]), range: [0, 1], centers }),
    "ct.start": ({ parameters }: { parameters: { output: string } }) => {
      const started = job({ output: parameters.output, id: 7, done: 0, total: 0 });
      this.jobs = [started, ...this.jobs];
      this.channel.emit("jobs", { jobs: this.jobs });
      return { job: started };
    },
    "ct.results": () => ({ results: this.results }),
    "ct.provenance": ({ run }: { run: string }) => ({ provenance: { run } }),
    "ct.presets": () => ({ presets: [...this.presets.keys()] }),
    "ct.preset_save": ({ name, parameters }: { name: string; parameters: object }) => void this.presets.set(name, parameters),
    "ct.preset_load": ({ name }: { name: string }) => ({ parameters: this.presets.get(name) }),
    "ct.export": ({ path }: { path: string }) => ({ path }),
    "ct.batch": ({ inputs }: { inputs: string[] }) => this.#batch(inputs),
    "viewer.open": ({ path }: { path: string }) => source(path, [4, 8, 8], ["row", "y", "x"]),
    "viewer.close": () => ({}),
    "jobs.list": () => ({ jobs: this.jobs }),
    "jobs.places": () => ({ places: this.places }),
    "jobs.stop": () => ({}),
    "jobs.resume": () => ({}),
    "jobs.log": () => ({ text: "reading\n", offset: 8 }),
    "files.remember": () => ({}),
    "files.recent": () => ({ entries: [], more: false }),
    "files.home": () => ({ places: [] }),
    "files.list": ({ path }: { path: string }) => ({ path, parent: null, entries: this.files.map(entry), more: false }),
  });

  #batch(inputs: string[]): object {
    const wrong = inputs.filter((path) => path.includes("wrong"));
    const fields = Object.fromEntries(wrong.map((path) => [path, "it holds no projections"]));
    if (wrong.length > 0) throw new RequestError("a scan is refused", "correct the fields that are marked", fields);
    return { jobs: inputs.map((input, index) => job({ input, id: index + 1 })) };
  }

  #open(path: string): object {
    if (path.includes("missing")) {
      throw new RequestError(`${path} is not there`, "choose another file", { input: `${path} is not there` });
    }
    return {
      path,
      details: { format: "NXtomo", title: "<script>alert(1)</script>", shape: [90, 4, 64] },
      sources: {
        projections: source("projections", [90, 4, 64], ["angle", "row", "column"]),
        flats: source("flats", [5, 4, 64], ["frame", "row", "column"]),
        darks: null,
      },
      values: {},
      output: path.replace(".h5", "_rec.h5"),
    };
  }
}
