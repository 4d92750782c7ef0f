/** Requests, replies and events between the page and its app; what carries them is a `Wire`. */

export interface Header {
  readonly [key: string]: unknown;
}

/** Carries messages both ways. `state` is told through `onState`. */
export interface Wire {
  send(header: Header, buffers: readonly ArrayBuffer[]): void;
  onMessage(handler: (header: Header, buffers: DataView[]) => void): void;
  onState(handler: (state: WireState) => void): void;
}

/** open: answers; lost: tries again by itself; ended: the server says that it was stopped. */
export type WireState = "opening" | "open" | "lost" | "ended";

export interface Answer<T> {
  readonly result: T;
  readonly buffers: DataView[];
}

export interface RequestOptions {
  /** Of the requests in one lane only the newest waits. */
  readonly lane?: string;
  readonly buffers?: readonly ArrayBuffer[];
}

/** A request that was refused or failed, in words. */
export class RequestError extends Error {
  constructor(
    message: string,
    readonly remedy: string,
    readonly fields: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** A newer request of the same lane took the place of this one. */
export class Superseded extends Error {}

/** The way to the server was lost before the answer came. */
export class Lost extends Error {}

export interface Channel {
  readonly state: WireState;
  request<T>(method: string, params?: object, options?: RequestOptions): Promise<Answer<T>>;
  on<T>(event: string, handler: (data: T, buffers: DataView[]) => void): () => void;
  onState(handler: (state: WireState) => void): () => void;
}

interface Waiting {
  readonly resolve: (answer: Answer<never>) => void;
  readonly reject: (error: Error) => void;
}

interface ErrorBody {
  readonly message: string;
  readonly remedy?: string;
  readonly fields?: Record<string, string>;
}

type Handler = (data: never, buffers: DataView[]) => void;

export function channelOver(wire: Wire): Channel {
  return new WireChannel(wire);
}

class WireChannel implements Channel {
  state: WireState = "opening";
  #next = 1;
  readonly #waiting = new Map<number, Waiting>();
  readonly #handlers = new Map<string, Set<Handler>>();
  readonly #watchers = new Set<(state: WireState) => void>();

  constructor(readonly wire: Wire) {
    wire.onMessage((header, buffers) => this.#take(header, buffers));
    wire.onState((state) => this.#change(state));
  }

  request<T>(method: string, params: object = {}, options: RequestOptions = {}): Promise<Answer<T>> {
    const id = this.#next++;
    const lane = options.lane === undefined ? {} : { lane: options.lane };
    return new Promise<Answer<T>>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.wire.send({ id, method, params, ...lane }, options.buffers ?? []);
    });
  }

  on<T>(event: string, handler: (data: T, buffers: DataView[]) => void): () => void {
    const handlers = this.#handlers.get(event) ?? new Set<Handler>();
    this.#handlers.set(event, handlers.add(handler as Handler));
    return () => handlers.delete(handler as Handler);
  }

  onState(handler: (state: WireState) => void): () => void {
    this.#watchers.add(handler);
    return () => this.#watchers.delete(handler);
  }

  #take(header: Header, buffers: DataView[]): void {
    if (typeof header["event"] === "string") {
      this.#handlers.get(header["event"])?.forEach((handler) => handler(header["data"] as never, buffers));
      return;
    }
    const waiting = this.#waiting.get(header["id"] as number);
    if (waiting === undefined) return;
    this.#waiting.delete(header["id"] as number);
    const error = header["error"] as ErrorBody | undefined;
    if (error !== undefined) waiting.reject(new RequestError(error.message, error.remedy ?? "", error.fields));
    else if (header["superseded"] === true) waiting.reject(new Superseded());
    else waiting.resolve({ result: header["result"] as never, buffers });
  }

  #change(state: WireState): void {
    this.state = state;
    if (state !== "open") {
      for (const waiting of this.#waiting.values()) waiting.reject(new Lost());
      this.#waiting.clear();
    }
    this.#watchers.forEach((watcher) => watcher(state));
  }
}
