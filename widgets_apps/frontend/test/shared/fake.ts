/** A channel whose answers are functions by method, and which remembers what was asked. */

import { type Answer, type Channel, RequestError, type RequestOptions, type WireState } from "../../src/channel";
import type { Host } from "../../src/host";

export interface Asked {
  readonly method: string;
  readonly params: Record<string, unknown>;
  readonly options: RequestOptions;
}

type Answers = Record<string, (params: never, options: RequestOptions) => unknown>;

export class FakeChannel implements Channel {
  state: WireState = "open";
  readonly asked: Asked[] = [];
  readonly #handlers = new Map<string, Set<(data: never, buffers: DataView[]) => void>>();
  readonly #watchers = new Set<(state: WireState) => void>();

  constructor(readonly answers: Answers) {}

  async request<T>(method: string, params: object = {}, options: RequestOptions = {}): Promise<Answer<T>> {
    this.asked.push({ method, params: params as Record<string, unknown>, options });
    const answer = this.answers[method];
    if (answer === undefined) throw new RequestError(`${method} is nothing that this app can do`, "");
    return { result: (await answer(params as never, options)) as T, buffers: [] };
  }

  on<T>(event: string, handler: (data: T, buffers: DataView[]) => void): () => void {
    const handlers = this.#handlers.get(event) ?? new Set();
    this.#handlers.set(event, handlers.add(handler));
    return () => handlers.delete(handler);
  }

  onState(handler: (state: WireState) => void): () => void {
    this.#watchers.add(handler);
    return () => this.#watchers.delete(handler);
  }

  emit(event: string, data: unknown): void {
    this.#handlers.get(event)?.forEach((handler) => handler(data as never, []));
  }

  change(state: WireState): void {
    this.state = state;
    this.#watchers.forEach((watcher) => watcher(state));
  }

  /** What the requests of a method were given, the newest last. */
  given(method: string): Record<string, unknown>[] {
    return this.asked.filter((one) => one.method === method).map((one) => one.params);
  }
}

export const host: Host = {
  kind: "page",
  startUrl: "/hub/spawn",
  homeUrl: "/lab",
  downloadUrl: (path) => `/download?path=${encodeURIComponent(path)}`,
  loadVolume: () => Promise.reject(new Error("no 3-D in tests")),
};
