/** A channel whose server is a function; remembers what was asked, and can tell of jobs. */

import { type Answer, type Channel, RequestError, type WireState } from "../../src/channel";
import type { Job } from "../../src/jobs/types";

type Handler = (data: never, buffers: DataView[]) => void;

export class FakeChannel implements Channel {
  state: WireState = "open";
  readonly asked: [string, object][] = [];
  refusal: RequestError | null = null;
  log = "";
  readonly #handlers = new Set<Handler>();
  readonly #watchers = new Set<(state: WireState) => void>();

  constructor(public jobs: readonly Job[]) {}

  async request<T>(method: string, params: object = {}): Promise<Answer<T>> {
    this.asked.push([method, params]);
    if (this.refusal !== null && method !== "jobs.list") throw this.refusal;
    return { result: this.#answer(method, params) as T, buffers: [] };
  }

  on<T>(_event: string, handler: (data: T, buffers: DataView[]) => void): () => void {
    this.#handlers.add(handler as Handler);
    return () => this.#handlers.delete(handler as Handler);
  }

  onState(handler: (state: WireState) => void): () => void {
    this.#watchers.add(handler);
    return () => this.#watchers.delete(handler);
  }

  tell(jobs: readonly Job[]): void {
    this.jobs = jobs;
    this.#handlers.forEach((handler) => handler({ jobs } as never, []));
  }

  change(state: WireState): void {
    this.state = state;
    this.#watchers.forEach((watcher) => watcher(state));
  }

  #answer(method: string, params: object): object {
    if (method === "jobs.list") return { jobs: this.jobs };
    if (method === "jobs.log") {
      const { offset } = params as { offset: number };
      return { text: this.log.slice(offset, offset + 10), offset: Math.min(offset + 10, this.log.length) };
    }
    return {};
  }
}

export function job(more: Partial<Job> = {}): Job {
  return {
    ...{ id: 1, ticket: 1, title: "tooth", app: "ct", input: "/data/tooth.h5", output: "/data/tooth_rec.h5" },
    ...{ run: "/data/tooth_rec.h5.run", parameters: {}, engine: null, workers: 1, state: "running", done: 3, total: 12 },
    ...{ section: "load → save", rate: 1.5, left: 6, started: 1_795_000_000, ended: null, seconds: 2 },
    ...{ error: null, remedy: null, lacked: null, words: null, machines: null, results: {} },
    ...more,
  };
}
