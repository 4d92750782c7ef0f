/** Slices from the server: one request at a time for the slice that is wanted, one for those that may come next. */

import { type Channel, Lost, Superseded } from "../channel";
import { problemOf, type Problem } from "../shell/problem";
import { Cache } from "./cache";
import type { Region, Window } from "./types";

const KEPT_BYTES = 96 << 20; // some 25 slices at 4 million pixels

export interface Question {
  readonly source: string;
  /** Counts the contents that the page was given under this id. */
  readonly version: number;
  readonly axis: number;
  readonly index: number;
  readonly region: Region;
  readonly size: readonly [number, number];
  readonly window: Window;
}

/** A level from 0 to 255 for each pixel of `shape`, which show `region`. */
export interface Tile {
  readonly axis: number;
  readonly index: number;
  readonly region: Region;
  readonly shape: readonly [number, number];
  readonly values: Uint8Array;
}

export type Kind = "shown" | "ahead";

export class Tiles {
  readonly #kept = new Cache<Tile>(KEPT_BYTES);
  readonly #loading = new Map<Kind, string>();
  #wanted: Question | null = null;
  #next: readonly Question[] = [];

  constructor(
    readonly channel: Channel,
    readonly lane: string,
    readonly onTile: (question: Question, tile: Tile, kind: Kind) => void,
    readonly onProblem: (problem: Problem) => void,
  ) {}

  get(question: Question): Tile | undefined {
    return this.#kept.get(key(question));
  }

  /** The slice that is to be seen; what was wanted before and has not been asked for is not asked any more. */
  want(question: Question): void {
    this.#wanted = question;
    this.#next = [];
    this.#pump();
  }

  /** What to ask for while nothing is wanted. */
  ahead(questions: readonly Question[]): void {
    this.#next = questions;
    this.#pump();
  }

  clear(): void {
    this.#kept.clear();
    this.#wanted = null;
    this.#next = [];
  }

  #pump(): void {
    const wanted = this.#wanted;
    if (wanted !== null && this.#isMissing(wanted) && !this.#loading.has("shown")) void this.#load(wanted, "shown");
    if (this.#loading.size > 0) return;
    const next = this.#next.find((question) => this.#isMissing(question));
    if (next !== undefined) void this.#load(next, "ahead");
  }

  #isMissing(question: Question): boolean {
    const name = key(question);
    return !this.#kept.has(name) && ![...this.#loading.values()].includes(name);
  }

  async #load(question: Question, kind: Kind): Promise<void> {
    this.#loading.set(kind, key(question));
    try {
      const tile = await this.#ask(question, kind);
      this.#kept.put(key(question), tile, tile.values.length);
      if (this.#wanted === question) this.#wanted = null;
      this.onTile(question, tile, kind);
    } catch (error) {
      this.#failed(question, error);
    } finally {
      this.#loading.delete(kind);
      this.#pump();
    }
  }

  async #ask(question: Question, kind: Kind): Promise<Tile> {
    const { version: _, window: [low, high], ...rest } = question;
    const lane = `${kind}:${this.lane}`;
    const answer = await this.channel.request<Pick<Tile, "shape" | "region">>("viewer.slice", { ...rest, low, high }, { lane });
    const bytes = answer.buffers[0];
    const values = bytes === undefined ? new Uint8Array() : new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);
    return { ...answer.result, values, axis: question.axis, index: question.index };
  }

  /** What failed is not asked again by itself; a slice that nobody waits for may fail unseen. */
  #failed(question: Question, error: unknown): void {
    this.#next = [];
    if (error instanceof Superseded || error instanceof Lost) {
      if (error instanceof Lost) this.#wanted = null; // asked again when the way is open
      return;
    }
    if (this.#wanted === null || key(this.#wanted) !== key(question)) return;
    this.#wanted = null;
    const problem = problemOf(error);
    if (problem !== null) this.onProblem(problem);
  }
}

export function key({ source, version, axis, index, region, size, window }: Question): string {
  return [source, version, axis, index, ...region, ...size, ...window].join(" ");
}
