/** A viewer's server for tests of the page: answers by method, bytes after them, and replies that can be held back. */

import { type Answer, type Channel, RequestError, type RequestOptions, type WireState } from "../../src/channel";
import type { Source } from "../../src/viewer/types";

export interface Asked {
  readonly method: string;
  readonly params: Params;
  readonly lane: string | undefined;
}

/** Whatever a method is given; each answer knows what it takes. */
type Params = Record<string, any>;

interface Reply {
  readonly result: object;
  readonly bytes?: Uint8Array;
}

type Answers = Record<string, (params: Params) => Reply>;

export class FakeViewer implements Channel {
  state: WireState = "open";
  readonly asked: Asked[] = [];
  /** While this is set, slices wait until `release`. */
  isHeld = false;
  readonly #held: (() => void)[] = [];
  readonly #watchers = new Set<(state: WireState) => void>();

  constructor(readonly answers: Answers = {}) {}

  async request<T>(method: string, params: object = {}, options: RequestOptions = {}): Promise<Answer<T>> {
    const given = params as Params;
    this.asked.push({ method, params: given, lane: options.lane });
    if (this.isHeld && method === "viewer.slice") await new Promise<void>((resolve) => this.#held.push(resolve));
    const answer = this.answers[method] ?? standard[method];
    if (answer === undefined) throw new RequestError(`${method} is unknown`, "ask for something else");
    const { result, bytes } = answer(given);
    return { result: result as T, buffers: bytes === undefined ? [] : [new DataView(bytes.buffer)] };
  }

  on(): () => void {
    return () => undefined;
  }

  onState(handler: (state: WireState) => void): () => void {
    this.#watchers.add(handler);
    return () => this.#watchers.delete(handler);
  }

  change(state: WireState): void {
    this.state = state;
    this.#watchers.forEach((watcher) => watcher(state));
  }

  release(): void {
    this.#held.shift()?.();
  }

  given(method: string): Params[] {
    return this.asked.filter((one) => one.method === method).map((one) => one.params);
  }
}

const standard: Answers = {
  "viewer.slice": ({ region, size }) => {
    const [height, width]: [number, number] = size;
    return { result: { shape: [height, width], region }, bytes: new Uint8Array(height * width) };
  },
  "viewer.range": () => ({ result: { low: 0, high: 10, minimum: 0, maximum: 12 } }),
  "viewer.value": ({ row, column }) => ({ result: { value: 100 * Number(row) + Number(column) } }),
  "viewer.profile": () => ({ result: { length: 2, values: [1, null, 3] } }),
  "viewer.statistics": () => ({ result: { count: 4, mean: 2.5, deviation: 0.5, minimum: 2, maximum: 3 } }),
  "viewer.histogram": () => ({ result: { edges_low: 0, edges_high: 12, counts: [5, 0, 1] } }),
  "viewer.png": () => ({ result: {}, bytes: new Uint8Array([137, 80]) }),
  "viewer.difference": ({ first, second }) => ({ result: source({ source: `${String(first)}-${String(second)}`, name: "difference" }) }),
  "viewer.close": () => ({ result: {} }),
};

export function source(more: Partial<Source> = {}): Source {
  return {
    ...{ source: "1", name: "tooth", shape: [20, 40, 50], dims: ["z", "y", "x"], dtype: "float32", units: "1/m", path: null },
    coordinates: { y: { first: 0, last: 3.9, units: "mm" }, x: { first: 0, last: 4.9, units: "mm" } },
    ...more,
  };
}
